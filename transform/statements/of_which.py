"""其中: lines and columns that repeat part of the money of what they stand below or beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from extract.document import Finding, Severity
from transform.amounts import printed_step
from transform.checks.reconciliation import reconcile
from transform.records import Amount
from transform.statements.heads import funding_source_of
from transform.statements.measures import Measure
from transform.statements.outline import Node

Place = tuple[int, int]
"""A node (by identity) and a money column."""


def set_memos_apart(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    statement: str,
    findings: list[Finding],
) -> None:
    """其中 lines that do not make up their line are a remark on it: as facts they would count its money twice. They
    make it up in all columns or in none."""
    for node in nodes:
        parts = [child for child in node.children if child.of_which]
        if node.remark:
            _set_apart([node], "its total", measures, amounts, statement, findings)
        elif parts and any(_falls_short(node, measure, amounts) for measure in measures):
            for part, measure in ((part, measure) for part in parts for measure in measures):
                if (amount := amounts[id(part), measure.column]) is not None:
                    findings += exceeds(statement, part, measure, amount, [amounts[id(node), measure.column]])
            remarks = [n for part in parts for n in part.subtree()]
            _set_apart(remarks, node.name, measures, amounts, statement, findings)


def _falls_short(node: Node, measure: Measure, amounts: dict[Place, Amount | None]) -> bool:
    whole = amounts[id(node), measure.column]
    values = [amount for child in node.children if (amount := amounts[id(child), measure.column])]
    return whole is not None and bool(values) and not reconcile(whole, values).holds


def _set_apart(
    nodes: Sequence[Node],
    of: str,
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    statement: str,
    findings: list[Finding],
) -> None:
    for node in nodes:
        for measure in measures:
            amount = amounts[id(node), measure.column]
            amounts[id(node), measure.column] = None
            if amount is not None:
                findings.append(memo(statement, node, measure, amount, f"part of {of}"))


def may_be_whole(measure: Measure, part: Measure) -> bool:
    return measure.column < part.column and measure.period == part.period and not (measure.of_which or measure.unknown)


def exceeds(
    statement: str, node: Node, measure: Measure, part: Amount, wholes: Iterable[Amount | None]
) -> Iterator[Finding]:
    """A part that is more than each of what it may be part of: one of them is misread or misprinted."""
    printed = [whole for whole in wholes if whole is not None]
    if not printed or any(whole.yuan < 0 or part.yuan <= whole.yuan + printed_step(whole) for whole in printed):
        return
    cell = node.amounts[measure.column]
    yield Finding(
        code="of_which_exceeds",
        severity=Severity.CRITICAL,
        message=f"{statement}, {node.name}: 其中 {part.printed} is more than the {printed[-1].printed} it is part of",
        page=cell.page,
        line=cell.line,
        evidence=f"{node.name} {part.printed}{part.unit}",
    )


def unproven(
    statement: str,
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    open_columns: set[int],
    amounts: dict[Place, Amount | None],
) -> Iterator[Finding]:
    """The only line of a table, whose sources fall short of what they are part of: nothing else says which is right."""
    for node in nodes:
        short = [m for m in measures if m.column in open_columns and m.of_which and amounts[id(node), m.column]]
        if len(short) > 1 and all(funding_source_of(measure.name) for measure in short):
            cell = node.amounts[short[0].column]
            yield Finding(
                code="of_which_unproven",
                severity=Severity.CRITICAL,
                message=f"{statement}: the sources of {node.name} fall short of it, and no total says which is right",
                page=cell.page,
                line=cell.line,
                evidence=f"{node.name} {' '.join(node.amounts[m.column].text.strip() for m in short)}",
            )


def without_whole(
    statement: str, nodes: Sequence[Node], measures: Sequence[Measure], amounts: dict[Place, Amount | None]
) -> Iterator[Finding]:
    """Columns that are all part of something that the table does not print: their money is read nowhere."""
    for node in nodes:
        for measure in measures:
            if (amount := amounts[id(node), measure.column]) is not None and amount.yuan:
                cell = node.amounts[measure.column]
                yield Finding(
                    code="of_which_unproven",
                    severity=Severity.CRITICAL,
                    message=f"{statement}: every column of money stands under 其中, and none that they are part of",
                    page=cell.page,
                    line=cell.line,
                    evidence=f"{node.name} {amount.printed}{amount.unit}",
                )
                return


def memo(statement: str, node: Node, measure: Measure, amount: Amount, what: str) -> Finding:
    cell = node.amounts[measure.column]
    return Finding(
        code="memo_line",
        severity=Severity.INFO,
        message=f"{statement}: 其中, {what}, is not added to it",
        page=cell.page,
        line=cell.line,
        evidence=f"{node.name} {amount.printed}{amount.unit}",
    )
