"""Columns and joins that the views of the facts have in common."""

from __future__ import annotations

from warehouse.declarations import NOT_APPLICABLE
from warehouse.views import ViewColumn, column, measure


def known(key: str, expression: str) -> str:
    """Member −1 shows as NULL, member 0 as its label 未知."""
    return f"CASE WHEN {key} <> {NOT_APPLICABLE} THEN {expression} END"


def current_facts(fact: str, *joins: str, where: str = "") -> str:
    """The fact's rows of current versions; every join but the publication is a LEFT JOIN on a primary key, so that
    PostgreSQL drops those a query does not use."""
    lines = [
        f"FROM dw.{fact} f",
        "JOIN dw.publication p ON p.filing_version_key = f.filing_version_key AND {current}",
        "LEFT JOIN dw.dim_filing filing ON filing.filing_key = p.filing_key",
        "LEFT JOIN dw.dim_filing_version version ON version.filing_version_key = f.filing_version_key",
        "LEFT JOIN dw.dim_fiscal_year fiscal_year ON fiscal_year.fiscal_year_key = f.fiscal_year_key",
        "LEFT JOIN dw.dim_region region ON region.region_key = f.region_key",
        "LEFT JOIN dw.dim_organization department ON department.organization_key = f.department_key",
        *(f"LEFT JOIN dw.{join}" for join in joins),
    ]
    return "\n".join([*lines, f"WHERE {where}"] if where else lines)


JOIN_UNIT = "dim_organization unit ON unit.organization_key = f.organization_key"
JOIN_PROJECT = "dim_project project ON project.project_key = f.project_key"
JOIN_STATEMENT = "dim_statement statement ON statement.statement_key = f.statement_key"
JOIN_SOURCE = "dim_funding_source funding_source ON funding_source.funding_source_key = f.funding_source_key"
JOIN_LINE = "dim_classification line ON line.classification_key = f.classification_key"
JOIN_MEASURE = "dim_measure measure ON measure.measure_key = f.measure_key"

IDENTIFICATION = (
    column("filing_id", "filing.filing_id", "文件标识", "Stable name of the filing."),
    column("fiscal_year", "fiscal_year.fiscal_year", "预算年度", "Fiscal year of the filing."),
    column("region_code", known("f.region_key", "region.region_code"), "区划代码", "GB/T 2260."),
    column("region", known("f.region_key", "region.region"), "行政区划", "Region of the publisher."),
    column("department", known("f.department_key", "department.organization"), "主管部门", "Full official name."),
)
UNIT = column("unit", known("f.organization_key", "unit.organization"), "预算单位", "As printed less layout blanks.")
PROJECT = column("project", known("f.project_key", "project.project"), "项目", "Project; null where there is none.")
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
    column("filing_kind", "version.kind", "文件类型", "Kind of the filing: money adds within one kind only."),
    column("source_url", "version.source_url", "来源网址", "Where the filing was published."),
)
PROJECT_ID = column(
    "project_id", known("f.project_key", "project.project_id"), "项目标识", "The same project through all years."
)
FUNDING = column(
    "funding_source",
    known("f.funding_source_key", "funding_source.funding_source"),
    "资金来源",
    "Funding source; null in controls means 总计.",
)


def amount(*adds_over: str) -> ViewColumn:
    return measure("amount_yuan", "f.amount_yuan", "金额（元）", "Exact.", adds_over=(*WHO, *adds_over), unit="yuan")


STATEMENT = column("statement", known("f.statement_key", "statement.statement"), "报表", "Statement of the line.")
MEASURE = column("measure", known("f.measure_key", "measure.measure"), "栏目", "Column of the statement.")

LINE_COLUMNS = (
    column(
        "line_code", known("f.classification_key", "NULLIF(line.line_code, '')"), "科目编码", "As printed, or null."
    ),
    column("line", known("f.classification_key", "line.line"), "科目名称", "Line of the statement."),
)
