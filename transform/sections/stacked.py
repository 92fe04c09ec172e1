"""Tables that one sheet or one grid prints below each other: each title below another table's lines begins its own."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from extract.document import Block, Document, Grid
from transform.passages import less_layout
from transform.sections.government import is_of_government
from transform.statements.declared import statement_titled

_TITLE: Final = re.compile(r"表([（(][^（）()]*[）)])?$")
_FORM: Final = re.compile(r"绩效.{0,12}表$")
_ABOVE_TITLE: Final = re.compile(
    r"(附件?|公开|预算|决算)*表?[\d一二三四五六七八九十]*([-－—.][\d一二三四五六七八九十]+)*表?[:：]?"
)
_FIGURE: Final = re.compile(r"-?[\d,，]+(\.\d+)?")
_LONGEST: Final = 60


def part_stacked(document: Document) -> Document:
    """The document with such grids cut; itself if it has none."""
    if not any(_cuts(grid) for grid in document.grids()):
        return document
    pages = tuple(
        replace(page, blocks=tuple(piece for block in page.blocks for piece in _pieces(block)))
        for page in document.pages
    )
    return replace(document, pages=pages)


def _pieces(block: Block) -> Iterator[Block]:
    cuts = _cuts(block) if isinstance(block, Grid) else []
    if not cuts or not isinstance(block, Grid):
        yield block
        return
    for first, end in zip([0, *cuts], [*cuts, block.n_rows], strict=True):
        cells = tuple(
            dataclasses.replace(cell, row=cell.row - first, row_span=min(cell.row_span, end - cell.row))
            for cell in block.cells
            if first <= cell.row < end
        )
        yield replace(block, n_rows=end - first, cells=cells)


def _cuts(grid: Grid) -> list[int]:
    """The rows at which another table begins: its title alone in a row, or what numbers it above, after figures."""
    texts = [list(dict.fromkeys(less_layout(c.text) for c in row if c and c.text.strip())) for row in grid.rows()]
    titles: set[str] = set()
    cuts: list[int] = []
    figures = False
    for number, row in enumerate(texts):
        title = _title(row)
        if title is not None and title not in titles:
            if figures:
                first = number
                while first > 0 and all(_ABOVE_TITLE.fullmatch(text) for text in texts[first - 1]):
                    first -= 1
                cuts.append(first)
            titles.add(title)
            figures = False
        figures = figures or any(_FIGURE.fullmatch(text) for text in row[1:])
    return cuts


def _title(row: list[str]) -> str | None:
    """The title that the row is, alone or beside what numbers the table."""
    texts = [text for text in row if not _ABOVE_TITLE.fullmatch(text)]
    if len(texts) != 1 or len(texts[0]) > _LONGEST or not _TITLE.search(texts[0]):
        return None
    known = statement_titled(texts[0]) is not None or is_of_government(texts[0]) or _FORM.search(texts[0])
    return texts[0] if known else None
