-- Targets that were met by a multiple: who promised too little
-- 超额完成一倍以上的指标（目标偏低）
-- Returns: a target of at least or exactly a number whose actual value is twice that or more, the largest multiple first.
-- Adds over: nothing; a multiple is a ratio.
SELECT
  fiscal_year, region, department, project, indicator, target_text, actual_text,
  round(actual_value / value, 1) AS multiple
FROM mart.indicator_target
WHERE actual_as_of IS NULL AND met IS DISTINCT FROM false AND operator IN ('>=', '>', '=')
  AND value > 0 AND actual_value >= 2 * value
ORDER BY multiple DESC, fiscal_year, department, unit, project, filing_id, section_seq, indicator_seq, promise_seq
