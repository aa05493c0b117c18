-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t3`.`provider`,
    `t3`.`customer`,
    COUNT(*) AS `cases`,
    UNIX_TIMESTAMP(CAST(MIN(`t3`.`at`) AS TIMESTAMP)) AS `first_s`,
    UNIX_TIMESTAMP(CAST(MAX(`t3`.`at`) AS TIMESTAMP)) AS `last_s`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t1`.`log`,
        `t1`.`case`,
        MIN_BY(
          IF(`t1`.`team` IS NOT NULL, `t1`.`team`, NULL),
          IF(`t1`.`team` IS NOT NULL, `t1`.`from_end`, NULL)
        ) AS `provider`,
        MIN_BY(
          IF(`t1`.`customer` IS NOT NULL, `t1`.`customer`, NULL),
          IF(`t1`.`customer` IS NOT NULL, `t1`.`from_end`, NULL)
        ) AS `customer`,
        MAX(IF(`t1`.`team` IS NOT NULL, `t1`.`at`, NULL)) AS `at`
      FROM (
        SELECT
          `t0`.`log`,
          `t0`.`case`,
          `t0`.`at`,
          `t0`.`order`,
          `t0`.`place`,
          `t0`.`activity`,
          `t0`.`lifecycle`,
          `t0`.`team`,
          `t0`.`person`,
          `t0`.`customer`,
          `t0`.`due`,
          `t0`.`ended`,
          `t0`.`kept`,
          ROW_NUMBER() OVER (
            PARTITION BY `t0`.`log`, `t0`.`case`
            ORDER BY `t0`.`at` DESC, `t0`.`order` DESC NULLS FIRST, `t0`.`place` DESC
          ) - 1 AS `from_end`
        FROM `events` AS `t0`
      ) AS `t1`
      GROUP BY
        1,
        2
    ) AS `t2`
    WHERE
      `t2`.`provider` IS NOT NULL AND `t2`.`customer` IS NOT NULL
  ) AS `t3`
  GROUP BY
    1,
    2
) AS `t4`
ORDER BY
  `t4`.`cases` DESC,
  `t4`.`provider` ASC NULLS LAST,
  `t4`.`customer` ASC NULLS LAST
