-- The mix of output, benefit, satisfaction and cost indicators by department
-- 各部门产出、效益、满意度、成本指标的构成
-- Returns: a department and year with its indicators by level 1; an indicator counts once, however many promises it makes.
-- Adds over: counts add over projects and departments.
SELECT
  fiscal_year,
  region,
  department,
  count(*) AS indicators,
  count(*) FILTER (WHERE level1 = '产出') AS output,
  count(*) FILTER (WHERE level1 = '效益') AS benefit,
  count(*) FILTER (WHERE level1 = '满意度') AS satisfaction,
  count(*) FILTER (WHERE level1 = '成本') AS cost,
  count(*) FILTER (WHERE level1 IS NULL OR level1 NOT IN ('产出', '效益', '满意度', '成本')) AS unknown
FROM (
  SELECT DISTINCT filing_id, fiscal_year, region, department, unit, project, subject, task, indicator_seq, level1
  FROM mart.indicator_target
) i
GROUP BY fiscal_year, region, department
ORDER BY fiscal_year, department
