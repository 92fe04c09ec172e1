"""The header of a form's indicators: which column holds what, over one row of headings or several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from extract.document import Cell
from transform.form_words import key
from transform.printed import distinct
from transform.project_form.declared import Field, Heading, ProjectForm, Role
from transform.records import Horizon

Columns = tuple[int, ...]
"""Positions in the grid that one heading covers."""
Row = list[Cell | None]
_Meaning = TypeVar("_Meaning")


@dataclass(slots=True, kw_only=True)
class Promise:
    """Where one target stands: a value, perhaps with its operator and its unit in columns of their own."""

    horizon: Horizon | None
    columns: dict[Role, Columns] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Side:
    """The columns of one indicator in a row. Some forms print two beside each other, one for each horizon."""

    columns: dict[Role, Columns] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    notes: list[tuple[str, Columns]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Header:
    """What the columns hold. `words` are its cells, `unknown` those that no declared column is called."""

    last_row: int
    sides: list[Side]
    project: dict[Role, Columns]
    """Columns of a table that prints several projects: name, organisation, goal and total."""
    words: list[Cell]
    unknown: list[Cell]


def meaning(table: Mapping[str, _Meaning], text: str) -> _Meaning | None:
    """What a label means: as declared in full, or less what stands in brackets at its end and numbering before it."""
    word = key(text)
    for shorter in (word, re.sub(r"\([^()]*\)?$", "", word).rstrip(":")):
        for plain in (shorter, re.sub(r"^(?:其中:|\(?[一二三四五六七八九\d]+[)、.)])+", "", shorter)):
            if plain in table:
                return table[plain]
    return None


def headings_of(form: ProjectForm) -> dict[str, Heading]:
    return {name: heading for heading in form.columns for name in heading.names}


_PROJECT_ROLES = frozenset({Role.PROJECT, Role.ORGANISATION, Role.GOAL, Role.TOTAL})
_PROMISE_ROLES = frozenset({Role.OPERATOR, Role.VALUE, Role.UNIT})
_ONCE = frozenset({Role.LEVEL1, Role.LEVEL2, Role.NAME})


def read_header(covering: list[Row], first: int, form: ProjectForm, headings: Mapping[str, Heading]) -> Header | None:
    """The header that begins in row `first`; None if that row is no header."""
    roles = {heading.role for cell in distinct(covering[first]) if (heading := meaning(headings, cell.text))}
    if not ({Role.LEVEL1, Role.LEVEL2} & roles and {Role.NAME, Role.VALUE} & roles and len(roles) >= 3):
        return None
    last = first
    while last + 1 < len(covering) and _goes_on(covering[last + 1], last + 1, form, headings):
        last += 1
    stacks = _stacks(covering, first, last)
    header = Header(last_row=last, sides=[Side()], project={}, words=[], unknown=[])
    beside: Horizon | None = None
    for columns, stack in stacks:
        header.words += [cell for cell in stack if all(cell is not word for word in header.words)]
        known = [heading for cell in stack if (heading := meaning(headings, cell.text))]
        horizons = [horizon for cell in stack if (horizon := meaning(form.horizons, cell.text))]
        if not known:
            label = any(meaning(_fields(form), cell.text) or cell.row_span > last - first + 1 for cell in stack)
            beside = horizons[-1] if horizons else beside
            if not label and not horizons:
                header.unknown.append(stack[-1])
            continue
        heading = known[-1]
        horizon = heading.horizon or (horizons[-1] if horizons else None)
        _place(header, heading.role, columns, horizon, stack[-1])
    _settle_horizons(header, covering, first, form, beside)
    return header


def _fields(form: ProjectForm) -> dict[str, Field]:
    return {name: each for each, names in form.fields.items() for name in names}


def _goes_on(row: Row, position: int, form: ProjectForm, headings: Mapping[str, Heading]) -> bool:
    """Whether a row belongs to the header above it: all that begins in it is headings."""
    begun = [cell for cell in distinct(row) if cell.row == position and cell.text.strip()]
    return bool(begun) and all(meaning(headings, cell.text) or meaning(form.horizons, cell.text) for cell in begun)


def _stacks(covering: list[Row], first: int, last: int) -> list[tuple[Columns, list[Cell]]]:
    """The header's cells over each column, top down; neighbouring columns under the same cells are one."""
    stacks: list[tuple[Columns, list[Cell]]] = []
    for column in range(len(covering[first])):
        cells = [covering[row][column] for row in range(first, last + 1)]
        stack = [cell for cell in distinct(cells) if cell.text.strip()]
        if not stack:
            continue
        if stacks and [id(cell) for cell in stacks[-1][1]] == [id(cell) for cell in stack]:
            stacks[-1] = ((*stacks[-1][0], column), stack)
        else:
            stacks.append(((column,), stack))
    return stacks


def _place(header: Header, role: Role, columns: Columns, horizon: Horizon | None, word: Cell) -> None:
    side = header.sides[-1]
    if role in _PROJECT_ROLES:
        header.project[role] = columns
        return
    if role in _ONCE and (role in side.columns or (side.promises and role is not Role.LEVEL1)):
        former = side.columns
        side = Side(columns={Role.LEVEL1: former[Role.LEVEL1]} if Role.LEVEL1 in former else {})
        header.sides.append(side)
    if role in _PROMISE_ROLES:
        promise = side.promises[-1] if side.promises else None
        if promise is None or role in promise.columns or (horizon and promise.horizon and horizon != promise.horizon):
            promise = Promise(horizon=horizon)
            side.promises.append(promise)
        promise.columns[role] = columns
        promise.horizon = promise.horizon or horizon
    elif role is Role.NOTE or role in side.columns:
        side.notes.append((key(word.text), columns))
    else:
        side.columns[role] = columns


def _settle_horizons(
    header: Header, covering: list[Row], first: int, form: ProjectForm, beside: Horizon | None
) -> None:
    """Horizons that no heading names.

    One side: by the label beside the header (长期绩效指标), or alone in a row above it (长期绩效目标表), or the year.
    Two sides are for two horizons: by the labels above them; if those do not tell them apart, the left is the longer.
    """
    two = len(header.sides) == 2
    above = [
        [promise.horizon or _above(covering, first, _column(promise), form, alone=not two) for promise in side.promises]
        for side in header.sides
    ]
    told_apart = two and len({horizon for side in above for horizon in side}) == 2
    for number, (side, horizons) in enumerate(zip(header.sides, above, strict=True)):
        for promise, horizon in zip(side.promises, horizons, strict=True):
            if two and not (told_apart and horizon):
                promise.horizon = Horizon.ANNUAL if number else Horizon.CYCLE
            else:
                promise.horizon = promise.horizon or (None if two else beside) or horizon or Horizon.ANNUAL


def _column(promise: Promise) -> int:
    return next(iter(promise.columns.values()))[0]


def _above(covering: Sequence[Row], first: int, column: int, form: ProjectForm, *, alone: bool) -> Horizon | None:
    """The horizon that the nearest label over a column names; `alone`: only a label with nothing beside it."""
    for row in range(first - 1, -1, -1):
        cell = covering[row][column]
        if cell is not None and (horizon := meaning(form.horizons, cell.text)):
            printed = [other for other in distinct(covering[row]) if other.text.strip()]
            if not alone or len(printed) == 1:
                return horizon
    return None
