-- Share of vague targets (有所提高, 稳步提升, 促进 …) by department
-- 各部门定性（不可衡量）指标值占比
-- Returns: a department, year and kind of filing with its annual targets, how many cannot be measured, and their share. Damaged ones
-- are not counted: nobody knows what they promise.
-- Adds over: both counts add over projects and departments; the share is a ratio of sums.
SELECT
  fiscal_year,
  region,
  department,
  filing_kind,
  scope,
  count(*) AS targets,
  count(*) FILTER (WHERE NOT is_measurable) AS vague,
  round(100.0 * count(*) FILTER (WHERE NOT is_measurable) / count(*), 1) AS vague_percent
FROM mart.indicator_target
WHERE horizon = 'annual' AND kind <> 'damaged'
GROUP BY fiscal_year, region, department, filing_kind, scope
ORDER BY vague_percent DESC, fiscal_year, department, filing_kind, scope
