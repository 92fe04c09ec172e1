"""A table as its medium marks it up, made a Grid: spans clamped, empty rows and columns left out, captions as lines.

A PDF's reader sees what is ruled; a word processor or a sheet often keeps the title and 部门名称：… 单位：万元 in
rows of the table itself. They become lines above it, so that every medium hands on the same document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from extract.document import Block, Cell, Grid, Line
from extract.errors import ReadError

MOST_CELLS = 2_000_000
"""Rows × columns of one table; more is no filing."""
_CAPTION_CELLS = 3
_NOTE = ("注", "备注", "说明", "填报", "审核", "制表")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Raised digits stay raised: 80.00 with the mark of a footnote 1 is 80.00¹, not 80.001."""
_INDENTS = {" ": 0.5, "\xa0": 0.5, "\t": 2.0, "\u3000": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A cell as marked up: position and spans from 0 and 1, text with its lines, indentation in em."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    indent: float = 0.0
    line: int | None = None


def blocks_of(marked: Iterable[Marked], *, page: int | None = None) -> list[Block]:
    """The table's captions as lines, then its grid, then its notes as lines; [] if nothing is printed.

    Raises ReadError (`too_many_objects`) for a table that is too large to be one.
    """
    cells = sorted((each for each in marked if each.text.strip()), key=lambda each: (each.row, each.column))
    if not cells:
        return []
    rows: dict[int, list[Marked]] = {}
    for each in cells:
        rows.setdefault(each.row, []).append(each)
    numbers = list(rows)
    width = max(each.column + each.column_span for each in cells)
    first, last = 0, len(numbers)
    while first < last and _is_caption(rows[numbers[first]], width):
        first += 1
    while last > first and _is_note(rows[numbers[last - 1]]):
        last -= 1
    if last - first < 2 and width == 1:
        first = last
    above = [_line(rows[number], page) for number in numbers[:first]]
    below = [_line(rows[number], page) for number in numbers[last:]]
    inside = [each for number in numbers[first:last] for each in rows[number]]
    return [*above, *([_grid(inside, page)] if inside else []), *below]


def indentation(text: str) -> float:
    """Indentation of a text by its leading blanks, in em."""
    return sum(_INDENTS.get(character, 0.0) for character in text[: len(text) - len(text.lstrip())])


def _is_caption(row: Sequence[Marked], width: int) -> bool:
    """A row above the table proper: one text over the whole width, or a few labels with a colon."""
    if len(row) == 1:
        return width > 1 and (row[0].column_span >= width or row[0].column == 0 or "：" in row[0].text)
    return len(row) <= _CAPTION_CELLS and all("：" in each.text or ":" in each.text for each in row)


def _is_note(row: Sequence[Marked]) -> bool:
    return len(row) == 1 and row[0].text.strip().startswith(_NOTE)


def _line(row: Sequence[Marked], page: int | None) -> Line:
    return Line(text=" ".join(" ".join(each.text.split()) for each in row), page=page, line=row[0].line)


def _grid(cells: Sequence[Marked], page: int | None) -> Grid:
    """Rows and columns renumbered to those in which some cell begins."""
    row_of = {number: rank for rank, number in enumerate(sorted({each.row for each in cells}))}
    column_of = {number: rank for rank, number in enumerate(sorted({each.column for each in cells}))}
    if len(row_of) * len(column_of) > MOST_CELLS:
        raise ReadError("too_many_objects", f"a table of {len(row_of):,} rows and {len(column_of):,} columns")
    return Grid(
        n_rows=len(row_of),
        n_columns=len(column_of),
        page=page,
        cells=tuple(
            Cell(
                row=row_of[each.row],
                column=column_of[each.column],
                text=each.text.strip().replace("\0", ""),
                row_span=_span(each.row, each.row_span, row_of),
                column_span=_span(each.column, each.column_span, column_of),
                page=page,
                line=each.line,
                indent=each.indent or indentation(each.text),
            )
            for each in cells
        ),
    )


def _span(start: int, span: int, ranks: Mapping[int, int]) -> int:
    if span == 1:
        return 1
    numbers = list(ranks)  # in order
    return bisect_left(numbers, start + span) - bisect_left(numbers, start)
