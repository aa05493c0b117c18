-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
WITH `t1` AS (
  SELECT
    `t0`.`log`,
    `t0`.`case`,
    `t0`.`team`,
    `t0`.`came_back`,
    `t0`.`again`,
    DATEDIFF(MICROSECOND, `t0`.`came`, `t0`.`began`) / 1000000 AS `wait_s`,
    DATEDIFF(MICROSECOND, `t0`.`began`, `t0`.`left`) / 1000000 AS `held_s`
  FROM `stays` AS `t0`
)
SELECT
  *
FROM (
  SELECT
    `t6`.`team`,
    `t6`.`stays`,
    `t7`.`cases`,
    `t6`.`median_handling_s`,
    `t6`.`median_wait_s`,
    `t6`.`handling_s`,
    `t6`.`waiting_s`,
    `t6`.`returns`,
    `t6`.`ping_pongs`
  FROM (
    SELECT
      `t2`.`team`,
      COUNT(*) AS `stays`,
      PERCENTILE(`t2`.`held_s`, 0.5) AS `median_handling_s`,
      PERCENTILE(`t2`.`wait_s`, 0.5) AS `median_wait_s`,
      SUM(`t2`.`held_s`) AS `handling_s`,
      SUM(`t2`.`wait_s`) AS `waiting_s`,
      SUM(CAST(`t2`.`came_back` AS BIGINT)) AS `returns`,
      SUM(CAST(`t2`.`again` AS BIGINT)) AS `ping_pongs`
    FROM `t1` AS `t2`
    GROUP BY
      1
  ) AS `t6`
  INNER JOIN (
    SELECT
      `t3`.`team`,
      COUNT(*) AS `cases`
    FROM (
      SELECT
        `t2`.`team`,
        `t2`.`log`,
        `t2`.`case`,
        COUNT(*) AS `here`
      FROM `t1` AS `t2`
      GROUP BY
        1,
        2,
        3
    ) AS `t3`
    GROUP BY
      1
  ) AS `t7`
    ON `t6`.`team` = `t7`.`team`
) AS `t8`
ORDER BY
  `t8`.`stays` DESC,
  `t8`.`team` ASC NULLS LAST
