-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  "t0"."log",
  "t0"."case",
  "t0"."team",
  "t0"."activity",
  "t0"."number",
  "t0"."came_from",
  "t0"."came_back",
  "t0"."closing",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t0"."came") / 1000000 AS "came",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t0"."began") / 1000000 AS "began",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t0"."left") / 1000000 AS "left"
FROM "stays" AS "t0"
ORDER BY
  "t0"."log" ASC,
  "t0"."case" ASC,
  "t0"."number" ASC
