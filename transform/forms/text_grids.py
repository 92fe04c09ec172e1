"""Texts of forms as grids: what the forms' reader of grids then reads like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extract.document import Block, Cell, Document, Grid, Line, Page
from transform.amounts import read_money_unit
from transform.forms.department_widths import GUANGZHOU
from transform.forms.indicators import SYMBOL, less_points
from transform.forms.sheet import is_amount
from transform.forms.text_rows import RowHead, TextRow, levels_of, placed, rows_of
from transform.forms.words import Words
from transform.vocabulary import Vocabulary, fold

_LEAST_LABELS = 4
_LONGEST_HEAD = 14


def with_forms_as_grids(document: Document, vocabulary: Vocabulary) -> Document:
    """A document without any grid whose lines are those of forms, with the forms as grids."""
    lines = [block for block in document.blocks() if isinstance(block, Line)]
    if any(True for _ in document.grids()) or not lines or _is_guangzhous(lines):
        return document
    words = Words(vocabulary)
    rows = rows_of(lines, words)
    if not any(RowHead.of(cells, words) for cells in _windows(rows)) and not _is_head_alone(rows, words):
        return document
    blocks = _Text(words).blocks(rows)
    return replace(document, pages=(Page(number=document.pages[0].number, blocks=tuple(blocks)),))


def _is_guangzhous(lines: Sequence[Line]) -> bool:
    """A department's form whose cells wrap over lines: it is read by its columns' widths."""
    text = "".join(fold(line.text) for line in lines)
    return all(fold(word) in text for word in (GUANGZHOU.department, GUANGZHOU.staff, GUANGZHOU.goal))


def _is_head_alone(rows: Sequence[TextRow], words: Words) -> bool:
    """The head of a form whose indicators are elsewhere: rows that begin with labels, a project's name among them."""
    filled = [row.cells for row in rows if len(row.cells) >= 2]
    pairs = [pair for cells in filled for pair in pairwise(cells[:3]) if not words.is_label(pair[1])]
    labels = [words.label(label) or words.money(label) for label, _ in pairs]
    return "project" in labels and sum(1 for label in labels if label) >= _LEAST_LABELS


def _windows(rows: Sequence[TextRow]) -> list[list[str]]:
    """Rows, and runs of rows of one word each as a row: a head may come one cell a line."""
    found: list[list[str]] = []
    run: list[str] = []
    for cells in [*(row.cells for row in rows), [""] * 2]:
        if len(cells) == 1:
            run.append(cells[0])
            continue
        found += [run[at : at + size] for at in range(len(run)) for size in range(4, 12)]
        found.append(cells)
        run = []
    return found


@dataclass(slots=True)
class _Text:
    """Walks the lines; rows wait until the grid that they make is whole."""

    words: Words
    _rows: list[dict[int, str]] = field(default_factory=list)
    _lines: list[Line] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    _head: RowHead | None = None
    _level1: str = ""
    _measures: int = 0
    _shift: int = 0
    """The column of the labels under a row of measures."""
    _open: list[str] = field(default_factory=list)
    """The words of a row that may not be complete."""
    _unit: str = ""
    _single: bool = False
    """They came one a line."""

    def blocks(self, rows: Sequence[TextRow]) -> list[Block]:
        at = 0
        while at < len(rows):
            at = self._read(rows, at)
        self._close_row()
        self._end_grid()
        return self._blocks

    def _read(self, rows: Sequence[TextRow], at: int) -> int:
        """Read a row, or the rows of one head; the row that follows."""
        row = rows[at]
        cells, count, head = self._head_at(rows, at)
        if head is not None:
            self._close_row()
            self._head, self._measures, self._level1, self._unit = head, 0, "", ""
            self._put(dict(enumerate(cells)), row.line)
            return at + count
        if self._title(row.line.text, row.cells):
            self._close_row()
            self._end_grid()
            self._blocks.append(replace(row.line, text=" ".join(row.cells)))
        elif self._head is not None and not self._ends(row.cells):
            self._row(row)
        else:
            self._close_row()
            self._head = None if self.words.label(row.cells[0]) == "project" else self._head
            self._label_row(row)
        return at + 1

    def _head_at(self, rows: Sequence[TextRow], at: int) -> tuple[list[str], int, RowHead | None]:
        """The words of the head that begins in a row, over one row or several, and how many rows it takes."""
        cells: list[str] = []
        best: tuple[list[str], int, RowHead | None] = [], 0, None
        for count, row in enumerate(rows[at : at + _LONGEST_HEAD], 1):
            cells = [*cells, *(cell for cell in row.cells if cell)]
            if not all(self._may_head(cell) for cell in cells):
                break
            head = RowHead.of(cells, self.words)
            if head is not None:
                best = cells, count, head
        return best

    def _may_head(self, cell: str) -> bool:
        return self.words.column(cell) is not None or self.words.label(cell) == "heading"

    def _title(self, text: str, cells: Sequence[str]) -> bool:
        return len(cells) <= 2 and self.words.kind_of_title(text) is not None and self.words.label(cells[0]) is None

    def _ends(self, cells: Sequence[str]) -> bool:
        return self.words.ends(cells[0]) or self.words.label(cells[0]) in ("project", "department", "organisation")

    # -- indicators

    def _row(self, row: TextRow) -> None:
        assert self._head is not None
        cells = row.cells[1:] if len(row.cells) > 1 and self.words.label(row.cells[0]) == "heading" else row.cells
        above = levels_of(self._open, self._level1, self.words.levels)
        current = next(
            (self.words.levels.level1(less_points(text)) or "" for role, text in above if role == "level1"),
            self._level1,
        )
        only_levels = bool(self._open) and len(above) == len(self._open)
        if row.barred or (not only_levels and (levels_of(cells, current, self.words.levels) or self._begins(cells))):
            self._close_row()
        self._single = len(cells) == 1 and (self._single or not self._open or only_levels)
        self._open += cells
        self._lines.append(row.line)
        if row.barred:
            self._close_row(barred=True)

    def _begins(self, cells: list[str]) -> bool:
        """Whether words begin a row: the open one is complete, and they do not go on with it."""
        if not self._open or self._head is None:
            return False
        if len(cells) > 1:
            return SYMBOL.fullmatch(cells[0]) is None and not cells[0][0].isdigit() and len(self._open) > 1
        single = self._single
        goes_on = placed(self._head, [*self._open, *cells], self._level1, self.words, barred=False, single=single)
        whole = placed(self._head, self._open, self._level1, self.words, barred=False, single=single)
        return whole is not None and goes_on is None

    def _close_row(self, *, barred: bool = False) -> None:
        if not self._open or self._head is None:
            return
        cells, self._open = self._open, []
        row = placed(self._head, cells, self._level1, self.words, barred=barred, single=self._single)
        self._single = False
        if row is None:  # its words stand where a target does, so that they are told and hold
            self._rows.append({self._head.roles.index("value"): " ".join(cells)})
            return
        for role, text in levels_of(cells, self._level1, self.words.levels):
            if role == "level1":
                self._level1 = self.words.levels.level1(less_points(text)) or ""
        self._rows.append(self._with_unit(row))

    def _with_unit(self, row: dict[int, str]) -> dict[int, str]:
        """A project's row with the unit that stands above it: in print its cell spans all of its projects."""
        roles = self._head.roles if self._head else ()
        if "organisation" not in roles or "project" not in roles:
            return row
        at = roles.index("organisation")
        self._unit = row.get(at) or self._unit
        return row | {at: self._unit} if self._unit and row.get(roles.index("project")) else row

    # -- the head of a form

    def _label_row(self, given: TextRow) -> None:
        """Labels and values in turn: words between two labels are one value."""
        row = given.cells if given.barred else self._labelled(given.cells)
        measured = [at for at, cell in enumerate(row) if self.words.measure(cell)]
        if len(measured) >= 2 and not any(is_amount(cell) for cell in row):
            row = ["", *row] if measured[0] == 0 else row
            self._measures = len(measured)
            named = next(
                (at for at, cell in enumerate(row) if read_money_unit(cell) and self.words.measure(cell)), None
            )
            self._shift = named or 0
        elif self._shift and self.words.money(row[0]):
            row = [""] * self._shift + row
        if len(row) == 1 and not self._is_label(row[0]) and self._rows and self._fill(row[0]):
            self._lines.append(given.line)
            return
        if not self._rows and not any(self._is_label(cell) for cell in row):
            self._blocks.append(replace(given.line, text=" ".join(given.cells)))
            return
        self._put(dict(enumerate(row)), given.line)

    def _labelled(self, cells: Sequence[str]) -> list[str]:
        row: list[str] = []
        at = 0
        while at < len(cells):
            length = next((n for n in (3, 2, 1) if self._is_label("".join(cells[at : at + n]))), 0)
            money = row and self.words.money(row[0]) and self._measures
            if length or not row or self._is_label(row[-1]) or money:
                row.append("".join(cells[at : at + max(length, 1)]))
            else:
                row[-1] += cells[at]
            at += max(length, 1)
        return row

    def _is_label(self, text: str) -> bool:
        words = self.words
        return bool(words.label(text) or words.money(text) or words.axis(text) or words.measure(text))

    def _fill(self, text: str) -> bool:
        """Give a value on a line of its own to the label that waits for it; False: none does."""
        row = self._rows[-1]
        last = max(row, default=-1)
        labels = [at for at in sorted(row) if self._is_label(row[at])]
        if last < 0 or not self._is_label(row[last]):
            return False
        goals = [at for at in labels if (self.words.label(row[at]) or "").startswith("goal")]
        if len(labels) >= 2 and labels[-2:] == [last - 1, last] and goals and goals[0] != last:
            self._rows.append({goals[0]: text})
        else:
            row[last + 1] = text
        return True

    # -- grids

    def _put(self, row: dict[int, str], line: Line) -> None:
        self._rows.append(row)
        self._lines.append(line)

    def _end_grid(self) -> None:
        rows, lines = self._rows, self._lines
        self._rows, self._lines, self._head, self._measures, self._shift = [], [], None, 0, 0
        if not rows:
            return
        width = max((max(row, default=0) for row in rows), default=0) + 1
        first = lines[0] if lines else None
        cells = tuple(
            Cell(
                row=at, column=column, text=text, page=first.page if first else None, line=first.line if first else None
            )
            for at, row in enumerate(rows)
            for column, text in sorted(row.items())
            if text
        )
        self._blocks.append(Grid(n_rows=len(rows), n_columns=width, cells=cells, page=first.page if first else None))
