-- Concentration: the top three projects' share of a department's money
-- 集中度：前三大项目占部门项目资金的比重
-- Returns: a department, year, kind of filing and scope with its projects, its money, the money of its three largest projects and their share.
-- Adds over: money adds over departments; the share is a ratio of sums.
SELECT
  fiscal_year,
  region,
  department,
  filing_kind,
  scope,
  count(*) AS projects,
  sum(total_yuan) AS total_yuan,
  sum(total_yuan) FILTER (WHERE place <= 3) AS top_three_yuan,
  round(100 * sum(total_yuan) FILTER (WHERE place <= 3) / nullif(sum(total_yuan), 0), 1) AS top_three_percent
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY department, filing_kind, scope, fiscal_year ORDER BY total_yuan DESC NULLS LAST) AS place
  FROM mart.project
) p
GROUP BY department, filing_kind, scope, fiscal_year, region
ORDER BY top_three_percent DESC NULLS LAST, fiscal_year, department, filing_kind, scope
