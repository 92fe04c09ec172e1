-- Satisfaction targets below 90 %
-- 低于90%的满意度指标
-- Returns: a satisfaction target that promises less than 90 %, lowest first.
-- Adds over: nothing; shares of different people are never added.
SELECT fiscal_year, region, department, project, indicator, horizon, target_text, base_value
FROM mart.indicator_target
WHERE is_satisfaction AND kind = 'ratio' AND operator IN ('>=', '>', '=')
  AND base_value < 0.9
ORDER BY base_value, fiscal_year, department, project, indicator_seq, horizon, promise_seq
