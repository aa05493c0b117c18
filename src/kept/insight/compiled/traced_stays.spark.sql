-- Compiled from kept.insight.queries by python -m kept.insight.compile. Change it there.
SELECT
  `t0`.`log`,
  `t0`.`case`,
  `t0`.`team`,
  `t0`.`activity`,
  `t0`.`number`,
  `t0`.`came_from`,
  `t0`.`came_back`,
  `t0`.`closing`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t0`.`came`) / 1000000 AS `came`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t0`.`began`) / 1000000 AS `began`,
  DATEDIFF(MICROSECOND, CAST('1970-01-01T00:00:00+00:00' AS TIMESTAMP), `t0`.`left`) / 1000000 AS `left`
FROM `stays` AS `t0`
ORDER BY
  `t0`.`log` ASC NULLS LAST,
  `t0`.`case` ASC NULLS LAST,
  `t0`.`number` ASC NULLS LAST
