"""Expectations of what a filing usually says: a project's goal and indicators, a form's tasks, text that is text.

What is missing here may be missing in print: it publishes, and the flag says where to look. Only a filing that stands
twice in one document is held. No sum vouches for these; without them a lost cell would pass in silence.
"""

from __future__ import annotations

from extract.document import Severity
from warehouse.declarations import Table
from warehouse.expectation import Expectation
from warehouse.schema.staging import BUDGET, FILING, INDICATOR, PROFILE, STAGED_PROJECT, TARGET, TASK

LONGEST_TARGET = 100
"""Characters: the longest target in the samples has 77; beyond it something else was read into the cell."""
FEWEST_REPEATED = 6
"""So many indicators must stand in a filing before repeats among them say that it stands twice."""

_PROJECT = "concat_ws(' / ', s.unit, s.project)"
_INDICATORS = "EXISTS (SELECT FROM staging.indicator i WHERE i.filing_load_id = s.filing_load_id"
_NO_INDICATOR = f"{_INDICATORS}) AND NOT {_INDICATORS} AND i.unit = s.unit AND i.project = s.project)"
_OF_INDICATOR = (
    "batch s JOIN staging.indicator i ON i.filing_load_id = s.filing_load_id AND i.row_id = s.indicator_row_id"
)
_INDICATOR = "concat_ws(' / ', i.unit, COALESCE(i.project, i.task), i.seq)"
_SUBJECT = "concat_ws(' / ', s.unit, COALESCE(s.project, s.task), s.seq)"
_BRANCHES = {
    "产出": ("经济效益", "社会效益", "生态效益", "可持续影响", "服务对象满意度"),
    "成本": ("服务对象满意度",),
    "效益": ("数量", "质量", "时效"),
    "满意度": ("数量", "质量", "时效", "经济效益", "社会效益", "生态效益", "可持续影响"),
}
"""Level 1 → level 2 that belong elsewhere. Satisfaction under 效益 and 成本 under 产出 are how forms are made."""
_OTHER_BRANCH = " OR ".join(
    f"s.level1 = '{level1}' AND s.level2 IN ({', '.join(repr(one) for one in others)})"
    for level1, others in _BRANCHES.items()
)
_NAMED = "filing_load_id, subject, unit, project, task, level1, level2, name"
_SAID_TWICE = f"""(
  SELECT s.* FROM (SELECT i.*, count(*) OVER (PARTITION BY {_NAMED}, promised) AS times FROM (
    SELECT i.*, (SELECT string_agg(t.horizon || t.target_text, '|' ORDER BY t.row_id) FROM staging.target t
      WHERE t.filing_load_id = i.filing_load_id AND t.indicator_row_id = i.row_id) AS promised
    FROM batch i JOIN (SELECT {_NAMED} FROM batch WHERE name <> '' GROUP BY {_NAMED} HAVING count(*) > 1) twice
      ON (i.filing_load_id, i.name) = (twice.filing_load_id, twice.name)
      AND (i.subject, i.unit, i.project, i.task, i.level1, i.level2) IS NOT DISTINCT FROM
        (twice.subject, twice.unit, twice.project, twice.task, twice.level1, twice.level2)
  ) i) s WHERE s.times > 1
) s"""
"""Targets are compared only where everything else of two indicators is equal."""
MOST_HAVE_BOTH = "0.8"
_HORIZONS = """(
  SELECT filing_load_id, indicator_row_id, bool_or(horizon = 'annual') AS annual, bool_or(horizon = 'cycle') AS cycle
  FROM staging.target WHERE filing_load_id IN (SELECT filing_load_id FROM batch) GROUP BY 1, 2
) own JOIN (
  SELECT filing_load_id, count(*) AS indicators, count(*) FILTER (WHERE horizons = 2) AS both FROM (
    SELECT filing_load_id, indicator_row_id, count(DISTINCT horizon) AS horizons FROM staging.target
    WHERE filing_load_id IN (SELECT filing_load_id FROM batch) GROUP BY 1, 2) each GROUP BY 1
) filing USING (filing_load_id)
JOIN batch s ON s.filing_load_id = own.filing_load_id AND s.row_id = own.indicator_row_id"""
_REPEATED = f"""(
  SELECT f.*, i.rows, i.named FROM batch f JOIN (
    SELECT i.filing_load_id, count(*) AS rows,
      count(DISTINCT concat_ws('|', i.subject, i.unit, i.project, i.task, i.name, t.promised)) AS named
    FROM (
      SELECT filing_load_id FROM (
        SELECT i.filing_load_id, count(*) AS rows FROM batch b JOIN staging.indicator i USING (filing_load_id)
        WHERE i.name <> '' GROUP BY i.filing_load_id, i.subject, i.unit, i.project, i.task, i.name
      ) indicator GROUP BY 1 HAVING sum(rows) >= {FEWEST_REPEATED} AND sum(rows) >= 1.5 * count(*)
    ) repeats
    JOIN staging.indicator i ON i.filing_load_id = repeats.filing_load_id AND i.name <> ''
    LEFT JOIN LATERAL (
      SELECT string_agg(t.target_text, '|' ORDER BY t.row_id) AS promised FROM staging.target t
      WHERE t.filing_load_id = i.filing_load_id AND t.indicator_row_id = i.row_id
    ) t ON true
    GROUP BY 1
  ) i USING (filing_load_id)
) s"""
"""Targets, each looked for among all of its filing, are compared only where names alone would say that it repeats."""


def _illegible(text: str) -> str:
    """The text holds what no page prints: `(cid:7)`, replacement characters, code points without a meaning."""
    return rf"{text} ~ '\(cid:[0-9]+\)|[\uFFFD\uE000-\uF8FF]'"


def _flagged(
    id: str, zh: str, table: Table, protects: str, message: str, where: str, flag: str, *, source: str = "batch s",
    evidence: str = "s.source_text",
) -> Expectation:  # fmt: skip
    return Expectation(
        id=id, zh=zh, severity=Severity.WARNING, table=table, protects=protects, message=message, where=where,
        source=source, evidence=evidence, flag=flag,
    )  # fmt: skip


COMPLETE: tuple[Expectation, ...] = (
    Expectation(
        id="filing_not_doubled",
        zh="文件中表格重复出现",
        severity=Severity.CRITICAL,
        table=FILING,
        protects="a document that holds its form twice does not count its promises twice",
        message="'of ' || s.rows || ' indicators only ' || s.named || ' differ: the form stands twice'",
        where=f"s.rows >= {FEWEST_REPEATED} AND s.rows >= 1.5 * s.named",
        source=_REPEATED,
        evidence="s.title",
        acceptable=True,
    ),
    _flagged(
        "nothing_left_out", "文件中有未读入的表或单元格", FILING,
        "a table, sheet or cell that was not read is no secret of the audit",
        "f.code || ', ' || f.message",
        "f.code IN ('statement_missing', 'table_unrecognised', 'hidden_cells', 'hidden_sheet', 'axis_missing',"
        " 'indicator_without_target')", "left_out",
        source="batch s JOIN audit.finding f ON f.filing_load_id = s.filing_load_id", evidence="f.evidence",
    ),
    _flagged(
        "project_has_goal", "项目缺绩效目标", STAGED_PROJECT, "a project whose goal was lost is noticed",
        f"'no goal stands at project ' || {_PROJECT}", "COALESCE(s.goal, '') = ''", "no_goal",
    ),
    _flagged(
        "project_has_money", "项目缺金额", STAGED_PROJECT,
        "a project whose amounts were lost is noticed",
        f"'no amount stands at project ' || {_PROJECT}",
        "NOT EXISTS (SELECT FROM staging.budget b WHERE b.filing_load_id = s.filing_load_id AND b.unit = s.unit"
        " AND b.project = s.project)",
        "no_amount",
    ),
    _flagged(
        "project_has_targets", "项目有指标缺指标值", STAGED_PROJECT,
        "an indicator that lost its target is noticed where it cannot be shown",
        f"'an indicator has no target at project ' || {_PROJECT}",
        "EXISTS (SELECT FROM staging.indicator i WHERE i.filing_load_id = s.filing_load_id AND i.unit = s.unit"
        " AND i.project = s.project AND NOT EXISTS (SELECT FROM staging.target t"
        " WHERE t.filing_load_id = i.filing_load_id AND t.indicator_row_id = i.row_id))",
        "no_target",
    ),
    _flagged(
        "project_has_indicators", "项目缺指标", STAGED_PROJECT,
        "a project that lost its indicators among others is noticed",
        f"'no indicator stands at project ' || {_PROJECT}", _NO_INDICATOR, "no_indicators",
    ),
    _flagged(
        "project_legible", "项目文字无法辨认", STAGED_PROJECT,
        "no name that nobody can read passes for a name",
        f"'the name or goal is not text: ' || {_PROJECT}",
        f"{_illegible('s.project')} OR {_illegible('s.goal')}", "illegible",
    ),
    _flagged(
        "indicator_legible", "指标名称不是文字", INDICATOR,
        "no name that nobody can read passes for a name",
        "'the name is not text: ' || s.name", _illegible("s.name"), "illegible",
    ),
    _flagged(
        "level2_known", "二级指标无法识别", INDICATOR, "a level 2 that nobody knows is not hidden under another",
        f"'level 2 ' || s.level2_printed || ' is not one of the known, at indicator ' || {_SUBJECT}",
        "s.level2 = '未知' AND s.level2_printed <> ''", "level2_unknown",
    ),
    _flagged(
        "indicator_in_branch", "二级指标不属于其一级指标", INDICATOR,
        "an indicator under a branch that is not its own is noticed",
        f"'level 2 ' || s.level2 || ' stands under level 1 ' || s.level1 || ', at indicator ' || {_SUBJECT}",
        _OTHER_BRANCH, "branch_contradiction",
    ),
    _flagged(
        "indicator_once", "同一指标值重复", INDICATOR,
        "an indicator that a project promises twice in the same words is noticed",
        f"'stands twice with the same target: ' || s.name || ', at indicator ' || {_SUBJECT}", "true",
        "indicator_repeat", source=_SAID_TWICE,
    ),
    _flagged(
        "both_horizons_given", "缺年度或实施周期指标值", INDICATOR,
        "a promise of the year or the cycle that was lost is noticed",
        f"'one of two horizons, of which most indicators have both, at indicator ' || {_SUBJECT}",
        f"own.cycle <> own.annual AND filing.both >= {MOST_HAVE_BOTH} * filing.indicators", "horizon_missing",
        source=_HORIZONS,
    ),
    _flagged(
        "weights_whole", "指标分值合计不完整", STAGED_PROJECT,
        "an indicator that was lost or doubled is noticed where weights are printed",
        f"'the weights of its indicators sum to ' || weight.sum || ', project ' || {_PROJECT}",
        "weight.missing = 0 AND weight.sum NOT IN (80, 90, 100)", "weights_incomplete",
        source="batch s JOIN (SELECT i.filing_load_id, i.unit, i.project, sum(i.weight) AS sum,"
        " count(*) FILTER (WHERE i.weight IS NULL) AS missing FROM staging.indicator i"
        " WHERE i.filing_load_id IN (SELECT filing_load_id FROM batch) GROUP BY 1, 2, 3) weight"
        " ON weight.filing_load_id = s.filing_load_id AND weight.unit = s.unit AND weight.project = s.project",
    ),
    _flagged(
        "target_not_negative", "指标值为负数", TARGET,
        "a minus that was printed or read into a number of things is noticed",
        f"'less than none is promised, ' || s.target_text || ', at indicator ' || {_INDICATOR}",
        "s.kind IN ('quantity', 'duration', 'money') AND s.value < 0", "negative_target",
        source=_OF_INDICATOR, evidence="s.target_text",
    ),
    _flagged(
        "target_legible", "指标值不是文字", TARGET, "no promise that nobody can read passes for one",
        f"'the target is not text, at indicator ' || {_INDICATOR}", _illegible("s.target_text"), "illegible",
        source=_OF_INDICATOR, evidence="s.target_text",
    ),
    _flagged(
        "target_short", "指标值过长", TARGET,
        "a note or a page's foot that was read into a target is noticed",
        f"'the target has ' || length(s.target_text) || ' characters, at indicator ' || {_INDICATOR}",
        f"length(s.target_text) > {LONGEST_TARGET}", "long_target", source=_OF_INDICATOR, evidence="s.target_text",
    ),
    _flagged(
        "rate_has_percent", "比率缺百分号", TARGET,
        "a rate that lost its % does not pass for a number of things",
        f"'a rate without %, ' || s.target_text || ', at indicator ' || {_INDICATOR}",
        "s.kind = 'quantity' AND COALESCE(s.value_unit, '') = '' AND s.value > 1 AND i.name ~ '(率|满意度|比例|占比)$'",
        "percent_missing", source=_OF_INDICATOR, evidence="s.target_text",
    ),
    _flagged(
        "tasks_listed", "未列重点工作任务", FILING, "a department form whose tasks were lost is noticed",
        "'the form lists no priority task'",
        "s.kind = 'department_target_form'"
        " AND NOT EXISTS (SELECT FROM staging.task t WHERE t.filing_load_id = s.filing_load_id)",
        "no_tasks", evidence="s.title",
    ),
    _flagged(
        "task_has_amount", "任务缺金额", TASK, "a task whose money was lost is noticed",
        "'no amount stands at task ' || s.task || ', while others have one'",
        "s.amount_yuan IS NULL AND EXISTS (SELECT FROM staging.task t WHERE t.filing_load_id = s.filing_load_id"
        " AND t.amount_yuan IS NOT NULL)",
        "no_amount",
    ),
    _flagged(
        "task_within_budget", "任务金额超过部门支出", TASK, "a task cannot cost more than the department has",
        "'task ' || s.task || ' has ' || s.amount_printed || s.unit_printed || ', more than the department spends'",
        "s.amount_yuan > (SELECT sum(b.amount_yuan) FROM staging.budget b"
        " WHERE b.filing_load_id = s.filing_load_id AND b.statement = 'dept_expenditure')",
        "exceeds_budget",
    ),
    _flagged(
        "task_not_negative", "重点工作任务金额为负", TASK,
        "a minus that was printed or read into a task's money is noticed",
        "'task ' || s.task || ' has ' || s.amount_printed || s.unit_printed", "s.amount_yuan < 0", "negative_amount",
    ),
    _flagged(
        "amount_not_negative", "金额为负", BUDGET, "a minus that was printed or read into an amount is noticed",
        "concat_ws(' ', s.statement, s.unit, s.project, s.line) || ' has ' || s.amount_printed || s.unit_printed",
        "s.amount_yuan < 0", "negative_amount",
    ),
    _flagged(
        "task_once", "重点工作任务重复出现", TASK, "a task that stands twice is noticed",
        "'task ' || s.task || ' stands twice'", "true", "task_repeat",
        source="batch s JOIN (SELECT t.filing_load_id, t.task FROM batch t GROUP BY 1, 2 HAVING count(*) > 1) twice"
        " ON twice.filing_load_id = s.filing_load_id AND twice.task = s.task",
    ),
    _flagged(
        "profile_complete", "部门基本信息不完整", PROFILE,
        "a head of a form that was read in part is noticed",
        "'the head of the form gives no ' || concat_ws(', ', CASE WHEN s.staff IS NULL THEN 'staff' END,"
        " CASE WHEN s.subordinate_units IS NULL THEN 'subordinate units' END,"
        " CASE WHEN COALESCE(s.goal, '') = '' THEN 'goal' END)",
        "s.staff IS NULL OR s.subordinate_units IS NULL OR COALESCE(s.goal, '') = ''", "incomplete",
    ),
)  # fmt: skip
