-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  "t3"."events",
  "t5"."cases"
FROM (
  SELECT
    COUNT(*) AS "events"
  FROM "events" AS "t0"
) AS "t3"
CROSS JOIN (
  SELECT
    COUNT(*) AS "cases"
  FROM (
    SELECT DISTINCT
      "t0"."log",
      "t0"."case"
    FROM "events" AS "t0"
  ) AS "t2"
) AS "t5"
