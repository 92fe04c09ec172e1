-- Targets that were missed
-- 未完成的绩效指标
-- Returns: a target of a self-evaluation whose actual value breaks it by its own operator, the reading that says so, its score as a share of its weight, and the stated reason.
-- Adds over: nothing; targets of different measures are never added.
SELECT fiscal_year, region, department, project, level1, indicator, met_reading, weight, score,
  round(100 * score_share, 1) AS percent_of_weight, deviation
FROM mart.indicator_target
WHERE met IS FALSE AND actual_as_of IS NULL
ORDER BY fiscal_year, department, unit, project, filing_id, section_seq, indicator_seq, horizon, promise_seq
