-- Full score with less than 80 % of the money spent
-- 预算执行率低于80%而指标满分
-- Returns: a project whose indicators have all their points, though less than 80 % of its money of the year was spent.
-- Adds over: both amounts add within one fiscal year and scope; the share is a ratio.
SELECT
  spent.fiscal_year, spent.region, spent.department, spent.project, spent.budget_yuan, spent.spent_yuan,
  round(100 * spent.spent_yuan / spent.budget_yuan, 1) AS percent, points.score
FROM (
  SELECT fiscal_year, region, department, unit, project, filing_id, section_seq,
    coalesce(sum(amount_yuan) FILTER (WHERE measure_kind = 'adjusted'),
      sum(amount_yuan) FILTER (WHERE measure_kind = 'budget')) AS budget_yuan,
    sum(amount_yuan) FILTER (WHERE measure_kind = 'execution') AS spent_yuan
  FROM mart.budget_statement
  WHERE statement = 'project_execution'
  GROUP BY fiscal_year, region, department, unit, project, filing_id, section_seq
) spent
JOIN (
  SELECT unit, project, filing_id, section_seq, sum(score) AS score
  FROM mart.indicator_target
  WHERE indicator_count = 1 AND score IS NOT NULL AND weight IS NOT NULL
  GROUP BY unit, project, filing_id, section_seq
  HAVING sum(score) >= sum(weight)
) points USING (unit, project, filing_id, section_seq)
WHERE spent.budget_yuan > 0 AND spent.spent_yuan < 0.8 * spent.budget_yuan
ORDER BY percent, spent.fiscal_year, spent.department, unit, project, filing_id, section_seq
