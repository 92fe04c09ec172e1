"""What the tables of one filing show about each other beyond their sums: a year, a stage, a table or a total that is
not what the others say. No sum shows it; what may be wrong holds the filing, what may be so in print is flagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.document import Finding, Severity
from transform.flags import Flag
from transform.passages import less_layout
from transform.records import BudgetLine, Kind, StatedTotal
from transform.sections.headings import years_in
from transform.statements.contents import absent_statements
from transform.statements.facts import Sheet
from transform.statements.heads import TOTAL_LINES, plain
from transform.statements.sections import Stretch
from transform.statements.tables import Table, units_in

_MOST_TABLES = 5
"""So many tables are a filing of all statements."""
_PLAN_OF_EXPENDITURE = {"基本支出", "项目支出"}


def doubts_of(parts: Sequence[Stretch], title: str | None, prose: Sequence[str], sheet: Sheet, year: int | None,
              final: bool) -> Iterator[Finding]:  # fmt: skip
    """What contradicts the filing's year or a table's own title, and tables that are listed, or that the law asks for,
    and do not come: each is a section of its own, after those of `parts`, and the filing is published in part."""
    if title and year and year not in (other := years_in(title, declared=year)) and other:
        yield _critical("year_conflict", f"the cover says {_years(other)}, the filing is of {year}", title)
    for stretch in parts:
        if isinstance(stretch.content, Table):
            yield from (replace(doubt, section_seq=stretch.seq) for doubt in _doubts_of_table(stretch.content, year))
    measures: dict[tuple[str, int], set[str | None]] = {}
    for line in sheet.lines:
        measures.setdefault((line.statement, line.section_seq), set()).add(line.measure)
    for (name, seq), own in measures.items():
        if name.endswith("_income") and "balance" not in name and own & _PLAN_OF_EXPENDITURE:
            message = f"{name} has columns of expenditure: its title may be another's"
            exchanged = {at for other, at in measures if other == name.replace("_income", "_expenditure")}
            for at in sorted({seq, *exchanged}):
                yield replace(_critical("title_contradicts_columns", message), section_seq=at)
    read = {statement.statement for statement in sheet.statements}
    if read and all(name.startswith("government_") for name in read):
        return  # what a government publishes has no form that says which tables it must have
    absent = absent_statements(prose, [table.title for table in _tables(parts)], read, sheet.words, final=final)
    for seq, text in enumerate(absent, len(parts) + 1):
        message = f"{less_layout(text)}: such filings print this table, or list it, and it was not read"
        yield Finding(
            code="statement_missing",
            severity=Severity.WARNING,
            message=message,
            evidence=text,
            section_seq=seq,
        )


def _tables(parts: Sequence[Stretch]) -> list[Table]:
    return [stretch.content for stretch in parts if isinstance(stretch.content, Table)]


def _doubts_of_table(table: Table, year: int | None) -> Iterator[Finding]:
    printed = years_in(table.title, declared=year)
    own = {year - 1, year, year + 1} if year and table.statement.kind is Kind.GOVERNMENT_STATEMENT else {year}
    if year and printed and not own & printed:
        message = f"{table.title}: a table of {_years(printed)} in a filing of {year}"
        yield _critical("year_conflict", message, table.title, table.grid.page)
    if len(units := units_in(table.heading)) > 1:
        message = f"{table.title}: its heading prints {' and '.join(sorted(units))}: none is taken"
        yield _critical("money_unit_conflict", message, table.title, table.grid.page)


def with_flags(sheet: Sheet, totals: Sequence[StatedTotal]) -> tuple[BudgetLine, ...]:
    """The lines with what is odd about them: no 合计 vouches for their table, or it is of another stage than others."""
    lines = sheet.lines
    vouched = {(t.statement, t.unit) for t in totals if t.rule or TOTAL_LINES.fullmatch(plain(t.line or ""))}
    keys = [(line.statement, owner) for line, owner in zip(lines, sheet.owners, strict=True)]
    counted = Counter(keys)
    tables = Counter(owner for _, owner in {(statement.statement, statement.unit) for statement in sheet.statements})
    alone = {owner for owner, count in tables.items() if count == 1 and max(tables.values()) >= _MOST_TABLES}
    stages = Counter(line.statement.startswith("final_") for line in lines)
    rarer = None if len(stages) < 2 else min(stages, key=lambda final: stages[final])

    def flags(line: BudgetLine, key: tuple[str, str]) -> Iterator[Flag]:
        yield from line.flags
        if counted[key] > 1 and key not in vouched:
            yield "no_stated_total"
        if key[1] in alone:
            yield "other_unit"
        if rarer is not None and line.statement.startswith("final_") is rarer:
            yield "other_stage"

    return tuple(
        replace(line, flags=tuple(sorted(set(flags(line, key))))) for line, key in zip(lines, keys, strict=True)
    )


def _years(years: set[int]) -> str:
    return " and ".join(map(str, sorted(years)))


def _critical(code: str, message: str, evidence: str = "", page: int | None = None) -> Finding:
    return Finding(code=code, severity=Severity.CRITICAL, message=message, page=page, evidence=evidence)
