-- Filings whose parts do not add up to the stated total, and by how much
-- 明细之和与公布合计不符的文件及差额
-- Returns: a filing, published or held, its stated total, the sum of its lines and the difference.
-- Adds over: nothing; totals are controls.
SELECT fiscal_year, department, filing_id, status, stated_total_yuan, loaded_total_yuan, difference_yuan, flags
FROM mart.filing
WHERE difference_yuan <> 0
ORDER BY abs(difference_yuan) DESC, filing_id
