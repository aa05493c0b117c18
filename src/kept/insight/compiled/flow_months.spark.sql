-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t1`.`team`,
    `t1`.`month`,
    COUNT(*) AS `stays`,
    PERCENTILE(`t1`.`held_s`, 0.5) AS `median_handling_s`,
    PERCENTILE(`t1`.`wait_s`, 0.5) AS `median_wait_s`
  FROM (
    SELECT
      `t0`.`team`,
      (
        (
          EXTRACT(year FROM `t0`.`left`) * 12
        ) + EXTRACT(month FROM `t0`.`left`)
      ) - 1 AS `month`,
      DATEDIFF(MICROSECOND, `t0`.`came`, `t0`.`began`) / 1000000 AS `wait_s`,
      DATEDIFF(MICROSECOND, `t0`.`began`, `t0`.`left`) / 1000000 AS `held_s`
    FROM `stays` AS `t0`
  ) AS `t1`
  GROUP BY
    1,
    2
) AS `t2`
ORDER BY
  `t2`.`team` ASC NULLS LAST,
  `t2`.`month` ASC NULLS LAST
