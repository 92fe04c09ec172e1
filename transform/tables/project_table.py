"""A table with one row per project: its money by funding source, its goal, all its indicators in one cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extract.document import Document, Finding, Grid, Severity
from transform.checks.coverage import Ledger
from transform.declaration import Declaration
from transform.flags import Flag
from transform.passages import Passage
from transform.printed import finding_at, oddities
from transform.records import (
    BudgetLine,
    Horizon,
    Indicator,
    Kind,
    Project,
    Reading,
    Records,
    Source,
    StatedTotal,
    Subject,
    Target,
    TargetKind,
    TotalOf,
)
from transform.sections.headings import Heading, money_unit_of_columns, read_heading
from transform.tables.columns import Role, declared_columns
from transform.tables.flattened import table_of_lines
from transform.tables.funding import Placed
from transform.tables.hierarchy import Standing, standings, sum_among
from transform.tables.indicator_heads import Grammar
from transform.tables.indicators import Item, Promise, read_items
from transform.tables.row_money import Line, MoneyCells
from transform.tables.rows import Row, Table, table_of_grids
from transform.targets.grammar import read_targets
from transform.targets.taxonomy import Levels

STATEMENT = "project_expenditure"

_NO_DATA = 2
"""A goal of at most so many characters is a mark that recognition left in the cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """What a publisher's way of printing such a table declares; see docs/layouts.md."""

    name: str
    version: int
    kind: Kind
    titles: tuple[str, ...]
    grammar: Grammar


def read_project_table(document: Document, declaration: Declaration, form: TableForm) -> Records:
    """Read a project table from grids, from tab-separated text or from flattened text."""
    return _TableReading(document, declaration, form).records()


class _TableReading:
    """Collects one document's records, findings and the account of its characters."""

    def __init__(self, document: Document, declaration: Declaration, form: TableForm) -> None:
        self._form = form
        self._document = document
        self._declaration = declaration
        self._ledger = Ledger()
        self._findings: list[Finding] = []
        self._money = MoneyCells(self._ledger, self._findings)
        self._projects: list[Project] = []
        self._lines: list[BudgetLine] = []
        self._indicators: list[Indicator] = []
        self._totals: list[StatedTotal] = []

    def records(self) -> Records:
        columns = declared_columns(self._declaration.vocabulary)
        table = table_of_grids(self._document, columns, self._form.grammar, self._ledger) or table_of_lines(
            self._document, columns, self._form.grammar, self._ledger
        )
        heading, unit = Heading(), None
        if table is None:
            self._leave_everything()
        else:
            heading = read_heading(
                table.heading,
                self._form.titles,
                self._ledger,
                document_title=self._document.title,
                declared_year=self._declaration.fiscal_year,
            )
            self._findings += [*table.findings, *heading.findings]
            unit = self._money_unit(heading, table)
            self._read_rows(table, heading, unit)
        return Records(
            kind=self._form.kind,
            title=heading.title,
            department=heading.organisation,
            fiscal_year=heading.fiscal_year,
            money_unit=unit,
            projects=tuple(self._projects),
            budget_lines=tuple(self._lines),
            indicators=tuple(self._indicators),
            stated_totals=tuple(self._totals),
            findings=tuple(self._findings),
            coverage=self._ledger.coverage(),
            unconsumed=tuple(self._ledger.left),
        )

    def _leave_everything(self) -> None:
        for block in self._document.blocks():
            passages = (
                [Passage.of_cell(cell) for cell in block.cells]
                if isinstance(block, Grid)
                else [Passage.of_lines([block])]
            )
            for passage in passages:
                self._ledger.leave(passage.source())
        message = "no row of the document reads as this table's header (项目名称, 总计, …, 绩效目标, 绩效指标)"
        self._find("header_unreadable", message, Source(text=""), Severity.CRITICAL)

    def _money_unit(self, heading: Heading, table: Table) -> str | None:
        unit = heading.money_unit or money_unit_of_columns(table.heads)
        declared = self._declaration.money_unit
        if unit is None:
            message = "no unit of money (单位：万元) is readable above the table: amounts are not read"
            self._find("money_unit_missing", message, Source(text=""), Severity.CRITICAL)
        elif declared and declared != unit:
            message = f"the table prints {unit}, the catalogue declares {declared}"
            self._find("money_unit_mismatch", message, Source(text=""), Severity.CRITICAL)
        return unit

    def _read_rows(self, table: Table, heading: Heading, unit: str | None) -> None:
        # Without a unit of money the rows are told apart all the same; their amounts stay unread.
        lines = [
            self._money.line(row, row.columns or table.columns, unit or "元", known=unit is not None)
            for row in table.rows
        ]
        organisations = [name for name in (heading.organisation, self._declaration.department) if name]
        outlines = [line.outline() for line in lines]
        ranks = standings(outlines, organisations)
        if (at := sum_among(outlines, ranks, organisations)) is not None:
            message = f"{outlines[at].name} is as much as all other projects: a sum among its parts counts twice"
            self._find("sum_among_projects", message, lines[at].row.name.source(), Severity.CRITICAL)
        placed = self._money.place(lines, ranks)
        organisation = heading.organisation or self._declaration.department
        current = organisation
        for line, rank, figures in zip(lines, ranks, placed, strict=True):
            row, name = line.row, line.row.name.clean
            self._ledger.take(row.name.printed)
            if rank is Standing.TOTAL:
                self._state(TotalOf.FILING, figures, None if unit else ())
            elif rank is Standing.SUBTOTAL:
                current = current if name in ("小计", "单位小计") else name
                self._state(TotalOf.UNIT, figures, None if unit else (), unit=current)
            else:
                self._ledger.take(row.unit.printed)
                self._project(line, row.unit.clean or current, figures if unit else {}, heading.fiscal_year)
            if rank is not Standing.PROJECT:
                for text in (row.goal, row.indicators, row.unit):
                    self._ledger.leave(text.source())

    def _state(
        self,
        scope: TotalOf,
        figures: Placed,
        nothing: tuple[()] | None,
        *,
        unit: str | None = None,
        project: str | None = None,
    ) -> None:
        for column, figure in figures.items() if nothing is None else ():
            total = StatedTotal(
                total_of=scope,
                amount=figure.amount,
                source=figure.source,
                unit=unit,
                project=project,
                statement=STATEMENT,
                funding_source=column.funding_source,
            )
            if total not in self._totals:
                self._totals.append(total)

    def _project(self, line: Line, unit: str, figures: Placed, fiscal_year: int | None) -> None:
        row = line.row
        name = row.name.clean
        source = row.name.source()
        if name.isdigit():
            self._find("name_missing", "a number stands for a project's name", source, Severity.CRITICAL)
        elif not name:
            self._find("name_missing", "a project has no name", source)
            line.flags.add("damaged")
        goal = self._goal(row, line.flags)
        flags = tuple(sorted(line.flags))
        self._projects.append(
            Project(seq=len(self._projects) + 1, unit=unit, name=name, goal=goal, source=source, flags=flags)
        )
        sources = {column: figure for column, figure in figures.items() if column.role is Role.SOURCE}
        if sources:
            total = {column: figure for column, figure in figures.items() if column.role is Role.TOTAL}
            self._state(TotalOf.PROJECT, total, None, unit=unit, project=name)
        for column, figure in (sources or figures).items():
            self._lines.append(
                BudgetLine(
                    statement=STATEMENT,
                    unit=unit,
                    project=name,
                    funding_source=column.funding_source,
                    line_code=None,
                    line=None,
                    measure=None,
                    amount=figure.amount,
                    source=figure.source,
                    flags=flags,
                )
            )
        self._read_indicators(row.indicators, unit, name, fiscal_year or self._declaration.fiscal_year)

    def _goal(self, row: Row, flags: set[Flag]) -> str | None:
        goal = row.goal.clean
        if goal and len(goal) <= _NO_DATA:
            self._find("stray_text", "the goal's cell holds a mark that is no goal", row.goal.source())
            self._ledger.leave(row.goal.source())
            flags.add("stray_text")
            return None
        self._ledger.take(row.goal.printed)
        return goal or None

    def _read_indicators(self, cell: Passage, unit: str, project: str, fiscal_year: int | None) -> None:
        reading = read_items(cell, self._form.grammar, Levels(self._declaration.vocabulary))
        self._findings += reading.findings
        for source in reading.left:
            self._ledger.leave(source)
        self._ledger.take(cell.printed)
        self._ledger.taken -= sum(len("".join(source.text.split())) for source in reading.left)
        for seq, item in enumerate(reading.items, 1):
            self._indicators.append(
                Indicator(
                    subject=Subject.PROJECT,
                    unit=unit,
                    project=project,
                    seq=seq,
                    number=item.number,
                    level1=item.level1,
                    level1_printed=item.level1_printed,
                    level2=item.level2,
                    level2_printed=item.level2_printed,
                    name=item.name,
                    targets=tuple(self._targets(item, fiscal_year)),
                    source=item.source,
                    flags=item.flags,
                )
            )

    def _targets(self, item: Item, fiscal_year: int | None) -> Iterator[Target]:
        seqs = dict.fromkeys(Horizon, 0)
        for promise in item.promises:
            readings = _readings(promise, item, fiscal_year)
            self._findings += oddities(promise.text, readings, item.source)
            for reading in readings:
                seqs[promise.horizon] += 1
                yield Target(
                    horizon=promise.horizon,
                    promise_seq=seqs[promise.horizon],
                    text=promise.text,
                    reading=reading,
                    flags=tuple(sorted({*promise.flags, *reading.findings})),
                )

    def _find(self, code: str, message: str, source: Source, severity: Severity = Severity.WARNING) -> None:
        self._findings.append(finding_at(code, message, source, severity))


def _readings(promise: Promise, item: Item, fiscal_year: int | None) -> tuple[Reading, ...]:
    """One reading for each thing that a printed text promises (新增20亿注册量；接入量达到20000家以上: two)."""
    if not promise.text:
        return (Reading(kind=TargetKind.DAMAGED, rule="illegible"),)
    return read_targets(promise.text, fiscal_year=fiscal_year, name=item.name)
