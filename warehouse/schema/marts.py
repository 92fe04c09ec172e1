"""The published schema: the views BI tools and outside checks rely on, to the name."""

from __future__ import annotations

from warehouse.schema.comparison_marts import COMPARISONS
from warehouse.schema.dimensions import PROJECT_EXPENDITURE_KEY
from warehouse.schema.held_reasons import in_chinese
from warehouse.schema.mart_columns import (
    FILING_PROJECT_KEY,
    FUNDING,
    IDENTIFICATION,
    JOIN_LINE,
    JOIN_MEASURE,
    JOIN_PROJECT,
    JOIN_SOURCE,
    JOIN_STATEMENT,
    JOIN_UNIT,
    LINE_COLUMNS,
    MEASURE,
    PLACE,
    PROJECT,
    PROJECT_ID,
    STATEMENT,
    TRACE,
    UNIT,
    WHO,
    amount,
    current_facts,
    dimension,
)
from warehouse.schema.statement_marts import CLASS_COLUMNS, STATEMENT_VIEWS, stated_class
from warehouse.views import View, column, measure

PENDING = "p.filing_version_key IS NOT NULL AND newest.version > v.version AND newest.status = 'held'"
FAILED_SINCE = "p.filing_version_key IS NOT NULL AND attempt.status = 'failed'"

HELD_REASONS = (
    f"CASE WHEN {PENDING} THEN newest.held_reasons WHEN {FAILED_SINCE} THEN attempt.reasons"
    " WHEN p.filing_version_key IS NULL THEN attempt.reasons ELSE '' END"
)
FLAGS = """CASE WHEN EXISTS (
    SELECT FROM audit.acceptance a WHERE a.filing_version_key = p.filing_version_key AND {met}
  ) THEN array_to_string(ARRAY(
    SELECT DISTINCT flag FROM unnest(string_to_array(NULLIF(v.flags, ''), ',') || CAST('accepted' AS text)) AS flag
    ORDER BY 1), ',')
  ELSE COALESCE(v.flags, '') END"""
"""`accepted` follows from the acceptance, so that a past load shows the flag only if it was given by then."""


def _of_version(name: str) -> str:
    """As the version has it; as the catalogue has it where the document could never be read."""
    return f"CASE WHEN v.filing_version_key IS NOT NULL THEN v.{name} ELSE filing.{name} END"


FILING = View(
    name="filing",
    zh="公开文件",
    grain="One filing, also when it is held or failed.",
    additive="Totals add across filings of one kind only; a department form repeats the money of its projects.",
    source="""FROM dw.dim_filing filing
LEFT JOIN dw.publication p ON p.filing_key = filing.filing_key AND {current}
LEFT JOIN LATERAL (
  SELECT w.filing_version_key, w.version, w.held_reasons, a.status FROM audit.filing_load a
  JOIN dw.dim_filing_version w ON w.filing_version_key = a.filing_version_key
  WHERE a.filing_key = filing.filing_key AND a.status IN ('published', 'held', 'rejected') AND {met}
  ORDER BY w.version DESC, a.filing_load_id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
  SELECT a.status, a.reasons, a.sha256, a.finished_at FROM audit.filing_load a
  WHERE a.filing_key = filing.filing_key AND {met}
    AND a.status IN ('published', 'held', 'rejected', 'withdrawn', 'failed') AND (a.status <> 'failed' OR NOT EXISTS (
      SELECT FROM (SELECT * FROM audit.filing_load a WHERE {met}) b
      WHERE b.filing_key = a.filing_key AND b.filing_load_id > a.filing_load_id AND b.status = 'unchanged'))
  ORDER BY a.filing_load_id DESC LIMIT 1
) attempt ON true
LEFT JOIN dw.dim_filing_version v
  ON v.filing_version_key = COALESCE(p.filing_version_key, newest.filing_version_key)
LEFT JOIN dw.dim_fiscal_year fiscal_year
  ON fiscal_year.fiscal_year_key = COALESCE(v.fiscal_year_key, filing.fiscal_year_key)
LEFT JOIN dw.dim_region region ON region.region_key = COALESCE(v.region_key, filing.region_key)
LEFT JOIN dw.dim_organization department
  ON department.organization_key = COALESCE(v.department_key, filing.department_key)
WHERE p.filing_version_key IS NOT NULL OR attempt.status IS NOT NULL""",
    columns=(
        column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
        column("title", _of_version("title"), "标题", "As declared, else as read."),
        column("kind", _of_version("kind"), "文件类型", "`project_target_table`, …"),
        column("fiscal_year", "fiscal_year.fiscal_year", "预算年度", "Fiscal year."),
        column("year_basis", _of_version("year_basis"), "年度依据", "`declared`, `assumed`, `read`."),
        column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
        column("region", "region.region", "行政区划", "Region of the publisher."),
        column("department", "department.organization", "主管部门", "Full official name of the publisher."),
        column(
            "status",
            "CASE WHEN p.filing_version_key IS NOT NULL THEN 'published'"
            " WHEN attempt.status = 'withdrawn' AND newest.status = 'held' THEN 'held' ELSE attempt.status END",
            "状态",
            "`published`, `held` or `failed`; `rejected` if a person keeps it out, `withdrawn` after an undo that left"
            " no version.",
        ),
        column("version", "v.version", "版本号", "Version shown; null if the document could never be read."),
        column(
            "pending_version",
            f"CASE WHEN {PENDING} THEN newest.version END",
            "待定版本",
            "A newer version that is held.",
        ),
        column(
            "pending_status",
            f"CASE WHEN {PENDING} THEN newest.status WHEN {FAILED_SINCE} THEN attempt.status END",
            "待定状态",
            "`held` for a newer held version, `failed` if the last reading failed.",
        ),
        column(
            "held_reasons",
            HELD_REASONS,
            "暂缓原因",
            "Why the filing, or its newer version, is not published; empty if it is.",
        ),
        measure(
            "stated_total_yuan",
            "v.stated_total_yuan",
            "公布合计（元）",
            "Total as printed: of a project table over all its rows, of a department form its income, of a budget"
            " statement what is spent (本年支出合计 of 收支总表, else the total of 支出总表, else 支出总计).",
            adds_over=WHO,
            unit="yuan",
        ),
        measure(
            "loaded_total_yuan",
            "v.loaded_total_yuan",
            "明细合计（元）",
            "Sum of the printed lines under it; of a department form of its expenditure.",
            adds_over=WHO,
            unit="yuan",
        ),
        measure(
            "difference_yuan",
            "v.stated_total_yuan - v.loaded_total_yuan",
            "差额（元）",
            "Stated less loaded.",
            adds_over=WHO,
            unit="yuan",
        ),
        measure("projects", "v.projects", "项目数", "Projects printed.", adds_over=WHO),
        measure("indicators", "v.indicators", "指标数", "Indicators printed: (subject, indicator_seq).", adds_over=WHO),
        measure("coverage", "v.coverage", "覆盖率", "Share of the text that ended in a typed field."),
        column("reader", "v.reader", "阅读器", "Name and version of the reader."),
        column("pages", "v.pages", "页数", "Pages; null for a plain text."),
        column("source_url", _of_version("source_url"), "来源网址", "Where it was published."),
        column("sha256", "COALESCE(v.sha256, attempt.sha256)", "原件摘要", "SHA-256 of the bytes."),
        column("loaded_at", "COALESCE(v.loaded_at, attempt.finished_at)", "入库时间", "When it was loaded."),
        column("flags", FLAGS, "标记", "Flags of the filing, sorted, comma-separated."),
        column("layout", "v.layout", "版式", "Layout and its version."),
        column(
            "fiscal_year_start", "fiscal_year.first_day", "年度首日", "1 January of the fiscal year, for time axes."
        ),
        column(
            "held_reasons_zh",
            in_chinese(HELD_REASONS),
            "暂缓原因（中文）",
            "The reasons by the Chinese titles of their expectations, each once, with the number of places.",
        ),
    ),
)

PROJECT_VIEW = View(
    name="project",
    zh="项目",
    grain="One project of one unit in one filing.",
    additive="total_yuan adds within one filing; across filings only of one kind and year.",
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
        column("notes", "f.notes", "备注", "What else the form says of the project."),
        column("project_seq", "f.project_seq", "序号", "Position in the filing, from 1."),
        PROJECT_ID,
        *TRACE,
        FILING_PROJECT_KEY,
    ),
)

PROJECT_BUDGET = View(
    name="project_budget",
    zh="项目预算",
    grain="A project's money from one funding source; project is null on the residual line of an acceptance.",
    additive="amount_yuan adds within one filing, over units, projects and funding sources.",
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
        FILING_PROJECT_KEY,
    ),
)


INDICATOR_TARGET = View(
    name="indicator_target",
    zh="绩效指标值",
    grain="One promise of one indicator for one horizon.",
    additive="Values are not additive; the sum of `indicator_count` counts indicators, count(*) counts promises.",
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
        column("subject", "f.subject", "指标主体", "`project`, `department` or `task`."),
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
        FILING_PROJECT_KEY,
        measure(
            "indicator_count",
            "f.is_first::int",
            "指标计数",
            "1 on the first promise of an indicator, else 0: the sum counts indicators, whatever their horizons.",
            adds_over=(*WHO, "unit", "project", "subject", "task", "level1", "level2", "indicator", "indicator_seq"),
        ),
    ),
)

TASK = View(
    name="task",
    zh="年度重点工作任务",
    grain="One priority task of a department form.",
    additive="amount_yuan adds within one filing; it is part of the department's money, never beside it.",
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
    ),
)

DEPARTMENT_PROFILE = View(
    name="department_profile",
    zh="部门基本信息",
    grain="One department form.",
    additive="staff adds across departments of one year; a unit counted in its department's form counts once.",
    source=current_facts("fact_department"),
    columns=(
        *IDENTIFICATION,
        measure("staff", "f.staff", "财政供养人员数", "Staff paid from the budget.", adds_over=WHO, unit="人"),
        measure("subordinate_units", "f.subordinate_units", "下属二级单位数", "Subordinate units.", adds_over=WHO),
        column("goal", "f.goal", "总体绩效目标", "Overall goal as printed."),
        *PLACE,
        *TRACE,
    ),
)

BUDGET_STATEMENT = View(
    name="budget_statement",
    zh="预算报表",
    grain="A leaf line of a statement.",
    additive="amount_yuan adds within one filing, one statement and one measure; also a project's execution.",
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
        *stated_class("section", 5),
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
        column("scope", "f.scope", "范围", "`filing`, `unit`, `project` or `statement`."),
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
