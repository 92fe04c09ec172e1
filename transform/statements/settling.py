"""Where the page leaves open what is part of what, the figures decide: columns, lines, and 其中 remarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.document import Finding, Severity
from transform.reconciliation import reconcile
from transform.records import Amount
from transform.statements.header import Measure
from transform.statements.outline import Node

Place = tuple[int, int]
"""A node (by identity) and a money column."""


def settle_columns(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    statement: str,
    findings: list[Finding],
) -> tuple[Measure, ...]:
    """Decide by the figures which column is the sum of those after it; of-which columns that are not all of a column
    are remarks on it."""
    settled = []
    remarks: set[int] = {m.column for m in measures if m.of_which}
    for measure in measures:
        parts = measure.parts
        if measure.maybe_parts and _adds_up(nodes, measure, amounts):
            parts = measure.maybe_parts
            remarks -= set(parts)
        settled.append(replace(measure, parts=parts))
    for measure in settled:
        if measure.column not in remarks:
            continue
        for node in nodes:
            amount = amounts[id(node), measure.column]
            amounts[id(node), measure.column] = None
            if amount is not None and amount.yuan:
                findings.append(_memo(statement, node, measure, amount, f"column {measure.name}"))
    return tuple(m for m in settled if m.column not in remarks)


def _adds_up(nodes: Sequence[Node], measure: Measure, amounts: dict[Place, Amount | None]) -> bool:
    """Whether the column is the sum of its possible parts in every line that prints one of them."""
    seen = False
    for node in nodes:
        whole = amounts[id(node), measure.column]
        parts = [a for column in measure.maybe_parts if (a := amounts[id(node), column]) is not None]
        if not any(part.yuan for part in parts):
            continue
        seen = True
        if whole is None or not reconcile(whole, parts).holds:
            return False
    return seen


def settle_lines(nodes: Sequence[Node], measures: Sequence[Measure], amounts: dict[Place, Amount | None]) -> None:
    """Lines of which the page does not show that they are part of the line above stay so only if they add up to it."""
    for node in nodes:
        parts = [child for child in node.children if child.uncertain]
        if not parts:
            continue
        for measure in measures:
            whole = amounts[id(node), measure.column]
            values = [a for child in node.children if (a := amounts[id(child), measure.column]) is not None]
            if any(value.yuan for value in values) and (whole is None or not reconcile(whole, values).holds):
                for child in parts:
                    child.leave_parent()
                break


def set_memos_apart(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    statement: str,
    findings: list[Finding],
) -> None:
    """其中 lines that do not make up their line are a remark on it: as facts they would count its money twice."""
    for node in nodes:
        parts = [child for child in node.children if child.of_which]
        if not parts:
            continue
        for measure in measures:
            whole = amounts[id(node), measure.column]
            values = [amount for child in node.children if (amount := amounts[id(child), measure.column])]
            if whole is None or not values or sum((v.yuan for v in values), Decimal(0)) == whole.yuan:
                continue
            for child in (n for part in parts for n in part.subtree()):
                amount = amounts[id(child), measure.column]
                amounts[id(child), measure.column] = None
                if amount is not None:
                    findings.append(_memo(statement, child, measure, amount, f"part of {node.name}"))


def _memo(statement: str, node: Node, measure: Measure, amount: Amount, what: str) -> Finding:
    cell = node.amounts[measure.column]
    return Finding(
        code="memo_line",
        severity=Severity.INFO,
        message=f"{statement}: 其中, {what}, is not added to it",
        page=cell.page,
        line=cell.line,
        evidence=f"{node.name} {amount.printed}{amount.unit}",
    )
