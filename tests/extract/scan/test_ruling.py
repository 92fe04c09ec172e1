"""The grid of a scanned page is that of the page it was scanned from, at any resolution, askew, noisy, faint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from extract.document import Grid
from extract.pdf.reader import read_pages
from extract.scan.image import page_image
from extract.scan.ruling import RuledTable, ruled_tables, ruling_lines
from samples import typeset as samples
from tests.extract.scan.scanning import Scanner

PDFS = Path(samples.__file__).parent / "pdf"
Place = tuple[int, int, int, int]


def tables_of(path: Path) -> list[RuledTable]:
    with pypdfium2.PdfDocument(path) as document:
        image = page_image(document[0])
    return ruled_tables(*ruling_lines(image.grey))


def printed(path: Path, page: int) -> Grid:
    document, _ = read_pages(path, range(page, page + 1))
    [grid] = document.grids()
    return grid


def places(cells: Sequence[object]) -> list[Place]:
    names = ("row", "column", "row_span", "column_span")
    return sorted((*(getattr(cell, name) for name in names),) for cell in cells)  # type: ignore[misc]


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize(("name", "page"), [("panyu-2025", 1), ("liwan-keji-2024", 0), ("huangpu-2024", 1)])
def test_rows_columns_and_merged_cells_are_those_of_the_print(tmp_path: Path, name: str, page: int, dpi: int) -> None:
    source = PDFS / f"{name}.pdf"
    scan = Scanner(dpi=dpi, skew=1.0, quality=60).scan(source, tmp_path / "scan.pdf", [page])
    [table] = tables_of(scan)
    grid = printed(source, page)
    assert places(table.cells) == places(grid.cells)
    assert (table.n_rows, table.n_columns) == (grid.n_rows, grid.n_columns)
    assert (table.open_top, table.open_bottom) == (grid.open_top, grid.open_bottom)
    assert not table.irregular


@pytest.mark.parametrize("skew", [-3.0, -0.4, 3.0])
def test_a_sheet_may_lie_askew_by_three_degrees(tmp_path: Path, skew: float) -> None:
    source = PDFS / "liwan-keji-2024.pdf"
    [table] = tables_of(Scanner(skew=skew).scan(source, tmp_path / "scan.pdf", [0]))
    assert places(table.cells) == places(printed(source, 0).cells)


@pytest.mark.parametrize("contrast", [0.85, 0.3])
def test_a_faint_line_parts_cells_like_a_strong_one(tmp_path: Path, contrast: float) -> None:
    source = PDFS / "panyu-2025.pdf"
    scan = Scanner(skew=1.0, contrast=contrast, noise=4).scan(source, tmp_path / "scan.pdf", [0])
    [table] = tables_of(scan)
    assert places(table.cells) == places(printed(source, 0).cells)


def test_a_line_that_is_interrupted_parts_cells(tmp_path: Path) -> None:
    grey = np.full((600, 900), 255, np.uint8)
    for y in (100, 250, 400):
        grey[y : y + 2, 100:800] = 0
    for x in (100, 400, 798):
        grey[100:402, x : x + 2] = 0
    grey[250:252, 180:188] = 255
    grey[150:156, 400:402] = 255
    [table] = ruled_tables(*ruling_lines(grey))
    assert places(table.cells) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_the_stem_of_a_character_below_a_table_is_no_line() -> None:
    grey = np.full((600, 900), 255, np.uint8)
    for y in (100, 250):
        grey[y : y + 2, 100:800] = 0
    for x in (100, 400, 798):
        grey[100:252, x : x + 2] = 0
    for x in (160, 300):
        grey[256:292, x : x + 2] = 0  # 注 and 本 of a note right below
    [table] = ruled_tables(*ruling_lines(grey))
    assert places(table.cells) == [(0, 0, 1, 1), (0, 1, 1, 1)]
    assert not table.open_bottom


def test_what_a_missing_line_leaves_is_said() -> None:
    grey = np.full((600, 900), 255, np.uint8)
    for y in (100, 400):
        grey[y : y + 2, 100:800] = 0
    for x in (100, 798):
        grey[100:402, x : x + 2] = 0
    grey[250:402, 400:402] = 0
    grey[250:252, 400:800] = 0  # one cell is left in the shape of an L
    [table] = ruled_tables(*ruling_lines(grey))
    assert table.irregular
