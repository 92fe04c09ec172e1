-- Projects above 10 million yuan without a satisfaction indicator
-- 一千万元以上且没有满意度指标的项目
-- Returns: a project of more than 10,000,000 yuan that asks nobody whether he is satisfied.
-- Adds over: total_yuan adds over projects of one year, kind of filing and scope.
SELECT p.fiscal_year, p.region, p.department, p.filing_kind, p.scope, p.unit, p.project, p.total_yuan, p.indicators
FROM mart.project p
WHERE p.total_yuan > 10000000 AND NOT EXISTS (
  SELECT FROM mart.indicator_target t
  WHERE t.filing_project_key = p.filing_project_key AND t.is_satisfaction
)
ORDER BY p.total_yuan DESC, p.fiscal_year, p.department, p.project, p.filing_kind, p.scope
