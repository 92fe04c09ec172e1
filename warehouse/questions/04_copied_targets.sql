-- Targets copied word for word from last year
-- 与上年一字不差的指标值
-- Returns: an indicator of a project that goes on, with the same words as its target in both years.
-- Adds over: counts only; whether a target stands in both years is not a measure.
SELECT l.fiscal_year, l.department, l.unit, l.project, t.indicator, t.horizon, t.target_text
FROM mart.project_lineage l
JOIN mart.indicator_target t USING (filing_project_key)
WHERE l.method <> 'similar' AND t.subject = 'project' AND EXISTS (
  SELECT FROM mart.indicator_target b
  WHERE b.filing_project_key = l.previous_filing_project_key
    AND (b.subject, b.indicator, b.horizon, b.target_text) = (t.subject, t.indicator, t.horizon, t.target_text)
)
ORDER BY l.fiscal_year, l.department, l.unit, l.project, t.indicator_seq, t.horizon, t.promise_seq
