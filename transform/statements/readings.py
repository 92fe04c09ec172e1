"""Which lines and columns are facts and which are sums of them, as the lines hang together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.document import Cell, Finding
from transform.checks.reconciliation import failing, reconcile
from transform.flags import Flag
from transform.records import Amount, BudgetLine, Source
from transform.statements.heads import funding_source_of, measure_of, plain
from transform.statements.measures import Measure
from transform.statements.of_which import Place, set_memos_apart
from transform.statements.outline import Node
from transform.statements.words import WORDS, Words


@dataclass(frozen=True, slots=True)
class Context:
    """Whose lines they are: the statement and its classification, the unit it is printed for, its unit of money."""

    statement: str
    scheme: str
    unit: str
    money_unit: str
    words: Words = WORDS


@dataclass(slots=True)
class Reading:
    """What is a fact and what a sum, as the lines hang together."""

    facts: dict[Place, BudgetLine] = field(default_factory=dict)
    sums: list[tuple[Node, Measure, Amount, list[Place]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every sum is that of its facts."""
        return not failing([(amount, of, [self.facts[m].amount for m in of]) for _, _, amount, of in self.sums])

    def vouches_beyond(self, other: Reading) -> bool:
        """Whether it holds, and a sum vouches for each fact that the other reading has not."""
        summed = {place for _, _, _, members in self.sums for place in members}
        return self.holds and self.facts.keys() - other.facts.keys() <= summed


def read_lines(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    context: Context,
    *,
    undivided: bool = False,
) -> Reading:
    """The facts and sums of the lines as they hang together. `undivided`: where none of a line's parts prints an amount
    in a column, the line's own is a fact (公务接待费 whose 预算数 is not divided into 国内 and 国外)."""
    reading = Reading()
    set_memos_apart(nodes, measures, amounts, context.statement, reading.findings)
    coded = sum(node.code is not None for node in nodes) > len(nodes) / 2
    ordered = sorted(measures, key=lambda m: len(m.parts))  # single columns before those that sum them
    facts, sums = reading.facts, reading.sums
    for node in reversed(nodes):
        if not node.is_total:
            _take(node, list(node.subtree()), ordered, amounts, facts, sums, context, coded=coded, undivided=undivided)
    for place, node in enumerate(nodes):
        if node.is_total:
            below = _covered(place, nodes, ordered, amounts, facts)
            _take(node, [*below, node], ordered, amounts, facts, sums, context, coded=coded, undivided=undivided)
    return reading


def _take(
    node: Node,
    below: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    facts: dict[Place, BudgetLine],
    sums: list[tuple[Node, Measure, Amount, list[Place]]],
    context: Context,
    *,
    coded: bool,
    undivided: bool,
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
        has_parts = any((id(n), m.column) in facts for m in measures for n in counted if n is not node)
        if undivided and not node.is_total and not measure.parts:
            has_parts = any(amounts[id(n), measure.column] for n in counted if n is not node)
        if members or has_parts:
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
        *filter(None, [_numbered_below(place, nodes)]),
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


def _numbered_below(place: int, nodes: Sequence[Node]) -> list[Node]:
    """The lines that a numbered total opens ((一)支出合计 over 1., 2., 3.): up to one numbered as high as itself."""
    own = nodes[place].marker
    if own is None:
        return []
    ends = (at for at, n in enumerate(nodes) if at > place and n.marker is not None and n.marker <= own)
    return [n for n in nodes[place + 1 : next(ends, len(nodes))] if not n.is_total]


def _members(nodes: Iterable[Node], measure: Measure, facts: dict[Place, BudgetLine]) -> list[Place]:
    columns = (*measure.parts, measure.column)  # a line may fill the total's column alone
    return [(id(node), column) for node in nodes for column in columns if (id(node), column) in facts]


def _line(node: Node, measure: Measure, amount: Amount, context: Context) -> BudgetLine:
    heads = [plain(head) for head in measure.path] + [node.name]
    kinds = [kind for kind in ("基本支出", "项目支出") if any(kind in head for head in heads)]
    income = measure_of(node.name, context.words) if context.statement.endswith("income") else None
    basic = "basic" in context.statement
    return BudgetLine(
        statement=context.statement,
        unit=node.unit or context.unit,
        project=None,
        funding_source=funding_source_of(measure.name) or funding_source_of(income or ""),
        line_code=node.code,
        line=node.name,
        measure=measure.name,
        measure_kind=measure.kind,
        amount=amount,
        source=source_of(node, measure),
        classification_scheme="organization" if node.is_unit else context.scheme,
        expenditure_type=kinds[0] if len(kinds) == 1 else "基本支出" if basic else None,
    )


def source_of(node: Node, measure: Measure) -> Source:
    cell: Cell = node.amounts[measure.column]
    name = " ".join(part.text.strip() for part in node.cells if part.text.strip()) or node.name
    return Source(
        text=f"{name} {cell.text.strip()}",
        page=cell.page,
        line=cell.line,
        box=cell.box,
        confidence=cell.confidence,
    )
