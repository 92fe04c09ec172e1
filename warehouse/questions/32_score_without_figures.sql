-- Scores without figures
-- 没有数据支撑的得分
-- Returns: a project's or department's self-evaluation: indicators with a score, those of them whose actual value is no number, and their share.
-- Adds over: the counts add within one fiscal year; the share is a ratio.
SELECT
  fiscal_year, region, department, project,
  count(*) AS scored,
  count(*) FILTER (WHERE actual_value IS NULL) AS without_figure,
  round(100.0 * count(*) FILTER (WHERE actual_value IS NULL) / count(*), 1) AS percent
FROM mart.indicator_target
WHERE score IS NOT NULL AND indicator_count = 1
GROUP BY fiscal_year, region, department, unit, project, filing_id, section_seq
HAVING count(*) FILTER (WHERE actual_value IS NULL) > 0
ORDER BY percent DESC, fiscal_year, department, unit, project, filing_id, section_seq
