-- How much of a government's money comes from the level above
-- 上级补助占地方财力的比重
-- Returns: for each column of a government's table of general income: all money, that from transfers of the level above, and its share.
-- Adds over: both amounts add over regions of one level, within one year and one measure.
SELECT
  fiscal_year,
  region,
  department,
  statement,
  measure,
  measure_kind,
  sum(amount_yuan) AS income_yuan,
  coalesce(sum(amount_yuan) FILTER (WHERE line ~ '上级补助|返还性?收入|转移支付收入'), 0) AS from_above_yuan,
  round(100 * coalesce(sum(amount_yuan) FILTER (WHERE line ~ '上级补助|返还性?收入|转移支付收入'), 0)
    / nullif(sum(amount_yuan), 0), 1) AS percent
FROM mart.budget_statement
WHERE statement IN ('government_general_income', 'government_general_income_own')
GROUP BY fiscal_year, region, department, filing_id, section_seq, statement, measure, measure_kind
ORDER BY fiscal_year, region, department, statement, measure, filing_id, section_seq
