"""The budget statements layout: 部门预算公开表 and 部门决算公开表, all their tables in one filing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from extract.document import Document, Finding, Severity
from transform.declaration import Declaration
from transform.layouts.layout import Layout
from transform.passages import less_layout
from transform.records import Kind, Part, Records, Scope, Section, Source
from transform.sections.families import Family
from transform.sections.headings import years_in
from transform.statements.classification import agreed_classifications
from transform.statements.doubts import doubts_of, with_flags
from transform.statements.facts import Sheet
from transform.statements.government_rules import government_doubts
from transform.statements.identities import cross_totals
from transform.statements.ledgers import contradictions
from transform.statements.narrative import narrative_totals
from transform.statements.reading import read_table
from transform.statements.sections import Reader, Stretch, missing_section, section_of, stretches
from transform.statements.tables import Sorted, Table, sort_blocks
from transform.statements.words import words_of

_TITLE = re.compile(r"(部门|单位)(预算|决算)|(预算|决算)(公开|情况|报表)")
_COVER_LINES = 6


def _read(document: Document, declaration: Declaration) -> Records:
    words = words_of(declaration.vocabulary)
    own = declaration.scope in (Scope.DEPARTMENT, Scope.UNIT)
    found = sort_blocks(document, words, own=own)
    department = _department(found) or declaration.department
    sheet = Sheet(words=words)
    year, year_findings = _years(document, found, declaration)
    own_year = year or declaration.fiscal_year
    units = Counter(table.money_unit for table in found.tables if table.money_unit)
    reader = Reader(layout=BUDGET_STATEMENT.name, version=BUDGET_STATEMENT.version, declared_year=own_year)
    parts = stretches(found)
    read = [_section(stretch, reader, department, units, sheet) for stretch in parts]
    seqs = {id(line): stretch.seq for stretch in parts for line in stretch.lines}
    prose = [line for _, line in sorted(found.prose, key=lambda one: one[0])]
    doubts = tuple(
        doubts_of(parts, _cover(document), [line.text for line in prose], sheet, own_year, final=found.final)
    )
    classifications, classification_findings = agreed_classifications(sheet.classifications)
    totals = [
        *sheet.totals,
        *cross_totals(sheet.lines, sheet.owners, sheet.totals),
        *narrative_totals(prose, seqs, sheet.lines, sheet.owners, department, own_year),
    ]
    said = [finding for _, _, findings in read for finding in findings]
    missing = [doubt for doubt in doubts if doubt.section_seq and doubt.section_seq > len(parts)]
    return Records(
        kind=Kind.BUDGET_STATEMENT,
        title=_title(document),
        department=department,
        fiscal_year=year,
        money_unit=next(iter(units), None),
        sections=(*(section for section, _, _ in read), *map(missing_section, missing)),
        budget_lines=with_flags(sheet, totals),
        stated_totals=tuple(totals),
        statements=tuple(sheet.statements),
        classifications=classifications,
        findings=(
            *year_findings,
            *sheet.findings,
            *doubts,
            *contradictions(sheet),
            *government_doubts(sheet.lines, sheet.totals),
            *classification_findings,
            *said,
        ),
        coverage=_coverage(section for section, _, _ in read),
        unconsumed=tuple(source for _, left, _ in read for source in left),
    )


def _section(
    stretch: Stretch, reader: Reader, department: str, units: Counter[str], sheet: Sheet
) -> tuple[Section, tuple[Source, ...], tuple[Finding, ...]]:
    """Read the stretch into the sheet, if it is a table, and make a section of it."""
    table, money_unit, held = stretch.content, None, False
    if isinstance(table, Table):
        money_unit, findings = _money_unit(table, units)
        own = Sheet(section_seq=stretch.seq, words=sheet.words)
        read_table(table, department, money_unit, reader.declared_year, own)
        own.findings[:0] = findings
        if findings:
            own.lines = [replace(line, flags=(*line.flags, "money_unit_assumed")) for line in own.lines]
        sheet.add(own, table.title)
        held = any(finding.severity is Severity.CRITICAL for finding in own.findings)
    return section_of(stretch, reader, department, money_unit, sheet.taken, held=held)


def _coverage(sections: Iterable[Section]) -> Decimal:
    """That of the tables: the prose of a 部门预算 (duties, explanations) is no table that could lose a line."""
    tables = [section for section in sections if section.part is not Part.NARRATIVE]
    characters = sum(section.characters for section in tables)
    covered = sum((section.coverage * section.characters for section in tables), Decimal(0))
    return (covered / characters).quantize(Decimal("0.0001"), ROUND_DOWN) if characters else Decimal(0)


def _money_unit(table: Table, units: Counter[str]) -> tuple[str | None, tuple[Finding, ...]]:
    """The table's own unit, else the one that all other tables of the filing print; said, because it is not printed.
    Totals that the tables state about each other would break if it were wrong."""
    if table.money_unit is not None or len(units) != 1:
        return table.money_unit, ()
    unit = next(iter(units))
    message = f"{table.title}: prints no unit of money; {unit}, as all other tables of the filing print"
    finding = Finding(
        code="money_unit_of_other_tables", severity=Severity.WARNING, message=message, page=table.grid.page
    )
    return unit, (finding,)


def _department(found: Sorted) -> str | None:
    names = Counter(table.organisation for table in found.tables if table.organisation)
    return max(names, key=lambda name: (names[name], name)) if names else None


def _title(document: Document) -> str | None:
    return _cover(document) or document.title


def _cover(document: Document) -> str | None:
    """The title that the first lines print."""
    cover = [less_layout(line.text) for line in list(document.lines())[:_COVER_LINES]]
    return next((text for text in cover if _TITLE.search(text)), None)


def _years(document: Document, found: Sorted, declaration: Declaration) -> tuple[int | None, tuple[Finding, ...]]:
    """The year that cover and table titles print; two different years are none, unless one of them is declared."""
    cover = [line.text for line in document.lines()][:_COVER_LINES]
    printed = [document.title or "", *cover, *(table.title for table in found.tables)]
    years = sorted(years_in(*printed, declared=declaration.fiscal_year))
    if len(years) <= 1:
        return (years[0] if years else None), ()
    if declaration.fiscal_year in years:
        return declaration.fiscal_year, ()
    message = f"cover and titles name the years {', '.join(map(str, years))}: none is taken"
    return None, (Finding(code="year_conflict", severity=Severity.CRITICAL, message=message),)


BUDGET_STATEMENT = Layout(
    name="budget_statement",
    version=27,
    kind=Kind.BUDGET_STATEMENT,
    family=Family.STATEMENT,
    titles=(
        r"(部门|单位)(预算|决算)",
        r"(一般公共预算|政府性基金|国有资本经营|社会保险基金|债务|债券).{0,20}(表|情况|草案)$",
        r"(收支|收入|支出)(预算|决算)?(总表|总体情况表)",
        r"决算表$",
    ),
    vocabulary=(
        ("收入", "支出", "收支", "三公", "债务", "债券", "转移支付", "采购", "经费", "资产", "收费", "购买服务"),
        ("单位：", "单位:", "（万元）", "(万元)", "（亿元）", "(亿元)", "（元）", "(元)"),
    ),
    read=_read,
    coverage_floor=Decimal("0.50"),
    row_floors={"budget_lines": 1},
)
