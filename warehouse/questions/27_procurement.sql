-- What departments buy: goods, works and services
-- 政府采购：货物、工程与服务
-- Returns: a line of a department's procurement table, its share of the table, and the table's share of the department's expenditure.
-- Adds over: amount_yuan adds over lines, and over departments of one year and scope.
SELECT
  bought.fiscal_year,
  bought.region,
  bought.department,
  bought.scope,
  bought.line,
  bought.amount_yuan,
  round(100 * bought.amount_yuan / nullif(sum(bought.amount_yuan)
    OVER (PARTITION BY bought.fiscal_year, bought.region, bought.department, bought.scope), 0), 1) AS percent,
  round(100 * sum(bought.amount_yuan)
    OVER (PARTITION BY bought.fiscal_year, bought.region, bought.department, bought.scope)
    / nullif(spent.amount_yuan, 0), 1) AS percent_of_expenditure
FROM (
  SELECT fiscal_year, region, department, scope, line, sum(amount_yuan) AS amount_yuan
  FROM mart.budget_statement
  WHERE statement = 'procurement'
  GROUP BY fiscal_year, region, department, scope, line
) bought
LEFT JOIN (
  SELECT fiscal_year, department, scope, sum(amount_yuan) AS amount_yuan
  FROM mart.budget_statement
  WHERE statement = 'budget_expenditure'
    AND measure NOT LIKE '上年%'
  GROUP BY fiscal_year, department, scope
) spent USING (fiscal_year, department, scope)
ORDER BY fiscal_year, region, department, scope, amount_yuan DESC, line
