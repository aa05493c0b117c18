-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
WITH `t4` AS (
  SELECT
    `t3`.`log`,
    `t3`.`case`,
    `t3`.`provider`,
    `t3`.`team` AS `customer`,
    `t3`.`at`,
    DATEDIFF(MICROSECOND, `t3`.`left_at`, `t3`.`at`) / 1000000 AS `wait_s`,
    LAG(`t3`.`provider`) OVER (
      PARTITION BY `t3`.`log`, `t3`.`case`
      ORDER BY `t3`.`at` ASC NULLS LAST, `t3`.`order` ASC NULLS LAST, `t3`.`place` ASC NULLS LAST
    ) = `t3`.`team` AS `came_back`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t1`.`log`,
        `t1`.`case`,
        `t1`.`at`,
        `t1`.`order`,
        `t1`.`place`,
        `t1`.`activity`,
        `t1`.`lifecycle`,
        `t1`.`team`,
        `t1`.`person`,
        `t1`.`customer`,
        `t1`.`due`,
        `t1`.`ended`,
        `t1`.`kept`,
        LAG(`t1`.`team`) OVER (
          PARTITION BY `t1`.`log`, `t1`.`case`
          ORDER BY `t1`.`at` ASC NULLS LAST, `t1`.`order` ASC NULLS LAST, `t1`.`place` ASC NULLS LAST
        ) AS `provider`,
        LAG(`t1`.`at`) OVER (
          PARTITION BY `t1`.`log`, `t1`.`case`
          ORDER BY `t1`.`at` ASC NULLS LAST, `t1`.`order` ASC NULLS LAST, `t1`.`place` ASC NULLS LAST
        ) AS `left_at`
      FROM (
        SELECT
          *
        FROM `events` AS `t0`
        WHERE
          `t0`.`team` IS NOT NULL
      ) AS `t1`
    ) AS `t2`
    WHERE
      `t2`.`provider` <> `t2`.`team`
  ) AS `t3`
)
SELECT
  *
FROM (
  SELECT
    `t10`.`provider`,
    `t10`.`customer`,
    `t10`.`handoffs`,
    `t9`.`cases`,
    `t10`.`median_wait_s`,
    `t10`.`p90_wait_s`,
    `t10`.`returns`,
    `t10`.`first_s`,
    `t10`.`last_s`
  FROM (
    SELECT
      `t5`.`provider`,
      `t5`.`customer`,
      COUNT(*) AS `handoffs`,
      PERCENTILE(`t5`.`wait_s`, 0.5) AS `median_wait_s`,
      PERCENTILE(`t5`.`wait_s`, 0.9) AS `p90_wait_s`,
      SUM(CAST(COALESCE(`t5`.`came_back`, FALSE) AS BIGINT)) AS `returns`,
      UNIX_TIMESTAMP(CAST(MIN(`t5`.`at`) AS TIMESTAMP)) AS `first_s`,
      UNIX_TIMESTAMP(CAST(MAX(`t5`.`at`) AS TIMESTAMP)) AS `last_s`
    FROM `t4` AS `t5`
    GROUP BY
      1,
      2
  ) AS `t10`
  INNER JOIN (
    SELECT
      `t6`.`provider`,
      `t6`.`customer`,
      COUNT(*) AS `cases`
    FROM (
      SELECT
        `t5`.`provider`,
        `t5`.`customer`,
        `t5`.`log`,
        `t5`.`case`,
        COUNT(*) AS `first_of_case`,
        MIN(`t5`.`wait_s`) AS `waits`
      FROM `t4` AS `t5`
      GROUP BY
        1,
        2,
        3,
        4
    ) AS `t6`
    GROUP BY
      1,
      2
  ) AS `t9`
    ON `t10`.`provider` = `t9`.`provider` AND `t10`.`customer` = `t9`.`customer`
) AS `t11`
ORDER BY
  `t11`.`handoffs` DESC,
  `t11`.`provider` ASC NULLS LAST,
  `t11`.`customer` ASC NULLS LAST
