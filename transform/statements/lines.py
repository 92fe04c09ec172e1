"""From the printed lines of one table to facts (leaf lines) and stated totals (all that is a sum of them)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from extract.document import Cell, Finding, Severity
from transform.amounts import AmountError, read_amount
from transform.flags import Flag
from transform.reconciliation import reconcile
from transform.records import Amount, BudgetLine, Classification, Scope, Source, StatedTotal, Statement
from transform.statements.header import (
    EMPTY,
    Block,
    Header,
    Measure,
    body_start,
    is_number,
    numbers_columns,
    read_header,
)
from transform.statements.heads import funding_source_of, measure_of, plain
from transform.statements.outline import Node, components_of, lines_of
from transform.statements.settling import Place, set_memos_apart, settle_columns, settle_lines
from transform.statements.tables import Table


@dataclass(slots=True)
class Sheet:
    """What one document's tables gave so far; positions in `lines` are what stated totals refer to."""

    lines: list[BudgetLine] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    """Whose table each line stands in: its unit, or the department of the unit."""
    totals: list[StatedTotal] = field(default_factory=list)
    classifications: list[Classification] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Identities of the cells that ended in a typed field or are words of the form."""


@dataclass(frozen=True, slots=True)
class _Context:
    statement: str
    scheme: str
    unit: str
    money_unit: str


def read_table(table: Table, department: str, money_unit: str | None, year: int | None, sheet: Sheet) -> None:
    """Add the table's facts, stated totals, classification and findings to the sheet; a table that cannot be read adds
    a finding. `year` is the statement's own."""
    grid, statement = table.grid, table.statement
    header = read_header(grid, table.first, statement, year)
    start = body_start(grid, table.first)
    for head in header.unknown:
        sheet.findings.append(_finding(table, "unknown_column", f"no declaration knows the column {head!r}", head))
    if not any(block.measures for block in header.blocks) and not header.components:
        words = " | ".join(cell.text for cell in grid.cells if cell.row < start)
        sheet.findings.append(_finding(table, "header_unreadable", "no column of the table could be named", words))
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
        context = _Context(statement.name, statement.scheme, unit, money_unit)
        _read_components(table, header, start, context, sheet)
    else:
        _read_blocks(table, header.blocks, start, unit, money_unit, sheet)
    sheet.owners += [unit] * (len(sheet.lines) - before)
    sheet.findings += _amounts_left(table, header, start, sheet)
    lines = len(sheet.lines) - before
    sheet.statements.append(
        Statement(
            statement=statement.name,
            title=table.title,
            unit=unit,
            money_unit=money_unit,
            lines=lines,
            source=Source(text=table.title, page=grid.page),
        )
    )
    if not lines:
        sheet.taken |= {id(cell) for cell in grid.cells}
        message = "printed without any amount: none declared"
        finding = _finding(table, "statement_empty", message, table.title)
        sheet.findings.append(replace(finding, severity=Severity.INFO))


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
            yield replace(found, page=cell.page, line=cell.line)


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
                for node in lines_of(table.grid, block, start):
                    node.amounts = {first: node.amounts[c] for first, c in zip(columns[0], own, strict=True)
                                    if c in node.amounts}  # fmt: skip
                    nodes.append(node)
            _emit(nodes, group[0].measures, _Context(name, group[0].scheme, unit, money_unit), sheet)


def _read_components(table: Table, header: Header, start: int, context: _Context, sheet: Sheet) -> None:
    """Columns are lines. Rows are one, or one for each unit with a total row over them."""
    grid = table.grid
    own = grid.rows()
    if not header.units:
        rows = [row for row in range(start, grid.n_rows) if any(cell and cell.text.strip() for cell in own[row])]
        for value, nodes in components_of(grid, header.components, rows):
            _emit(nodes, (Measure(0, value, (value,)),), context, sheet)
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
                for path, places in _emit(nodes, (measure,), within, sheet).items():
                    made[id(node), value, path] = places
                continue
            for line in nodes:
                amount = _amount(line, measure, within, sheet)
                if amount is None:
                    continue
                path = _printed_path(line)
                places = tuple(sorted(p for n in below for p in made.get((id(n), value, path), ())))
                sheet.totals.append(_stated(line, measure, amount, within, places))


def _printed_path(node: Node) -> tuple[str, ...]:
    return (*(_printed_path(node.parent) if node.parent else ()), node.name)


def _emit(
    nodes: Sequence[Node], measures: Sequence[Measure], context: _Context, sheet: Sheet
) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Add the lines' facts and stated totals; gives for each line's path the facts that make up its first amount."""
    amounts = {(id(node), m.column): _amount(node, m, context, sheet) for node in nodes for m in measures}
    measures = settle_columns(nodes, measures, amounts, context.statement, sheet.findings)
    settle_lines(nodes, measures, amounts)
    set_memos_apart(nodes, measures, amounts, context.statement, sheet.findings)
    facts: dict[Place, BudgetLine] = {}
    sums: list[tuple[Node, Measure, Amount, list[Place]]] = []
    coded = sum(node.code is not None for node in nodes) > len(nodes) / 2
    ordered = sorted(measures, key=lambda m: len(m.parts))  # single columns before those that sum them
    for node in reversed(nodes):
        if not node.is_total:
            _take(node, list(node.subtree()), ordered, amounts, facts, sums, context, coded=coded)
    for place, node in enumerate(nodes):
        if node.is_total:
            below = _covered(place, nodes, ordered, amounts, facts)
            _take(node, [*below, node], ordered, amounts, facts, sums, context, coded=coded)
    position = _publish(nodes, measures, facts, sums, context, sheet)
    sheet.classifications += _classifications(nodes, context)
    sheet.findings += _levels_missing(nodes, facts, context)
    made = {_printed_path(node): (position[id(node), c],) for node in nodes for c in (measures[0].column,)
            if (id(node), c) in position}  # fmt: skip
    return made | {
        _printed_path(node): tuple(sorted(position[m] for m in members))
        for node, measure, _, members in sums
        if measure is measures[0]
    }


def _take(
    node: Node,
    below: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    facts: dict[Place, BudgetLine],
    sums: list[tuple[Node, Measure, Amount, list[Place]]],
    context: _Context,
    *,
    coded: bool,
) -> None:
    """The node's amounts: each a sum if there are lines or columns below it, else a fact."""
    for measure in measures:
        amount = amounts[id(node), measure.column]
        if amount is None:
            continue
        counted = below if measure.parts else [n for n in below if n is not node]
        members = _members(counted, measure, facts)
        # Without a line below it in this column it is a line itself, unless other columns show that it has parts:
        # then a part is missing.
        if members or any((id(n), m.column) in facts for m in measures for n in counted if n is not node):
            sums.append((node, measure, amount, members))
        else:
            facts[id(node), measure.column] = replace(_line(node, measure, amount, context), flags=_gaps(node, coded))


def _gaps(node: Node, coded: bool) -> tuple[Flag, ...]:
    """What the line lacks of what the lines of its table print."""
    if node.code is None and coded:
        return ("code_missing",)
    return ("name_missing",) if node.code is not None and node.name == node.code else ()


def _covered(
    place: int,
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    facts: dict[Place, BudgetLine],
) -> list[Node]:
    """The lines that a total is over: those before it or, for a total on top, those after it. Where the page leaves
    open how far it reaches (a second 小计, a total over the last block only), the figures decide."""
    node = nodes[place]
    before = [n for n in nodes[:place] if not n.is_total]
    last = max((i for i in range(place) if nodes[i].is_total), default=-1)
    following = next((i for i in range(place + 1, len(nodes)) if nodes[i].is_total), len(nodes))
    lines = [n for n in nodes if not n.is_total]
    readings = [
        before or lines,
        [n for n in nodes[last + 1 : place] if not n.is_total],
        [n for n in before if n.first_column >= node.first_column],
        [n for n in nodes[place + 1 : following] if not n.is_total],
        lines,
    ]
    for reading in readings:
        checks = [
            reconcile(amount, [facts[m].amount for m in members]).holds
            for measure in measures
            if (amount := amounts[id(node), measure.column]) and (members := _members(reading, measure, facts))
        ]
        if checks and all(checks):
            return reading
    return readings[0]


def _publish(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    facts: dict[Place, BudgetLine],
    sums: Iterable[tuple[Node, Measure, Amount, list[Place]]],
    context: _Context,
    sheet: Sheet,
) -> dict[Place, int]:
    """Put facts in printed order, lines of the same name told apart by what stands above them."""
    by_key: dict[tuple[str | None, ...], int] = {}
    for line in facts.values():
        key = (line.unit, line.line_code, line.line, line.measure)
        by_key[key] = by_key.get(key, 0) + 1
    position: dict[Place, int] = {}
    for node in nodes:
        for measure in measures:
            fact = facts.get((id(node), measure.column))
            if fact is not None:
                repeated = by_key[fact.unit, fact.line_code, fact.line, fact.measure] > 1
                position[id(node), measure.column] = len(sheet.lines)
                sheet.lines.append(replace(fact, line=node.path()) if repeated else fact)
    order = {id(node): place for place, node in enumerate(nodes)}
    for node, measure, amount, members in sorted(sums, key=lambda s: (order[id(s[0])], s[1].column)):
        places = tuple(sorted(position[member] for member in members))
        sheet.totals.append(_stated(node, measure, amount, context, places))
    return position


def _stated(node: Node, measure: Measure, amount: Amount, context: _Context, members: tuple[int, ...]) -> StatedTotal:
    return StatedTotal(
        scope=Scope.STATEMENT,
        amount=amount,
        source=_source(node, measure),
        unit=context.unit,
        statement=context.statement,
        line_code=node.code,
        line=node.name,
        measure=measure.name,
        members=members,
    )


def _levels_missing(nodes: Sequence[Node], facts: dict[Place, BudgetLine], context: _Context) -> Iterator[Finding]:
    """An upper level with money and nothing below it, where the table goes deeper elsewhere: its only line may be lost,
    and no sum shows that."""
    deepest = max((len(node.code) for node in nodes if node.code and not node.is_unit), default=0)
    for node in nodes:
        fact = next((fact for (place, _), fact in facts.items() if place == id(node)), None)
        if fact is None or not fact.amount.yuan or not node.code or node.is_unit or len(node.code) >= deepest:
            continue
        yield Finding(
            code="lower_level_missing",
            severity=Severity.WARNING,
            message=f"{context.statement}: {node.code} {node.name} has no line below it, other codes have",
            page=fact.source.page,
            line=fact.source.line,
            evidence=fact.source.text,
        )


def _classifications(nodes: Sequence[Node], context: _Context) -> Iterator[Classification]:
    """Every coded line, upper levels too: what the classification looks like as this table prints it."""
    for node in nodes:
        if node.code is None or node.is_unit or not node.cells:
            continue
        cell = node.cells[0]
        yield Classification(
            scheme=context.scheme,
            code=node.code,
            name=node.name,
            parent_code=node.parent.code if node.parent and not node.parent.is_unit else None,
            source=Source(text=f"{node.code} {node.name}", page=cell.page, line=cell.line, box=cell.box),
        )


def _members(nodes: Iterable[Node], measure: Measure, facts: dict[Place, BudgetLine]) -> list[Place]:
    columns = (*measure.parts, measure.column)  # a line may fill the total's column alone
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
    basic = "basic" in context.statement
    return BudgetLine(
        statement=context.statement,
        unit=node.unit or context.unit,
        project=None,
        funding_source=funding_source_of(measure.name) or funding_source_of(income or ""),
        line_code=node.code,
        line=node.name,
        measure=measure.name,
        amount=amount,
        source=_source(node, measure),
        classification_scheme="organization" if node.is_unit else context.scheme,
        expenditure_type=kinds[0] if len(kinds) == 1 else "基本支出" if basic else None,
    )


def _source(node: Node, measure: Measure) -> Source:
    cell: Cell = node.amounts[measure.column]
    name = " ".join(part.text.strip() for part in node.cells if part.text.strip()) or node.name
    return Source(
        text=f"{name} {cell.text.strip()}",
        page=cell.page,
        line=cell.line,
        box=cell.box,
        confidence=cell.confidence,
    )


def _finding(table: Table, code: str, message: str, evidence: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.CRITICAL,
        message=f"{table.title}: {message}",
        page=table.grid.page,
        evidence=evidence,
    )
