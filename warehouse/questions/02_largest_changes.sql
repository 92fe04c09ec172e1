-- Projects with the largest change from the year before
-- 与上年相比增减最大的项目
-- Returns: a project in both years, its money in each and the change, largest first. Candidates (`similar`) are left out.
-- Adds over: change_yuan adds over projects of one year.
SELECT fiscal_year, department, unit, project, previous_total_yuan, total_yuan, change_yuan, method
FROM mart.project_lineage
WHERE method <> 'similar' AND change_yuan <> 0
ORDER BY abs(change_yuan) DESC, fiscal_year, department, unit, project
LIMIT 20
