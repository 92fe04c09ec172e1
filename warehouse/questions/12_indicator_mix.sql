-- The mix of output, benefit, satisfaction and cost indicators by department
-- 各部门产出、效益、满意度、成本指标的构成
-- Returns: a department, year, kind of filing and scope with its indicators by level 1; an indicator counts once, however many promises it makes.
-- Adds over: counts add over projects and departments.
SELECT
  fiscal_year,
  region,
  department,
  filing_kind,
  scope,
  sum(indicator_count) AS indicators,
  coalesce(sum(indicator_count) FILTER (WHERE level1 = '产出'), 0) AS output,
  coalesce(sum(indicator_count) FILTER (WHERE level1 = '效益'), 0) AS benefit,
  coalesce(sum(indicator_count) FILTER (WHERE level1 = '满意度'), 0) AS satisfaction,
  coalesce(sum(indicator_count) FILTER (WHERE level1 = '成本'), 0) AS cost,
  coalesce(sum(indicator_count) FILTER (WHERE level1 IS NULL OR level1 NOT IN ('产出', '效益', '满意度', '成本')), 0) AS unknown
FROM mart.indicator_target
GROUP BY fiscal_year, region, department, filing_kind, scope
ORDER BY fiscal_year, department, filing_kind, scope
