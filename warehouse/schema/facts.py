"""The facts, the controls and which version of a filing is current.

Every row belongs to a filing version; publishing a version changes only `dw.publication`, so that the facts of all
versions stay, and any load of the past can be asked again.
"""

from __future__ import annotations

from warehouse.schema.declarations import (
    BOOL,
    BOX,
    DATE,
    INT,
    MONEY,
    NUMBER,
    TEXT,
    TIME,
    Column,
    Table,
    attribute,
    key,
    measure,
    ref,
)

ONE_STATEMENT = "within one filing and one statement"

VERSION = ref("filing_version_key", "dw.dim_filing_version.filing_version_key", "版本键", "Filing version of the row.")
YEAR = ref("fiscal_year_key", "dw.dim_fiscal_year.fiscal_year_key", "年度键", "Fiscal year.")
IN_REGION = ref("region_key", "dw.dim_region.region_key", "区划键", "Region.")
DEPARTMENT = ref("department_key", "dw.dim_organization.organization_key", "部门键", "The publishing department.")
UNIT = ref("organization_key", "dw.dim_organization.organization_key", "单位键", "Unit (预算单位), or the department.")
PROJECT_REF = ref("project_key", "dw.dim_project.project_key", "项目键", "Project; −1 where there is none.")

SECTION = attribute("section_seq", INT, "分节序号", "Section of the filing it stands in, from 1.")

WHERE = (VERSION, SECTION, YEAR, IN_REGION, DEPARTMENT)

PROVENANCE: tuple[Column, ...] = (
    attribute("page", INT, "页码", "Page it was printed on; null for texts without pages.", null=True),
    attribute("source_line", INT, "行号", "Line of a plain text where it begins.", null=True),
    attribute("box", BOX, "位置", "Cell's box: x0, top, x1, bottom in points from the top left.", null=True),
    attribute("source_text", TEXT, "原文", "The text as printed."),
    attribute("flags", TEXT, "标记", "Sorted, comma-separated; empty if nothing is odd.", default="''"),
)

PUBLICATION = Table(
    schema="dw",
    name="publication",
    zh="发布记录",
    grain="One span of loads during which one version of a filing was the current one.",
    columns=(
        key("publication_key", "发布键"),
        ref("filing_key", "dw.dim_filing.filing_key", "文件键", "The filing."),
        VERSION,
        ref("from_load_id", "audit.load.load_id", "起始批次", "Load that made the version current."),
        Column(
            name="to_load_id",
            type=INT,
            zh="终止批次",
            description="Load that made another version current; null while it is current.",
            nullable=True,
            references="audit.load.load_id",
        ),
        attribute("published_at", TIME, "发布时间", "When it became current.", default="now()"),
    ),
    primary_key=("publication_key",),
    indexes=(("filing_version_key",),),
    unique_where=(("filing_key", "to_load_id IS NULL"),),
)

FILING_SECTION = Table(
    schema="dw",
    name="filing_section",
    zh="文件分节",
    grain="One section of one filing version, whatever became of it; facts and controls name theirs.",
    columns=(
        VERSION,
        SECTION,
        attribute("part", TEXT, "类别", "`records`, `narrative`, `furniture`, `unread` or `missing`."),
        attribute("status", TEXT, "状态", "`published`, `held`, `missing`, `unread` or `text`, once the version is."),
        attribute("held_reasons", TEXT, "暂缓原因", "Why it is held, one line each; empty if it is not.", default="''"),
        attribute("title", TEXT, "标题", "Heading as printed.", null=True),
        attribute("layout", TEXT, "版式", "Layout that read it; null for what is no records.", null=True),
        attribute("layout_version", INT, "版式版本", "Version of the layout.", null=True),
        attribute(
            "kind",
            TEXT,
            "类型",
            "`budget_statement` …; null for what is no records.",
            null=True,
        ),
        attribute("unit", TEXT, "单位", "Organisation it is printed for, less blanks.", null=True),
        attribute("ordinal", INT, "同名次序", "Position among the sections of one layout, title and unit, from 1."),
        attribute("scope", TEXT, "口径", "`department`, `unit` or `government`; null if nothing says so.", null=True),
        attribute(
            "level",
            TEXT,
            "级次",
            "Of a government's statement: `whole` (全省, 全市) or `own` (本级); null if its title does not say.",
            null=True,
        ),
        YEAR,
        attribute("money_unit", TEXT, "金额单位", "Unit of money it prints or takes over.", null=True),
        attribute("first_page", INT, "首页", "First page; null without pages.", null=True),
        attribute("last_page", INT, "末页", "Last page; null without pages.", null=True),
        measure("stated_total_yuan", MONEY, "合计（公布）", "Total as the section prints it.", unit="元", null=True),
        measure("loaded_total_yuan", MONEY, "合计（明细）", "Sum of the lines under it.", unit="元", null=True),
        measure("lines", INT, "金额行数", "Leaf amounts.", additive="within one filing"),
        measure("projects", INT, "项目数", "Projects.", additive="within one filing"),
        measure("indicators", INT, "指标数", "Indicators.", additive="within one filing"),
        measure("coverage", NUMBER, "覆盖率", "Share of its characters in typed fields.", null=True),
        measure("characters", INT, "字符数", "Non-blank characters.", additive="within one filing"),
        measure("amounts", INT, "金额个数", "Amounts of money printed.", additive="within one filing"),
        measure(
            "amounts_accounted",
            INT,
            "已说明金额个数",
            "Amounts that are a fact, control, remark or named as unread.",
        ),
        attribute("flags", TEXT, "标记", "Sorted, comma-separated; empty if nothing is odd.", default="''"),
    ),
    primary_key=("filing_version_key", "section_seq"),
)

FACT_BUDGET = Table(
    schema="dw",
    name="fact_budget",
    zh="预算事实",
    grain=(
        "One leaf amount: filing version × statement × organisation × project or classification × funding source × "
        "expenditure type × column of the statement."
    ),
    columns=(
        key("budget_key", "预算键", big=True),
        *WHERE,
        ref("statement_key", "dw.dim_statement.statement_key", "报表键", "Statement."),
        UNIT,
        PROJECT_REF,
        ref("classification_key", "dw.dim_classification.classification_key", "分类键", "Line of a classification."),
        ref("funding_source_key", "dw.dim_funding_source.funding_source_key", "资金来源键", "Funding source."),
        ref("expenditure_type_key", "dw.dim_expenditure_type.expenditure_type_key", "支出类型键", "Expenditure type."),
        ref("measure_key", "dw.dim_measure.measure_key", "栏目键", "Column of the statement."),
        attribute(
            "measure_kind", TEXT, "栏目类型", "`budget`, `adjusted`, `execution`, `final` or `previous`.", null=True
        ),
        measure("amount_yuan", MONEY, "金额（元）", "Amount, exact.", unit="元", additive=ONE_STATEMENT),
        attribute("amount_printed", TEXT, "金额原文", "As printed."),
        attribute("unit_printed", TEXT, "金额单位", "Unit as printed: 元, 万元, 亿元."),
        *PROVENANCE,
    ),
    primary_key=("budget_key", "fiscal_year_key"),
    partition_by="RANGE (fiscal_year_key)",
    unique=(
        (
            "filing_version_key",
            "section_seq",
            "statement_key",
            "organization_key",
            "project_key",
            "classification_key",
            "funding_source_key",
            "expenditure_type_key",
            "measure_key",
            "fiscal_year_key",
        ),
    ),
)

EXECUTION = (
    measure("execution_rate", NUMBER, "预算执行率", "As a self-evaluation prints it, as a share of 1.", null=True),
    measure(
        "execution_weight", NUMBER, "预算执行率分值", "Points that the execution of the budget can earn.", null=True
    ),
    measure("execution_score", NUMBER, "预算执行率得分", "Points that it earned.", null=True),
)

FACT_PROJECT = Table(
    schema="dw",
    name="fact_project",
    zh="项目事实",
    grain="One project of one unit in one filing version, also when it has no money or no indicator.",
    columns=(
        key("project_fact_key", "项目事实键", big=True),
        *WHERE,
        UNIT,
        PROJECT_REF,
        attribute("project_seq", INT, "序号", "Position in the filing, from 1."),
        attribute("goal", TEXT, "绩效目标", "Goal as printed.", null=True),
        attribute("notes", TEXT, "备注", "What else the form says of the project.", null=True),
        measure(
            "total_yuan",
            MONEY,
            "合计（元）",
            "Sum of the project's lines; null if it prints no amount.",
            unit="元",
            additive="within one filing",
            null=True,
        ),
        measure("indicators", INT, "指标数", "Indicators printed for the project.", additive="within one filing"),
        *EXECUTION,
        *PROVENANCE,
    ),
    primary_key=("project_fact_key",),
    unique=(("filing_version_key", "section_seq", "organization_key", "project_key"),),
)

FACT_INDICATOR = Table(
    schema="dw",
    name="fact_indicator",
    zh="绩效指标事实",
    grain="One promise: filing version × subject × indicator_seq × horizon × promise_seq.",
    columns=(
        key("indicator_fact_key", "指标事实键", big=True),
        *WHERE,
        UNIT,
        PROJECT_REF,
        attribute("subject", TEXT, "指标主体", "`project`, `department`, `task`, `region` or `place`."),
        attribute("task", TEXT, "任务", "Name of the task for subject `task`, else empty.", default="''"),
        attribute("indicator_seq", INT, "指标序号", "Position within the subject, from 1."),
        attribute("indicator_no", TEXT, "指标编号", "Number as printed; null if illegible or not printed.", null=True),
        ref("indicator_key", "dw.dim_indicator.indicator_key", "指标键", "Level 1, level 2 and name."),
        attribute("horizon", TEXT, "期间", "`annual` (年度) or `cycle` (实施周期)."),
        attribute("promise_seq", INT, "承诺序号", "1 unless one cell holds several different promises."),
        attribute("is_first", BOOL, "是否首个承诺", "First promise of its indicator: its rows count indicators."),
        attribute("target_text", TEXT, "指标值原文", "As printed, less layout."),
        attribute("kind", TEXT, "指标值类型", "`quantity`, `ratio`, `money`, `duration`, `date`, `boolean` …"),
        attribute("operator", TEXT, "比较符", "`=`, `>=`, `>`, `<=`, `<`, `between`; null if qualitative.", null=True),
        measure("value", NUMBER, "指标值", "As printed.", additive="not additive", null=True),
        measure("value_upper", NUMBER, "指标值上限", "Upper end of `between`.", additive="not additive", null=True),
        ref("value_unit_key", "dw.dim_unit_of_measure.unit_key", "计量单位键", "Unit as printed."),
        measure("base_value", NUMBER, "可比值", "Value in the base unit.", additive="not additive", null=True),
        measure("base_value_upper", NUMBER, "可比值上限", "Upper end in the base unit.", null=True),
        ref("base_unit_key", "dw.dim_unit_of_measure.unit_key", "可比单位键", "Base unit."),
        attribute("target_date", DATE, "目标日期", "Day a date target names.", null=True),
        attribute("is_measurable", BOOL, "可衡量", "False for 有所提高, 稳步提升 …"),
        attribute("actual_text", TEXT, "实际完成值原文", "Of a self-evaluation.", null=True),
        measure("actual_value", NUMBER, "实际完成值", "Of a self-evaluation.", additive="not additive", null=True),
        attribute("actual_as_of", DATE, "完成值截止日", "Of a monitoring form; null: the whole year.", null=True),
        attribute("met", BOOL, "是否完成", "By the operator; null where the readings do not say.", null=True),
        measure("weight", NUMBER, "分值", "Weight where the form prints it.", additive="within one subject", null=True),
        measure("score", NUMBER, "得分", "Score of a self-evaluation.", additive="within one subject", null=True),
        attribute("deviation", TEXT, "偏差原因", "Why a self-evaluation's target was not kept.", null=True),
        attribute("notes", TEXT, "备注", "What else the form says of the indicator.", null=True),
        attribute("rule", TEXT, "读取规则", "Grammar rule that gave the reading.", default="''"),
        *PROVENANCE,
    ),
    primary_key=("indicator_fact_key", "fiscal_year_key"),
    partition_by="RANGE (fiscal_year_key)",
    unique=(
        (
            "filing_version_key",
            "section_seq",
            "organization_key",
            "project_key",
            "subject",
            "task",
            "indicator_seq",
            "horizon",
            "promise_seq",
            "fiscal_year_key",
        ),
    ),
    hashed=("task",),
)

FACT_TASK = Table(
    schema="dw",
    name="fact_task",
    zh="年度重点工作任务",
    grain="One priority task of one department form.",
    columns=(
        key("task_key", "任务键"),
        *WHERE,
        attribute("task_seq", INT, "序号", "Position in the form, from 1."),
        attribute("task", TEXT, "任务名称", "As printed, less layout."),
        attribute("content", TEXT, "主要实施内容", "What is to be done.", null=True),
        attribute("goal", TEXT, "期望达到的目标", "What is to be reached.", null=True),
        measure(
            "amount_yuan",
            MONEY,
            "拟投入的资金（元）",
            "Money planned for the task.",
            unit="元",
            additive="within one filing",
            null=True,
        ),
        *PROVENANCE,
    ),
    primary_key=("task_key",),
    unique=(("filing_version_key", "task_seq"),),
)

FACT_DEPARTMENT = Table(
    schema="dw",
    name="fact_department",
    zh="部门基本信息",
    grain="Head of one department form; a filing may hold several.",
    columns=(
        key("department_fact_key", "部门事实键"),
        *WHERE,
        attribute("profile_seq", INT, "序号", "Position in the filing, from 1."),
        measure(
            "staff", INT, "财政供养人员数", "Staff paid from the budget.", additive="across departments", null=True
        ),
        measure("subordinate_units", INT, "下属二级单位数", "Subordinate units.", null=True),
        attribute("goal", TEXT, "总体绩效目标", "Overall goal as printed.", null=True),
        *EXECUTION,
        *PROVENANCE,
    ),
    primary_key=("department_fact_key",),
    unique=(("filing_version_key", "profile_seq"),),
)

CONTROL_TOTAL = Table(
    schema="dw",
    name="control_total",
    zh="合计控制",
    grain="One stated total or subtotal of one filing version beside the sum of what was loaded. Never summed.",
    columns=(
        key("control_key", "控制键", big=True),
        *WHERE,
        attribute("control_seq", INT, "序号", "Position in the filing, from 1."),
        attribute("total_of", TEXT, "范围", "`filing`, `unit`, `project` or `statement`."),
        UNIT,
        PROJECT_REF,
        ref("statement_key", "dw.dim_statement.statement_key", "报表键", "Statement."),
        ref("funding_source_key", "dw.dim_funding_source.funding_source_key", "资金来源键", "−1 means 总计."),
        ref(
            "classification_key", "dw.dim_classification.classification_key", "分类键", "Upper line it is the total of."
        ),
        ref("measure_key", "dw.dim_measure.measure_key", "栏目键", "Column of the statement."),
        attribute("rule", TEXT, "勾稽规则", "Rule between statements or with the prose; empty: its own.", default="''"),
        measure("stated_yuan", MONEY, "公布数（元）", "As printed.", unit="元", additive="never"),
        measure("loaded_yuan", MONEY, "明细合计（元）", "Sum of the lines.", unit="元", additive="never"),
        measure("lines", INT, "明细行数", "Lines it was compared with.", additive="never"),
        attribute("holds", BOOL, "是否相符", "Within rounding, and no line missing."),
        attribute("amount_printed", TEXT, "金额原文", "As printed."),
        attribute("unit_printed", TEXT, "金额单位", "Unit as printed."),
        *PROVENANCE,
    ),
    primary_key=("control_key",),
    unique=(("filing_version_key", "control_seq"),),
)

FACTS = (
    PUBLICATION,
    FILING_SECTION,
    FACT_BUDGET,
    FACT_PROJECT,
    FACT_INDICATOR,
    FACT_TASK,
    FACT_DEPARTMENT,
    CONTROL_TOTAL,
)
