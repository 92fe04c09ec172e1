"""One statutory table: its header, then its blocks of lines or its components, entered in the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from extract.document import Finding, Severity
from transform.records import BudgetLine, Kind, Source, Statement
from transform.statements.facts import Sheet, amount_of, emit, printed_path, stated
from transform.statements.government import by_place
from transform.statements.government_header import read_government_header
from transform.statements.header import Block, Header, body_start, is_number, numbers_columns, read_header
from transform.statements.heads import plain
from transform.statements.measures import Measure
from transform.statements.outline import Node, components_of, lines_of
from transform.statements.readings import Context
from transform.statements.tables import Table

_COUNTED: Final = re.compile(
    r"\((个|人|辆|台|套|台、?套|台\(套\)|批次|批|人次|次|户|平方米|团组|间|件)\)$|(批次|人次|团组)数?$|(车辆|人员|职工)数(量)?(合计)?$"
)
_BESIDE_THREE_PUBLIC: Final = {"机关运行": "operating_cost", "会议": "conference", "培训": "training"}
"""Words of lines that stand in tables of “三公”经费 → the statement that they are of."""

_NAME_COLUMNS: Final = 2
"""The columns whose head may name places."""


def read_table(table: Table, department: str, money_unit: str | None, year: int | None, sheet: Sheet) -> None:
    """Add the table's facts, stated totals, classification and findings to the sheet; a table that cannot be read adds
    a finding. `year` is the statement's own."""
    if table.statement.kind is Kind.GOVERNMENT_STATEMENT:
        above = [cell.text for cell in table.grid.cells if cell.row == table.first and cell.column < _NAME_COLUMNS]
        table = replace(table, statement=by_place(table.statement, above))
    grid, statement = table.grid, table.statement
    if statement.kind is Kind.GOVERNMENT_STATEMENT:
        header = read_government_header(grid, table.first, statement, table.year or year)
    else:
        header = read_header(grid, table.first, statement, year, sheet.words)
    start = body_start(grid, table.first)
    figures = any(is_number(cell.text) for cell in grid.cells if cell.row >= start)
    severity = Severity.CRITICAL if figures else Severity.WARNING  # a table without figures can lose none
    for head in header.unknown:
        finding = _finding(table, "unknown_column", f"no declaration knows the column {head!r}", head)
        sheet.findings.append(replace(finding, severity=severity))
    for column in header.helpers:
        message = "a column without a head repeats figures of its row: a remark"
        sheet.findings.append(
            replace(_finding(table, "helper_column", message, f"column {column + 1}"), severity=Severity.WARNING)
        )
    if not any(block.measures for block in header.blocks) and not header.components:
        heads = " | ".join(cell.text for cell in grid.cells if cell.row < start)
        finding = _finding(table, "header_unreadable", "no column of the table could be named", heads)
        sheet.findings.append(replace(finding, severity=severity))
        if not figures:
            sheet.statements.append(_statement(table, table.organisation or department, money_unit, 0))
        return
    sheet.taken |= {id(cell) for cell in grid.cells if cell.row < start or cell.column in header.layout}
    unit = table.organisation or department
    before = len(sheet.lines)
    if money_unit is None:
        if any(any(character.isdigit() for character in cell.text) for cell in grid.cells if cell.row >= start):
            message = "the table prints no unit of money"
            sheet.findings.append(_finding(table, "money_unit_missing", message, table.title))
            return
    elif header.components:
        context = Context(statement.name, statement.scheme, unit, money_unit, sheet.words)
        _read_components(table, header, start, context, sheet)
    else:
        _read_blocks(table, header.blocks, start, unit, money_unit, sheet)
    sheet.lines[before:] = [_of_its_own(line) for line in sheet.lines[before:]]
    sheet.owners += [unit] * (len(sheet.lines) - before)
    sheet.findings += _amounts_left(table, header, start, sheet)
    lines = len(sheet.lines) - before
    sheet.statements.append(_statement(table, unit, money_unit, lines))
    if not lines:
        sheet.taken |= {id(cell) for cell in grid.cells}
        message = "printed without any amount: none declared"
        finding = _finding(table, "statement_empty", message, table.title)
        sheet.findings.append(replace(finding, severity=Severity.INFO))


def _statement(table: Table, unit: str, money_unit: str | None, lines: int) -> Statement:
    return Statement(
        statement=table.statement.name,
        title=table.title,
        unit=unit,
        money_unit=money_unit,
        lines=lines,
        source=Source(text=table.title, page=table.grid.page),
    )


def _amounts_left(table: Table, header: Header, start: int, sheet: Sheet) -> Iterator[Finding]:
    """Amounts in a column of money that belong to no line: their line has neither name nor code, or is one too many."""
    columns = {m.column for block in header.blocks for m in block.measures} | {c.column for c in header.components}
    rows = table.grid.rows()
    for cell in table.grid.cells:
        if cell.row < start or cell.column not in columns or id(cell) in sheet.taken or not is_number(cell.text):
            continue
        if not numbers_columns([other.text for other in rows[cell.row] if other and other.text.strip()]):
            message = "an amount stands in no line: neither name nor code is printed beside it"
            found = _finding(table, "amount_without_line", message, cell.text)
            nothing = not re.search("[1-9]", cell.text)  # a 0 beside no name is money of nobody
            severity = Severity.WARNING if nothing else found.severity
            yield replace(found, page=cell.page, line=cell.line, severity=severity)


def _read_blocks(table: Table, blocks: Sequence[Block], start: int, unit: str, money_unit: str, sheet: Sheet) -> None:
    """Blocks of one side are one statement: their lines follow each other as if printed below each other."""
    for suffix in dict.fromkeys(block.suffix for block in blocks):
        side = [block for block in blocks if block.suffix == suffix]
        name = f"{table.statement.name}_{suffix}" if suffix else table.statement.name
        alike = all([m.name for m in block.measures] == [m.name for m in side[0].measures] for block in side)
        for group in [side] if alike else [[block] for block in side]:
            columns = [[m.column for m in block.measures] for block in group]
            nodes: list[Node] = []
            for block, own in zip(group, columns, strict=True):
                for node in _of_money(lines_of(table.grid, block, start), sheet):
                    node.amounts = {first: node.amounts[c] for first, c in zip(columns[0], own, strict=True)
                                    if c in node.amounts}  # fmt: skip
                    nodes.append(node)
            emit(nodes, group[0].measures, Context(name, group[0].scheme, unit, money_unit, sheet.words), sheet)


def _of_money(nodes: Sequence[Node], sheet: Sheet) -> Iterator[Node]:
    """The lines less those that count heads, cars or visits (国内公务接待批次（个）): remarks, not money."""
    for node in nodes:
        if _COUNTED.search(plain(node.name)):
            sheet.taken |= {id(cell) for cell in (*node.cells, *node.amounts.values())}
            node.leave_tree()
        else:
            yield node


def _read_components(table: Table, header: Header, start: int, context: Context, sheet: Sheet) -> None:
    """Columns are lines. Rows are one, or one for each unit with a total row over them."""
    grid = table.grid
    own = grid.rows()
    if not header.units:
        rows = [row for row in range(start, grid.n_rows) if any(cell and cell.text.strip() for cell in own[row])]
        for value, nodes in components_of(grid, header.components, rows):
            emit(nodes, (Measure(0, value, (value,)),), context, sheet, certain=True)
        return
    columns = tuple(Measure(c.column, c.measure, c.path) for c in header.components)
    block = Block(codes=(), names=(), units=header.units, measures=columns, scheme="organization")
    units = lines_of(grid, block, start)
    made: dict[tuple[int, str, tuple[str, ...]], tuple[int, ...]] = {}
    for node in sorted(units, key=lambda n: n.is_total or bool(n.children)):  # totals are of what was read before
        sheet.taken |= {id(cell) for cell in node.cells}
        row = next((cell.row for cell in node.cells), start)
        whole = node.is_total or bool(node.children)
        within = replace(context, unit=context.unit if whole else node.name)
        below = [n for n in node.leaves() if n is not node] or [n for n in units if not (n.is_total or n.children)]
        for value, nodes in components_of(grid, header.components, [row]):
            measure = Measure(0, value, (value,))
            if not whole:
                for path, places in emit(nodes, (measure,), within, sheet, certain=True).items():
                    made[id(node), value, path] = places
                continue
            for line in nodes:
                amount = amount_of(line, measure, within, sheet)
                if amount is None:
                    continue
                path = printed_path(line)
                places = tuple(sorted(p for n in below for p in made.get((id(n), value, path), ())))
                sheet.totals.append(stated(line, measure, amount, within, places))


def _of_its_own(line: BudgetLine) -> BudgetLine:
    """A line that a table of “三公”经费 prints beside them and that is none: a sum over the statement leaves it out."""
    before, three_public, _ = line.statement.rpartition("three_public")
    name = next((own for word, own in _BESIDE_THREE_PUBLIC.items() if word in (line.line or "")), None)
    return replace(line, statement=f"{before}{name}") if three_public and name else line


def _finding(table: Table, code: str, message: str, evidence: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.CRITICAL,
        message=f"{table.title}: {message}",
        page=table.grid.page,
        evidence=evidence,
    )
