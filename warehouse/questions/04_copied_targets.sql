-- Targets copied word for word from last year
-- 与上年一字不差的指标值
-- Returns: an indicator of a project that goes on, with the same words as its target in both years.
-- Adds over: counts only; whether a target stands in both years is not a measure.
SELECT l.fiscal_year, l.department, l.unit, l.project, t.indicator, t.horizon, t.target_text
FROM mart.project_lineage l
JOIN mart.indicator_target t ON (t.filing_id, t.unit, t.project) = (l.filing_id, l.unit, l.project)
JOIN (
  SELECT DISTINCT filing_id, unit, project, indicator, horizon, target_text
  FROM mart.indicator_target WHERE subject = 'project'
) b ON (b.filing_id, b.unit, b.project) = (l.previous_filing_id, l.previous_unit, l.previous_project)
  AND (b.indicator, b.horizon, b.target_text) = (t.indicator, t.horizon, t.target_text)
WHERE l.method <> 'similar' AND t.subject = 'project'
ORDER BY l.fiscal_year, l.department, l.unit, l.project, t.indicator_seq, t.horizon, t.promise_seq
