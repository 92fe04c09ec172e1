-- The same indicator across districts: who promises least
-- 同一指标在各区之间：谁承诺最低
-- Returns: an annual indicator that at least two districts print in one unit: each district's lowest promise, lowest first.
-- Adds over: nothing; promises are compared, never added.
SELECT indicator, base_unit, fiscal_year, region, least, rank
FROM (
  SELECT indicator, base_unit, fiscal_year, region, min(base_value) AS least,
    rank() OVER (PARTITION BY indicator, base_unit ORDER BY min(base_value)) AS rank,
    min(region) OVER same <> max(region) OVER same AS several
  FROM mart.indicator_target
  WHERE horizon = 'annual' AND operator IN ('>=', '>', '=') AND base_value IS NOT NULL
  GROUP BY indicator, base_unit, fiscal_year, region
  WINDOW same AS (PARTITION BY indicator, base_unit)
) i
WHERE several
ORDER BY indicator, base_unit, rank, fiscal_year, region
