-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  `t1`.`log`,
  `t1`.`case`,
  `t1`.`events`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t1`.`first`) / 1000000 AS `first`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t1`.`last`) / 1000000 AS `last`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t1`.`due`) / 1000000 AS `due`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t1`.`ended`) / 1000000 AS `ended`,
  `t1`.`kept`
FROM (
  SELECT
    `t0`.`log`,
    `t0`.`case`,
    COUNT(*) AS `events`,
    MIN(`t0`.`at`) AS `first`,
    MAX(`t0`.`at`) AS `last`,
    MAX_BY(
      IF(`t0`.`due` IS NOT NULL, `t0`.`due`, NULL),
      IF(
        `t0`.`due` IS NOT NULL,
        STRUCT(
          `t0`.`at` AS `at`,
          COALESCE(`t0`.`order`, 9223372036854775807) AS `order`,
          `t0`.`place` AS `place`
        ),
        NULL
      )
    ) AS `due`,
    MAX_BY(
      IF(`t0`.`ended` IS NOT NULL, `t0`.`ended`, NULL),
      IF(
        `t0`.`ended` IS NOT NULL,
        STRUCT(
          `t0`.`at` AS `at`,
          COALESCE(`t0`.`order`, 9223372036854775807) AS `order`,
          `t0`.`place` AS `place`
        ),
        NULL
      )
    ) AS `ended`,
    MAX_BY(
      IF(`t0`.`kept` IS NOT NULL, `t0`.`kept`, NULL),
      IF(
        `t0`.`kept` IS NOT NULL,
        STRUCT(
          `t0`.`at` AS `at`,
          COALESCE(`t0`.`order`, 9223372036854775807) AS `order`,
          `t0`.`place` AS `place`
        ),
        NULL
      )
    ) AS `kept`
  FROM `events` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
ORDER BY
  `t1`.`log` ASC NULLS LAST,
  `t1`.`case` ASC NULLS LAST
