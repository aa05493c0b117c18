-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t3`.`team`,
    `t3`.`slot`,
    SUM(`t3`.`came`) AS `came`,
    SUM(`t3`.`left`) AS `left`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t0`.`team`,
        CAST(FLOOR(UNIX_TIMESTAMP(CAST(`t0`.`came` AS TIMESTAMP)) / 21600) AS BIGINT) AS `slot`,
        1 AS `came`,
        0 AS `left`
      FROM `stays` AS `t0`
    ) AS `t1`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t0`.`team`,
        CAST(FLOOR(UNIX_TIMESTAMP(CAST(`t0`.`left` AS TIMESTAMP)) / 21600) AS BIGINT) AS `slot`,
        0 AS `came`,
        1 AS `left`
      FROM `stays` AS `t0`
    ) AS `t2`
  ) AS `t3`
  GROUP BY
    1,
    2
) AS `t4`
ORDER BY
  `t4`.`team` ASC NULLS LAST,
  `t4`.`slot` ASC NULLS LAST
