-- “三公” expenses per head of staff
-- 人均“三公”经费
-- Returns: a department that prints both its “三公” budget and its staff in one year, and the money per head.
-- Adds over: three_public_yuan and staff add over departments of one scope; the money per head is a ratio of sums.
SELECT
  spent.fiscal_year,
  spent.region,
  spent.department,
  spent.scope,
  spent.three_public_yuan,
  staffed.staff,
  round(spent.three_public_yuan / nullif(staffed.staff, 0), 2) AS yuan_per_head
FROM (
  SELECT fiscal_year, region, department, scope, sum(amount_yuan) AS three_public_yuan
  FROM mart.budget_statement
  WHERE statement = 'three_public'
    AND measure NOT LIKE '上年%'
  GROUP BY fiscal_year, region, department, scope
) spent
JOIN (
  SELECT fiscal_year, department, max(staff) AS staff
  FROM mart.department_profile
  GROUP BY fiscal_year, department
) staffed USING (fiscal_year, department)
WHERE staffed.staff IS NOT NULL
ORDER BY yuan_per_head DESC NULLS LAST, spent.fiscal_year, spent.department, spent.scope
