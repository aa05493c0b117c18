-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  "t9"."log",
  "t9"."case",
  "t9"."team",
  "t9"."activity",
  "t9"."number",
  "t9"."came_from",
  "t9"."came_back",
  "t9"."again",
  "t9"."next_at" IS NULL AS "closing",
  CASE
    WHEN "t6"."done"
    THEN COALESCE("t9"."before_at", "t3"."case_begin")
    ELSE "t9"."first_at"
  END AS "came",
  CASE
    WHEN "t6"."done"
    THEN "t9"."first_at"
    ELSE COALESCE(
      "t9"."second_at",
      CASE
        WHEN "t6"."done"
        THEN COALESCE("t9"."last_at", "t3"."case_seen")
        ELSE COALESCE("t9"."next_at", "t3"."case_last")
      END
    )
  END AS "began",
  CASE
    WHEN "t6"."done"
    THEN COALESCE("t9"."last_at", "t3"."case_seen")
    ELSE COALESCE("t9"."next_at", "t3"."case_last")
  END AS "left"
FROM (
  SELECT
    "t7"."log",
    "t7"."case",
    "t7"."team",
    "t7"."activity",
    "t7"."came_from",
    "t7"."before_at",
    "t7"."at" AS "first_at",
    CASE
      WHEN "t7"."after" = "t7"."team"
      THEN "t7"."after_at"
      ELSE CAST(NULL AS TIMESTAMPTZ)
    END AS "second_at",
    LEAD("t7"."before_at") OVER (
      PARTITION BY "t7"."log", "t7"."case"
      ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "last_at",
    LEAD("t7"."at") OVER (
      PARTITION BY "t7"."log", "t7"."case"
      ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_at",
    ROW_NUMBER() OVER (
      PARTITION BY "t7"."log", "t7"."case"
      ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "number",
    COALESCE(
      LAG("t7"."came_from") OVER (
        PARTITION BY "t7"."log", "t7"."case"
        ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) = "t7"."team",
      FALSE
    ) AS "came_back",
    COALESCE(
      LAG("t7"."came_from") OVER (
        PARTITION BY "t7"."log", "t7"."case"
        ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) = "t7"."team",
      FALSE
    )
    AND COALESCE(
      LAG("t7"."came_from", 2) OVER (
        PARTITION BY "t7"."log", "t7"."case"
        ORDER BY "t7"."at" ASC, "t7"."order" ASC, "t7"."place" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) = "t7"."came_from",
      FALSE
    ) AS "again"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t1"."log",
        "t1"."case",
        "t1"."at",
        "t1"."order",
        "t1"."place",
        "t1"."activity",
        "t1"."team",
        LAG("t1"."team") OVER (
          PARTITION BY "t1"."log", "t1"."case"
          ORDER BY "t1"."at" ASC, "t1"."order" ASC, "t1"."place" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "came_from",
        LAG("t1"."at") OVER (
          PARTITION BY "t1"."log", "t1"."case"
          ORDER BY "t1"."at" ASC, "t1"."order" ASC, "t1"."place" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "before_at",
        LEAD("t1"."team") OVER (
          PARTITION BY "t1"."log", "t1"."case"
          ORDER BY "t1"."at" ASC, "t1"."order" ASC, "t1"."place" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "after",
        LEAD("t1"."at") OVER (
          PARTITION BY "t1"."log", "t1"."case"
          ORDER BY "t1"."at" ASC, "t1"."order" ASC, "t1"."place" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "after_at"
      FROM (
        SELECT
          *
        FROM "events" AS "t0"
        WHERE
          "t0"."team" IS NOT NULL
      ) AS "t1"
    ) AS "t4"
    WHERE
      (
        "t4"."came_from" IS NULL
      ) OR (
        "t4"."came_from" <> "t4"."team"
      )
  ) AS "t7"
) AS "t9"
INNER JOIN (
  SELECT
    "t0"."log",
    "t0"."case",
    MIN("t0"."at") AS "case_begin",
    MAX("t0"."at") AS "case_last",
    MAX("t0"."at") FILTER(WHERE
      "t0"."team" IS NOT NULL) AS "case_seen"
  FROM "events" AS "t0"
  GROUP BY
    1,
    2
) AS "t3"
  ON "t9"."log" = "t3"."log" AND "t9"."case" = "t3"."case"
INNER JOIN (
  SELECT
    "t0"."log",
    (
      (
        SUM(
          CAST(COALESCE(LOWER("t0"."lifecycle") IN ('start', 'complete'), FALSE) AS BIGINT)
        ) * 2
      ) > COUNT(*)
    )
    OR (
      MAX("t0"."log") = 'kept'
    ) AS "done"
  FROM "events" AS "t0"
  GROUP BY
    1
) AS "t6"
  ON "t9"."log" = "t6"."log"
