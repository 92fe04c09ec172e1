"""Where the page leaves open what is part of what, the figures decide: columns and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise, takewhile
from typing import Final

from extract.document import Finding, Severity
from transform.amounts import printed_step
from transform.checks.reconciliation import reconcile
from transform.records import Amount
from transform.statements.arithmetic import Vector, chapters, nesting
from transform.statements.functions import function_class
from transform.statements.heads import TOTAL_HEADS, TOTAL_LINES, bare, plain
from transform.statements.measures import Measure
from transform.statements.of_which import Place, exceeds, may_be_whole, memo, unproven, without_whole
from transform.statements.outline import Node

_MOST_LINES: Final = 2_000
_MOST_OPEN: Final = 8
_ORGANISATION: Final = re.compile(
    r"(局|厅|委|委员会|办公室|中心|院|所|站|队|处|会|校|学|馆|社|团|部|署|公司|本级|机关|园|台|室|政府|街道|镇|乡|组|行|署|联)"
    r"([(（].*[)）])?$"
)


def settle_columns(
    nodes: Sequence[Node],
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
    statement: str,
    findings: list[Finding],
) -> tuple[Measure, ...]:
    """Decide by the figures which column is the sum of which; of-which columns that are no part of a total are remarks
    on the one before them, and a column whose head nobody knows counts only where a total proves it."""
    settled = {}
    open_columns = {m.column for m in measures if m.of_which or m.unknown}
    for measure in measures:
        parts = measure.parts
        if measure.maybe_parts and _adds_up(nodes, measure, amounts):
            parts = measure.maybe_parts
            open_columns -= set(parts)
        settled[measure.column] = replace(measure, parts=parts)
    for measure in reversed(measures):
        if measure.run:
            firsts = (measure.run[:end] for end in range(len(measure.run), 0, -1))
            proven_run = (one for one in firsts if _sums(nodes, settled[measure.column], one, settled, amounts))
            settled[measure.column] = replace(measure, parts=next(proven_run, measure.run))
    explained: set[int] = set()
    for total in settled.values():
        if total.parts and _sums(nodes, total, total.parts, settled, amounts):
            explained |= {total.column, *total.parts}
    for place, measure in enumerate(measures):
        own = settled[measure.column]
        if not (own.parts or own.of_which or own.unknown or own.column in explained):
            settled[measure.column] = replace(own, parts=_following_sum(nodes, measures[place:], amounts))
    for measure in measures:
        if measure.parts or (open_columns and TOTAL_HEADS.fullmatch(bare(measure.path[-1]))):
            proven = _proven(nodes, settled[measure.column], settled, open_columns, amounts)
            settled[measure.column] = replace(measure, parts=(*measure.parts, *sorted(proven)))
            open_columns -= proven
    if len(measures) == 1 and any(node.is_total for node in nodes):  # the 合计 below it proves it
        open_columns -= {measures[0].column}
    for measure in measures:
        if measure.unknown:
            findings += _unknown(statement, nodes, measure, amounts, proven=measure.column not in open_columns)
        elif measure.column in open_columns:
            for node in nodes:
                amount = amounts[id(node), measure.column]
                if amount is not None and amount.yuan:
                    findings.append(memo(statement, node, measure, amount, f"column {measure.name}"))
                    before = [amounts[id(node), m.column] for m in measures if may_be_whole(m, measure)]
                    findings += exceeds(statement, node, measure, amount, before)
    if len([node for node in nodes if any(amounts[id(node), m.column] for m in measures)]) == 1:
        findings += unproven(statement, nodes, measures, open_columns, amounts)
    if open_columns and open_columns == {m.column for m in measures}:
        findings += without_whole(statement, nodes, [m for m in measures if m.of_which], amounts)
    for node in nodes:
        for column in open_columns:
            amounts[id(node), column] = None
    return tuple(_with_all_parts(m, settled) for m in settled.values() if m.column not in open_columns)


def _following_sum(
    nodes: Sequence[Node], measures: Sequence[Measure], amounts: dict[Place, Amount | None]
) -> tuple[int, ...]:
    """The columns right behind the first one that it is the sum of in every line, where several lines and columns show
    it: 预算数 | 工资福利支出 | 商品和服务支出."""
    whole, *after = measures
    run = list(takewhile(lambda m: m.period == whole.period and not (m.of_which or m.unknown), after))
    for end in range(min(len(run), _MOST_OPEN), 1, -1):
        parts = tuple(measure.column for measure in run[:end])
        filled = [column for column in parts if any((a := amounts[id(n), column]) and a.yuan for n in nodes)]
        lines = [node for node in nodes if (a := amounts[id(node), whole.column]) and a.yuan]
        shown = {tuple(a.yuan if (a := amounts[id(n), c]) else 0 for c in parts) for n in lines}
        if len(filled) > 1 and len(shown) > 1 and _adds_up(nodes, replace(whole, maybe_parts=parts), amounts):
            return parts if all(_printed_beside(node, parts, amounts) for node in lines) else ()
    return ()


def _printed_beside(node: Node, columns: Sequence[int], amounts: dict[Place, Amount | None]) -> bool:
    return any(amounts[id(node), column] for column in columns)


def _with_all_parts(measure: Measure, settled: Mapping[int, Measure]) -> Measure:
    """The columns below those it is the sum of belong to it, too."""
    parts = list(measure.parts)
    for column in parts:
        parts += [one for one in settled[column].parts if one not in parts and one != measure.column]
    return replace(measure, parts=tuple(parts))


def _proven(
    nodes: Sequence[Node],
    total: Measure,
    settled: Mapping[int, Measure],
    open_columns: set[int],
    amounts: dict[Place, Amount | None],
) -> set[int]:
    """The open columns without which the total's column does not add up, and with which it does in every line."""
    group = total.path[:-1]
    may = [
        c
        for c in open_columns
        if settled[c].path[: len(group)] == group
        and settled[c].period == total.period
        # a head nobody knows needs one that somebody knows beside it or over it to be proven
        and (total.parts or settled[c].of_which or settled[c].within)
    ]
    if len(may) > _MOST_OPEN:
        return set()
    for count in range(len(may) + 1):
        for added in combinations(sorted(may), count):
            if _sums(nodes, total, (*total.parts, *added), settled, amounts):
                return set(added)
    return set()


def _sums(
    nodes: Sequence[Node],
    total: Measure,
    parts: Sequence[int],
    settled: Mapping[int, Measure],
    amounts: dict[Place, Amount | None],
) -> bool:
    """Whether the total's column is the sum of the highest of its parts in every line that prints it."""
    below = {column for part in parts for column in settled[part].parts}
    highest = [column for column in parts if column not in below]
    seen = False
    for node in nodes:
        whole = amounts[id(node), total.column]
        found = [amount for column in highest if (amount := amounts[id(node), column]) is not None]
        if whole is None or not (whole.yuan or found):
            continue
        seen = True
        if not reconcile(whole, found).holds:
            return False
    return seen


def _unknown(
    statement: str, nodes: Sequence[Node], measure: Measure, amounts: dict[Place, Amount | None], *, proven: bool
) -> Iterator[Finding]:
    """A column that no row of the vocabulary names: harmless where a total proves it or it holds no money."""
    cells = [node.amounts[measure.column] for node in nodes if (a := amounts[id(node), measure.column]) and a.yuan]
    if not cells:
        return
    head = " / ".join(measure.path)
    yield Finding(
        code="unknown_column",
        severity=Severity.WARNING if proven else Severity.CRITICAL,
        message=f"{statement}: no row of the vocabulary knows the column {head}; "
        + ("its total proves it" if proven else f"add `statement.measure,<concept>,{measure.path[-1]}`"),
        page=cells[0].page,
        line=cells[0].line,
        evidence=head,
    )


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
        parts = [child for child in node.children if child.uncertain and not child.of_which]
        if not parts:
            continue
        for measure in measures:
            whole = amounts[id(node), measure.column]
            values = [a for child in node.children if (a := amounts[id(child), measure.column]) is not None]
            if any(value.yuan for value in values) and (whole is None or not reconcile(whole, values).holds):
                for child in parts:
                    child.leave_parent()
                break


def rehang(nodes: Sequence[Node], measures: Sequence[Measure], amounts: dict[Place, Amount | None]) -> Iterator[None]:
    """Hang the lines anew in each way that the figures of all columns show: where a stated total vouches for it, or
    where each line before a 其中 is the exact sum of what follows it. Afterwards the lines hang as the page shows.

    A line that holds others and is named like an organisation is that unit's own total: its lines are the unit's.
    """
    as_printed = [copy(node) for node in nodes]
    children = [list(node.children) for node in nodes]
    for run, beyond in _remarks_on_totals(nodes):
        for node in run:
            node.leave_tree()
            node.remark, node.is_total = True, False
        for node in beyond:
            node.remark = False
        if any(not (node.is_total or node.remark) for node in nodes):  # a total of nothing else is that of its 其中
            yield
        for node, own, below in zip(nodes, as_printed, children, strict=True):
            _restore(node, own, below)
    named = [n for n in nodes if n.is_total and not TOTAL_LINES.fullmatch(plain(n.name).rstrip(":"))]
    steps = [printed_step(amount) for amount in amounts.values() if amount is not None]
    readings = [[], named] if named else [[]]  # named like a whole fund, it may be a line of a larger total
    for way in (_by_chapters, _vouched_for, _of_which_sums):
        for demoted in readings:
            totals = [node for node in nodes if node.is_total and node not in demoted]
            lines = [node for node in nodes if node not in totals and not node.remark]
            vectors = [_vector(node, measures, amounts) for node in lines]
            stated = list(dict.fromkeys(_vector(node, measures, amounts) for node in totals))
            if len(lines) < 2 or not steps:
                continue
            for parents in way(lines, vectors, stated, min(steps) / 2):
                if not all(_may_stand(lines, parents, at, measures, amounts) for at in range(1, len(lines))):
                    continue
                for node in demoted:
                    node.is_total = False
                _hang(lines, parents)
                yield
                for node, own, below in zip(nodes, as_printed, children, strict=True):
                    _restore(node, own, below)


def _remarks_on_totals(nodes: Sequence[Node]) -> Iterator[tuple[list[Node], list[Node]]]:
    """The lines that 其中 opens below a total, as remarks on it: up to a line that is numbered otherwise, stands less
    deep or is a total; where nothing shows their end, the figures decide it: those beyond it are lines again."""
    runs: list[list[Node]] = []
    for place, (total, first) in enumerate(pairwise(nodes), start=1):
        if not (total.is_total and first.opens):
            continue
        run = [first]
        for node in nodes[place + 1 :]:
            alike = node.marker == first.marker and not node.opens and node.indent >= first.indent
            if not alike or (node.is_total and node.marker is None):
                break
            run.append(node)
        runs.append(run)
    longest = max(map(len, runs), default=0)
    for length in range(longest, max(0, longest - _MOST_OPEN), -1):
        yield [node for run in runs for node in run[:length]], [node for run in runs for node in run[length:]]


def _may_stand(
    lines: Sequence[Node],
    parents: Sequence[int | None],
    at: int,
    measures: Sequence[Measure],
    amounts: dict[Place, Amount | None],
) -> bool:
    """Whether the line may stand where the figures hang it: a line whose code goes on with that of the line before, or
    that begins with 其中, is part of it, unless that one prints no amount (or, before 其中, none that is smaller)."""
    upper, lower = lines[at - 1], lines[at]
    above = parents[at]
    while above is not None and above != at - 1:
        above = parents[above]
    if above is not None:
        return True
    wholes = [(amounts[id(upper), m.column], amounts[id(lower), m.column]) for m in measures]
    if upper.code and lower.code and lower.code != upper.code and lower.code.startswith(upper.code):
        return upper.is_unit != lower.is_unit or all(whole is None for whole, _ in wholes)
    if lower.opens:
        return all(whole is None or part is None or abs(part.yuan) <= abs(whole.yuan) for whole, part in wholes)
    return True


def _restore(node: Node, own: Node, children: list[Node]) -> None:
    node.parent, node.children = own.parent, list(children)
    node.uncertain, node.of_which, node.remark, node.is_total = own.uncertain, own.of_which, own.remark, own.is_total
    node.is_unit, node.unit = own.is_unit, own.unit


def _by_chapters(
    lines: Sequence[Node], vectors: Sequence[Vector], _stated: Sequence[Vector], half: Decimal
) -> Iterator[list[int | None]]:
    """The highest lines are those that 一、 numbers or that are named as a class of the function classification; the
    figures decide what is below each of them."""
    seen: set[str] = set()
    heads = []
    for place, node in enumerate(lines):
        code = function_class(node.name)
        if node.marker == 0 or (code is not None and code not in seen):
            heads.append(place)
            seen.add(code or "")
    if len(heads) < 2:
        return
    yield chapters(vectors, heads, lambda upper, lower: _may_hold(lines[upper], lines[lower]), half)


def _vouched_for(
    lines: Sequence[Node], vectors: Sequence[Vector], stated: Sequence[Vector], half: Decimal
) -> Iterator[list[int | None]]:
    """The nestings that the stated totals vouch for, without any the first line for all others."""
    if len(lines) > _MOST_LINES:
        return
    ways = (True, False) if any(node.code for node in lines) else (False,)
    for total in (*reversed(stated), *(() if stated else vectors[:1])):
        for by_codes in ways:  # a code that does not begin with that above it is no bar where figures agree

            def may_hold(upper: int, lower: int, by_codes: bool = by_codes) -> bool:
                return not by_codes or _may_hold(lines[upper], lines[lower])

            if any(total) and (parents := nesting(vectors, total, may_hold, half)) is not None:
                yield parents


def _of_which_sums(
    lines: Sequence[Node], vectors: Sequence[Vector], _stated: Sequence[Vector], _half: Decimal
) -> Iterator[list[int | None]]:
    """Each line before a 其中 as the exact sum of the run that begins there; nothing where one is not."""
    parents: list[int | None] = [None] * len(lines)
    found = False
    for place in range(len(lines) - 1):
        if not lines[place + 1].opens or not any(vectors[place]):
            continue
        left = vectors[place]
        for after in range(place + 1, len(lines)):
            left = tuple(one - other for one, other in zip(left, vectors[after], strict=True))
            if not any(left):
                parents[place + 1 : after + 1] = [place] * (after - place)
                found = True
                break
        else:
            return
    if found:
        yield parents


def _hang(lines: Sequence[Node], parents: Sequence[int | None]) -> None:
    for node in lines:
        node.parent, node.uncertain, node.of_which, node.remark = None, False, False, False
        node.children.clear()
    for node, place in zip(lines, parents, strict=True):
        if place is not None:
            node.parent = lines[place]
            lines[place].children.append(node)
    for node in lines:
        above = node.parent.unit if node.parent else None
        classified = any(node.code and child.code and child.code.startswith(node.code) for child in node.children)
        if node.children and (node.is_unit or (_ORGANISATION.search(node.name) and not classified)):
            node.is_unit, node.unit = True, node.name
        elif above and not node.is_unit:
            node.unit = above


def _vector(node: Node, measures: Sequence[Measure], amounts: dict[Place, Amount | None]) -> tuple[Decimal, ...]:
    found = (amounts[id(node), measure.column] for measure in measures)
    return tuple(amount.yuan if amount else Decimal(0) for amount in found)


def _may_hold(upper: Node, lower: Node) -> bool:
    """Codes say what is no part of what; a unit's code says nothing of a classification's."""
    if not upper.code or not lower.code or upper.is_unit != lower.is_unit or _ORGANISATION.search(upper.name):
        return True
    return lower.code.startswith(upper.code) and len(lower.code) > len(upper.code)
