-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  "t1"."log",
  "t1"."case",
  "t1"."events",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t1"."first") / 1000000 AS "first",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t1"."last") / 1000000 AS "last",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t1"."due") / 1000000 AS "due",
  DATE_DIFF('MICROSECOND', MAKE_TIMESTAMPTZ(1970, 1, 1, 0, 0, 0.0, 'UTC'), "t1"."ended") / 1000000 AS "ended",
  "t1"."kept"
FROM (
  SELECT
    "t0"."log",
    "t0"."case",
    COUNT(*) AS "events",
    MIN("t0"."at") AS "first",
    MAX("t0"."at") AS "last",
    FIRST(
      "t0"."due" ORDER BY {'at': "t0"."at", 'order': COALESCE("t0"."order", 9223372036854775807), 'place': "t0"."place"} DESC
    ) FILTER(WHERE
      "t0"."due" IS NOT NULL) AS "due",
    FIRST(
      "t0"."ended" ORDER BY {'at': "t0"."at", 'order': COALESCE("t0"."order", 9223372036854775807), 'place': "t0"."place"} DESC
    ) FILTER(WHERE
      "t0"."ended" IS NOT NULL) AS "ended",
    FIRST(
      "t0"."kept" ORDER BY {'at': "t0"."at", 'order': COALESCE("t0"."order", 9223372036854775807), 'place': "t0"."place"} DESC
    ) FILTER(WHERE
      "t0"."kept" IS NOT NULL) AS "kept"
  FROM "events" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
ORDER BY
  "t1"."log" ASC,
  "t1"."case" ASC
