"""The dimensions: who, where, when, what for. Each has member 0 (未知) and −1 (不适用)."""

from __future__ import annotations

from transform.statements.labels import statement_labels
from warehouse.schema.declarations import BOOL, DATE, INT, JSON, MONEY, NUMBER, TEXT, TIME, Table, attribute, key, ref

PROJECT_EXPENDITURE_KEY = 1
"""Key of the statement that holds the money of projects: `mart.project_budget` shows it, all others not."""

REGION = Table(
    schema="dw",
    name="dim_region",
    zh="行政区划",
    grain="One region by its GB/T 2260 code and name.",
    columns=(
        key("region_key", "区划键"),
        attribute("region_code", TEXT, "区划代码", "GB/T 2260, six digits."),
        attribute("region", TEXT, "行政区划", "Name of the region as the catalogue says it, e.g. 广州市花都区."),
        attribute("province", TEXT, "省", "Province by the code; null where GB/T 2260 does not know it.", null=True),
        attribute("city", TEXT, "市", "City by the code; null of a province and where there is none.", null=True),
    ),
    primary_key=("region_key",),
    unique=(("region_code", "region"),),
    is_dimension=True,
)

FISCAL_YEAR = Table(
    schema="dw",
    name="dim_fiscal_year",
    zh="预算年度",
    grain="One fiscal year; its key is the year itself.",
    columns=(
        key("fiscal_year_key", "年度键"),
        attribute("fiscal_year", INT, "预算年度", "The year; null for 未知 and 不适用.", null=True),
        attribute("label", TEXT, "年度名称", "For display, e.g. 2024年."),
        attribute("first_day", DATE, "首日", "1 January.", null=True),
        attribute("last_day", DATE, "末日", "31 December.", null=True),
    ),
    primary_key=("fiscal_year_key",),
    is_dimension=True,
    seeds=tuple(
        {
            "fiscal_year_key": year,
            "fiscal_year": year,
            "label": f"{year}年",
            "first_day": f"{year}-01-01",
            "last_day": f"{year}-12-31",
        }
        for year in range(1990, 2101)
    ),
)

ORGANIZATION = Table(
    schema="dw",
    name="dim_organization",
    zh="部门与预算单位",
    grain="One organisation in one span of time (SCD2): a department, or a unit under its department.",
    columns=(
        key("organization_key", "机构键"),
        attribute("organization_code", TEXT, "机构标识", "Stable name: the publisher's id, then /unit for a unit."),
        attribute("organization", TEXT, "机构名称", "Department: full official name; unit: as printed less blanks."),
        attribute("level", TEXT, "层级", "`department` (主管部门) or `unit` (预算单位)."),
        ref("parent_key", "dw.dim_organization.organization_key", "上级机构键", "Department of a unit; −1 if none."),
        ref("region_key", "dw.dim_region.region_key", "区划键", "Region the organisation belongs to."),
        attribute("valid_from", DATE, "生效日", "First day this description holds.", default="'-infinity'"),
        attribute("valid_to", DATE, "失效日", "First day it no longer holds; infinity if open.", default="'infinity'"),
        attribute("is_current", BOOL, "是否现行", "The description that holds now.", default="true"),
        attribute("is_declared", BOOL, "是否申报", "Its date was declared by a person.", default="false"),
        attribute("successor_code", TEXT, "后续机构", "Organisation it was merged into or goes on as.", default="''"),
    ),
    primary_key=("organization_key",),
    unique=(("organization_code", "organization", "region_key", "valid_from"),),
    hashed=("organization_code", "organization"),
    looked_up=("organization_code",),
    is_dimension=True,
)

PROJECT = Table(
    schema="dw",
    name="dim_project",
    zh="项目",
    grain="One project of one unit by its printed name; `project_id` is the same for all spellings and years.",
    columns=(
        key("project_key", "项目键"),
        attribute("organization_code", TEXT, "机构标识", "Unit of the project: two units may use one name."),
        attribute("project", TEXT, "项目名称", "As printed, less layout."),
        attribute("normalised_name", TEXT, "规范名称", "Name folded for comparing across years."),
        attribute("project_id", INT, "项目标识", "The same for a project through all years.", default="0"),
    ),
    primary_key=("project_key",),
    unique=(("organization_code", "project"),),
    indexes=(("project_id",),),
    hashed=("organization_code", "project"),
    looked_up=("organization_code",),
    is_dimension=True,
)

FUNDING_SOURCE = Table(
    schema="dw",
    name="dim_funding_source",
    zh="资金来源",
    grain="One funding source.",
    columns=(
        key("funding_source_key", "资金来源键"),
        attribute("funding_source", TEXT, "资金来源", "Chinese name as the forms print it."),
        attribute("label_en", TEXT, "英文名", "English name, empty if none is declared.", default="''"),
    ),
    primary_key=("funding_source_key",),
    unique=(("funding_source",),),
    hashed=("funding_source",),
    is_dimension=True,
    seeds=(
        {"funding_source": "财政拨款", "label_en": "fiscal appropriation"},
        {"funding_source": "财政专户拨款", "label_en": "special fiscal account"},
        {"funding_source": "其他资金", "label_en": "other funds"},
    ),
)

CLASSIFICATION = Table(
    schema="dw",
    name="dim_classification",
    zh="预算分类",
    grain="One line of one classification (功能, 经济, revenue source, component), upper levels too.",
    columns=(
        key("classification_key", "分类键"),
        attribute("scheme", TEXT, "分类体系", "`function`, `economic`, `revenue_source` or `component`."),
        attribute("line_code", TEXT, "科目编码", "Code as printed; empty where the form prints none."),
        attribute("line", TEXT, "科目名称", "Name as printed."),
        attribute("level", TEXT, "级次", "类, 款 or 项 by the code; empty where it does not tell.", default="''"),
        attribute("parent_code", TEXT, "上级编码", "Code one level up; empty on the highest.", default="''"),
    ),
    primary_key=("classification_key",),
    unique=(("scheme", "line_code", "line"),),
    hashed=("line_code", "line"),
    looked_up=("line",),
    is_dimension=True,
)

STATEMENT = Table(
    schema="dw",
    name="dim_statement",
    zh="报表",
    grain="One statement: a set of lines that may be added to each other.",
    columns=(
        key("statement_key", "报表键"),
        attribute("statement", TEXT, "报表", "Name in code, e.g. `project_expenditure`."),
        attribute("label_zh", TEXT, "中文名", "Chinese title, empty if none is declared.", default="''"),
    ),
    primary_key=("statement_key",),
    unique=(("statement",),),
    is_dimension=True,
    seeds=(
        {"statement_key": PROJECT_EXPENDITURE_KEY, "statement": "project_expenditure", "label_zh": "项目支出"},
        {"statement_key": 2, "statement": "dept_expenditure", "label_zh": "部门预算支出"},
        {"statement_key": 3, "statement": "dept_income", "label_zh": "收入来源"},
        {"statement_key": 4, "statement": "dept_level", "label_zh": "按预算级次划分"},
        {"statement_key": 5, "statement": "dept_task", "label_zh": "年度主要任务"},
        *(
            {"statement_key": key, "statement": name, "label_zh": label}
            for key, (name, label) in enumerate(statement_labels().items(), start=6)
        ),
    ),
)

EXPENDITURE_TYPE = Table(
    schema="dw",
    name="dim_expenditure_type",
    zh="支出类型",
    grain="One type of expenditure: 基本支出, 项目支出 …",
    columns=(
        key("expenditure_type_key", "支出类型键"),
        attribute("expenditure_type", TEXT, "支出类型", "As the column or line says."),
    ),
    primary_key=("expenditure_type_key",),
    unique=(("expenditure_type",),),
    hashed=("expenditure_type",),
    is_dimension=True,
    seeds=({"expenditure_type": "基本支出"}, {"expenditure_type": "项目支出"}),
)

MEASURE = Table(
    schema="dw",
    name="dim_measure",
    zh="栏目",
    grain="One column of a statement, e.g. 预算数, 上年决算数.",
    columns=(
        key("measure_key", "栏目键"),
        attribute("measure", TEXT, "栏目", "Heading of the column."),
    ),
    primary_key=("measure_key",),
    unique=(("measure",),),
    hashed=("measure",),
    is_dimension=True,
)

INDICATOR = Table(
    schema="dw",
    name="dim_indicator",
    zh="绩效指标",
    grain="One indicator: level 1, level 2 and name.",
    columns=(
        key("indicator_key", "指标键"),
        attribute(
            "level1", TEXT, "一级指标", "产出 效益 满意度 成本; 未知 if printed but unknown; 不适用 if not printed."
        ),
        attribute("level2", TEXT, "二级指标", "数量 质量 时效 …; 未知 and 不适用 as in level 1."),
        attribute("indicator", TEXT, "指标名称", "Level 3, as printed less layout."),
    ),
    primary_key=("indicator_key",),
    unique=(("level1", "level2", "indicator"),),
    hashed=("level1", "level2", "indicator"),
    looked_up=("indicator",),
    is_dimension=True,
)

UNIT_OF_MEASURE = Table(
    schema="dw",
    name="dim_unit_of_measure",
    zh="计量单位",
    grain="One unit in which a target is counted.",
    columns=(
        key("unit_key", "计量单位键"),
        attribute("unit_of_measure", TEXT, "计量单位", "As printed without the number, or the comparable base unit."),
    ),
    primary_key=("unit_key",),
    unique=(("unit_of_measure",),),
    hashed=("unit_of_measure",),
    looked_up=("unit_of_measure",),
    is_dimension=True,
)

FILING = Table(
    schema="dw",
    name="dim_filing",
    zh="公开文件",
    grain="One declared filing of one publisher, whatever became of it.",
    columns=(
        key("filing_key", "文件键"),
        attribute("filing_id", TEXT, "文件标识", "Opaque, stable name from the catalogue."),
        attribute("title", TEXT, "标题", "Title as declared, else null.", null=True),
        attribute("kind", TEXT, "文件类型", "Kind as declared, else null.", null=True),
        attribute("year_basis", TEXT, "年度依据", "`declared`, `assumed` or `read`.", default="'read'"),
        ref("fiscal_year_key", "dw.dim_fiscal_year.fiscal_year_key", "年度键", "Year as declared; 0 if it is read."),
        ref("region_key", "dw.dim_region.region_key", "区划键", "Region of the publisher."),
        ref("department_key", "dw.dim_organization.organization_key", "部门键", "The publishing department."),
        attribute("source_url", TEXT, "来源网址", "Where the publisher printed it.", null=True),
    ),
    primary_key=("filing_key",),
    unique=(("filing_id",),),
)

FILING_VERSION = Table(
    schema="dw",
    name="dim_filing_version",
    zh="文件版本",
    grain="One version of one filing: one input identity and what was read from it. Every fact belongs to one.",
    columns=(
        key("filing_version_key", "版本键"),
        ref("filing_key", "dw.dim_filing.filing_key", "文件键", "The filing."),
        attribute("version", INT, "版本号", "Counts from 1 within the filing."),
        attribute("status", TEXT, "状态", "`published` (now or once, whole or in part), `held` or `rejected`."),
        attribute("identity", TEXT, "输入标识", "SHA-256 of bytes, catalogue entry, reader and layout versions."),
        attribute("content_sha256", TEXT, "内容摘要", "SHA-256 of the staged records."),
        attribute("sha256", TEXT, "原件摘要", "SHA-256 of the document's bytes."),
        attribute("title", TEXT, "标题", "As declared, else as read.", null=True),
        attribute(
            "kind",
            TEXT,
            "文件类型",
            "Kind of half of its sections or more, else `mixed`; null if none has any.",
            null=True,
        ),
        attribute("scope", TEXT, "口径", "Scope of its sections; `mixed` where they differ.", null=True),
        ref("fiscal_year_key", "dw.dim_fiscal_year.fiscal_year_key", "年度键", "Fiscal year."),
        attribute("year_basis", TEXT, "年度依据", "`declared`, `assumed` or `read`.", default="'read'"),
        ref("region_key", "dw.dim_region.region_key", "区划键", "Region."),
        ref("department_key", "dw.dim_organization.organization_key", "部门键", "The publishing department."),
        attribute("reader", TEXT, "阅读器", "Name and version of the reader."),
        attribute("medium", TEXT, "载体", "`pdf`, `scan`, `html`, `text` …"),
        attribute("layout", TEXT, "版式", "Layout and its version; null if not recognised.", null=True),
        attribute("pages", INT, "页数", "Pages; null for a plain text.", null=True),
        attribute("characters", INT, "字符数", "Non-blank characters.", default="0"),
        attribute("coverage", NUMBER, "覆盖率", "Share of characters in typed fields.", null=True),
        attribute("is_partial", BOOL, "是否部分公布", "Sections are held, missing or unread.", default="false"),
        attribute("sections", INT, "分节数", "Sections of the document.", default="0"),
        attribute("sections_held", INT, "暂缓分节数", "Sections that are held.", default="0"),
        attribute("amounts", INT, "金额个数", "Amounts of money printed.", default="0"),
        attribute("amounts_accounted", INT, "已说明金额个数", "Amounts that are accounted for.", default="0"),
        attribute("stated_total_yuan", MONEY, "合计（公布）", "Total as printed, in yuan.", null=True),
        attribute("loaded_total_yuan", MONEY, "合计（明细）", "Sum of the printed lines, in yuan.", null=True),
        attribute("projects", INT, "项目数", "Projects printed.", default="0"),
        attribute("indicators", INT, "指标数", "Indicators printed.", default="0"),
        attribute("source_url", TEXT, "来源网址", "Where the publisher printed it.", null=True),
        attribute("held_reasons", TEXT, "暂缓原因", "Why it was held; empty if it never was.", default="''"),
        attribute("flags", TEXT, "标记", "Flags of the filing, sorted, comma-separated.", default="''"),
        attribute(
            "words",
            JSON,
            "词条",
            "Added vocabulary rows that it was read by, and spellings that no row knew.",
            default="'{}'",
        ),
        attribute("loaded_at", TIME, "入库时间", "When this version was loaded.", default="now()"),
    ),
    primary_key=("filing_version_key",),
    unique=(("filing_key", "version"),),
    indexes=(("department_key",), ("sha256",)),
)

DIMENSIONS = (
    REGION,
    FISCAL_YEAR,
    ORGANIZATION,
    PROJECT,
    FUNDING_SOURCE,
    CLASSIFICATION,
    STATEMENT,
    EXPENDITURE_TYPE,
    MEASURE,
    INDICATOR,
    UNIT_OF_MEASURE,
    FILING,
    FILING_VERSION,
)
