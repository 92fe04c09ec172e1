"""From the printed lines of one table to facts (leaf lines) and stated totals (all that is a sum of them)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from extract.document import Finding, Severity
from transform.amounts import AmountError, read_amount
from transform.checks.reconciliation import reconcile
from transform.records import Amount, BudgetLine, Classification, Source, StatedTotal, Statement, TotalOf
from transform.statements.header import EMPTY, is_number
from transform.statements.measures import Measure
from transform.statements.of_which import Place
from transform.statements.outline import Node
from transform.statements.readings import Context, Reading, read_lines, source_of
from transform.statements.settling import rehang, settle_columns, settle_lines
from transform.statements.words import WORDS, Words

_WRAPPED: Final = re.compile(r"[-−]?(\d+|\d{1,3}(,\d{3})+)\.\d\d")


@dataclass(slots=True)
class Sheet:
    """What one document's tables gave so far; positions in `lines` are what stated totals refer to. What one table
    gave is a sheet of its own first, with its section's number."""

    section_seq: int = 0
    words: Words = WORDS
    """The spellings to read by."""

    lines: list[BudgetLine] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    """Whose table each line stands in: its unit, or the department of the unit."""
    totals: list[StatedTotal] = field(default_factory=list)
    classifications: list[Classification] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    wrapped: dict[Place, Finding] = field(default_factory=dict)
    """Amounts whose digits go on in a second line of their cell, which a total must vouch for."""
    taken: set[int] = field(default_factory=set)
    """Identities of the cells that ended in a typed field or are words of the form."""

    def add(self, table: Sheet, title: str = "") -> None:
        """Put a table's sheet below what is here: its records belong to its section, its positions move on. Measures of
        a government's table that another of the same statement has printed are told apart by its `title`."""
        seq, before = table.section_seq, len(self.lines)
        printed = {_key(line) for line in self.lines}
        again = [line for line in table.lines if line.statement.startswith("government_") and _key(line) in printed]
        told = {line.statement for line in again} if title else set()
        self.lines += [
            replace(
                line,
                section_seq=seq,
                measure=f"{line.measure}（{title}）" if line.statement in told else line.measure,
            )
            for line in table.lines
        ]
        self.owners += table.owners
        self.totals += [
            replace(total, section_seq=seq, members=tuple(place + before for place in total.members or ()))
            for total in table.totals
        ]
        self.classifications += [replace(one, section_seq=seq) for one in table.classifications]
        self.statements += [replace(one, section_seq=seq) for one in table.statements]
        self.findings += [replace(finding, section_seq=seq) for finding in table.findings]
        self.taken |= table.taken


def _key(line: BudgetLine) -> tuple[str | None, ...]:
    return line.statement, line.unit, line.classification_scheme, line.line_code, line.line, line.measure


def printed_path(node: Node) -> tuple[str, ...]:
    """The names from the highest level printed down to the line itself."""
    return (*(printed_path(node.parent) if node.parent else ()), node.name)


def emit(
    nodes: Sequence[Node], measures: Sequence[Measure], context: Context, sheet: Sheet, *, certain: bool = False
) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Add the lines' facts and stated totals; gives for each line's path the facts that make up its first amount.
    `certain`: the page shows what is part of what, whatever the figures say."""
    printed = {(id(node), m.column): amount_of(node, m, context, sheet) for node in nodes for m in measures}
    measures = settle_columns(nodes, measures, printed, context.statement, sheet.findings)
    if not measures:
        return {}
    settle_lines(nodes, measures, printed)
    reading = read_lines(nodes, measures, dict(printed), context)
    if not reading.holds and context.scheme == "component":
        other = read_lines(nodes, measures, dict(printed), context, undivided=True)
        reading = other if other.vouches_beyond(reading) else reading
    if not reading.holds and not certain:
        for _ in rehang(nodes, measures, printed):
            other = read_lines(nodes, measures, dict(printed), context)
            if other.holds:
                reading = other
                break
    _vouch_for_wrapped(reading, sheet)
    sheet.findings += reading.findings
    facts, sums = reading.facts, reading.sums
    position = _publish(nodes, measures, facts, sums, context, sheet)
    sheet.classifications += _classifications(nodes, context)
    sheet.findings += _levels_missing(nodes, facts, context)
    sheet.findings += _codes_astray(nodes, context)
    made = {printed_path(node): (position[id(node), c],) for node in nodes for c in (measures[0].column,)
            if (id(node), c) in position}  # fmt: skip
    return made | {
        printed_path(node): tuple(sorted(position[m] for m in members))
        for node, measure, _, members in sums
        if measure is measures[0]
    }


_INSURANCE: Final = "209"
_BETWEEN_FUNDS: Final = "230"


def _vouch_for_wrapped(reading: Reading, sheet: Sheet) -> None:
    """1682.7 over 6 in one cell is 1682.76 where an exact total says so: the finding is a warning then."""
    if not sheet.wrapped or not reading.holds:
        return
    summed: set[Place] = set()
    for node, measure, amount, members in reading.sums:
        if members and not reconcile(amount, [reading.facts[place].amount for place in members]).difference:
            summed |= {*members, (id(node), measure.column)}
    for place, finding in sheet.wrapped.items():
        if place in summed:
            at = sheet.findings.index(finding)
            sheet.findings[at] = replace(finding, code="amount_wrapped", severity=Severity.WARNING)
    sheet.wrapped.clear()


def _publish(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    facts: dict[Place, BudgetLine],
    sums: Iterable[tuple[Node, Measure, Amount, list[Place]]],
    context: Context,
    sheet: Sheet,
) -> dict[Place, int]:
    """Put facts in printed order, lines of the same name told apart by what stands above them."""
    facts = _told_apart(nodes, facts)
    position: dict[Place, int] = {}
    for node in nodes:
        for measure in measures:
            fact = facts.get((id(node), measure.column))
            if fact is not None:
                position[id(node), measure.column] = len(sheet.lines)
                sheet.lines.append(fact)
    order = {id(node): place for place, node in enumerate(nodes)}
    for node, measure, amount, members in sorted(sums, key=lambda s: (order[id(s[0])], s[1].column)):
        places = tuple(sorted(position[member] for member in members))
        sheet.totals.append(stated(node, measure, amount, context, places))
    return position


def _told_apart(nodes: Sequence[Node], facts: dict[Place, BudgetLine]) -> dict[Place, BudgetLine]:
    """Lines of one name are told apart by what stands above them, then by what the page prints beside them (a second
    classification, a project), at last by their number: the same item may be printed twice in its own right."""
    by_id = {id(node): node for node in nodes}

    def key(line: BudgetLine) -> tuple[str | None, ...]:
        return line.unit, line.line_code, line.line, line.measure

    for name in (Node.path, Node.path_and_notes):
        counted = Counter(key(line) for line in facts.values())
        facts = {
            place: replace(line, line=name(by_id[place[0]])) if counted[key(line)] > 1 else line
            for place, line in facts.items()
        }
    counted = Counter(key(line) for line in facts.values())
    seen: Counter[tuple[str | None, ...]] = Counter()
    order = {id(node): place for place, node in enumerate(nodes)}
    for place, line in sorted(facts.items(), key=lambda one: (order[one[0][0]], one[0][1])):
        if counted[key(line)] > 1:
            seen[key(line)] += 1
            flags = tuple(sorted({*line.flags, "repeated"}))
            if seen[key(line)] > 1:
                facts[place] = replace(line, line=f"{line.line}（{seen[key(line)]}）", flags=flags)
            else:
                facts[place] = replace(line, flags=flags)
    return facts


def stated(node: Node, measure: Measure, amount: Amount, context: Context, members: tuple[int, ...]) -> StatedTotal:
    """A total as the line prints it; `members` are the positions of its facts in the sheet."""
    return StatedTotal(
        total_of=TotalOf.STATEMENT,
        amount=amount,
        source=source_of(node, measure),
        unit=context.unit,
        statement=context.statement,
        line_code=node.code,
        line=node.name,
        measure=measure.name,
        members=members,
    )


def _levels_missing(nodes: Sequence[Node], facts: dict[Place, BudgetLine], context: Context) -> Iterator[Finding]:
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


def _codes_astray(nodes: Sequence[Node], context: Context) -> Iterator[Finding]:
    """A line of the function classification whose code is none of the level it stands under (2080502 under 20113): the
    table was read or printed wrongly, and no sum shows it."""
    for node in nodes if context.scheme == "function" else ():
        above = node.parent
        if not node.code or node.is_unit or above is None or above.is_unit or not above.code:
            continue
        if node.code.startswith(_BETWEEN_FUNDS) and above.code.startswith(_INSURANCE):
            continue  # 转移支出 of a fund of social insurance stands under the fund
        shorter = node.code.isdigit() and above.code.isdigit() and 3 <= len(above.code) < len(node.code)
        if shorter and not node.code.startswith(above.code):
            cell = node.cells[0] if node.cells else None
            yield Finding(
                code="code_under_another",
                severity=Severity.CRITICAL,
                message=f"{context.statement}: {node.code} {node.name} stands under {above.code} {above.name}",
                page=cell.page if cell else None,
                line=cell.line if cell else None,
                evidence=f"{node.code} {node.name}",
            )


def _classifications(nodes: Sequence[Node], context: Context) -> Iterator[Classification]:
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


def amount_of(node: Node, measure: Measure, context: Context, sheet: Sheet) -> Amount | None:
    """The line's amount in the column; None where it prints none, or one that no rule can read (a finding)."""
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
        finding = Finding(
            code="amount_unreadable",
            severity=Severity.CRITICAL,
            message=message,
            page=cell.page,
            line=cell.line,
            evidence=cell.text,
        )
        sheet.findings.append(finding)
        joined = "".join(cell.text.split())
        if not _WRAPPED.fullmatch(joined) or not is_number(cell.text):
            return None
        sheet.wrapped[id(node), measure.column] = finding
        amount = read_amount(joined, context.money_unit)
    sheet.taken.add(id(cell))
    return amount
