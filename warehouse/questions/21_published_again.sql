-- What changed when a filing was published again
-- 重新公布的文件改了什么
-- Returns: an amount, goal or target that a version changed against the one it replaced, newest first.
-- Adds over: change_yuan adds within one version and one statement.
SELECT filing_id, former_version, version, what, unit, project, item, before, after, change_yuan
FROM mart.filing_change
ORDER BY published_at DESC, filing_id, version, what, unit, project, item
