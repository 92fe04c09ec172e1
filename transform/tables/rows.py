"""A project table as rows, whatever it was published as; here from grids of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extract.document import Cell, Document, Finding, Grid, Line, Severity
from transform.amounts import AMOUNT_PATTERN, close_up
from transform.checks.coverage import Ledger
from transform.passages import Part, Passage
from transform.sections.headings import Heading, money_unit_of_columns, read_heading
from transform.tables.columns import MONEY, Column, Role, column_named, spell_columns
from transform.tables.indicator_heads import Grammar, first_item

_NOTE = re.compile(r"(?:备?注|说明)\s*[：:\d]")
"""A note below a table names other years as it likes."""
_PAGE_NUMBER = re.compile(r"^(?:[-—–]*\d{1,4}[-—–]*|第\d{1,4}页(?:[,，/]?共\d{1,4}页)?|\d{1,4}/\d{1,4})$")
_LOST_TABS = re.compile(
    rf"^(?P<name>.+?)\s+(?P<amounts>(?:{AMOUNT_PATTERN})(?:\s+(?:{AMOUNT_PATTERN}))*)(?:\s+(?P<rest>.*))?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What stands in an amount column; `column` is None where blank columns were lost and it must be decided."""

    column: Column | None
    passage: Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a project table as printed: a total, a unit's subtotal or a project."""

    name: Passage
    amounts: tuple[Printed, ...] = ()
    goal: Passage = field(default_factory=Passage)
    indicators: Passage = field(default_factory=Passage)
    unit: Passage = field(default_factory=Passage)
    indent: float = 0.0
    """Of the name, in em."""
    columns: tuple[Column, ...] = ()
    """Those of the header above it: tables of one document may differ. Empty: those of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with what stands above it. `columns` are in printed order; `heads` are the printed column heads."""

    heading: tuple[Passage, ...]
    columns: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()


def unknown_column(text: str, *, page: int | None = None, line: int | None = None) -> Finding:
    """The finding for a column that the layout does not declare: never a guess."""
    return Finding(
        code="unknown_column",
        severity=Severity.CRITICAL,
        message=f"no row of the vocabulary knows the column: add `table.column,<concept>,{text}`, or to table.source",
        page=page,
        line=line,
        evidence=text,
    )


def _severity_of_loss(passage: Passage) -> Severity:
    """What is left out is money if it is an amount and nothing else."""
    return Severity.CRITICAL if re.fullmatch(AMOUNT_PATTERN, passage.clean) else Severity.WARNING


def is_page_number(text: str) -> bool:
    """`- 3 -`, `第3页`, `第3页 共9页`, `3/9` or a bare number."""
    return bool(_PAGE_NUMBER.match(re.sub(r"\s", "", text)))


def table_of_grids(document: Document, columns: Sequence[Column], grammar: Grammar, ledger: Ledger) -> Table | None:
    """The document's grids as one table: a header, and rows that continue over grids and pages.

    Enters every grid and every line after the first header into the ledger; returns None (and enters nothing) when no
    grid has a header of these columns.
    """
    if not any(_header_row(grid, columns) is not None for grid in document.grids()):
        return None
    reading = _GridReading(columns=columns, grammar=grammar, ledger=ledger)
    for block in document.blocks():
        if isinstance(block, Grid):
            reading.grid(block)
        else:
            reading.line(block)
    return reading.table()


def _header_row(grid: Grid, columns: Sequence[Column]) -> int | None:
    for number, row in enumerate(grid.rows()):
        roles = {column.role for cell in row if cell and (column := column_named(columns, cell.text))}
        if Role.NAME in roles and len(roles) >= 2:
            return number
    return None


def _said(heading: Heading) -> tuple[set[str], ...]:
    """What the tables of one filing must agree in: unit of money, department, years."""
    return _known(heading.money_unit), _known(heading.organisation), set(map(str, heading.years))


def _known(text: str | None) -> set[str]:
    return {text} if text else set()


def _listed(names: set[str]) -> str:
    return " and ".join(sorted(names))


class _GridReading:
    """The state of reading grids one after the other: the header in force and the rows so far."""

    def __init__(self, *, columns: Sequence[Column], grammar: Grammar, ledger: Ledger) -> None:
        self._declared = columns
        self._grammar = grammar
        self._ledger = ledger
        self._heading: list[Passage] = []
        self._header: tuple[Column | None, ...] = ()
        self._heads: list[str] = []
        self._rows: list[Row] = []
        self._findings: list[Finding] = []
        self._between: list[Passage] = []
        """What stands below the last grid."""

    def table(self) -> Table:
        return Table(
            heading=tuple(self._heading),
            columns=tuple(column for column in self._header if column),
            heads=tuple(self._heads),
            rows=tuple(self._rows),
            findings=tuple(self._findings),
        )

    def line(self, line: Line) -> None:
        """A line outside the grids: heading, page number, or left over."""
        self._outside(Passage.of_lines([line]))

    def grid(self, grid: Grid) -> None:
        start = _header_row(grid, self._declared)
        rows = grid.rows()
        above = rows[:start] if start is not None else (rows if not self._header else [])
        for row in above:
            for cell in row:
                if cell and cell.text.strip():
                    self._outside(Passage.of_cell(cell))
        if start is not None:
            self._compare_headings(grid)
            begin = self._read_header(grid, start)
        elif self._header:
            begin = 0
        else:
            return
        self._between = []
        covering = grid.covering()
        for number in range(begin, grid.n_rows):
            self._read_row(rows[number], covering[number])

    def _compare_headings(self, grid: Grid) -> None:
        """A further table under another unit of money, department or year than the first cannot be read as its part."""
        between = [passage for passage in self._between if not _NOTE.match(passage.clean)]
        first, again = (read_heading(lines, (), Ledger()) for lines in (self._heading, between))
        first = replace(first, money_unit=first.money_unit or money_unit_of_columns(self._heads))
        for known, other in zip(_said(first), _said(again), strict=True):
            if self._header and other and not other & known:
                before = f"the first {_listed(known)}" if known else "the first says nothing of it"
                message = f"a further table is headed {_listed(other)}, {before}: it may not be part of the same"
                self._findings.append(
                    Finding(code="headings_differ", severity=Severity.CRITICAL, message=message, page=grid.page)
                )

    def _outside(self, passage: Passage) -> None:
        self._between.append(passage)
        if not self._header:
            self._heading.append(passage)
        elif self._is_furniture(passage):
            self._ledger.take(passage.printed)
        else:
            self._ledger.leave(passage.source())

    def _is_furniture(self, passage: Passage) -> bool:
        text = passage.clean
        return (
            is_page_number(text)
            or any(above.clean.startswith(text) for above in self._heading)
            or self._is_header(text)
        )

    def _is_header(self, text: str) -> bool:
        found, rest = spell_columns(self._declared, text)
        return len(found) >= 2 and not rest

    def _read_header(self, grid: Grid, start: int) -> int:
        """Take the header's rows; return the number of the first row below it."""
        covering = grid.covering()
        depth = max((cell.row_span for cell in grid.rows()[start] if cell), default=1)
        while start + depth < grid.n_rows and self._continues_header(covering[start + depth], covering[start]):
            depth += 1
        header: list[Column | None] = []
        self._heads = []
        seen: set[int] = set()
        for at in range(grid.n_columns):
            stack = [cell for row in covering[start : start + depth] if (cell := row[at]) and cell.text.strip()]
            self._heads += [cell.text for cell in stack]
            named = [column for cell in reversed(stack) if (column := column_named(self._declared, cell.text))]
            header.append(named[0] if named else None)
            for cell in stack:
                if id(cell) not in seen:
                    seen.add(id(cell))
                    self._ledger.take(cell.text)
            if stack and not named:
                self._findings.append(unknown_column(stack[-1].text, page=stack[-1].page, line=stack[-1].line))
        while header and header[-1] is None:
            header.pop()
        self._header = tuple(header)
        return start + depth

    def _continues_header(self, row: list[Cell | None], first: list[Cell | None]) -> bool:
        """The lower row of a two-storey header: no name of its own, and column names below it."""
        named = [cell for cell in row if cell and column_named(self._declared, cell.text)]
        own = [
            cell
            for cell, above in zip(row, first, strict=True)
            if cell and cell is not above and cell.text.strip() and not column_named(self._declared, cell.text)
        ]
        return len(named) >= 2 and not own

    def _read_row(self, row: list[Cell | None], covering: list[Cell | None]) -> None:
        present = [cell for cell in row if cell]
        filled = [cell for cell in present if cell.text.strip()]
        if not filled:
            return
        texts = "".join(Passage.of_cell(cell).clean for cell in filled)
        if self._is_header(texts):
            for cell in filled:
                self._ledger.take(cell.text)
            return
        spanned = present[-1].column + present[-1].column_span
        if len(present) == 1 and spanned < len(self._header):
            self._read_lost_tabs(present[0])
        elif spanned < len(self._header):
            self._append(self._ragged(present))
        else:
            self._append(self._by_position(row, covering))

    def _by_position(self, row: list[Cell | None], covering: list[Cell | None]) -> Row:
        found: dict[Role, Passage] = {}
        amounts: list[Printed] = []
        indent = 0.0
        for at, cell in enumerate(row):
            column = self._header[at] if at < len(self._header) else None
            if column and column.role is Role.UNIT and (unit := covering[at]):
                found[Role.UNIT] = Passage.of_cell(unit)
            if cell is None or not cell.text.strip():
                continue
            passage = Passage.of_cell(cell)
            if column is None:
                self._stray(passage)
            elif column.role in MONEY:
                amounts.append(Printed(column=column, passage=passage))
            else:
                found[column.role] = passage
                indent = cell.indent if column.role is Role.NAME else indent
        if Role.ORDINAL in found:
            self._ledger.take(found[Role.ORDINAL].printed)
        return Row(
            name=found.get(Role.NAME, Passage()),
            amounts=tuple(amounts),
            goal=found.get(Role.GOAL, Passage()),
            indicators=found.get(Role.INDICATORS, Passage()),
            unit=found.get(Role.UNIT, Passage()),
            indent=indent,
        )

    def _ragged(self, cells: list[Cell]) -> Row:
        """A row of a text that lost blank columns: the name stands first, the text columns last, money between."""
        passages = [Passage.of_cell(cell) for cell in cells]
        first = self._header[0]
        if len(passages) > 1 and first and first.role is Role.ORDINAL and passages[0].clean.isdigit():
            self._ledger.take(passages[0].printed)
            cells, passages = cells[1:], passages[1:]
        money = [at for at, passage in enumerate(passages) if at and re.fullmatch(AMOUNT_PATTERN, passage.clean)]
        behind = money[-1] + 1 if money else 1
        texts = passages[max(behind, len(passages) - 2) :]
        goal, indicators = ([Passage(), Passage(), *texts])[-2:]
        if indicators and not goal and first_item(indicators.clean, self._grammar) is None:
            goal, indicators = indicators, goal
        if goal and not indicators and first_item(goal.clean, self._grammar) == 0 and len(texts) == 1:
            goal, indicators = indicators, goal
        middle = passages[1 : len(passages) - len(texts)]
        return Row(
            name=Passage.of_cell(cells[0]),
            amounts=tuple(Printed(column=None, passage=passage) for passage in middle if passage),
            goal=goal,
            indicators=indicators,
            indent=cells[0].indent,
        )

    def _read_lost_tabs(self, cell: Cell) -> None:
        passage = Passage.of_cell(cell)
        match = _LOST_TABS.match(close_up(passage.printed))
        if self._is_furniture(passage):
            self._ledger.take(passage.printed)
            return
        if match is None:
            self._ledger.leave(passage.source())
            message = "a line inside the table is no row of it and was not read"
            severity = _severity_of_loss(passage)
            self._findings.append(
                Finding(code="unread_line", severity=severity, message=message, line=cell.line, evidence=cell.text)
            )
            return

        def part(text: str | None) -> Passage:
            return Passage(parts=(Part(text=text or "", page=cell.page, line=cell.line, box=cell.box),))

        rest = part(match["rest"])
        start = first_item(rest.clean, self._grammar)
        goal, indicators = rest.split(len(rest.clean) if start is None else start)
        amounts = tuple(Printed(column=None, passage=part(text)) for text in match["amounts"].split())
        self._append(
            Row(
                name=part(match["name"]),
                amounts=amounts,
                goal=goal,
                indicators=indicators,
                indent=cell.indent,
            )
        )

    def _append(self, row: Row) -> None:
        """Add a row, or join it to the row before when a page break cut it: it has neither name nor money."""
        if self._rows and not row.name and not row.amounts:
            last = self._rows[-1]
            self._rows[-1] = replace(last, goal=last.goal + row.goal, indicators=last.indicators + row.indicators)
        else:
            self._rows.append(replace(row, columns=tuple(column for column in self._header if column)))

    def _stray(self, passage: Passage) -> None:
        source = passage.source()
        self._ledger.leave(source)
        message = "text in a column without a head"
        self._findings.append(
            Finding(
                code="stray_text",
                severity=_severity_of_loss(passage),
                message=message,
                page=source.page,
                line=source.line,
                evidence=source.text,
            )
        )
