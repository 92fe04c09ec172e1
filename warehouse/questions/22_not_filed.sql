-- Who has not filed for a year
-- 哪些部门某年度没有公开
-- Returns: a publisher that has filed this kind of filing for some year, and a year between the first and the last of
-- the warehouse for which it has not. A held filing counts as filed.
-- Adds over: counts of missing years add over departments.
WITH filed AS (SELECT DISTINCT region, department, kind, fiscal_year FROM mart.filing)
SELECT d.region, d.department, d.kind, y.fiscal_year
FROM (SELECT DISTINCT region, department, kind FROM filed WHERE kind IS NOT NULL) d
CROSS JOIN (SELECT generate_series(min(fiscal_year), max(fiscal_year)) AS fiscal_year FROM filed) y
WHERE NOT EXISTS (
  SELECT FROM filed f
  WHERE f.department = d.department AND f.kind = d.kind AND f.fiscal_year = y.fiscal_year
)
ORDER BY d.region, d.department, d.kind, y.fiscal_year
