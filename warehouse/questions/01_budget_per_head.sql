-- Budget per head by district and year
-- 各区各年度人均项目预算
-- Returns: a district, year, kind of filing and scope with the money of the project tables loaded, residents, yuan per head.
-- Adds over: amount_yuan adds over departments of one kind and scope; a ratio of sums, never a sum or average of ratios.
SELECT
  b.fiscal_year,
  b.region,
  b.filing_kind,
  b.scope,
  b.departments,
  b.amount_yuan,
  p.population,
  p.census_year,
  round(b.amount_yuan / p.population, 2) AS yuan_per_head
FROM (
  SELECT fiscal_year, region_code, region, filing_kind, scope, count(department) AS departments, sum(amount_yuan) AS amount_yuan
  FROM (
    SELECT fiscal_year, region_code, region, filing_kind, scope, department, sum(amount_yuan) AS amount_yuan
    FROM mart.project_budget
    GROUP BY fiscal_year, region_code, region, filing_kind, scope, department
  ) d
  GROUP BY fiscal_year, region_code, region, filing_kind, scope
) b
LEFT JOIN LATERAL (
  SELECT population, census_year FROM mart.population
  WHERE region_code = b.region_code AND census_year <= b.fiscal_year
  ORDER BY census_year DESC LIMIT 1
) p ON true
ORDER BY b.fiscal_year, b.region, b.filing_kind, b.scope
