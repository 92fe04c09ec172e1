-- Projects without any measurable indicator
-- 没有任何可衡量指标的项目
-- Returns: a project that promises nothing which can be measured, with its money and the number of its indicators.
-- Adds over: total_yuan adds over projects of one year, kind of filing and scope.
SELECT p.fiscal_year, p.region, p.department, p.filing_kind, p.scope, p.unit, p.project, p.total_yuan, p.indicators
FROM mart.project p
WHERE NOT EXISTS (
  SELECT FROM mart.indicator_target t
  WHERE t.filing_project_key = p.filing_project_key AND t.is_measurable
)
ORDER BY p.total_yuan DESC NULLS LAST, p.fiscal_year, p.department, p.unit, p.project, p.filing_kind, p.scope
