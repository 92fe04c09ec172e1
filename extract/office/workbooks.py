"""Workbooks as documents: XLSX by openpyxl, XLS (and ET) by xlrd; a visible sheet is a page, its values as shown."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence

import openpyxl
import xlrd
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from xlrd.compdoc import CompDocError

from extract.document import Document, Finding, Medium, Page, Severity
from extract.errors import ReadError
from extract.grids import Marked, blocks_of
from extract.office.formulas import Formulas
from extract.office.number_formats import printed
from extract.office.packages import MALFORMED, check_package, without_blanks

READER = "workbook-3"
_WHITE = "FFFFFF"


def read_xlsx(data: bytes) -> Document:
    """Read a workbook: a visible sheet is a page (from 1), its used part a grid with the values as shown.

    Hidden sheets, rows and columns and struck cells are left out, with a finding. Raises ReadError
    (`damaged`, `too_large`, `too_many_objects`).
    """
    check_package(data)
    data = without_blanks(data)
    try:
        shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        written = openpyxl.load_workbook(io.BytesIO(data))
    except MALFORMED as error:
        raise ReadError("damaged", f"not a readable XLSX: {error}") from error
    pages: list[Page] = []
    findings: list[Finding] = []
    formulas = Formulas()
    for sheet in shown.worksheets:  # chart sheets print no cells
        if sheet.sheet_state != "visible":
            findings.append(_hidden(sheet.title))
            continue
        number = len(pages) + 1
        formulas.add_xlsx(written[sheet.title], sheet, number)
        cells, hidden = _shown(_sheet_cells(sheet), *_hidden_of(sheet))
        findings += _hidden_cells([*hidden, *_invisible(sheet)], sheet.title, number) + _struck(sheet, number)
        pages.append(Page(number=number, blocks=tuple(blocks_of(cells, page=number))))
    found = (*formulas.findings(), *findings)
    return Document(medium=Medium.XLSX, reader=READER, pages=tuple(pages), findings=found)


def read_xls(data: bytes) -> Document:
    """Read an XLS (or ET) workbook like `read_xlsx`. Raises ReadError (`damaged`, `encrypted`, `too_many_objects`)."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
        sheets = book.sheets()
    except xlrd.XLRDError as error:
        code = "encrypted" if "encrypted" in str(error).lower() else "damaged"
        raise ReadError(code, f"not a readable XLS: {error}") from error
    except (CompDocError, struct.error, *MALFORMED) as error:
        raise ReadError("damaged", f"not a readable XLS: {type(error).__name__} {error}") from error
    pages: list[Page] = []
    findings: list[Finding] = []
    formulas = Formulas()
    for sheet in sheets:
        if sheet.visibility:
            findings.append(_hidden(sheet.name))
            continue
        number = len(pages) + 1
        formulas.add_xls(book, sheet, number)
        rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0}
        columns = {column for column, info in sheet.colinfo_map.items() if info.hidden or info.width == 0}
        cells, hidden = _shown(_xls_cells(book, sheet), rows, columns)
        findings += _hidden_cells(hidden, sheet.name, number)
        pages.append(Page(number=number, blocks=tuple(blocks_of(cells, page=number))))
    found = (*formulas.findings(), *findings)
    return Document(medium=Medium.XLS, reader=READER, pages=tuple(pages), findings=found)


def _hidden(name: str) -> Finding:
    message = f"the sheet {name} is hidden; nobody sees it printed, it was left out"
    return Finding(code="hidden_sheet", severity=Severity.WARNING, message=message)


def _hidden_of(sheet: Worksheet) -> tuple[set[int], set[int]]:
    """The hidden rows and columns, from 0."""
    rows = {row - 1 for row, each in sheet.row_dimensions.items() if each.hidden or each.height == 0}
    columns = [each for each in sheet.column_dimensions.values() if each.hidden or each.width == 0]
    return rows, {column - 1 for each in columns for column in range(each.min or 1, (each.max or 0) + 1)}


def _shown(cells: Iterable[Marked], rows: set[int], columns: set[int]) -> tuple[list[Marked], list[Marked]]:
    """The cells that are seen, and those with a text in hidden rows or columns; a merged one is seen in part."""
    seen: list[Marked] = []
    hidden: list[Marked] = []
    for each in cells:
        in_row = rows.issuperset(range(each.row, each.row + each.row_span))
        in_column = columns.issuperset(range(each.column, each.column + each.column_span))
        (hidden if in_row or in_column else seen).append(each)
    return seen, [each for each in hidden if each.text.strip()]


def _hidden_cells(hidden: Sequence[Marked], name: str, page: int) -> list[Finding]:
    if not hidden:
        return []
    message = (
        f"{len(hidden)} cells of sheet {name} were left out: hidden, white on white or in a format that shows nothing"
    )
    evidence = " ".join(each.text for each in hidden)[:200]
    return [Finding(code="hidden_cells", severity=Severity.WARNING, message=message, page=page, evidence=evidence)]


def _invisible(sheet: Worksheet) -> list[Marked]:
    """What stands in cells that are printed, and is not seen."""
    cells = (cell for _, cell in sorted(sheet._cells.items()) if cell.value is not None and _is_invisible(cell))
    return [Marked(row=cell.row - 1, column=cell.column - 1, text=str(cell.value)) for cell in cells]


def _is_invisible(cell: Cell) -> bool:
    """White on no ground of its own, or a number whose format shows nothing."""
    color = cell.font.color if cell.font else None
    white = color is not None and (
        str(color.rgb)[-6:].upper() == _WHITE  # whatever its alpha, which spreadsheet programs ignore
        if color.type == "rgb"
        else color.type == "theme" and color.theme == 0 and not color.tint  # tinted, white is a grey
    )
    if white and cell.fill.fill_type is None:
        return True
    is_number = isinstance(cell.value, int | float) and cell.value != 0
    return is_number and not printed(cell.value, cell.number_format or "General")


def _struck(sheet: Worksheet, page: int) -> list[Finding]:
    struck = [
        str(cell.value) for _, cell in sorted(sheet._cells.items()) if cell.value is not None and cell.font.strike
    ]
    if not struck:
        return []
    message = f"{len(struck)} cells of sheet {sheet.title} are struck through; they were left out"
    evidence = " ".join(struck)[:200]
    return [Finding(code="struck_text", severity=Severity.WARNING, message=message, page=page, evidence=evidence)]


def _sheet_cells(sheet: Worksheet) -> Iterator[Marked]:
    spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    for (row, column), cell in sorted(sheet._cells.items()):  # the cells that exist; iter_rows would invent the rest
        if cell.value is None or cell.font.strike or _is_invisible(cell):
            continue
        area = spans.get((row, column))
        yield Marked(
            row=row - 1,
            column=column - 1,
            text=printed(cell.value, cell.number_format or "General"),
            row_span=area.max_row - area.min_row + 1 if area else 1,
            column_span=area.max_col - area.min_col + 1 if area else 1,
            indent=float(cell.alignment.indent or 0) if cell.alignment else 0.0,
            line=row,
        )


def _xls_cells(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[Marked]:
    spans = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            style = book.xf_list[cell.xf_index]
            row_span, column_span = spans.get((row, column), (1, 1))
            yield Marked(
                row=row,
                column=column,
                text=_xls_text(book, cell, book.format_map[style.format_key].format_str),
                row_span=row_span,
                column_span=column_span,
                indent=float(style.alignment.indent_level),
                line=row + 1,
            )


def _xls_text(book: xlrd.Book, cell: xlrd.sheet.Cell, number_format: str) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return printed(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode), number_format)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return printed(bool(cell.value), number_format)
    return printed(cell.value, number_format) if cell.ctype == xlrd.XL_CELL_NUMBER else str(cell.value)
