"""The head of a form's indicators: which column holds what, over one row of headings or several.

Where a heading's word is ambiguous, what its cells contain decides: 指标性质 over ≥ is an operator, over 正向 a
direction; 绩效目标 over two columns of 产出 and 数量目标 are the levels; 绩效指标 over 产出指标数量指标培训次数 is all
three.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Cell
from transform.forms.sheet import Columns, Row, Sheet
from transform.forms.words import Words, last_month
from transform.passages import less_layout
from transform.printed import distinct
from transform.records import Horizon

PROJECT_ROLES = frozenset({"project", "organisation", "department", "goal", "total", "project.note"})
_PROMISE_ROLES = frozenset({"operator", "value", "unit"})
_ONCE = frozenset({"level1", "level2", "name"})
_NUMBERED = re.compile(r"[\d.,%]")
_MAY_HIDE = re.compile(r"[值数额量率金款价]|指标|目标|资金|预算")
"""Words of an unknown heading over which a target or an amount may stand."""
_ROWS_LOOKED_AT = 40


@dataclass(slots=True, kw_only=True)
class Promise:
    """Where one target stands: a value, perhaps with its operator and its unit in columns of their own."""

    horizon: Horizon | None
    columns: dict[str, Columns] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Side:
    """The columns of one indicator in a row. Some forms print two beside each other, one for each horizon."""

    columns: dict[str, Columns] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    notes: list[tuple[str, Columns]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Head:
    """What the columns hold. `words` are its cells."""

    last_row: int
    sides: list[Side]
    project: dict[str, Columns]
    """Columns of a table that prints several projects: name, organisation, goal, total …"""
    department: dict[str, Columns] = field(default_factory=dict)
    """Columns of a table that prints a department before its indicators: organisation, goal, total."""
    money: list[tuple[str, str, Columns]] = field(default_factory=list)
    """Columns of a table of projects, or of a department's, with money of one kind: concept, heading, columns."""
    project_notes: list[tuple[str, Columns]] = field(default_factory=list)
    words: list[Cell] = field(default_factory=list)
    unknown: list[Cell] = field(default_factory=list)
    """Headings that the vocabulary does not know and that may hide a target: they hold the form."""
    noted: list[Cell] = field(default_factory=list)
    """Headings that it does not know either, over words only: kept as notes."""
    month: int | None = None
    roles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Stack:
    """The head's cells over some columns, top down, and what they mean."""

    columns: Columns
    cells: list[Cell]
    concept: str | None
    horizon: Horizon | None

    @property
    def word(self) -> Cell:
        return self.cells[-1]


def read_head(sheet: Sheet, first: int, words: Words, over: Horizon | None = None) -> Head | None:
    """The head that begins in row `first`; None if it begins none. `over`: the horizon that a line above names."""
    start = _head_row(sheet, first, words)
    if start is None:
        return None
    last = start
    while last + 1 < len(sheet.rows) and _goes_on(sheet, last + 1, words):
        last += 1
    stacks = _stacks(sheet, first, last, words)
    settled = _settled(stacks, sheet, last, words)
    head = Head(last_row=last, sides=[Side()], project={})
    many = any(stack.concept == "project" for stack in settled)
    departments = not many and {"organisation", "total"} <= {stack.concept for stack in settled}
    for stack in settled:
        head.words += [cell for cell in stack.cells if all(cell is not word for word in head.words)]
        if not (departments and _place_departments(head, stack, words)):
            _place(head, stack, many, sheet, words)
    beside = next((s.horizon for s in settled if s.concept is None and s.horizon), over)
    _settle_horizons(head, sheet, first, words, beside)
    texts = [cell.text for stack in settled if stack.concept == "actual" for cell in stack.cells]
    head.month = next((month for text in texts if (month := last_month(text))), None)
    return head


def _head_row(sheet: Sheet, first: int, words: Words) -> int | None:
    """The row in which the head is recognised: `first`, or one below it if all that begins above it is headings."""
    for row in range(first, min(first + 3, len(sheet.rows))):
        if _is_head(_roles(sheet, row, words)):
            return row
        if not _only_headings(sheet, row, words, least=2 if row == first else 1):
            return None
    return None


def _roles(sheet: Sheet, row: int, words: Words) -> list[str]:
    concepts = [words.column(cell.text) for cell in sheet.present(row)]
    wide = [cell for cell in sheet.present(row) if words.column(cell.text, "levels") == "levels"]
    if wide and not {"level1", "level2"} & set(concepts):
        concepts.append("levels")
    if "name" not in concepts and any(words.column(cell.text, "path") == "path" for cell in sheet.present(row)):
        concepts.append("name")
    return [concept.partition(".")[0] for concept in concepts if concept]


def _is_head(found: Sequence[str]) -> bool:
    """Levels with a name or value and something more, or a name and a value with two things more."""
    roles = set(found)
    if {"level1", "level2", "levels"} & roles and {"name", "value"} & roles:
        return len(roles) >= 3
    return {"name", "value"} <= roles and len(roles - PROJECT_ROLES) >= 4


def _only_headings(sheet: Sheet, row: int, words: Words, *, least: int) -> bool:
    begun = [cell for cell in distinct(sheet.rows[row]) if cell.row == row and cell.text.strip()]
    known = [cell for cell in begun if words.column(cell.text) or words.horizon(cell.text)]
    return len(known) >= least and all(cell in known or _introduces(cell, words) for cell in begun)


def _introduces(cell: Cell, words: Words) -> bool:
    """A word over columns that is none of theirs: 年度预算申请, or a goal's over its column."""
    label = words.label(cell.text) or ""
    return label == "heading" or label.partition(".")[0] == "goal"


def _goes_on(sheet: Sheet, row: int, words: Words) -> bool:
    """Whether a row belongs to the head above it: all that begins in it is headings, or numbers of columns."""
    begun = [cell for cell in distinct(sheet.rows[row]) if cell.row == row and cell.text.strip()]
    if (begun and words.meaning("form.skip", begun[0].text)) or _counts(begun):
        return True
    known = [cell for cell in begun if words.column(cell.text) or words.horizon(cell.text)]
    return bool(begun) and all(cell in known or words.money(cell.text) for cell in begun)


def _counts(cells: Sequence[Cell]) -> bool:
    """Whether cells number the columns: 1 | 2 | 3, each by one."""
    numbers = [cell.text.strip() for cell in cells]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _stacks(sheet: Sheet, first: int, last: int, words: Words) -> list[_Stack]:
    """The head's cells over each column; neighbouring columns under the same cells are one."""
    found: list[tuple[Columns, list[Cell]]] = []
    for column in range(sheet.grid.n_columns):
        cells = distinct([sheet.at(row, column) for row in range(first, last + 1)])
        stack = [cell for cell in cells if cell.text.strip() and not words.meaning("form.skip", cell.text)]
        if len(stack) > 1 and stack[-1].text.strip().isdecimal():  # the number of its column
            stack.pop()
        if not stack:
            continue
        if found and [id(cell) for cell in found[-1][1]] == [id(cell) for cell in stack]:
            found[-1] = ((*found[-1][0], column), stack)
        else:
            found.append(((column,), stack))
    return [_stack(columns, cells, last - first + 1, words) for columns, cells in found]


def _stack(columns: Columns, cells: list[Cell], height: int, words: Words) -> _Stack:
    known = [concept for cell in cells if (concept := words.column(cell.text))]
    horizons = [Horizon(horizon) for cell in cells if (horizon := words.horizon(cell.text))]
    concept = known[-1] if known else None
    if any(cell.row_span > height for cell in cells) and words.label(cells[-1].text):
        concept = None  # a label beside the head (绩效指标, 年度绩效目标): its cell goes on below
    own = (concept or "").partition(".")[2]
    horizon = Horizon(own) if own in ("annual", "cycle") else horizons[-1] if horizons else None
    return _Stack(columns, cells, concept, horizon)


# -- what the cells contain decides


def _below(sheet: Sheet, columns: Columns, last: int) -> list[str]:
    """What stands under a heading, as far as one looks."""
    rows = range(last + 1, min(last + 1 + _ROWS_LOOKED_AT, len(sheet.rows)))
    cells = distinct([sheet.at(row, column) for row in rows for column in columns])
    return [less_layout(cell.text) for cell in cells if cell.text.strip() and cell.row > last]


def _settled(stacks: list[_Stack], sheet: Sheet, last: int, words: Words) -> list[_Stack]:
    """The stacks with ambiguous words decided by what stands under them."""
    levels = any(stack.concept in ("level1", "level2") for stack in stacks)
    named = any(stack.concept == "name" for stack in stacks)
    firm = any(stack.concept in ("value", "value.annual", "value.cycle") for stack in stacks)
    operators = [
        stack
        for stack in stacks
        if stack.concept == "operator" and _holds_operators(_below(sheet, stack.columns, last), words)
    ]
    settled: list[_Stack] = []
    for stack in stacks:
        texts = _below(sheet, stack.columns, last)
        if not levels and words.column(stack.word.text, "levels") == "levels" and _holds_levels(texts, words):
            half = stack.columns[:1], stack.columns[1:]
            settled.append(_Stack(half[0], stack.cells, "level1", None))
            if half[1]:
                settled.append(_Stack(half[1], stack.cells, "level2", None))
            continue
        concept = stack.concept
        if not named and words.column(stack.word.text, "path") == "path" and any(map(words.levels.path, texts)):
            concept = "path"
        if concept == "operator" and operators and all(stack is not one for one in operators):
            concept = "note"
        if concept == "value.weak":
            concept = "note" if firm else "value"
        if concept == "name.weak":
            concept = "note" if named else "name"
        settled.append(_Stack(stack.columns, stack.cells, concept, stack.horizon))
    return settled


def _holds_operators(texts: Sequence[str], words: Words) -> bool:
    """Whether a column says how values compare: ≥, 大于等于; 定性 alone says nothing, 正向 is a direction."""
    meanings = [words.meaning("operator.words", text) for text in texts]
    symbols = [text for text in texts if re.fullmatch(r"[≥≧>＞≤≦<＜=＝═﹦≈]+", text)]
    compared = len(symbols) + sum(1 for each in meanings if each and not each.isascii())
    return compared > sum(1 for each in meanings if each == "direction")


def _holds_levels(texts: Sequence[str], words: Words) -> bool:
    return any(words.levels.level1(text) or text in ("投入", "管理") for text in texts)


# -- placing


def _place(head: Head, stack: _Stack, many: bool, sheet: Sheet, words: Words) -> None:
    role = (stack.concept or "").partition(".")[0] if stack.concept != "project.note" else "project.note"
    source = words.money(stack.word.text) if many and not role else None
    if source is not None:
        head.money.append((source, _name(stack.word), stack.columns))
        return
    if not role:
        _place_unknown(head, stack, sheet, words)
        return
    head.roles.add(role)
    if role in PROJECT_ROLES:
        if many and role == "project.note":
            head.project_notes.append((_name(stack.word), stack.columns))
        elif many and role not in head.project:
            head.project[role] = stack.columns
        else:
            head.sides[-1].notes.append((_name(stack.word), stack.columns))
        return
    _place_role(head, role, stack)


def _place_departments(head: Head, stack: _Stack, words: Words) -> bool:
    """Place a column of a department's own: its name, its total, its goal, its money by source and by kind."""
    word = stack.word.text
    if stack.concept in ("organisation", "total") and stack.concept not in head.department:
        head.department[stack.concept] = stack.columns
    elif stack.concept is None and (words.label(word) or "").startswith("goal"):
        head.department["goal"] = stack.columns
    elif stack.concept is None and (money := words.axis(word) or words.money(word)):
        head.money.append((money, _name(stack.word), stack.columns))
    elif stack.concept == "project.note":
        head.project_notes.append((_name(stack.word), stack.columns))
    else:
        return False
    return True


def _place_unknown(head: Head, stack: _Stack, sheet: Sheet, words: Words) -> None:
    height = head.last_row - stack.cells[0].row + 1
    if stack.horizon or words.label(stack.word.text) or any(cell.row_span > height for cell in stack.cells):
        return
    texts = _below(sheet, stack.columns, head.last_row)
    if _MAY_HIDE.search(stack.word.text) or any(_NUMBERED.search(text) for text in texts):
        head.unknown.append(stack.word)
        return
    head.noted.append(stack.word)
    head.sides[-1].notes.append((_name(stack.word), stack.columns))


def _place_role(head: Head, role: str, stack: _Stack) -> None:
    side = head.sides[-1]
    if role in _ONCE and (role in side.columns or (side.promises and role != "level1")):
        former = side.columns
        side = Side(columns={"level1": former["level1"]} if "level1" in former else {})
        head.sides.append(side)
    if role in _PROMISE_ROLES:
        promise = side.promises[-1] if side.promises else None
        horizon = stack.horizon
        other = promise is not None and horizon and promise.horizon and horizon != promise.horizon
        if promise is None or role in promise.columns or other:
            promise = Promise(horizon=horizon)
            side.promises.append(promise)
        promise.columns[role] = stack.columns
        promise.horizon = promise.horizon or horizon
    elif role in ("note", "forecast") or role in side.columns:
        side.notes.append((_name(stack.word), stack.columns))
    else:
        side.columns[role] = stack.columns
        if role == "deviation":
            side.notes.append((_name(stack.word), stack.columns))


def _name(heading: Cell) -> str:
    return less_layout(heading.text).rstrip(":：")


# -- horizons


def _settle_horizons(head: Head, sheet: Sheet, first: int, words: Words, beside: Horizon | None) -> None:
    """Horizons that no heading names.

    One side: by the label beside the head (长期绩效指标), or alone in a row above it (长期绩效目标表), or the year.
    Two sides are for two horizons: by the labels above them; if those do not tell them apart, the left is the longer.
    """
    two = len(head.sides) == 2
    above = [
        [promise.horizon or _above(sheet, first, _column(promise), words, alone=not two) for promise in side.promises]
        for side in head.sides
    ]
    told_apart = two and len({horizon for side in above for horizon in side}) == 2
    for number, (side, horizons) in enumerate(zip(head.sides, above, strict=True)):
        for promise, horizon in zip(side.promises, horizons, strict=True):
            if two and not (told_apart and horizon):
                promise.horizon = Horizon.ANNUAL if number else Horizon.CYCLE
            else:
                promise.horizon = promise.horizon or (None if two else beside) or horizon or Horizon.ANNUAL


def _column(promise: Promise) -> int:
    return next(iter(promise.columns.values()))[0]


def _above(sheet: Sheet, first: int, column: int, words: Words, *, alone: bool) -> Horizon | None:
    """The horizon that the nearest label over a column names; `alone`: only a label with nothing beside it."""
    for row in range(first - 1, -1, -1):
        cell = sheet.at(row, column)
        horizon = words.horizon(cell.text) if cell is not None else None
        if cell is not None and horizon and (not alone or len(sheet.present(row)) == 1):
            return Horizon(horizon)
    return None


def used(head: Head) -> int:
    """The last column that a head uses: a table that goes on in another grid needs as many."""
    columns = [columns for side in head.sides for columns in side.columns.values()]
    columns += [columns for side in head.sides for promise in side.promises for columns in promise.columns.values()]
    return max((column for each in (*columns, *head.project.values()) for column in each), default=0)


__all__ = ["PROJECT_ROLES", "Columns", "Head", "Promise", "Row", "Side", "read_head", "used"]
