"""From the printed lines of one table to facts (leaf lines) and stated totals (all that is a sum of them)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extract.document import Cell, Finding, Severity
from transform.amounts import AmountError, read_amount
from transform.records import Amount, BudgetLine, Scope, Source, StatedTotal
from transform.statements.declared import funding_source_of, measure_of, plain
from transform.statements.header import EMPTY, Measure, body_start, read_header
from transform.statements.outline import Node, components_of, lines_of
from transform.statements.tables import Table


@dataclass(slots=True)
class Sheet:
    """What one document's tables gave so far; positions in `lines` are what stated totals refer to."""

    lines: list[BudgetLine] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Identities of the cells that ended in a typed field or are words of the form."""


@dataclass(frozen=True, slots=True)
class _Context:
    statement: str
    scheme: str
    unit: str
    money_unit: str


def read_table(table: Table, department: str, money_unit: str | None, sheet: Sheet) -> None:
    """Add the table's facts, stated totals and findings to the sheet; a table that cannot be read adds a finding."""
    grid, statement = table.grid, table.statement
    header = read_header(grid, table.first, statement)
    start = body_start(grid, table.first)
    for head in header.unknown:
        sheet.findings.append(_finding(table, "unknown_column", f"no declaration knows the column {head!r}", head))
    if not header.blocks and not header.components:
        words = " | ".join(cell.text for cell in grid.cells if cell.row < start)
        sheet.findings.append(_finding(table, "header_unreadable", "no column of the table could be named", words))
        return
    sheet.taken |= {id(cell) for cell in grid.cells if cell.row < start}
    unit = table.organisation or department
    if money_unit is None:
        sheet.findings.append(_finding(table, "money_unit_missing", "the table prints no unit of money", table.title))
        return
    before = len(sheet.lines)
    if header.components:
        context = _Context(statement.name, statement.scheme, unit, money_unit)
        for value, nodes in components_of(grid, header.components, start):
            _emit(nodes, (Measure(0, value, (value,)),), context, sheet)
    for block in header.blocks:
        name = f"{statement.name}_{block.suffix}" if block.suffix else statement.name
        _emit(lines_of(grid, block, start), block.measures, _Context(name, block.scheme, unit, money_unit), sheet)
    if len(sheet.lines) == before:
        sheet.taken |= {id(cell) for cell in grid.cells}
        sheet.findings.append(
            replace(
                _finding(table, "statement_empty", "printed without any amount: none declared", table.title),
                severity=Severity.INFO,
            )
        )


def _emit(nodes: Sequence[Node], measures: Sequence[Measure], context: _Context, sheet: Sheet) -> None:
    amounts = {(id(node), m.column): _amount(node, m, context, sheet) for node in nodes for m in measures}
    _set_memos_apart(nodes, measures, amounts, context, sheet)
    facts: dict[tuple[int, int], BudgetLine] = {}
    sums: list[tuple[Node, Measure, Amount, list[tuple[int, int]]]] = []
    ordered = sorted(measures, key=lambda m: bool(m.parts))  # single columns before those that sum them
    for node in reversed(nodes):
        if node.is_total:
            continue
        for measure in ordered:
            amount = amounts[id(node), measure.column]
            if amount is None:
                continue
            below = [n for n in _subtree(node) if n is not node or measure.parts]
            members = _members(below, measure, facts)
            # Without a line below it in this column it is a line itself, unless other columns show that it has parts:
            # then a part is missing.
            if members or any((id(n), m.column) in facts for m in measures for n in below if n is not node):
                sums.append((node, measure, amount, members))
            else:
                facts[id(node), measure.column] = _line(node, measure, amount, context)
    for place, node in enumerate(nodes):
        if not node.is_total:
            continue
        before = [n for n in nodes[:place] if not n.is_total]
        below = before or [n for n in nodes if not n.is_total]
        for measure in ordered:
            amount = amounts[id(node), measure.column]
            if amount is None:
                continue
            members = _members([*below, node] if measure.parts else below, measure, facts)
            if members or any((id(n), m.column) in facts for m in measures for n in below):
                sums.append((node, measure, amount, members))
            else:
                facts[id(node), measure.column] = _line(node, measure, amount, context)
    _publish(nodes, measures, facts, sums, context, sheet)


def _publish(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    facts: dict[tuple[int, int], BudgetLine],
    sums: Iterable[tuple[Node, Measure, Amount, list[tuple[int, int]]]],
    context: _Context,
    sheet: Sheet,
) -> None:
    """Put facts in printed order, lines of the same name told apart by what stands above them."""
    by_key: dict[tuple[str | None, str | None, str | None], int] = {}
    for line in facts.values():
        key = (line.line_code, line.line, line.measure)
        by_key[key] = by_key.get(key, 0) + 1
    position: dict[tuple[int, int], int] = {}
    for node in nodes:
        for measure in measures:
            fact = facts.get((id(node), measure.column))
            if fact is not None:
                repeated = by_key[fact.line_code, fact.line, fact.measure] > 1
                position[id(node), measure.column] = len(sheet.lines)
                sheet.lines.append(replace(fact, line=node.path()) if repeated else fact)
    order = {id(node): place for place, node in enumerate(nodes)}
    for node, measure, amount, members in sorted(sums, key=lambda s: (order[id(s[0])], s[1].column)):
        sheet.totals.append(
            StatedTotal(
                scope=Scope.STATEMENT,
                amount=amount,
                source=_source(node, measure),
                unit=context.unit,
                statement=context.statement,
                line_code=node.code,
                line=node.name,
                measure=measure.name,
                members=tuple(sorted(position[member] for member in members)),
            )
        )


def _set_memos_apart(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[tuple[int, int], Amount | None],
    context: _Context,
    sheet: Sheet,
) -> None:
    """其中 lines that do not make up their line are a remark on it: as facts they would count its money twice."""
    for node in nodes:
        parts = [child for child in node.children if child.of_which]
        if not parts:
            continue
        for measure in measures:
            whole = amounts[id(node), measure.column]
            values = [amount for child in parts if (amount := amounts[id(child), measure.column])]
            if whole is None or not values or sum((v.yuan for v in values), Decimal(0)) == whole.yuan:
                continue
            for child in parts:
                amount = amounts[id(child), measure.column]
                amounts[id(child), measure.column] = None
                if amount is not None:
                    sheet.findings.append(
                        Finding(
                            code="memo_line",
                            severity=Severity.INFO,
                            message=f"{context.statement}: 其中 line is part of {node.name}, not added to it",
                            page=child.amounts[measure.column].page,
                            evidence=f"{child.name} {amount.printed}{amount.unit}",
                        )
                    )


def _subtree(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _subtree(child)


def _members(
    nodes: Iterable[Node], measure: Measure, facts: dict[tuple[int, int], BudgetLine]
) -> list[tuple[int, int]]:
    columns = measure.parts or (measure.column,)
    columns = (*columns, measure.column) if measure.parts else columns  # a line that fills the total's column alone
    return [(id(node), column) for node in nodes for column in columns if (id(node), column) in facts]


def _amount(node: Node, measure: Measure, context: _Context, sheet: Sheet) -> Amount | None:
    cell = node.amounts.get(measure.column)
    sheet.taken |= {id(c) for c in node.cells}
    if cell is None or EMPTY.fullmatch(cell.text):
        if cell is not None:
            sheet.taken.add(id(cell))
        return None
    try:
        amount = read_amount(cell.text, context.money_unit)
    except AmountError as error:
        message = f"{context.statement}, line {node.name}, column {measure.name}: {error}"
        sheet.findings.append(
            Finding(
                code="amount_unreadable",
                severity=Severity.CRITICAL,
                message=message,
                page=cell.page,
                line=cell.line,
                evidence=cell.text,
            )
        )
        return None
    sheet.taken.add(id(cell))
    return amount


def _line(node: Node, measure: Measure, amount: Amount, context: _Context) -> BudgetLine:
    heads = [plain(head) for head in measure.path] + [node.name]
    kinds = [kind for kind in ("基本支出", "项目支出") if any(kind in head for head in heads)]
    income = measure_of(node.name) if context.statement.endswith("income") else None
    return BudgetLine(
        statement=context.statement,
        unit=context.unit,
        project=None,
        funding_source=funding_source_of(income or measure.name),
        line_code=node.code,
        line=node.name,
        measure=measure.name,
        amount=amount,
        source=_source(node, measure),
        classification_scheme=context.scheme,
        expenditure_type=kinds[0] if len(kinds) == 1 else "基本支出" if "basic" in context.statement else None,
    )


def _source(node: Node, measure: Measure) -> Source:
    cell: Cell = node.amounts[measure.column]
    name = " ".join(part.text.strip() for part in node.cells if part.text.strip()) or node.name
    return Source(text=f"{name} {cell.text.strip()}", page=cell.page, line=cell.line, box=cell.box)


def _finding(table: Table, code: str, message: str, evidence: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.CRITICAL,
        message=f"{table.title}: {message}",
        page=table.grid.page,
        evidence=evidence,
    )
