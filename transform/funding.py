"""Which funding source each amount of a row belongs to, also where blank columns were lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from extract.document import Finding, Severity
from transform.columns import MONEY, Column, Role
from transform.records import Amount, Source

_STATES = 20_000
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


def adds_up(placed: Placed) -> bool:
    """Do the sources add up to the total (within a cent of the printed unit each)?"""
    total = next((figure.amount for column, figure in placed.items() if column.role is Role.TOTAL), None)
    sources = [figure.amount for column, figure in placed.items() if column.role is Role.SOURCE]
    if total is None or not sources:
        return total is not None and len(placed) == 1
    return total.yuan == sum((amount.yuan for amount in sources), Decimal(0))


def place(control: Placed | None, rows: Sequence[Sequence[Placed]]) -> tuple[list[Placed], bool]:
    """Choose one way for each row so that every column adds up to `control` (the stated total of these rows).

    Returns the ways and whether they are certain: there was one way for each row, or exactly one combination adds up.
    Without a control, or when none adds up, the leftmost ways are taken.
    """
    leftmost = [ways[0] if ways else {} for ways in rows]
    if all(len(ways) <= 1 for ways in rows):
        return leftmost, True
    if control is None:
        return leftmost, False
    open_ways = [[way for way in ways if set(way) <= set(control)] or list(ways) for ways in rows]
    leftmost = [ways[0] if ways else {} for ways in open_ways]
    if all(len(ways) <= 1 for ways in open_ways):
        return leftmost, True
    columns = [column for column in control if column.role is Role.SOURCE]
    states: dict[tuple[Decimal, ...], tuple[int, tuple[int, ...]]] = {tuple(Decimal(0) for _ in columns): (1, ())}
    limits = tuple(control[column].amount.yuan for column in columns)
    for ways in open_ways:
        following: dict[tuple[Decimal, ...], tuple[int, tuple[int, ...]]] = {}
        for sums, (count, path) in states.items():
            for number, way in enumerate(ways or [{}]):
                after = tuple(
                    known + (way[column].amount.yuan if column in way else 0)
                    for known, column in zip(sums, columns, strict=True)
                )
                if all(value <= limit for value, limit in zip(after, limits, strict=True)):
                    before = following.get(after)
                    following[after] = (count + before[0], before[1]) if before else (count, (*path, number))
        if len(following) > _STATES:
            return leftmost, False
        states = following
    solution = states.get(limits)
    if solution is None:
        return leftmost, False
    return [ways[number] if ways else {} for ways, number in zip(open_ways, solution[1], strict=True)], solution[0] == 1


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
