-- Full score with less than 80 % of the money spent
-- 预算执行率低于80%而指标满分
-- Returns: a project whose indicators have all their points, though less than 80 % of its money of the year was spent: by its amounts, else by the rate that it prints.
-- Adds over: both amounts add within one fiscal year and scope; the share is a ratio.
SELECT
  fiscal_year, region, department, project, spent.budget_yuan, spent.spent_yuan,
  round(100 * coalesce(spent.spent_yuan / nullif(spent.budget_yuan, 0), execution_rate), 1) AS percent, points.score
FROM mart.project
JOIN (
  SELECT filing_project_key, sum(score) AS score
  FROM mart.indicator_target
  WHERE indicator_count = 1 AND score IS NOT NULL AND weight IS NOT NULL
  GROUP BY filing_project_key
  HAVING sum(score) >= sum(weight)
) points USING (filing_project_key)
LEFT JOIN (
  SELECT filing_project_key,
    coalesce(sum(amount_yuan) FILTER (WHERE measure_kind = 'adjusted'),
      sum(amount_yuan) FILTER (WHERE measure_kind = 'budget')) AS budget_yuan,
    sum(amount_yuan) FILTER (WHERE measure_kind = 'execution') AS spent_yuan
  FROM mart.budget_statement
  WHERE statement = 'project_execution'
  GROUP BY filing_project_key
) spent USING (filing_project_key)
WHERE coalesce(spent.spent_yuan / nullif(spent.budget_yuan, 0), execution_rate) < 0.8
ORDER BY percent, fiscal_year, department, unit, project, filing_id, section_seq
