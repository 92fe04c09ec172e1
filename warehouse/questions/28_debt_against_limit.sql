-- How much of its debt limit a government has used
-- 地方政府债务余额与限额
-- Returns: a place of a government's debt table, by 一般债务 and 专项债务: the limit, what is owed, the share used and what is left.
-- Adds over: limit and debt are stocks: they add over kinds of debt and over places of one level, never over years.
WITH debt AS (
  SELECT
    fiscal_year,
    region,
    department,
    filing_id,
    section_seq,
    CASE WHEN line ~ '债务|限额|余额' THEN region ELSE line END AS place,
    substring(concat(measure, ' ', line) FROM '一般债务|专项债务') AS kind,
    CASE WHEN concat(measure, ' ', line) ~ '限额' THEN 'limit' ELSE 'debt' END AS what,
    amount_yuan
  FROM mart.budget_statement
  WHERE statement LIKE 'government\_debt\_limit%'
    AND concat(measure, ' ', line) ~ '限额|余额'
    AND concat(measure, ' ', line) !~ '新增|提前|调整|收回|上年|年初'
    AND measure_kind IS DISTINCT FROM 'previous'
)
SELECT
  fiscal_year,
  region,
  department,
  place,
  kind,
  sum(amount_yuan) FILTER (WHERE what = 'limit') AS limit_yuan,
  sum(amount_yuan) FILTER (WHERE what = 'debt') AS debt_yuan,
  round(100 * sum(amount_yuan) FILTER (WHERE what = 'debt')
    / nullif(sum(amount_yuan) FILTER (WHERE what = 'limit'), 0), 1) AS used_percent,
  sum(CASE what WHEN 'limit' THEN amount_yuan ELSE -amount_yuan END) AS left_yuan
FROM debt
WHERE kind IS NOT NULL
GROUP BY fiscal_year, region, department, filing_id, section_seq, place, kind
HAVING count(DISTINCT what) = 2
ORDER BY fiscal_year, region, department, filing_id, section_seq, place, kind
