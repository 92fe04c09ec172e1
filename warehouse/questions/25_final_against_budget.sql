-- What was spent of what was budgeted
-- 决算与预算对比
-- Returns: for each 类 of a department with both a budget and a final account of one year: both, the difference and the share spent.
-- Adds over: each amount adds over classes and departments of one year and scope; the share is a ratio of sums.
WITH expenditure AS (
  SELECT fiscal_year, region, department, scope, statement, class_code, class, amount_yuan
  FROM mart.budget_statement
  WHERE statement IN ('budget_expenditure', 'final_expenditure')
    AND class_code IS NOT NULL
    AND measure NOT LIKE '上年%'
),
both_printed AS (
  SELECT fiscal_year, department, scope
  FROM expenditure
  GROUP BY fiscal_year, department, scope
  HAVING count(DISTINCT statement) = 2
)
SELECT
  fiscal_year,
  region,
  department,
  scope,
  class_code,
  max(class) AS class,
  coalesce(sum(amount_yuan) FILTER (WHERE statement = 'budget_expenditure'), 0) AS budget_yuan,
  coalesce(sum(amount_yuan) FILTER (WHERE statement = 'final_expenditure'), 0) AS final_yuan,
  sum(CASE statement WHEN 'final_expenditure' THEN amount_yuan ELSE -amount_yuan END) AS difference_yuan,
  round(100 * coalesce(sum(amount_yuan) FILTER (WHERE statement = 'final_expenditure'), 0)
    / nullif(sum(amount_yuan) FILTER (WHERE statement = 'budget_expenditure'), 0), 1) AS spent_percent
FROM expenditure
JOIN both_printed USING (fiscal_year, department, scope)
GROUP BY fiscal_year, region, department, scope, class_code
ORDER BY fiscal_year, region, department, scope, class_code
