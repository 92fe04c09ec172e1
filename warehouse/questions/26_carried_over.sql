-- Money carried over from year to year
-- 结转和结余资金
-- Returns: a department's money carried in (budget, final account) or out (final account), beside the whole side of the balance.
-- Adds over: both amounts add over departments within one year, scope and statement; never add one statement to another.
SELECT
  fiscal_year,
  region,
  department,
  scope,
  statement,
  coalesce(sum(amount_yuan) FILTER (WHERE line ~ '结转|结余'), 0) AS carried_yuan,
  sum(amount_yuan) AS whole_yuan,
  round(100 * coalesce(sum(amount_yuan) FILTER (WHERE line ~ '结转|结余'), 0) / nullif(sum(amount_yuan), 0), 1) AS percent
FROM mart.budget_statement
WHERE statement IN ('budget_balance_income', 'final_balance_income', 'final_balance_expenditure')
  AND measure NOT LIKE '上年%'
GROUP BY fiscal_year, region, department, scope, statement
ORDER BY fiscal_year, region, department, scope, statement
