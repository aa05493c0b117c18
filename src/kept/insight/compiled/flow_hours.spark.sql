-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t1`.`team`,
    `t1`.`hour`,
    COUNT(*) AS `came`
  FROM (
    SELECT
      `t0`.`team`,
      (
        CAST(FLOOR(UNIX_TIMESTAMP(CAST(`t0`.`came` AS TIMESTAMP)) / 3600) AS BIGINT) + 72
      ) % 168 AS `hour`
    FROM `stays` AS `t0`
  ) AS `t1`
  GROUP BY
    1,
    2
) AS `t2`
ORDER BY
  `t2`.`team` ASC NULLS LAST,
  `t2`.`hour` ASC NULLS LAST
