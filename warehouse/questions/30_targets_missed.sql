-- Targets that were missed
-- 未完成的绩效指标
-- Returns: a target of a self-evaluation whose actual value breaks it by its own operator, with score and stated reason.
-- Adds over: nothing; targets of different measures are never added.
SELECT fiscal_year, region, department, project, level1, indicator, target_text, actual_text, weight, score, deviation
FROM mart.indicator_target
WHERE met IS FALSE AND actual_as_of IS NULL
ORDER BY fiscal_year, department, unit, project, filing_id, section_seq, indicator_seq, horizon, promise_seq
