-- Share of money that is not fiscal appropriation
-- 非财政拨款资金占比
-- Returns: a department, year, kind of filing and scope with its project money, the part that is not 财政拨款, and its share.
-- Adds over: both amounts add over projects and departments; the share is a ratio of sums.
SELECT
  fiscal_year,
  region,
  department,
  filing_kind,
  scope,
  sum(amount_yuan) AS amount_yuan,
  coalesce(sum(amount_yuan) FILTER (WHERE funding_source IS DISTINCT FROM '财政拨款'), 0) AS other_yuan,
  round(100 * coalesce(sum(amount_yuan) FILTER (WHERE funding_source IS DISTINCT FROM '财政拨款'), 0)
    / nullif(sum(amount_yuan), 0), 2) AS other_percent
FROM mart.project_budget
GROUP BY fiscal_year, region, department, filing_kind, scope
ORDER BY other_percent DESC NULLS LAST, fiscal_year, department, filing_kind, scope
