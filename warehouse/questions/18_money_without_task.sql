-- Money not covered by any priority task
-- 未对应任何年度重点工作任务的资金
-- Returns: a department form with its expenditure, the money of its priority tasks, the rest and its share.
-- Adds over: all three amounts add over departments of one year and scope.
SELECT
  e.fiscal_year,
  e.region,
  e.department,
  e.scope,
  e.expenditure_yuan,
  coalesce(t.tasks_yuan, 0) AS tasks_yuan,
  e.expenditure_yuan - coalesce(t.tasks_yuan, 0) AS without_task_yuan,
  round(100 * (e.expenditure_yuan - coalesce(t.tasks_yuan, 0)) / nullif(e.expenditure_yuan, 0), 1) AS percent
FROM (
  SELECT filing_id, fiscal_year, region, department, scope, sum(amount_yuan) AS expenditure_yuan
  FROM mart.budget_statement WHERE statement = 'dept_expenditure'
  GROUP BY filing_id, fiscal_year, region, department, scope
) e
LEFT JOIN (SELECT filing_id, sum(amount_yuan) AS tasks_yuan FROM mart.task GROUP BY filing_id) t USING (filing_id)
ORDER BY e.fiscal_year, e.department, e.scope
