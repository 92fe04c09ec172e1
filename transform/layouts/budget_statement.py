"""The budget statements layout: 部门预算公开表 and 部门决算公开表, all their tables in one filing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from extract.document import Document, Finding, Severity
from transform.coverage import Ledger
from transform.declaration import Declaration
from transform.headings import years_in
from transform.layouts.layout import Layout
from transform.passages import less_layout
from transform.records import Kind, Records, Source
from transform.statements.header import is_number
from transform.statements.identities import cross_totals
from transform.statements.lines import Sheet, read_table
from transform.statements.narrative import narrative_totals
from transform.statements.tables import Sorted, sort_blocks

_TITLE = re.compile(r"(部门|单位)(预算|决算)|(预算|决算)(公开|情况|报表)")
_COVER_LINES = 6


def _read(document: Document, declaration: Declaration) -> Records:
    found = sort_blocks(document)
    department = _department(found) or declaration.department
    sheet = Sheet()
    unit: str | None = None
    units: list[str] = []
    for table in found.tables:
        unit = table.money_unit
        units += [unit] if unit else []
        read_table(table, department, unit, sheet)
    years, year_findings = _years(document, found)
    totals = [
        *sheet.totals,
        *cross_totals(sheet.lines, sheet.totals),
        *narrative_totals(found.prose, sheet.lines, department),
    ]
    ledger = _account(found, sheet)
    prose = tuple(Source(text=line.text, page=line.page, line=line.line, box=line.box) for line in found.prose)
    return Records(
        layout=BUDGET_STATEMENT.name,
        layout_version=BUDGET_STATEMENT.version,
        kind=Kind.BUDGET_STATEMENT,
        title=_title(document),
        department=department,
        fiscal_year=years,
        money_unit=units[0] if units else None,
        budget_lines=tuple(sheet.lines),
        stated_totals=tuple(totals),
        findings=(*year_findings, *sheet.findings, *_unrecognised(found)),
        coverage=ledger.coverage(),
        unconsumed=(*ledger.left, *prose),
    )


def _account(found: Sorted, sheet: Sheet) -> Ledger:
    """Coverage is that of the tables: the prose of a 部门预算 (duties, explanations) is kept as unconsumed text, but it
    is no table that could lose a line."""
    ledger = Ledger()
    for table in found.tables:
        for text in table.heading:
            ledger.take(text)
        for cell in table.grid.cells:
            if id(cell) in sheet.taken or cell.row < table.first:
                ledger.take(cell.text)
            else:
                ledger.leave(Source(text=cell.text, page=cell.page, line=cell.line, box=cell.box))
    for grid in found.others:
        for cell in grid.cells:
            ledger.leave(Source(text=cell.text, page=cell.page, line=cell.line, box=cell.box))
    return ledger


def _unrecognised(found: Sorted) -> Iterator[Finding]:
    """Tables with figures that no statement's title stands over: kept as unconsumed text, and said."""
    for grid in found.others:
        texts = [cell.text.strip() for cell in grid.cells]
        if any(is_number(text) and "." in text for text in texts):
            yield Finding(
                code="table_unrecognised",
                severity=Severity.WARNING,
                message="a table with figures has no title that names a statement: it is not loaded",
                page=grid.page,
                evidence=" | ".join(text for text in texts if text)[:200],
            )


def _department(found: Sorted) -> str | None:
    names = Counter(table.organisation for table in found.tables if table.organisation)
    return max(names, key=lambda name: (names[name], name)) if names else None


def _title(document: Document) -> str | None:
    cover = list(document.lines())[:_COVER_LINES]
    return next((less_layout(line.text) for line in cover if _TITLE.search(less_layout(line.text))), document.title)


def _years(document: Document, found: Sorted) -> tuple[int | None, tuple[Finding, ...]]:
    """The year that cover and table titles print; two different years are none."""
    cover = [line.text for line in document.lines()][:_COVER_LINES]
    printed = [document.title or "", *cover, *(table.title for table in found.tables)]
    years = sorted({year for text in printed for year in years_in(text)})
    if len(years) <= 1:
        return (years[0] if years else None), ()
    message = f"cover and titles name the years {', '.join(map(str, years))}: none is taken"
    return None, (Finding(code="year_conflict", severity=Severity.CRITICAL, message=message),)


BUDGET_STATEMENT = Layout(
    name="budget_statement",
    version=1,
    kind=Kind.BUDGET_STATEMENT,
    titles=(r"(部门|单位)(预算|决算)", r"(收支|收入|支出)(预算|决算)?总表", r"决算表$"),
    vocabulary=(
        ("收支预算总表", "收入预算总表", "支出预算总表", "收入支出决算总表", "收支总表", "支出预算表", "支出决算表"),
        ("合计", "总计"),
        ("单位：", "单位:"),
    ),
    read=_read,
    coverage_floor=Decimal("0.50"),
    row_floors={"budget_lines": 1},
)
