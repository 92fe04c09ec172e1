-- Money up, targets down, against the year before
-- 资金增加而指标值降低的项目
-- Returns: a target of a project with more money than the year before that promises less: a smaller least or a larger most.
-- Adds over: nothing; one project may have several such targets.
SELECT
  l.fiscal_year,
  l.department,
  l.project,
  l.previous_total_yuan,
  l.total_yuan,
  t.indicator,
  t.horizon,
  b.target_text AS target_before,
  t.target_text AS target_now
FROM mart.project_lineage l
JOIN mart.indicator_target t USING (filing_project_key)
JOIN mart.indicator_target b ON b.filing_project_key = l.previous_filing_project_key
  AND b.indicator = t.indicator AND b.horizon = t.horizon AND b.promise_seq = t.promise_seq
  AND b.base_unit IS NOT DISTINCT FROM t.base_unit
WHERE l.method <> 'similar' AND l.change_yuan > 0 AND CASE
  WHEN t.operator IN ('>=', '>', '=') AND b.operator IN ('>=', '>', '=') THEN t.base_value < b.base_value
  WHEN t.operator IN ('<=', '<') AND b.operator IN ('<=', '<') THEN t.base_value > b.base_value
END
ORDER BY l.change_yuan DESC, l.fiscal_year, l.department, l.project, t.indicator_seq, t.horizon
