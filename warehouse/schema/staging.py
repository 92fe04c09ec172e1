"""Staging: the records of a batch of filings with natural values, as the gate sees them.

Unlogged, so that a crash empties it: nothing that lasts lives here. Publication compares the rows it finds with the
rows that were staged, and what is held is first copied to `audit.held_*` (the same columns, logged).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.types import TypeEngine

from warehouse.schema.declarations import (
    BOOL,
    BOX,
    DATE,
    FLAGS,
    INT,
    JSON,
    MONEY,
    NUMBER,
    ROWS,
    TEXT,
    Column,
    Table,
    attribute,
)


def _value(name: str, type_: TypeEngine[Any], zh: str, description: str) -> Column:
    """Staged values may all be missing: whether they may is for the gate to say."""
    return attribute(name, type_, zh, description, null=True)


BATCH = (
    attribute("batch_id", INT, "暂存批", "Batch of filings validated together."),
    attribute("filing_load_id", INT, "文件装载号", "Attempt the row belongs to."),
    attribute("row_id", INT, "行", "Row within the attempt and table, from 1."),
)
PLACE = (
    _value("page", INT, "页码", "Page."),
    _value("source_line", INT, "行号", "Line of a text."),
    _value("box", BOX, "位置", "x0, top, x1, bottom in points."),
    _value("source_text", TEXT, "原文", "As printed."),
    attribute("flags", FLAGS, "标记", "What is odd about the row.", default="'{}'"),
)
PRINTED = (
    _value("amount_printed", TEXT, "金额原文", "As printed."),
    _value("unit_printed", TEXT, "金额单位", "Unit as printed."),
    _value("step_yuan", NUMBER, "末位", "Value of the last printed digit, in yuan."),
)
UNIT = _value("unit", TEXT, "单位", "Unit as printed less blanks.")
PROJECT = _value("project", TEXT, "项目", "Project.")
LINE_KEYS = (
    _value("statement", TEXT, "报表", "Statement."),
    UNIT,
    PROJECT,
    _value("funding_source", TEXT, "资金来源", "Funding source."),
    _value("line_code", TEXT, "科目编码", "Code of the line."),
    _value("line", TEXT, "科目名称", "Name of the line."),
    _value("measure", TEXT, "栏目", "Column of the statement."),
)


AREAS = 16
"""So many batches have their rows to themselves at one time; a further one waits (`staging.area`)."""


SECTION_SEQ = _value("section_seq", INT, "分节序号", "Section of the document it stands in, from 1.")


def _staging(
    name: str, zh: str, grain: str, *columns: Column, place: bool = True, by_area: bool = False, in_section: bool = True
) -> Table:
    """`by_area`: a batch may have very many of its rows, so that they lie in partitions."""
    return Table(
        schema="staging",
        name=name,
        zh=zh,
        grain=grain,
        columns=(*BATCH, *((SECTION_SEQ,) if in_section else ()), *columns, *(PLACE if place else ())),
        primary_key=("filing_load_id", "row_id", "batch_id") if by_area else ("filing_load_id", "row_id"),
        indexes=() if by_area else (("batch_id",),),
        unlogged=True,
        partition_by="HASH (batch_id)" if by_area else None,
    )


FILING = _staging(
    "filing",
    "暂存文件",
    "One filing as it was read, beside what the catalogue declares.",
    _value("filing_id", TEXT, "文件标识", "From the catalogue."),
    _value("identity", TEXT, "输入标识", "Input identity."),
    _value("content_sha256", TEXT, "内容摘要", "SHA-256 of the records."),
    _value("sha256", TEXT, "原件摘要", "SHA-256 of the bytes."),
    _value("title", TEXT, "标题", "As declared, else as read."),
    _value("declared_kind", TEXT, "声明类型", "Kind in the catalogue."),
    _value("kind", TEXT, "识别类型", "Kind the layout recognised; null if none did."),
    _value("declared_year", INT, "声明年度", "Year in the catalogue."),
    _value("read_year", INT, "读取年度", "Year the document says."),
    _value("year_basis", TEXT, "年度依据", "`declared`, `assumed` or `read`."),
    _value("declared_unit", TEXT, "声明金额单位", "Money unit in the catalogue."),
    _value("read_unit", TEXT, "读取金额单位", "Money unit the document prints."),
    _value("publisher_id", TEXT, "发布机构标识", "Publisher's id."),
    _value("department", TEXT, "部门", "Publisher's full official name."),
    _value("read_department", TEXT, "读取部门", "Department that the page names; null if it names none."),
    _value("department_agrees", BOOL, "部门相符", "Whether both names may be of one department; null if only one is."),
    _value("region_code", TEXT, "区划代码", "GB/T 2260."),
    _value("region", TEXT, "行政区划", "Name of the region."),
    _value("reader", TEXT, "阅读器", "Name and version."),
    _value("medium", TEXT, "载体", "What the bytes were."),
    _value("layout", TEXT, "版式", "Layout and version."),
    _value("pages", INT, "页数", "Pages."),
    _value("characters", INT, "字符数", "Non-blank characters."),
    _value("coverage", NUMBER, "覆盖率", "Share of characters in typed fields."),
    _value("scope", TEXT, "口径", "What the cover says: `department`, `unit` or `government`; null if nothing."),
    _value("row_counts", JSON, "行数", "Records by kind of record."),
    _value("critical_findings", INT, "严重发现数", "Critical findings of reader and layout."),
    _value("source_url", TEXT, "来源网址", "Where the publisher printed it."),
    _value("words", JSON, "词条", "Added vocabulary rows that it was read by, and spellings that no row knew."),
    _value("changed_facts", INT, "变动行数", "Published facts that would change or disappear; null if none were."),
    attribute("flags", FLAGS, "标记", "What is odd about the filing.", default="'{}'"),
    place=False,
    by_area=True,
    in_section=False,
)

STAGED_SECTION = _staging(
    "section",
    "暂存分节",
    "One section of the document, and what becomes of it.",
    _value("part", TEXT, "类别", "`records`, `narrative`, `furniture`, `unread` or `missing`."),
    _value("title", TEXT, "标题", "Heading as printed."),
    _value("layout", TEXT, "版式", "Layout that read it; null for what is no records."),
    _value("layout_version", INT, "版式版本", "Version of the layout."),
    _value("kind", TEXT, "类型", "Kind of filing that it belongs to."),
    _value("unit", TEXT, "单位", "Organisation it is printed for, less blanks."),
    _value("scope", TEXT, "口径", "`department`, `unit` or `government`; null if it does not say."),
    _value("level", TEXT, "级次", "Of a government's statement: `whole` (全省, 全市) or `own` (本级); null if unsaid."),
    _value("fiscal_year", INT, "年度", "Year the section says; null if it is silent."),
    _value("money_unit", TEXT, "金额单位", "Unit of money the section prints or takes over."),
    _value("first_page", INT, "首页", "First page."),
    _value("last_page", INT, "末页", "Last page."),
    _value("ordinal", INT, "同名次序", "Position among the sections of one layout, title and unit, from 1."),
    _value("coverage", NUMBER, "覆盖率", "Share of its characters in typed fields."),
    _value("coverage_floor", NUMBER, "覆盖率下限", "The layout's floor."),
    _value("characters", INT, "字符数", "Non-blank characters."),
    _value("amounts", INT, "金额个数", "Amounts of money printed."),
    _value(
        "amounts_accounted",
        INT,
        "已说明金额个数",
        "Those that are a fact, control, remark or named as unread.",
    ),
    _value("row_floors", JSON, "行数下限", "Fewest records by kind of record, as the layout declares."),
    _value("row_counts", JSON, "行数", "Records by kind of record."),
    _value("status", TEXT, "状态", "`published`, `held`, `missing`, `unread` or `text`; null until it is decided."),
    attribute("held_reasons", TEXT, "暂缓原因", "Why it is held, one line each.", default="''"),
    attribute("flags", FLAGS, "标记", "What is odd about the section.", default="'{}'"),
    place=False,
    by_area=True,
)

EXECUTION = (
    _value("execution_rate", NUMBER, "预算执行率", "As a share of 1."),
    _value("execution_weight", NUMBER, "预算执行率分值", "Points it can earn."),
    _value("execution_score", NUMBER, "预算执行率得分", "Points it earned."),
)

STAGED_PROJECT = _staging(
    "project",
    "暂存项目",
    "One project of one unit.",
    UNIT,
    PROJECT,
    _value("normalised_name", TEXT, "规范名称", "Name folded for comparing across years."),
    _value("goal", TEXT, "绩效目标", "Goal as printed."),
    _value("notes", TEXT, "备注", "What else the form says of it."),
    *EXECUTION,
    by_area=True,
)

BUDGET = _staging(
    "budget",
    "暂存金额",
    "One leaf amount.",
    *LINE_KEYS,
    _value("classification_scheme", TEXT, "分类体系", "Classification of the line."),
    _value("expenditure_type", TEXT, "支出类型", "基本支出, 项目支出."),
    _value("measure_kind", TEXT, "栏目类型", "`budget`, `adjusted`, `execution`, `final` or `previous`."),
    _value("amount_yuan", MONEY, "金额（元）", "Exact."),
    *PRINTED,
    by_area=True,
)

CONTROL = _staging(
    "control",
    "暂存合计",
    "One stated total, beside the sum of the lines it is the total of.",
    *LINE_KEYS,
    _value("total_of", TEXT, "范围", "`filing`, `unit`, `project` or `statement`."),
    _value("stated_yuan", MONEY, "公布数（元）", "As printed."),
    *PRINTED,
    _value("rule", TEXT, "勾稽规则", "Rule between statements or with the prose."),
    _value("members", ROWS, "组成行", "Rows of staged amounts it must equal, where the layout names them."),
    attribute("loaded_yuan", MONEY, "明细合计（元）", "Sum of the lines.", default="0"),
    attribute("lines", INT, "明细行数", "Lines compared.", default="0"),
    attribute("holds", BOOL, "是否相符", "Within rounding, and no line missing.", default="false"),
    by_area=True,
)

INDICATOR = _staging(
    "indicator",
    "暂存指标",
    "One indicator of one subject.",
    _value("subject", TEXT, "指标主体", "`project`, `department`, `task`, `region` or `place`."),
    UNIT,
    PROJECT,
    _value("task", TEXT, "任务", "Task of the indicator."),
    _value("seq", INT, "指标序号", "Position within the subject, from 1."),
    _value("number", TEXT, "指标编号", "As printed."),
    _value("level1", TEXT, "一级指标", "Canonical."),
    _value("level1_printed", TEXT, "一级指标原文", "As printed."),
    _value("level2", TEXT, "二级指标", "Canonical."),
    _value("level2_printed", TEXT, "二级指标原文", "As printed."),
    _value("name", TEXT, "指标名称", "As printed less layout."),
    _value("weight", NUMBER, "分值", "Weight."),
    _value("score", NUMBER, "得分", "Score."),
    _value("deviation", TEXT, "偏差原因", "Why it was not kept."),
    _value("notes", TEXT, "备注", "What else the form says of it."),
    by_area=True,
)

TARGET = _staging(
    "target",
    "暂存指标值",
    "One promise of one staged indicator for one horizon.",
    _value("indicator_row_id", INT, "指标行", "Row of the indicator."),
    _value("horizon", TEXT, "期间", "`annual` or `cycle`."),
    _value("promise_seq", INT, "承诺序号", "From 1."),
    _value("target_text", TEXT, "指标值原文", "As printed."),
    _value("kind", TEXT, "指标值类型", "Kind."),
    _value("operator", TEXT, "比较符", "Operator."),
    _value("value", NUMBER, "指标值", "Value."),
    _value("value_upper", NUMBER, "指标值上限", "Upper end."),
    _value("value_unit", TEXT, "计量单位", "Unit."),
    _value("base_value", NUMBER, "可比值", "In the base unit."),
    _value("base_value_upper", NUMBER, "可比值上限", "Upper end in the base unit."),
    _value("base_unit", TEXT, "可比单位", "Base unit."),
    _value("target_date", DATE, "目标日期", "Date."),
    _value("is_measurable", BOOL, "可衡量", "Measurable."),
    _value("rule", TEXT, "读取规则", "Grammar rule."),
    _value("actual_text", TEXT, "实际完成值原文", "Actual as printed."),
    _value("actual_value", NUMBER, "实际完成值", "Actual."),
    _value("actual_as_of", DATE, "完成值截止日", "Day up to which it counts."),
    _value("met", BOOL, "是否完成", "Kept by the operator; null where the readings do not say."),
    attribute("flags", FLAGS, "标记", "What is odd about the target.", default="'{}'"),
    place=False,
    by_area=True,
)

TASK = _staging(
    "task",
    "暂存任务",
    "One priority task.",
    _value("task", TEXT, "任务名称", "As printed."),
    _value("content", TEXT, "主要实施内容", "Content."),
    _value("goal", TEXT, "期望达到的目标", "Goal."),
    _value("amount_yuan", MONEY, "拟投入的资金（元）", "Exact."),
    *PRINTED,
)

PROFILE = _staging(
    "profile",
    "暂存部门信息",
    "Head of a department form.",
    _value("staff", INT, "财政供养人员数", "Staff."),
    _value("subordinate_units", INT, "下属二级单位数", "Subordinate units."),
    _value("goal", TEXT, "总体绩效目标", "Overall goal."),
    *EXECUTION,
)

STATEMENT = _staging(
    "statement",
    "暂存报表",
    "One statement as printed, also when it is empty.",
    _value("statement", TEXT, "报表", "Statement."),
    UNIT,
    _value("title", TEXT, "报表标题", "As printed."),
    _value("money_unit", TEXT, "金额单位", "Unit of money."),
    _value("lines", INT, "明细行数", "Amounts read from it."),
)

CLASSIFICATION = _staging(
    "classification",
    "暂存分类科目",
    "One code of one classification as printed.",
    _value("scheme", TEXT, "分类体系", "Classification."),
    _value("line_code", TEXT, "科目编码", "Code."),
    _value("line", TEXT, "科目名称", "Name."),
    _value("parent_code", TEXT, "上级编码", "Code printed above it."),
)

STAGING = (
    FILING,
    STAGED_SECTION,
    STAGED_PROJECT,
    BUDGET,
    CONTROL,
    INDICATOR,
    TARGET,
    TASK,
    PROFILE,
    STATEMENT,
    CLASSIFICATION,
)
HELD = tuple(table.in_schema("audit", "held_") for table in STAGING)
