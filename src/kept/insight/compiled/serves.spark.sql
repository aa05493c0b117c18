-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t2`.`provider`,
    `t2`.`customer`,
    COUNT(*) AS `cases`,
    UNIX_TIMESTAMP(CAST(MIN(`t2`.`at`) AS TIMESTAMP)) AS `first_s`,
    UNIX_TIMESTAMP(CAST(MAX(`t2`.`at`) AS TIMESTAMP)) AS `last_s`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t0`.`log`,
        `t0`.`case`,
        MAX_BY(
          IF(`t0`.`team` IS NOT NULL, `t0`.`team`, NULL),
          IF(
            `t0`.`team` IS NOT NULL,
            STRUCT(
              `t0`.`at` AS `at`,
              COALESCE(`t0`.`order`, 9223372036854775807) AS `order`,
              `t0`.`place` AS `place`
            ),
            NULL
          )
        ) AS `provider`,
        MAX_BY(
          IF(`t0`.`customer` IS NOT NULL, `t0`.`customer`, NULL),
          IF(
            `t0`.`customer` IS NOT NULL,
            STRUCT(
              `t0`.`at` AS `at`,
              COALESCE(`t0`.`order`, 9223372036854775807) AS `order`,
              `t0`.`place` AS `place`
            ),
            NULL
          )
        ) AS `customer`,
        MAX(IF(`t0`.`team` IS NOT NULL, `t0`.`at`, NULL)) AS `at`
      FROM `events` AS `t0`
      GROUP BY
        1,
        2
    ) AS `t1`
    WHERE
      `t1`.`provider` IS NOT NULL AND `t1`.`customer` IS NOT NULL
  ) AS `t2`
  GROUP BY
    1,
    2
) AS `t3`
ORDER BY
  `t3`.`cases` DESC,
  `t3`.`provider` ASC NULLS LAST,
  `t3`.`customer` ASC NULLS LAST
