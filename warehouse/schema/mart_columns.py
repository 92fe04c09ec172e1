"""Columns and joins that the views of the facts have in common."""

from __future__ import annotations

from warehouse.schema.declarations import NOT_APPLICABLE
from warehouse.schema.views import ViewColumn, column, measure


def dimension(table: str, alias: str, key: str, reference: str = "") -> str:
    """The join of a fact's dimension: member −1 joins to nothing, so that its columns are NULL; 0 shows as 未知.

    A view's column is then the dimension's own, whose statistics the planner knows; of a CASE it knows nothing.
    """
    return f"{table} {alias} ON {alias}.{key} = f.{reference or key} AND {alias}.{key} <> {NOT_APPLICABLE}"


def current_facts(fact: str, *joins: str, where: str = "") -> str:
    """The fact's rows of current versions; every join but the publication is a LEFT JOIN on a primary key, so that
    PostgreSQL drops those a query does not use."""
    shared = (
        "dim_filing filing ON filing.filing_key = p.filing_key",
        "dim_filing_version version ON version.filing_version_key = f.filing_version_key",
        dimension("dim_fiscal_year", "fiscal_year", "fiscal_year_key"),
        dimension("dim_region", "region", "region_key"),
        dimension("dim_organization", "department", "organization_key", "department_key"),
        "filing_section section ON section.filing_version_key = f.filing_version_key"
        " AND section.section_seq = f.section_seq",
    )
    lines = [
        f"FROM dw.{fact} f",
        "JOIN dw.publication p ON p.filing_version_key = f.filing_version_key AND {current}",
        *(f"LEFT JOIN dw.{join}" for join in (*shared, *joins)),
    ]
    return "\n".join([*lines, f"WHERE {where}"] if where else lines)


JOIN_UNIT = dimension("dim_organization", "unit", "organization_key")
JOIN_PROJECT = dimension("dim_project", "project", "project_key")
JOIN_STATEMENT = dimension("dim_statement", "statement", "statement_key")
JOIN_SOURCE = dimension("dim_funding_source", "funding_source", "funding_source_key")
JOIN_LINE = dimension("dim_classification", "line", "classification_key")
JOIN_MEASURE = dimension("dim_measure", "measure", "measure_key")

# The key is the year, which each published filing has (`year_resolved` of the gate): shown as it stands in the fact, so
# that every filter on years, also a list or a span of them, reads those partitions only.
IDENTIFICATION = (
    column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
    column("fiscal_year", "f.fiscal_year_key", "预算年度", "Fiscal year of the filing."),
    column("region_code", "region.region_code", "区划代码", "GB/T 2260."),
    column("region", "region.region", "行政区划", "Region of the publisher."),
    column("department", "department.organization", "主管部门", "Full official name."),
)
UNIT = column("unit", "unit.organization", "预算单位", "As printed less layout blanks.")
PROJECT = column("project", "project.project", "项目", "Project; null where there is none.")
PLACE = (
    column("page", "f.page", "页码", "Page; null for texts without pages."),
    column("source_line", "f.source_line", "行号", "Line of a plain text where it begins."),
    column("flags", "f.flags", "标记", "Sorted, comma-separated; empty if nothing is odd."),
)
WHO = ("filing_id", "region_code", "region", "department")
"""What any measure of a filing adds over, within one fiscal year and one kind of filing."""
TRACE = (
    column("source_text", "f.source_text", "原文", "The text as printed."),
    column("fiscal_year_start", "fiscal_year.first_day", "年度首日", "1 January of the fiscal year, for time axes."),
    column("filing_kind", "section.kind", "文件类型", "Kind of its section: money adds within one kind only."),
    column("source_url", "version.source_url", "来源网址", "Where the filing was published."),
)
SCOPE = column("scope", "section.scope", "口径", "`department`, `unit` or `government`; null if nothing says so.")
LEVEL = column(
    "level",
    "section.level",
    "级次",
    "Of a government's statement: `whole` (全省, 全市) or `own` (本级); null if unsaid.",
)
SECTION_SEQ = column("section_seq", "f.section_seq", "分节序号", "Section of the filing it stands in, from 1.")
BY_CODE = (
    column("province", "region.province", "省", "Province of the region, by its code."),
    column("city", "region.city", "市", "City of the region, by its code; null of a province."),
)
BOX = tuple(
    column(name, f"CAST(f.box[{place}] AS numeric)", zh, f"{what} of the cell, in points; null without pages.")
    for place, (name, zh, what) in enumerate(
        (
            ("x0", "左", "Left edge"),
            ("top", "上", "Top edge"),
            ("x1", "右", "Right edge"),
            ("bottom", "下", "Bottom edge"),
        ),
        start=1,
    )
)
ACCOUNTED = "trunc(CAST({0}.amounts_accounted AS numeric) / NULLIF({0}.amounts, 0), 4)"
"""SQL: the share of accounted amounts; cut off, so that 1 means all."""
WHERE = (SCOPE, SECTION_SEQ, *BY_CODE, *BOX)
"""Whose money, which section, which province and city, and where on the page."""
PROJECT_ID = column("project_id", "project.project_id", "项目标识", "The same project through all years.")


SPREAD = 2_654_435_761
"""More than any key, so that no two sums `version * SPREAD + project` are equal. Its bits are mixed: PostgreSQL
hashes a bigint by its upper half XOR its lower, the same for every sixth project in `version << 32 + project`."""


def project_key(alias: str, prefix: str = "") -> str:
    """SQL: a project within a filing as one number. A join on two columns would be taken for one of far fewer rows."""
    return f"{alias}.{prefix}filing_version_key * {SPREAD} + {alias}.{prefix}project_key"


FILING_PROJECT_KEY = column(
    "filing_project_key",
    project_key("f"),
    "文件内项目键",
    "The project within the filing as a number, to join views by; as long as the filing's version is current.",
)
FUNDING = column(
    "funding_source",
    "funding_source.funding_source",
    "资金来源",
    "Funding source; null in controls means 总计.",
)


def amount(*adds_over: str) -> ViewColumn:
    return measure("amount_yuan", "f.amount_yuan", "金额（元）", "Exact.", adds_over=(*WHO, *adds_over), unit="yuan")


def desk_path(expression: str) -> ViewColumn:
    """Where the desk shows the row's place in the filing: a path, which follows the desk's address."""
    return column("desk_path", expression, "工作台路径", "Path on the desk that shows where it was printed.")


def cell_path(fact: str, key: str) -> ViewColumn:
    """`desk_path` of a fact: the letter of its table and its key."""
    return desk_path(f"'/cell/{fact}' || f.{key}")


STATEMENT = column("statement", "statement.statement", "报表", "Statement of the line.")
MEASURE = column("measure", "measure.measure", "栏目", "Column of the statement.")

LINE_COLUMNS = (
    column("line_code", "NULLIF(line.line_code, '')", "科目编码", "As printed, or null."),
    column("line", "line.line", "科目名称", "Line of the statement."),
)
