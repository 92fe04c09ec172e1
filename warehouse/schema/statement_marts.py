"""The views of a budget's statements: which are printed, and the classification their lines are of."""

from __future__ import annotations

from warehouse.schema.flags import flags_zh
from warehouse.schema.mart_columns import (
    IDENTIFICATION,
    JOIN_STATEMENT,
    JOIN_UNIT,
    LEVEL,
    PLACE,
    TRACE,
    UNIT,
    WHERE,
    current_facts,
    desk_path,
)
from warehouse.schema.views import View, column, measure

CODED = "('function', 'economic', 'government_economic')"
"""Schemes whose codes grow by two digits a level: 类 three, 款 five, 项 seven."""


def stated_class(alias: str, digits: int) -> tuple[str, str]:
    """Joins that find the upper level of a fact's line, as the same filing prints it."""
    return (
        f"fact_classification stated_{alias} ON stated_{alias}.filing_version_key = f.filing_version_key"
        f" AND stated_{alias}.scheme = line.scheme AND stated_{alias}.line_code = left(line.line_code, {digits})",
        f"dim_classification {alias} ON {alias}.classification_key = stated_{alias}.classification_key",
    )


def _upper_code(digits: int) -> str:
    has_level = f"line.scheme IN {CODED} AND length(line.line_code) >= {digits}"
    return f"CASE WHEN {has_level} THEN left(line.line_code, {digits}) END"


CLASS_COLUMNS = (
    column("class_code", _upper_code(3), "类级编码", "类 of the line, three digits; null if it has no code."),
    column("class", "class.line", "类级名称", "Name of the 类 as the filing prints it."),
    column("section_code", _upper_code(5), "款级编码", "款 of the line, five digits."),
    column("section", "subclass.line", "款级名称", "Name of the 款 as the filing prints it."),
)

STATEMENT_VIEW = View(
    name="statement",
    zh="公开报表",
    grain="One statement that a filing prints for one unit, also when it is empty: then none is declared.",
    additive="lines adds within one filing.",
    source=current_facts("fact_statement", JOIN_UNIT, JOIN_STATEMENT),
    columns=(
        *IDENTIFICATION,
        UNIT,
        column("statement", "statement.statement", "报表", "Name in code; a balance's sides are `…_income`, `…`."),
        column("label", "statement.label_zh", "报表名称", "What the statement is, in Chinese."),
        column("title", "f.title", "报表标题", "As printed."),
        LEVEL,
        column("money_unit", "f.money_unit", "金额单位", "Unit of money it is read in."),
        measure("lines", "f.lines", "明细行数", "Amounts read from it.", adds_over=("unit", "statement")),
        column("is_empty", "f.lines = 0", "是否空表", "Printed without any amount: none declared."),
        *PLACE,
        *TRACE,
        *WHERE,
        desk_path("'/f/' || filing.filing_id || '/v/' || version.version || '/s/' || f.section_seq"),
        flags_zh(),
    ),
)

CLASSIFICATION_VIEW = View(
    name="classification",
    zh="分类科目",
    grain="One code with one name of one classification, and the years in which published filings print it so.",
    additive="Nothing to add: count codes, not filings.",
    source="""FROM (
  SELECT f.classification_key, min(NULLIF(f.fiscal_year_key, 0)) AS first_year, max(f.fiscal_year_key) AS last_year,
    count(DISTINCT f.filing_version_key) AS filings
  FROM dw.fact_classification f
  JOIN dw.publication p ON p.filing_version_key = f.filing_version_key AND {current}
  GROUP BY f.classification_key
) stated
JOIN dw.dim_classification line ON line.classification_key = stated.classification_key""",
    columns=(
        column("scheme", "line.scheme", "分类体系", "`function` (功能), `economic` (经济) …"),
        column("line_code", "line.line_code", "科目编码", "Code."),
        column("line", "line.line", "科目名称", "Name as printed."),
        column("level", "line.level", "级次", "类, 款 or 项; empty where the code does not tell."),
        column("parent_code", "NULLIF(line.parent_code, '')", "上级编码", "Code one level up."),
        column("first_year", "stated.first_year", "首个年度", "First fiscal year in which it is printed."),
        column("last_year", "stated.last_year", "最近年度", "Last fiscal year in which it is printed."),
        measure("filings", "stated.filings", "文件数", "Published filings that print it."),
    ),
)

STATEMENT_VIEWS = (STATEMENT_VIEW, CLASSIFICATION_VIEW)
