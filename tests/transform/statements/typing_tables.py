"""Tables typed as text, made into the documents a reader would hand on.

Cells stand between `|`. `<` continues the cell to its left, `^` the one above it: together they make merged cells.
"""

from __future__ import annotations

from extract.document import Block, Cell, Document, Grid, Line, Medium, Page


def grid(text: str, page: int = 1) -> Grid:
    rows = [[part.strip() for part in line.strip().split("|")] for line in text.strip().splitlines()]
    width = max(len(row) for row in rows)
    cells = []
    for y, row in enumerate(rows):
        assert len(row) == width, f"row {y} has {len(row)} cells, not {width}: {row}"
        for x, printed in enumerate(row):
            if printed in ("<", "^"):
                continue
            across = next((i for i in range(x + 1, width) if row[i] != "<"), width) - x
            down = next((i for i in range(y + 1, len(rows)) if rows[i][x] != "^"), len(rows)) - y
            cells.append(Cell(row=y, column=x, text=printed, row_span=down, column_span=across, page=page))
    return Grid(n_rows=len(rows), n_columns=width, cells=tuple(cells), page=page)


def document(*pages: list[str | Grid]) -> Document:
    """Each page a list of lines and grids in reading order."""

    def blocks(number: int, items: list[str | Grid]) -> tuple[Block, ...]:
        return tuple(Line(text=item, page=number) if isinstance(item, str) else item for item in items)

    return Document(
        medium=Medium.PDF,
        reader="test-1",
        pages=tuple(Page(number=n, blocks=blocks(n, items)) for n, items in enumerate(pages, 1)),
    )
