"""Tables without upright rules, or without any: columns and rows from the gutters between characters.

Only where rules are missing. A region is a table between level rules of one width, or a run of lines that are all cut
by the same gutters; prose, whose lines are whole, never is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np

from extract.pdf.bands import Band, Column, TextRow, bands_of, covered
from extract.pdf.characters import Characters
from extract.pdf.paths import Edges
from extract.pdf.row_breaks import is_number
from extract.pdf.rules import REACH, CellGroup, Rectangle, bounds
from extract.pdf.writing import Written, write

GUTTER = 0.9
"""Of a character's height: a gap as wide as this parts two columns wherever it stands."""
NARROW = 0.3
"""Of a character's height: a gap as wide as this parts two columns where all lines of a table leave it white."""
FEWEST_ROWS = 3
"""Lines that must agree on their gutters where no rule says that there is a table."""
FEWEST_CELLS = 6
FAR = 2.5
"""Of a line's height: a white strip as high as this ends a table without rules."""
CLOSE = 0.6
"""Of a line's height: lines within a cell stand this close."""
NEAR = 2.0
"""Of a line's height: figures this close to a table may be a row of it."""
_FILLED, _FILLED_WITH_FIGURES = 0.75, 0.5
"""Of a table's columns, in lines beyond its last rule: a row may leave some sources of money empty."""
_UNIT = re.compile(r"单位\s*[:：]\s*(人民币)?[百千万亿]*元")


def with_unruled(characters: Characters, ruled: list[CellGroup], horizontal: Edges) -> list[CellGroup]:
    """The tables of a page: those its rules make, and the others, their cells marked as inferred.

    A table is doubtful where a line that is in none stands so close that it may be a row of it. Coloured rows that go
    on without colour, as below a header band, are rows of one table with those.
    """
    groups = _with_inferred(characters, ruled, horizontal)
    bands = [group for group in ruled if group.coloured and any(_goes_on_plain(group, other) for other in groups)]
    if not bands:
        return groups
    return _with_inferred(characters, [group for group in ruled if group not in bands], horizontal)


def _goes_on_plain(band: CellGroup, other: CellGroup) -> bool:
    """Whether a table without rules stands right above or below coloured rows, within their width."""
    if not other.inferred:
        return False
    x0, top, x1, bottom = bounds(band)
    left, upper, right, lower = bounds(other)
    row = min(cell[3] - cell[1] for cell in band.cells)
    level = min(right, x1) - max(left, x0) > 0.75 * max(right - left, x1 - x0)
    return level and -REACH < max(upper - bottom, top - lower) < FAR * row


def _with_inferred(characters: Characters, ruled: list[CellGroup], horizontal: Edges) -> list[CellGroup]:
    boxes = [bounds(group) for group in ruled]
    outside = np.zeros(len(characters), np.int64)
    middle_x, middle_y = (characters.x0 + characters.x1) / 2, (characters.top + characters.bottom) / 2
    for x0, top, x1, bottom in boxes:
        outside[(middle_x > x0) & (middle_x < x1) & (middle_y > top) & (middle_y < bottom)] = -1
    lines, fine = (_by_line(write(characters, outside, cut=gap)) for gap in (GUTTER, NARROW))
    rows = sorted((TextRow(tuple(lines[line]), tuple(fine[line])) for line in lines), key=lambda row: row.top)
    if not any(len(row.pieces) > 1 for row in rows):
        return ruled
    groups: list[CellGroup] = []
    for region in _between_rules(horizontal, boxes):
        inside = _with_rims([row for row in rows if region[1] < (row.top + row.bottom) / 2 < region[-1]], rows)
        group = _group(inside, region)
        if group:
            groups.append(group)
            rows = [row for row in rows if row not in inside]
    for run in _runs(rows):
        group = _group(run, [])
        if group:
            groups.append(group)
            rows = [row for row in rows if row not in run]
    return [replace(group, doubtful=group.doubtful or _is_touched(group, rows)) for group in [*ruled, *groups]]


def _is_touched(group: CellGroup, rows: list[TextRow]) -> bool:
    """Whether a line beside the table may be of it: figures near it, or text as close as lines in a cell are."""
    left, top, right, bottom = bounds(group)
    first = min(cell[2] for cell in group.cells if cell[0] == left)
    for row in rows:
        text = "".join(piece.text for piece in row.pieces)
        if row.pieces[0].x0 > right or row.pieces[-1].x1 < left or _UNIT.search(text):
            continue
        away = min(abs(row.middle - top), abs(row.middle - bottom)) / row.size
        figures = len(row.fine) > 1 and any(is_number(piece.text) and "." in piece.text for piece in row.fine)
        close = group.inferred and row.pieces[0].x0 > first and away < 0.5 + CLOSE
        if close or (figures and away < NEAR):
            return True
    return False


def _by_line(pieces: list[Written]) -> dict[int, list[Written]]:
    lines: dict[int, list[Written]] = {}
    for piece in pieces:
        lines.setdefault(piece.line, []).append(piece)
    return lines


def _between_rules(horizontal: Edges, boxes: list[Rectangle]) -> list[list[float]]:
    """Groups of level rules of one width outside every ruled table: [left, then the rules' heights from the top]."""
    loose = [
        (start, end, at)
        for at, start, end in zip(
            horizontal.at.tolist(), horizontal.start.tolist(), horizontal.end.tolist(), strict=True
        )
        if not any(
            x0 - REACH < start and end < x1 + REACH and top - REACH < at < bottom + REACH
            for x0, top, x1, bottom in boxes
        )
    ]
    alike: list[list[tuple[float, float, float]]] = []
    for rule in sorted(loose, key=lambda rule: rule[2]):
        for group in alike:
            if abs(group[0][0] - rule[0]) <= REACH and abs(group[0][1] - rule[1]) <= REACH:
                group.append(rule)
                break
        else:
            alike.append([rule])
    return [[group[0][0], *(at for _, _, at in group)] for group in alike if len(group) > 1]


def _with_rims(inside: list[TextRow], rows: list[TextRow]) -> list[TextRow]:
    """The lines between rules with the rows before and after them, where the rules leave the table open."""
    if not inside:
        return inside
    columns = _gutters(inside)[0]
    if len(columns) < 3:
        return inside
    start, end = rows.index(inside[0]), rows.index(inside[-1]) + 1
    inside = [*_rim(rows[:start][::-1], inside[0], columns)[::-1], *inside]
    while below := _rim(rows[end:], inside[-1], columns):
        inside = [*inside, *below]
        end += len(below)
        wider = _gutters(inside)[0]  # a head alone does not tell how wide its columns are filled
        columns = wider if len(wider) == len(columns) else columns
    return inside


def _rim(rows: list[TextRow], edge: TextRow, columns: list[Column]) -> list[TextRow]:
    """The lines of one more row of the table beyond its last rule; none if they are not one."""
    rim: list[TextRow] = []
    for row in rows:
        apart = abs(row.middle - (rim[-1] if rim else edge).middle) - row.size
        if apart > (CLOSE if rim else FAR) * row.size or not _fits(_by_column(row, columns), columns):
            break
        rim.append(row)
    several = any(len(row.fine) > 1 for row in rim)
    unit = any(_UNIT.search("".join(piece.text for piece in row.pieces)) for row in rim)
    filled = {covered(piece, columns) for row in rim for piece in row.fine}  # centred cells share no line
    figures = any(is_number(piece.text) and "." in piece.text for row in rim for piece in row.fine)
    least = _FILLED_WITH_FIGURES if figures else _FILLED
    return rim if several and not unit and len(filled) >= least * len(columns) else []


def _is_row(row: TextRow, columns: list[Column]) -> bool:
    """Whether a line fills most of the columns, each with one piece."""
    unit = _UNIT.search("".join(piece.text for piece in row.pieces)) is not None
    return not unit and len(row.pieces) >= 0.75 * len(columns) and _fits(row, columns)


def _runs(rows: list[TextRow]) -> list[list[TextRow]]:
    """Consecutive lines, close to one another, that have several pieces; a line of one piece may stand between them."""
    runs: list[list[TextRow]] = [[]]
    for at, row in enumerate(rows):
        run = runs[-1]
        heading = _UNIT.search("".join(piece.text for piece in row.pieces)) is not None
        several = len(row.pieces) > 1 and not heading
        near = not run or row.top - run[-1].bottom < FAR * max(row.size, run[-1].size)
        if run and near and (several or (not heading and _within_gutters(row, run))):
            run.append(row)
        else:
            runs.append([*_broken_above(row, rows[:at]), row] if several else [])
    trimmed = []
    for run in runs:
        second = min((row.pieces[1].x0 for row in run if len(row.pieces) > 1), default=0.0)
        while run and len(run[-1].pieces) == 1 and run[-1].pieces[0].x0 < second:
            run.pop()  # what begins at the left is prose below the table
        if len([row for row in run if len(row.pieces) > 1]) >= FEWEST_ROWS:
            trimmed.append(run)
    return trimmed


def _broken_above(first: TextRow, above: list[TextRow]) -> list[TextRow]:
    """The whole lines close above a table's first cut line, in one of its later columns: the rest of a broken row."""
    rest = [first]
    for row in reversed(above):
        alone = len(row.pieces) == 1 and row.pieces[0].x0 > first.pieces[0].x1
        if not alone or rest[0].top - row.bottom > CLOSE * row.size or not _within_gutters(row, [first]):
            break
        rest.insert(0, row)
    return rest[:-1]


def _within_gutters(row: TextRow, run: list[TextRow]) -> bool:
    """Whether a whole line keeps within the columns of the lines before it: the rest of wrapped cells, which may stand
    so close to one another that only their narrow gap parts them."""
    return all(
        sum(1 for other in above.pieces if other.x0 < piece.x1 and other.x1 > piece.x0) <= 1
        for above in run
        if len(above.pieces) > 1
        for piece in row.fine
    )


def _group(rows: list[TextRow], region: list[float]) -> CellGroup | None:
    """The cells of a region's lines; None if they share no gutter."""
    columns, rows = _gutters(rows)
    if len(columns) < 2 or len(rows) < 2:
        return None
    if not region and sum(1 for row in rows if _fits(row, columns)) < max(FEWEST_ROWS, 0.6 * len(rows)):
        return None
    rules = region[1:]
    bands, certain = _bands(rows, rules, columns)
    if len(bands) < 2 or len(bands) * len(columns) < FEWEST_CELLS:
        return None
    left = min(piece.x0 for row in rows for piece in row.pieces)
    right = max(piece.x1 for row in rows for piece in row.pieces)
    x = [
        left - 2,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        right + 2,
    ]
    y = [bands[0][0].top - 2]
    for above, below in pairwise(bands):
        last, first = max(row.bottom for row in above), min(row.top for row in below)
        between = [at for at in rules if above[-1].top < at < below[0].bottom]
        y.append(between[0] if between else (last + first) / 2)
    y.append(max(row.bottom for row in bands[-1]) + 2)
    cells: list[Rectangle] = []
    for i, band in enumerate(bands):
        cells += [(x[first], y[i], x[last + 1], y[i + 1]) for first, last in _spans(band, columns)]
    return CellGroup(tuple(cells), inferred=True, doubtful=not certain)


def _gutters(rows: list[TextRow]) -> tuple[list[Column], list[TextRow]]:
    """The columns of a table, and its lines in pieces of one column each."""
    columns = _columns(rows)
    if len(columns) < 2:
        return columns, rows
    cut = [row for row in rows if len(row.fine) > 1]
    first = next((at for at, row in enumerate(cut) if any(is_number(piece.text) for piece in row.fine)), 0)
    columns = _with_heads(columns, cut[:first], cut[first:])
    strips = _white_strips(cut[:first], cut[first:])
    if len(strips) >= len(columns):
        columns, rows = strips, [_by_column(row, strips) for row in rows]
    return _as_wide_as_filled(columns, rows), rows


def _columns(rows: list[TextRow]) -> list[Column]:
    """Left and right of each column, from the lines that are cut most often."""
    most = max((len(row.pieces) for row in rows), default=0)
    columns: list[Column] = []
    pieces = [piece for row in rows if len(row.pieces) >= max(2, 0.75 * most) for piece in row.pieces]
    for piece in sorted(pieces, key=lambda piece: piece.x0):
        if columns and piece.x0 < columns[-1][1] + 0.3 * piece.size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], piece.x1))
        else:
            columns.append((piece.x0, piece.x1))
    return columns


def _white_strips(head: list[TextRow], body: list[TextRow]) -> list[Column]:
    """Left and right of each column, parted by strips that every line cut at all leaves white, or all below the head.

    A head over several columns bridges the strips between them; so the lines from the first number on may tell more.
    """
    return max(_with_heads(_parted([*head, *body]), head, body), _parted(body), key=len)


def _as_wide_as_filled(columns: list[Column], rows: list[TextRow]) -> list[Column]:
    """The columns with what lines in them, that are whole and so told no gutter, add to their width."""
    filled = list(columns)
    for piece in (piece for row in rows for piece in row.pieces):
        first, last = covered(piece, columns)
        if first == last:
            filled[first] = min(filled[first][0], piece.x0), max(filled[first][1], piece.x1)
    return filled if all(a[1] <= b[0] for a, b in pairwise(filled)) else columns


def _with_heads(columns: list[Column], head: list[TextRow], body: list[TextRow]) -> list[Column]:
    """Columns of which the head stands at the one side and all below it at the other, as over amounts, made one."""
    headed, filled = (
        {covered(piece, columns)[0] for row in rows for piece in row.fine} if columns else set()
        for rows in (head, body)
    )
    whole: list[Column] = []
    last = -1
    for i, column in enumerate(columns):
        alone, before = i in headed and i not in filled, last in headed and last not in filled
        if whole and last == i - 1 and ((before and i not in headed) or (alone and last not in headed)):
            whole[-1] = (whole[-1][0], column[1])
            last = -1
        else:
            whole.append(column)
            last = i
    return whole


def _parted(rows: list[TextRow]) -> list[Column]:
    pieces = sorted((piece for row in rows for piece in row.fine), key=lambda piece: piece.x0)
    columns: list[Column] = []
    for piece in pieces:
        if columns and piece.x0 < columns[-1][1] + NARROW * piece.size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], piece.x1))
        else:
            columns.append((piece.x0, piece.x1))
    return columns


def _by_column(row: TextRow, columns: list[Column]) -> TextRow:
    """The line with its text in one piece per column."""
    pieces: list[Written] = []
    for piece in row.fine:
        if pieces and covered(piece, columns) == covered(pieces[-1], columns):
            last = pieces[-1]
            pieces[-1] = replace(
                last,
                text=f"{last.text} {piece.text}",
                x1=piece.x1,
                top=min(last.top, piece.top),
                bottom=max(last.bottom, piece.bottom),
            )
        else:
            pieces.append(piece)
    return replace(row, pieces=tuple(pieces))


def _fits(row: TextRow, columns: list[Column]) -> bool:
    places = [covered(piece, columns) for piece in row.pieces]
    return all(first == last for first, last in places) and len({first for first, _ in places}) == len(places)


def _spans(band: list[TextRow], columns: list[Column]) -> list[tuple[int, int]]:
    """The cells of a row as (first column, last column), from left to right."""
    spans: list[tuple[int, int]] = []
    wide = sorted(covered(piece, columns) for row in band for piece in row.pieces)
    for first, last in wide:
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    taken = {i for first, last in spans for i in range(first, last + 1)}
    return sorted(spans + [(i, i) for i in range(len(columns)) if i not in taken])


def _bands(rows: list[TextRow], rules: list[float], columns: list[Column]) -> tuple[list[Band], bool]:
    """The lines of each row, and whether they are certain: between rules if every row has one, else by the text."""
    ends = [float("-inf"), *rules, float("inf")]
    ruled = [[row for row in rows if a < row.middle <= b] for a, b in pairwise(ends)]
    if len(rules) >= 4 or (rules and all(sum(1 for row in band if _is_row(row, columns)) <= 1 for band in ruled)):
        return [band for band in ruled if band], True
    return bands_of(rows, [any(a.top < at < b.bottom for at in rules) for a, b in pairwise(rows)], columns)
