"""The indicators of a flattened department form: group labels, names that wrap, and their two values.

A line with three parts or more is a whole row (name, cycle value, annual value); a line with two is the values of a
wrapped name. Lines of one part are cells that wrap, and are cut into names and values by what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from extract.document import Severity
from transform.flags import Flag
from transform.form_words import key, pattern, standing
from transform.forms.department_cells import FormCells, PrintedRow, printed
from transform.forms.department_widths import DepartmentForm, Group
from transform.passages import less_layout
from transform.printed import Printed, finding_at
from transform.tables.claimed_text import ClaimedText
from transform.tables.wrapped_cells import LONGEST, Column, Piece, cut, wrapped

NAME, VALUES = range(2)
_VALUE = re.compile(
    r"[≥≧>＞≤≦<＜=＝≈~～±]|-?\d|不(?:少于|低于|超过|高于|大于|小于)|(?:是|否|有|无|达标|合格|完成|优|良)$"
)
_OPERATOR = re.compile(r"[≥≧>＞≤≦<＜=＝]+")
_PLAIN_WORDING = 2.0
"""Cost of a value that does not look like one, and of a name that looks like a value."""
_ONE_HORIZON = 3.5
_SAME_TWICE = 3.0


def read_indicators(sheet: ClaimedText, start: int, form: DepartmentForm, cells: FormCells) -> None:
    """Fill `cells.indicators` from the text after `start`."""
    for word in (form.indicators, *form.indicator_columns):
        for match in re.compile(standing(pattern(word))).finditer(sheet.text, start):
            sheet.claim(*match.span())
    groups = {key(group.label): group for group in form.groups}
    reader = _Reader(sheet, form, cells)
    labels = "|".join(pattern(label) for label in sorted(groups, key=len, reverse=True))
    label = re.compile(rf"(?<!\S)(?:{labels})(?!\S)")
    found = {match.start(): match for match in label.finditer(sheet.text, start)}
    claimed_to = start
    for piece in sheet.pieces(start, len(sheet.text)):
        at, end = piece.start, piece.start + len(piece.text)
        if end <= claimed_to:
            continue
        while at in found:
            group = found[at]
            sheet.claim(*group.span())
            reader.enter(groups[key(group.group())])
            claimed_to = group.end()
            rest = sheet.text[claimed_to:end] if claimed_to < end else ""
            at = end - len(rest.lstrip())
        if at < end:
            reader.take(Piece(text=sheet.text[at:end], line=piece.line, gap=piece.gap or at > piece.start, start=at))
    reader.flush(before=2)


class _Reader:
    """Walks the lines; `_run` holds the cells that are not yet known to be names or values."""

    def __init__(self, sheet: ClaimedText, form: DepartmentForm, cells: FormCells) -> None:
        self._sheet = sheet
        self._cells = cells
        self._level1 = ""
        self._level2 = ""
        self._run: list[Piece] = []
        self._values: dict[tuple[int, int], tuple[float, str]] = {}
        name = wrapped(form.name_width)
        self._value = wrapped(form.value_width)
        self._columns = (
            Column(cost=lambda pieces: name(pieces) + _PLAIN_WORDING * _looks_like_value(pieces), empty=6.0),
            Column(cost=lambda pieces: self._division(pieces)[0]),
        )

    def enter(self, group: Group) -> None:
        """A group label: what follows stands under it."""
        self.flush(before=2)
        if not group.parents:
            self._level1, self._level2 = group.label, ""
            return
        if self._level1 not in group.parents:
            self._level1 = group.parents[0]
        self._level2 = group.label

    def take(self, piece: Piece) -> None:
        """The next line, less group labels."""
        parts = _parts(piece.text)
        if len(parts) == 1:
            self._run.append(piece)
            return
        name, cycle, annual = _row(parts)
        if not name and not (self._run and (cycle == annual or _VALUE.match(cycle))):
            # A name and its cycle value, the annual one following; or the two values of the name before.
            self._run.append(Piece(text=cycle, line=piece.line, gap=piece.gap, start=piece.start))
            self._run.append(
                Piece(text=annual, line=piece.line, gap=True, start=piece.start + piece.text.rfind(annual))
            )
            return
        if name:
            self._run.append(Piece(text=name, line=piece.line, gap=piece.gap, start=piece.start))
        source = printed(self._sheet, [piece]).source
        values = Printed(text=less_layout(cycle), source=source), Printed(text=less_layout(annual), source=source)
        self.flush(before=VALUES, values=values)

    def flush(self, *, before: int, values: tuple[Printed, Printed] | None = None) -> None:
        """Divide the run into rows; `values` are those of its last name."""
        run, self._run = self._run, []
        if len(run) > LONGEST:
            self._report("indicators_not_divided", Severity.CRITICAL, "names stand without values", run[0])
            return
        self._values.clear()
        divided = cut(run, self._columns, after=VALUES, before=before)
        for index, (column, pieces) in enumerate(divided):
            if column == VALUES:
                continue
            following = divided[index + 1] if index + 1 < len(divided) else None
            if following is not None and following[0] == VALUES:
                half = self._division(following[1])[1]
                first, second = following[1][:half], following[1][half:]
                self._add(pieces, *(printed(self._sheet, part) if part else None for part in (first, second)))
            elif following is None and values is not None:
                self._add(pieces, *values)
            else:
                self._add(pieces, None, None)

    def _add(self, name: Sequence[Piece], cycle: Printed | None, annual: Printed | None) -> None:
        flags: tuple[Flag, ...] = ()
        if cycle is None and annual is None:
            label = name[0].text
            severity = Severity.CRITICAL if label.endswith("指标") and len(name) == 1 else Severity.WARNING
            self._report("indicator_without_target", severity, "no value was found for this indicator", name[0])
        elif cycle is None:
            flags = ("horizon_unclear",)
            self._report("horizon_unclear", Severity.WARNING, "one value where the form has two columns", name[0])
        self._cells.indicators.append(
            PrintedRow(
                level1=self._level1,
                level2=self._level2,
                name=printed(self._sheet, name),
                cycle=cycle,
                annual=annual,
                flags=flags,
            )
        )

    def _division(self, pieces: Sequence[Piece]) -> tuple[float, int]:
        """The best division of `pieces` into a cycle value and an annual one: its cost, and how many are cycle's."""
        options = [(self._as_value(pieces)[0] + _ONE_HORIZON, 0)]
        for half in range(1, len(pieces)):
            cycle, annual = self._as_value(pieces[:half]), self._as_value(pieces[half:])
            options.append((cycle[0] + annual[0] - _SAME_TWICE * (cycle[1] == annual[1]), half))
        return min(options)

    def _as_value(self, pieces: Sequence[Piece]) -> tuple[float, str]:
        """What pieces cost as one value, and what it says; every stretch of a run is asked for in ever other cells."""
        stretch = id(pieces[0]), id(pieces[-1])
        if (known := self._values.get(stretch)) is None:
            text = _text(pieces)
            cost = self._value(pieces) + _PLAIN_WORDING * (_VALUE.match(text) is None)
            known = self._values[stretch] = cost, text
        return known

    def _report(self, code: str, severity: Severity, message: str, piece: Piece) -> None:
        self._cells.findings.append(finding_at(code, message, piece.source(), severity))


_clean = lru_cache(maxsize=LONGEST * LONGEST)(less_layout)
"""`cut` asks for the same lines in ever other cells: every stretch of a run is cleaned once."""


def _text(pieces: Sequence[Piece]) -> str:
    return _clean("\n".join([piece.text for piece in pieces]))


def _looks_like_value(pieces: Sequence[Piece]) -> bool:
    return _VALUE.match(_text(pieces)) is not None


def _parts(text: str) -> list[str]:
    """The parts of a line between blanks; an operator belongs to what follows it."""
    parts: list[str] = []
    for part in text.split():
        if parts and _OPERATOR.fullmatch(parts[-1]):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _row(parts: list[str]) -> tuple[str, str, str]:
    """Name ('' if none), cycle value and annual value; values that say the same may have blanks in them."""
    for half in range(len(parts) // 2, 1, -1):
        cycle, annual = parts[-2 * half : -half], parts[-half:]
        if cycle == annual:
            return " ".join(parts[: -2 * half]), " ".join(cycle), " ".join(annual)
    return " ".join(parts[:-2]), parts[-2], parts[-1]
