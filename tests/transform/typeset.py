"""Small grids typeset in a test: one line a row, cells between bars, merged cells drawn."""

from __future__ import annotations

from extract.document import Cell, Document, Grid, Line, Medium, Page


def grid_of(drawing: str, *, page: int = 1) -> Grid:
    """A grid from a drawing. `<` continues the cell on its left, `^` the one above; `⏎` breaks a line within a cell.

    项目名称 | 设备购置 | <
    产出指标 | 数量指标 | ≥10台
    ^        | 质量指标 | 100%
    """
    rows = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().split("\n")]
    columns = max(len(row) for row in rows)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    cells = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text in ("<", "^"):
                continue
            right = column + 1
            while right < columns and texts[right] == "<":
                right += 1
            below = row + 1
            while below < len(rows) and rows[below][column] == "^":
                below += 1
            span = {"row_span": below - row, "column_span": right - column}
            cells.append(Cell(row=row, column=column, text=text.replace("⏎", "\n"), page=page, **span))
    return Grid(n_rows=len(rows), n_columns=columns, cells=tuple(cells), page=page)


def document_of(*blocks: str | Grid) -> Document:
    """A document of title lines (texts without bars), drawings and grids, each on a page of its own."""
    pages = []
    for number, block in enumerate(blocks, 1):
        if isinstance(block, str):
            block = grid_of(block, page=number) if "|" in block else Line(text=block, page=number)
        pages.append(Page(number=number, blocks=(block,)))
    return Document(medium=Medium.PDF, reader="test-1", pages=tuple(pages))
