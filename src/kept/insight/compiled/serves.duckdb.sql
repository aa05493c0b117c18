-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    "t2"."provider",
    "t2"."customer",
    COUNT(*) AS "cases",
    EPOCH(CAST(MIN("t2"."at") AS TIMESTAMP)) AS "first_s",
    EPOCH(CAST(MAX("t2"."at") AS TIMESTAMP)) AS "last_s"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t0"."log",
        "t0"."case",
        FIRST(
          "t0"."team" ORDER BY {'at': "t0"."at", 'order': COALESCE("t0"."order", 9223372036854775807), 'place': "t0"."place"} DESC
        ) FILTER(WHERE
          "t0"."team" IS NOT NULL) AS "provider",
        FIRST(
          "t0"."customer" ORDER BY {'at': "t0"."at", 'order': COALESCE("t0"."order", 9223372036854775807), 'place': "t0"."place"} DESC
        ) FILTER(WHERE
          "t0"."customer" IS NOT NULL) AS "customer",
        MAX("t0"."at") FILTER(WHERE
          "t0"."team" IS NOT NULL) AS "at"
      FROM "events" AS "t0"
      GROUP BY
        1,
        2
    ) AS "t1"
    WHERE
      "t1"."provider" IS NOT NULL AND "t1"."customer" IS NOT NULL
  ) AS "t2"
  GROUP BY
    1,
    2
) AS "t3"
ORDER BY
  "t3"."cases" DESC,
  "t3"."provider" ASC,
  "t3"."customer" ASC
