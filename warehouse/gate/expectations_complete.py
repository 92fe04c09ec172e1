"""Expectations of what a filing usually says: a project's goal, a form's tasks, text that is text.

What is missing here may be missing in print: it publishes, and the flag says where to look. No sum vouches for these;
without them a lost cell would pass in silence.
"""

from __future__ import annotations

from extract.document import Severity
from warehouse.gate.expectation import Expectation, warning
from warehouse.schema.staging import BUDGET, FILING, INDICATOR, PROFILE, STAGED_PROJECT, TARGET, TASK

LONGEST_TARGET = 100
"""Characters: the longest target in the samples has 77; beyond it something else was read into the cell."""

_PROJECT = "concat_ws(' / ', s.unit, s.project)"
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


def _illegible(text: str) -> str:
    """The text holds what no page prints: `(cid:7)`, replacement characters, code points without a meaning."""
    return rf"{text} ~ '\(cid:[0-9]+\)|[\uFFFD\uE000-\uF8FF]'"


def _of_target(
    id: str, zh: str, protects: str, message: str, among: str, flag: str, *, where: str = "true"
) -> Expectation:
    """About a target for what stands in it, `among`, and what its indicator `i` says, `where`."""
    return Expectation(
        id=id, zh=zh, severity=Severity.WARNING, table=TARGET, protects=protects, message=message, flag=flag,
        source="suspect s JOIN staging.indicator i ON i.filing_load_id = s.filing_load_id"
        " AND i.row_id = s.indicator_row_id",
        among=among, where=f"{among} AND {where}", evidence="s.target_text",
    )  # fmt: skip


COMPLETE: tuple[Expectation, ...] = (
    warning(
        "nothing_left_out", "文件中有未读入的表或单元格", FILING,
        "a table, sheet or cell that was not read is no secret of the audit",
        "f.code || ', ' || f.message",
        "f.code IN ('statement_missing', 'table_unrecognised', 'hidden_cells', 'hidden_sheet', 'axis_missing',"
        " 'indicator_without_target')", "left_out",
        source="batch s JOIN audit.finding f ON f.filing_load_id = s.filing_load_id", evidence="f.evidence",
    ),
    warning(
        "project_has_goal", "项目缺绩效目标", STAGED_PROJECT, "a project whose goal was lost is noticed",
        f"'no goal stands at project ' || {_PROJECT}", "COALESCE(s.goal, '') = ''", "no_goal",
    ),
    warning(
        "project_has_money", "项目缺金额", STAGED_PROJECT,
        "a project whose amounts were lost is noticed",
        f"'no amount stands at project ' || {_PROJECT}",
        "NOT EXISTS (SELECT FROM staging.budget b WHERE b.filing_load_id = s.filing_load_id AND b.unit = s.unit"
        " AND b.project = s.project)",
        "no_amount", source="batch s",
    ),
    warning(
        "project_legible", "项目文字无法辨认", STAGED_PROJECT,
        "no name that nobody can read passes for a name",
        f"'the name or goal is not text: ' || {_PROJECT}",
        f"{_illegible('s.project')} OR {_illegible('s.goal')}", "illegible",
    ),
    warning(
        "indicator_legible", "指标名称不是文字", INDICATOR,
        "no name that nobody can read passes for a name",
        "'the name is not text: ' || s.name", _illegible("s.name"), "illegible",
    ),
    warning(
        "level2_known", "二级指标无法识别", INDICATOR, "a level 2 that nobody knows is not hidden under another",
        f"'level 2 ' || s.level2_printed || ' is not one of the known, at indicator ' || {_SUBJECT}",
        "s.level2 = '未知' AND s.level2_printed <> ''", "level2_unknown",
    ),
    warning(
        "indicator_in_branch", "二级指标不属于其一级指标", INDICATOR,
        "an indicator under a branch that is not its own is noticed",
        f"'level 2 ' || s.level2 || ' stands under level 1 ' || s.level1 || ', at indicator ' || {_SUBJECT}",
        _OTHER_BRANCH, "branch_contradiction",
    ),
    _of_target(
        "target_not_negative", "指标值为负数",
        "a minus that was printed or read into a number of things is noticed",
        f"'less than none is promised, ' || s.target_text || ', at indicator ' || {_INDICATOR}",
        "s.kind IN ('quantity', 'duration', 'money') AND s.value < 0", "negative_target",
    ),
    _of_target(
        "target_legible", "指标值不是文字", "no promise that nobody can read passes for one",
        f"'the target is not text, at indicator ' || {_INDICATOR}", _illegible("s.target_text"), "illegible",
    ),
    _of_target(
        "target_short", "指标值过长", "a note or a page's foot that was read into a target is noticed",
        f"'the target has ' || length(s.target_text) || ' characters, at indicator ' || {_INDICATOR}",
        f"length(s.target_text) > {LONGEST_TARGET}", "long_target",
    ),
    _of_target(
        "rate_has_percent", "比率缺百分号", "a rate that lost its % does not pass for a number of things",
        f"'a rate without %, ' || s.target_text || ', at indicator ' || {_INDICATOR}",
        "s.kind = 'quantity' AND COALESCE(s.value_unit, '') = '' AND s.value > 1", "percent_missing",
        where="i.name ~ '(率|满意度|比例|占比)$'",
    ),
    warning(
        "tasks_listed", "未列重点工作任务", FILING, "a department form whose tasks were lost is noticed",
        "'the form lists no priority task'",
        "s.kind = 'department_target_form'"
        " AND NOT EXISTS (SELECT FROM staging.task t WHERE t.filing_load_id = s.filing_load_id)",
        "no_tasks", source="batch s", evidence="s.title",
    ),
    warning(
        "task_has_amount", "任务缺金额", TASK, "a task whose money was lost is noticed",
        "'no amount stands at task ' || s.task || ', while others have one'",
        "s.amount_yuan IS NULL AND EXISTS (SELECT FROM staging.task t WHERE t.filing_load_id = s.filing_load_id"
        " AND t.amount_yuan IS NOT NULL)",
        "no_amount", source="batch s",
    ),
    warning(
        "task_within_budget", "任务金额超过部门支出", TASK, "a task cannot cost more than the department has",
        "'task ' || s.task || ' has ' || s.amount_printed || s.unit_printed || ', more than the department spends'",
        "s.amount_yuan > (SELECT sum(b.amount_yuan) FROM staging.budget b"
        " WHERE b.filing_load_id = s.filing_load_id AND b.statement = 'dept_expenditure')",
        "exceeds_budget", source="batch s",
    ),
    warning(
        "task_not_negative", "重点工作任务金额为负", TASK,
        "a minus that was printed or read into a task's money is noticed",
        "'task ' || s.task || ' has ' || s.amount_printed || s.unit_printed", "s.amount_yuan < 0", "negative_amount",
    ),
    warning(
        "amount_not_negative", "金额为负", BUDGET, "a minus that was printed or read into an amount is noticed",
        "concat_ws(' ', s.statement, s.unit, s.project, s.line) || ' has ' || s.amount_printed || s.unit_printed",
        "s.amount_yuan < 0", "negative_amount",
    ),
    warning(
        "task_once", "重点工作任务重复出现", TASK, "a task that stands twice is noticed",
        "'task ' || s.task || ' stands twice'", "true", "task_repeat",
        source="batch s JOIN (SELECT t.filing_load_id, t.task FROM batch t GROUP BY 1, 2 HAVING count(*) > 1) twice"
        " ON twice.filing_load_id = s.filing_load_id AND twice.task = s.task",
    ),
    warning(
        "profile_complete", "部门基本信息不完整", PROFILE,
        "a head of a form that was read in part is noticed",
        "'the head of the form gives no ' || concat_ws(', ', CASE WHEN s.staff IS NULL THEN 'staff' END,"
        " CASE WHEN s.subordinate_units IS NULL THEN 'subordinate units' END,"
        " CASE WHEN COALESCE(s.goal, '') = '' THEN 'goal' END)",
        "s.staff IS NULL OR s.subordinate_units IS NULL OR COALESCE(s.goal, '') = ''", "incomplete",
    ),
)  # fmt: skip
