-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  *
FROM (
  SELECT
    `t2`.`team`,
    SUM(`t2`.`events`) AS `events`,
    COUNT(*) AS `cases`
  FROM (
    SELECT
      `t1`.`team`,
      `t1`.`log`,
      `t1`.`case`,
      COUNT(*) AS `events`
    FROM (
      SELECT
        *
      FROM `events` AS `t0`
      WHERE
        `t0`.`team` IS NOT NULL
    ) AS `t1`
    GROUP BY
      1,
      2,
      3
  ) AS `t2`
  GROUP BY
    1
) AS `t3`
ORDER BY
  `t3`.`team` ASC NULLS LAST
