-- Budget per employee of the department
-- 部门人均预算（按财政供养人员）
-- Returns: a department form with its expenditure, its staff paid from the budget, and yuan per employee.
-- Adds over: expenditure and staff add over departments of one year and scope; the quotient is a ratio of sums.
SELECT
  p.fiscal_year,
  p.region,
  p.department,
  p.scope,
  sum(b.amount_yuan) AS expenditure_yuan,
  p.staff,
  round(sum(b.amount_yuan) / nullif(p.staff, 0), 2) AS yuan_per_employee
FROM mart.department_profile p
JOIN mart.budget_statement b ON b.filing_id = p.filing_id AND b.statement = 'dept_expenditure'
GROUP BY p.filing_id, p.fiscal_year, p.region, p.department, p.scope, p.staff
ORDER BY yuan_per_employee DESC NULLS LAST, p.fiscal_year, p.department, p.scope
