-- Annual target equal to the cycle target
-- 年度指标值与实施周期指标值相同的指标
-- Returns: a department, year, kind of filing and scope with the indicators that promise both for the year and for the whole cycle, how many
-- of them promise the same, and the share.
-- Adds over: counts add over projects and departments; the share is a ratio of sums.
SELECT
  fiscal_year,
  region,
  department,
  filing_kind,
  scope,
  count(*) AS both_horizons,
  count(*) FILTER (WHERE annual = cycle) AS equal,
  round(100.0 * count(*) FILTER (WHERE annual = cycle) / count(*), 1) AS equal_percent
FROM (
  SELECT fiscal_year, region, department, filing_kind, scope,
    string_agg(target_text, '; ' ORDER BY promise_seq) FILTER (WHERE horizon = 'annual') AS annual,
    string_agg(target_text, '; ' ORDER BY promise_seq) FILTER (WHERE horizon = 'cycle') AS cycle
  FROM mart.indicator_target
  GROUP BY filing_project_key, fiscal_year, region, department, filing_kind, scope, subject, task, indicator_seq
) i
WHERE annual IS NOT NULL AND cycle IS NOT NULL
GROUP BY fiscal_year, region, department, filing_kind, scope
ORDER BY equal_percent DESC, fiscal_year, department, filing_kind, scope
