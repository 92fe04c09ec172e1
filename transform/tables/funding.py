"""Which funding source each amount of a row belongs to, also where blank columns were lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from extract.document import Finding, Severity
from transform.records import Amount, Source
from transform.tables.columns import MONEY, Column, Role

_STATES = 2_000
"""Where so many ways of placing amounts are open, none is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A legible amount with the column it was printed in, None if that was lost."""

    amount: Amount
    column: Column | None
    source: Source


Placed = dict[Column, Figure]
"""The figures of one row by column."""


def choices(figures: Sequence[Figure], columns: Sequence[Column]) -> list[Placed]:
    """Every way to place a row's figures in the money columns, in printed order, likeliest (leftmost) first.

    A figure whose column is known stays there. Only ways in which the sources add up to the total are kept, if there
    is one.
    """
    money = [column for column in columns if column.role in MONEY]
    if all(figure.column for figure in figures):
        return [{figure.column: figure for figure in figures if figure.column}]
    ways = [dict(zip(places, figures, strict=True)) for places in combinations(money, len(figures))]
    return [way for way in ways if adds_up(way)] or ways


def run_together(first: Column, columns: Sequence[Column], filled: Sequence[Column | None]) -> list[Column]:
    """The money columns of amounts that recognition ran together: that of the first and the empty ones right of it."""
    money = [column for column in columns if column.role in MONEY]
    found = [first]
    for column in money[money.index(first) + 1 :]:
        if column in filled:
            break
        found.append(column)
    return found


def adds_up(placed: Placed) -> bool:
    """Do the sources add up to the total (within a cent of the printed unit each)?"""
    total = next((figure.amount for column, figure in placed.items() if column.role is Role.TOTAL), None)
    sources = [figure.amount for column, figure in placed.items() if column.role is Role.SOURCE]
    if total is None or not sources:
        return total is not None and len(placed) == 1
    return total.yuan == sum((amount.yuan for amount in sources), Decimal(0))


def place(control: Placed | None, rows: Sequence[Sequence[Placed]]) -> list[tuple[Placed, bool]]:
    """Choose a way for each row so that every source adds up to `control` (the stated total of these rows).

    Returns the way of each row and whether it is certain: it is the row's only one, or the only one with which the
    sources can add up. Without a control, or when nothing adds up, the leftmost ways are taken.
    """
    if control is None:
        return [(ways[0] if ways else {}, len(ways) <= 1) for ways in rows]
    sources = [column for column in control if column.role is Role.SOURCE]
    limits = _sums(control, sources)
    open_ways = [_distinct([way for way in ways if set(way) <= set(control)] or ways, sources) for ways in rows]
    steps = [[_sums(way, sources) for way in ways] for ways in open_ways]
    reached = _reachable(steps, limits)
    if reached is None or limits not in reached[-1]:
        return [(ways[0], len(ways) == 1) for ways in open_ways]
    leading = [{limits}]  # the sums before each row (and after the last) from which the control is still reached
    for before, own in zip(reversed(reached[:-1]), reversed(steps), strict=True):
        leading.insert(0, {known for known in before if any(_add(known, step) in leading[0] for step in own)})
    placed = []
    known = _sums({}, sources)
    for at, (ways, own) in enumerate(zip(open_ways, steps, strict=True)):
        fitting = {n for sums in leading[at] for n, step in enumerate(own) if _add(sums, step) in leading[at + 1]}
        chosen = next(n for n, step in enumerate(own) if _add(known, step) in leading[at + 1])
        known = _add(known, own[chosen])
        placed.append((ways[chosen], len(fitting) == 1))
    return placed


Sums = tuple[Decimal, ...]


def _sums(placed: Placed, sources: Sequence[Column]) -> Sums:
    return tuple(placed[column].amount.yuan if column in placed else Decimal(0) for column in sources)


def _add(left: Sums, right: Sums) -> Sums:
    return tuple(one + other for one, other in zip(left, right, strict=True))


def _distinct(ways: Sequence[Placed], sources: Sequence[Column]) -> list[Placed]:
    """The ways that differ in money: where a printed 0.00 stands decides nothing."""
    by_sums: dict[Sums, Placed] = {}
    for way in ways or [{}]:
        by_sums.setdefault(_sums(way, sources), way)
    return list(by_sums.values())


def _reachable(steps: Sequence[Sequence[Sums]], limits: Sums) -> list[set[Sums]] | None:
    """The sums that can stand before each row and after the last; None when they are too many to follow."""
    reached = [{tuple(Decimal(0) for _ in limits)}]
    falling = any(amount < 0 for ways in steps for step in ways for amount in step)
    for ways in steps:
        after = {_add(known, step) for known in reached[-1] for step in ways}
        within = {sums for sums in after if falling or all(a <= b for a, b in zip(sums, limits, strict=True))}
        if len(within) > _STATES:
            return None
        reached.append(within)
    return reached


def ambiguous_columns(name: str, source: Source) -> Finding:
    """The finding for a row whose amounts may belong to other funding sources."""
    return Finding(
        code="funding_source_assumed",
        severity=Severity.WARNING,
        message=f"{name}: blank columns were lost and the totals do not decide; the leftmost columns were taken",
        page=source.page,
        line=source.line,
        evidence=source.text,
    )
