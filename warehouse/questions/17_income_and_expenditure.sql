-- Does a department's income equal its expenditure?
-- 部门收入与支出是否相等
-- Returns: a department form with the sums of its income and of its expenditure, and the difference.
-- Adds over: the two are two views of one money: never add one to the other.
SELECT
  fiscal_year,
  region,
  department,
  scope,
  sum(amount_yuan) FILTER (WHERE statement = 'dept_income') AS income_yuan,
  sum(amount_yuan) FILTER (WHERE statement = 'dept_expenditure') AS expenditure_yuan,
  sum(CASE statement WHEN 'dept_income' THEN amount_yuan ELSE -amount_yuan END) AS difference_yuan
FROM mart.budget_statement
WHERE statement IN ('dept_income', 'dept_expenditure')
GROUP BY filing_id, fiscal_year, region, department, scope
ORDER BY fiscal_year, department, scope
