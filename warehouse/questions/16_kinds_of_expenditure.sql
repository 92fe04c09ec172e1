-- Basic, project and special expenditure by department
-- 各部门基本支出、项目支出与事业发展性支出
-- Returns: a department form's expenditure by type and line, and the line's share of the whole.
-- Adds over: amount_yuan adds over the lines of one form and over departments of one scope, within this one statement.
SELECT
  fiscal_year,
  region,
  department,
  scope,
  expenditure_type,
  line,
  amount_yuan,
  round(100 * amount_yuan / nullif(sum(amount_yuan) OVER (PARTITION BY filing_id), 0), 1) AS percent
FROM mart.budget_statement
WHERE statement = 'dept_expenditure'
ORDER BY fiscal_year, department, scope, amount_yuan DESC, line
