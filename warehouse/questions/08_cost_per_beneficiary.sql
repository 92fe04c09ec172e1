-- Cost per beneficiary, where a project has one target in 人次 or 人
-- 每受益人（次）成本（仅有一个以人次或人计的指标的项目）
-- Returns: a project with exactly one annual target counted in people, its money and yuan per person.
-- Adds over: money and people add over projects apart; the cost is a ratio.
SELECT
  p.fiscal_year,
  p.region,
  p.department,
  p.project,
  p.total_yuan,
  people.indicator,
  people.operator,
  people.base_value AS people,
  people.base_unit,
  round(p.total_yuan / people.base_value, 2) AS yuan_per_person
FROM mart.project p
JOIN (
  SELECT filing_project_key, min(indicator) AS indicator, min(operator) AS operator,
    min(base_value) AS base_value, min(base_unit) AS base_unit
  FROM mart.indicator_target
  WHERE subject = 'project' AND horizon = 'annual' AND base_unit IN ('人', '人次') AND base_value > 0
  GROUP BY filing_project_key
  HAVING count(*) = 1
) people USING (filing_project_key)
WHERE p.total_yuan > 0
ORDER BY yuan_per_person DESC, p.fiscal_year, p.department, p.project
