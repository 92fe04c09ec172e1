"""The published schema: the views BI tools and outside checks rely on, to the name."""

from __future__ import annotations

from warehouse.schema.comparison_marts import COMPARISONS
from warehouse.schema.dimensions import PROJECT_EXPENDITURE_KEY
from warehouse.schema.filing_mart import FILING
from warehouse.schema.flags import flags_zh
from warehouse.schema.mart_columns import (
    BOX,
    BY_CODE,
    FILING_PROJECT_KEY,
    FUNDING,
    IDENTIFICATION,
    JOIN_LINE,
    JOIN_MEASURE,
    JOIN_PROJECT,
    JOIN_SOURCE,
    JOIN_STATEMENT,
    JOIN_UNIT,
    LEVEL,
    LINE_COLUMNS,
    MEASURE,
    PLACE,
    PROJECT,
    PROJECT_ID,
    SCOPE,
    SECTION_SEQ,
    STATEMENT,
    TRACE,
    UNIT,
    WHERE,
    WHO,
    amount,
    cell_path,
    current_facts,
    dimension,
)
from warehouse.schema.section_mart import SECTION
from warehouse.schema.statement_marts import CLASS_COLUMNS, STATEMENT_VIEWS, stated_class
from warehouse.schema.views import View, column, measure

EXECUTION = (
    measure("execution_rate", "f.execution_rate", "预算执行率", "As a self-evaluation prints it, as a share of 1."),
    measure("execution_weight", "f.execution_weight", "预算执行率分值", "Points the execution of the budget can earn."),
    measure("execution_score", "f.execution_score", "预算执行率得分", "Points that it earned."),
)

PROJECT_VIEW = View(
    name="project",
    zh="项目",
    grain="One project of one unit in one filing.",
    additive="total_yuan adds within one filing; across filings only of one year, kind and scope.",
    source=current_facts("fact_project", JOIN_UNIT, JOIN_PROJECT),
    columns=(
        *IDENTIFICATION,
        UNIT,
        PROJECT,
        column("goal", "f.goal", "绩效目标", "Goal as printed."),
        measure(
            "total_yuan",
            "f.total_yuan",
            "合计（元）",
            "Sum of the project's lines; null if it prints no amount.",
            adds_over=(*WHO, "unit", "project"),
            unit="yuan",
        ),
        measure(
            "indicators",
            "f.indicators",
            "指标数",
            "Indicators printed for the project.",
            adds_over=(*WHO, "unit", "project"),
        ),
        *PLACE,
        *EXECUTION,
        column("notes", "f.notes", "备注", "What else the form says of the project."),
        column("project_seq", "f.project_seq", "序号", "Position in the filing, from 1."),
        PROJECT_ID,
        *TRACE,
        *WHERE,
        FILING_PROJECT_KEY,
        cell_path("p", "project_fact_key"),
        flags_zh(),
    ),
)

PROJECT_BUDGET = View(
    name="project_budget",
    zh="项目预算",
    grain="A project's money from one funding source; project is null on the residual line of an acceptance.",
    additive="amount_yuan adds over units, projects and funding sources; across filings only of one year, kind"
    " and scope.",
    source=current_facts(
        "fact_budget",
        JOIN_UNIT,
        JOIN_PROJECT,
        JOIN_SOURCE,
        where=f"f.statement_key = {PROJECT_EXPENDITURE_KEY}",
    ),
    columns=(
        *IDENTIFICATION,
        UNIT,
        PROJECT,
        FUNDING,
        amount("unit", "project", "funding_source"),
        column("amount_printed", "f.amount_printed", "金额原文", "As printed."),
        column("unit_printed", "f.unit_printed", "金额单位", "Unit as printed."),
        *PLACE,
        PROJECT_ID,
        *TRACE,
        *WHERE,
        FILING_PROJECT_KEY,
        cell_path("b", "budget_key"),
        flags_zh(),
    ),
)


MET_READING = """CASE
    WHEN f.met IS NULL THEN NULL
    WHEN f.target_date IS NOT NULL THEN concat(f.actual_text, ' : <= ', f.target_date)
    WHEN f.value IS NULL THEN concat(f.actual_text, ' : = ', f.target_text)
    WHEN f.operator = 'between'
      THEN concat(f.actual_text, ' : ', f.value, '–', f.value_upper, ' ' || value_unit.unit_of_measure)
    ELSE concat(f.actual_text, ' : ', f.operator, ' ', f.value, ' ' || value_unit.unit_of_measure)
  END"""
"""The two readings that `met` compares, in signs that both languages read: `93% : >= 95 %`."""

INDICATOR_TARGET = View(
    name="indicator_target",
    zh="绩效指标值",
    grain="One promise of one indicator for one horizon.",
    additive="Values are not additive; the sum of `indicator_count` counts indicators, count(*) counts promises, each"
    " within one year, kind and scope.",
    source=current_facts(
        "fact_indicator",
        JOIN_UNIT,
        JOIN_PROJECT,
        "dim_indicator indicator ON indicator.indicator_key = f.indicator_key",
        dimension("dim_unit_of_measure", "value_unit", "unit_key", "value_unit_key"),
        dimension("dim_unit_of_measure", "base_unit", "unit_key", "base_unit_key"),
    ),
    columns=(
        *IDENTIFICATION,
        UNIT,
        PROJECT,
        column("subject", "f.subject", "指标主体", "`project`, `department`, `task`, `region` or `place`."),
        column("indicator_seq", "f.indicator_seq", "指标序号", "Position within the subject, from 1."),
        column("indicator_no", "f.indicator_no", "指标编号", "As printed; null if illegible."),
        column("promise_seq", "f.promise_seq", "承诺序号", "1 unless one cell holds several promises."),
        column("level1", "NULLIF(indicator.level1, '不适用')", "一级指标", "产出 效益 满意度 成本."),
        column("level2", "NULLIF(indicator.level2, '不适用')", "二级指标", "数量 质量 时效 …"),
        column("indicator", "indicator.indicator", "指标名称", "Level 3, as printed."),
        column("horizon", "f.horizon", "期间", "`annual` (年度) or `cycle` (实施周期)."),
        column("target_text", "f.target_text", "指标值原文", "As printed, less layout."),
        column("kind", "f.kind", "指标值类型", "`quantity`, `ratio`, `money`, `qualitative` …"),
        column("operator", "f.operator", "比较符", "`=`, `>=`, `>`, `<=`, `<`, `between`."),
        measure("value", "f.value", "指标值", "As printed, without the unit."),
        measure("value_upper", "f.value_upper", "指标值上限", "Upper end of `between`."),
        column("value_unit", "value_unit.unit_of_measure", "计量单位", "Unit as printed."),
        measure("base_value", "f.base_value", "可比值", "Value in the base unit."),
        column("base_unit", "base_unit.unit_of_measure", "可比单位", "Base unit."),
        column("target_date", "f.target_date", "目标日期", "Day a date target names."),
        column("is_measurable", "f.is_measurable", "可衡量", "False for 有所提高, 稳步提升 …"),
        column("actual_text", "f.actual_text", "实际完成值原文", "Of a self-evaluation."),
        measure("actual_value", "f.actual_value", "实际完成值", "Of a self-evaluation."),
        *PLACE,
        measure("base_value_upper", "f.base_value_upper", "可比值上限", "Upper end in the base unit."),
        column("task", "NULLIF(f.task, '')", "任务", "Task for subject `task`."),
        measure(
            "weight",
            "f.weight",
            "分值",
            "Weight where the form prints it.",
            adds_over=("level1", "level2", "indicator", "indicator_seq"),
        ),
        measure(
            "score",
            "f.score",
            "得分",
            "Score of a self-evaluation.",
            adds_over=("level1", "level2", "indicator", "indicator_seq"),
        ),
        column("actual_as_of", "f.actual_as_of", "完成值截止日", "Of a monitoring form; NULL: the whole year."),
        column("met", "f.met", "是否完成", "By the operator; NULL where target and actual value do not say."),
        column("met_reading", MET_READING, "完成判定依据", "What `met` rests on: actual value : operator and target."),
        measure("score_share", "f.score / NULLIF(f.weight, 0)", "得分率", "Score as a share of the weight."),
        column("deviation", "f.deviation", "偏差原因", "Why a self-evaluation's target was not kept."),
        column("notes", "f.notes", "备注", "What else the form says of the indicator."),
        column("rule", "f.rule", "读取规则", "Grammar rule that gave the reading."),
        column(
            "is_satisfaction",
            "(indicator.level1 = '满意度' OR indicator.level2 ~ '满意度' OR indicator.indicator ~ '满意')",
            "满意度指标",
            "Asks people whether they are satisfied, on whichever branch it is printed: some print 满意度 under 效益.",
        ),
        PROJECT_ID,
        *TRACE,
        *WHERE,
        FILING_PROJECT_KEY,
        measure(
            "indicator_count",
            "f.is_first::int",
            "指标计数",
            "1 on the first promise of an indicator, else 0: the sum counts indicators, whatever their horizons.",
            adds_over=(*WHO, "unit", "project", "subject", "task", "level1", "level2", "indicator", "indicator_seq"),
        ),
        cell_path("i", "indicator_fact_key"),
        flags_zh(),
    ),
)

TASK = View(
    name="task",
    zh="年度重点工作任务",
    grain="One priority task of a department form.",
    additive="amount_yuan adds within one filing, across filings of one year and scope; it is part of the department's"
    " money, never beside it.",
    source=current_facts("fact_task"),
    columns=(
        *IDENTIFICATION,
        column("task_seq", "f.task_seq", "序号", "Position in the form, from 1."),
        column("task", "f.task", "任务名称", "As printed, less layout."),
        column("content", "f.content", "主要实施内容", "What is to be done."),
        column("goal", "f.goal", "期望达到的目标", "What is to be reached."),
        measure(
            "amount_yuan",
            "f.amount_yuan",
            "拟投入的资金（元）",
            "Money planned for the task.",
            adds_over=(*WHO, "task"),
            unit="yuan",
        ),
        *PLACE,
        *TRACE,
        *WHERE,
        cell_path("t", "task_key"),
        flags_zh(),
    ),
)

DEPARTMENT_PROFILE = View(
    name="department_profile",
    zh="部门基本信息",
    grain="One department form; a filing may hold several.",
    additive="staff adds across departments of one year and scope; a unit in its department's form counts once.",
    source=current_facts("fact_department"),
    columns=(
        *IDENTIFICATION,
        measure("staff", "f.staff", "财政供养人员数", "Staff paid from the budget.", adds_over=WHO, unit="人"),
        measure("subordinate_units", "f.subordinate_units", "下属二级单位数", "Subordinate units.", adds_over=WHO),
        column("goal", "f.goal", "总体绩效目标", "Overall goal as printed."),
        *PLACE,
        *EXECUTION,
        *TRACE,
        *WHERE,
        cell_path("d", "department_fact_key"),
        flags_zh(),
    ),
)

BUDGET_STATEMENT = View(
    name="budget_statement",
    zh="预算报表",
    grain="A leaf line of a statement.",
    additive="amount_yuan adds within one statement and one measure; across filings only of one year, kind and scope.",
    source=current_facts(
        "fact_budget",
        JOIN_UNIT,
        JOIN_PROJECT,
        JOIN_STATEMENT,
        JOIN_LINE,
        JOIN_MEASURE,
        JOIN_SOURCE,
        dimension("dim_expenditure_type", "expenditure_type", "expenditure_type_key"),
        *stated_class("class", 3),
        *stated_class("subclass", 5),
        where=f"f.statement_key <> {PROJECT_EXPENDITURE_KEY}",
    ),
    columns=(
        *IDENTIFICATION,
        UNIT,
        STATEMENT,
        *LINE_COLUMNS,
        MEASURE,
        amount("unit", "line_code", "line", "funding_source", "expenditure_type"),
        *PLACE,
        column(
            "measure_kind",
            "f.measure_kind",
            "栏目类型",
            "`budget`, `adjusted`, `execution`, `final` or `previous`; null where that is not known.",
        ),
        LEVEL,
        FUNDING,
        column(
            "expenditure_type",
            "expenditure_type.expenditure_type",
            "支出类型",
            "基本支出, 项目支出.",
        ),
        column("scheme", "line.scheme", "分类体系", "Classification of the line."),
        *CLASS_COLUMNS,
        PROJECT,
        column("amount_printed", "f.amount_printed", "金额原文", "As printed."),
        column("unit_printed", "f.unit_printed", "金额单位", "Unit as printed."),
        *TRACE,
        *WHERE,
        FILING_PROJECT_KEY,
        cell_path("b", "budget_key"),
        flags_zh(),
    ),
)

CONTROL_TOTAL = View(
    name="control_total",
    zh="合计控制",
    grain="A stated total or subtotal beside what was loaded.",
    additive="Never add these: a total is a control, not a fact.",
    source=current_facts(
        "control_total", JOIN_UNIT, JOIN_PROJECT, JOIN_STATEMENT, JOIN_SOURCE, JOIN_LINE, JOIN_MEASURE
    ),
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
        column("total_of", "f.total_of", "范围", "`filing`, `unit`, `project` or `statement`."),
        SCOPE,
        SECTION_SEQ,
        column("organisation", "unit.organization", "单位", "Unit of the total."),
        PROJECT,
        STATEMENT,
        FUNDING,
        measure("stated_yuan", "f.stated_yuan", "公布数（元）", "As printed.", unit="yuan"),
        measure("loaded_yuan", "f.loaded_yuan", "明细合计（元）", "Sum of the lines.", unit="yuan"),
        measure("difference_yuan", "f.stated_yuan - f.loaded_yuan", "差额（元）", "Stated less loaded.", unit="yuan"),
        column("lines", "f.lines", "明细行数", "Lines it was compared with."),
        column("holds", "f.holds", "是否相符", "Within rounding, and no line missing."),
        column("page", "f.page", "页码", "Page."),
        column("source_line", "f.source_line", "行号", "Line of a plain text."),
        column("flags", "f.flags", "标记", "`rounding` where the sums differ within rounding."),
        *LINE_COLUMNS,
        MEASURE,
        column("rule", "NULLIF(f.rule, '')", "勾稽规则", "Rule that makes it a total of another statement's lines."),
        *IDENTIFICATION[1:],
        *TRACE,
        *BY_CODE,
        *BOX,
        cell_path("c", "control_key"),
        flags_zh(),
    ),
)

LOAD = View(
    name="load",
    zh="装载批次",
    grain="One load: a run, one file, or a person's decision; `mart.…_as_of(load_id)` shows the marts after it.",
    additive="published adds across loads.",
    source="""FROM audit.load l
CROSS JOIN LATERAL (
  SELECT count(*) AS filings FROM dw.publication p WHERE p.from_load_id = l.load_id
) published""",
    columns=(
        column("load_id", "l.load_id", "批次", "Loads are numbered in the order in which they began."),
        column("command", "l.command", "命令", "What was asked for."),
        column("started_at", "l.started_at", "开始", "Start."),
        column(
            "finished_at", "l.finished_at", "结束", "End, or when it was found to have been killed; null while it runs."
        ),
        column("status", "l.status", "状态", "`running`, then `finished` or `failed`; `abandoned` if it was killed."),
        measure("published", "published.filings", "发布文件数", "Filings it published.", adds_over=("load_id",)),
    ),
)

VIEWS: tuple[View, ...] = (
    FILING,
    SECTION,
    PROJECT_VIEW,
    PROJECT_BUDGET,
    INDICATOR_TARGET,
    TASK,
    DEPARTMENT_PROFILE,
    BUDGET_STATEMENT,
    CONTROL_TOTAL,
    *STATEMENT_VIEWS,
    *COMPARISONS,
    LOAD,
)
