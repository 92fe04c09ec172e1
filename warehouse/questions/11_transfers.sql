-- Transfers from a higher level (广州追加…, document numbers such as 穗财商〔2024〕42号)
-- 上级转移支付（追加、提前下达、文号等）
-- Returns: a project whose name says that its money comes from a higher level, its first document number, its money.
-- Adds over: total_yuan adds over projects of one year, kind of filing and scope.
SELECT
  fiscal_year,
  region,
  filing_kind,
  scope,
  unit,
  project,
  substring(project FROM '[^\s#,，、()（）]{1,8}[〔\[(（【]20\d\d[〕\])）】]\s*\d+\s*号') AS document_number,
  total_yuan
FROM mart.project
WHERE project ~ '追加|提前下达|转移支付|上级补助|中央|省级|[〔\[(（【]20\d\d[〕\])）】]\s*\d+\s*号'
ORDER BY total_yuan DESC NULLS LAST, fiscal_year, unit, project, filing_kind, scope
