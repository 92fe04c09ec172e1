-- Expenditure by function, district, department and year
-- 按功能分类、地区、部门和年度的支出
-- Returns: a department's expenditure by 类 of the function classification, as budget or as final account, and the share of each.
-- Adds over: amount_yuan adds over classes, and over departments of one year, scope and statement; never add budget to final account.
SELECT
  fiscal_year,
  region,
  department,
  scope,
  statement,
  class_code,
  class,
  sum(amount_yuan) AS amount_yuan,
  round(100 * sum(amount_yuan)
    / nullif(sum(sum(amount_yuan)) OVER (PARTITION BY fiscal_year, region, department, scope, statement), 0), 1) AS percent
FROM mart.budget_statement
WHERE statement IN ('budget_expenditure', 'final_expenditure')
  AND class_code IS NOT NULL
  AND measure NOT LIKE '上年%'
GROUP BY fiscal_year, region, department, scope, statement, class_code, class
ORDER BY fiscal_year, region, department, scope, statement, class_code, class
