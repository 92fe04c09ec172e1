"""Workbooks as documents: XLSX by openpyxl, XLS (and ET) by xlrd; a visible sheet is a page, its values as shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import openpyxl
import xlrd
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from extract.document import Document, Finding, Medium, Page, Severity
from extract.errors import ReadError
from extract.grids import Marked, blocks_of
from extract.office.date_formats import BUILT_IN, TOO_WIDE, from_serial, is_date_format
from extract.office.formulas import Formulas
from extract.office.number_formats import is_white, printed
from extract.office.packages import MALFORMED, check_package, without_blanks, without_usual_password
from extract.office.repairing import put_right, without_unprinted
from extract.office.seen_text import Run, SeenText, is_on_paper, is_unseen, runs_of, seen, xls_runs

READER = "workbook-5"


def read_xlsx(data: bytes) -> Document:
    """Read a workbook: a visible sheet is a page (from 1), its used part a grid with the values as shown.

    Hidden sheets, rows and columns and struck cells are left out, with a finding. Raises ReadError
    (`damaged`, `too_large`, `too_many_objects`).
    """
    check_package(data)
    try:
        data = without_blanks(put_right(data))
        try:
            shown, written = _opened(data)
        except MALFORMED:
            shown, written = _opened(without_unprinted(data))
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
        found = _xlsx_sheet(sheet)
        cells, hidden = _shown(found.cells, *_hidden_of(sheet))
        findings += _left_out([*hidden, *found.hidden], found.struck, sheet.title, number)
        pages.append(Page(number=number, blocks=tuple(blocks_of(cells, page=number))))
    findings = [*formulas.findings(), *findings]
    return Document(medium=Medium.XLSX, reader=READER, pages=tuple(pages), findings=tuple(findings))


def _opened(data: bytes) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    """The workbook with the values that are shown, and with what was written."""
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=True)
    return shown, openpyxl.load_workbook(io.BytesIO(data))


def read_xls(data: bytes, *, may_be_protected: bool = True) -> Document:
    """Read an XLS (or ET) workbook like `read_xlsx`. Raises ReadError (`damaged`, `encrypted`, `too_many_objects`)."""
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
        sheets = book.sheets()
    except xlrd.XLRDError as error:
        if "encrypted" not in str(error).lower():
            raise ReadError("damaged", f"not a readable XLS: {error}") from error
        opened = without_usual_password(data) if may_be_protected else None
        if opened is None:
            raise ReadError(
                "encrypted", "a workbook that asks for a password; ask its publisher for an open one"
            ) from error
        return read_xls(opened, may_be_protected=False)
    except MALFORMED as error:
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
        found = _xls_sheet(book, sheet)
        cells, hidden = _shown(found.cells, rows, columns)
        findings += _left_out([*hidden, *found.hidden], found.struck, sheet.name, number)
        pages.append(Page(number=number, blocks=tuple(blocks_of(cells, page=number))))
    findings = [*formulas.findings(), *findings]
    return Document(medium=Medium.XLS, reader=READER, pages=tuple(pages), findings=tuple(findings))


def _hidden(name: str) -> Finding:
    message = f"the sheet {name} is hidden; nobody sees it printed, it was left out"
    return Finding(code="hidden_sheet", severity=Severity.WARNING, message=message)


def _hidden_of(sheet: Worksheet) -> tuple[set[int], set[int]]:
    """The hidden rows and columns, from 0."""
    rows = {row - 1 for row, each in sheet.row_dimensions.items() if each.hidden or each.height == 0}
    columns = [each for each in sheet.column_dimensions.values() if each.hidden or each.width == 0]
    return rows, {column - 1 for each in columns for column in range(each.min or 1, (each.max or 0) + 1)}


def _shown(cells: Iterable[Marked], rows: set[int], columns: set[int]) -> tuple[list[Marked], list[str]]:
    """The cells that are seen, and the texts in hidden rows or columns; a merged cell is seen in part."""
    shown: list[Marked] = []
    hidden: list[Marked] = []
    for each in cells:
        in_row = rows.issuperset(range(each.row, each.row + each.row_span))
        in_column = columns.issuperset(range(each.column, each.column + each.column_span))
        (hidden if in_row or in_column else shown).append(each)
    return shown, [each.text for each in hidden if each.text.strip()]


def _left_out(hidden: Sequence[str], struck: Sequence[str], name: str, page: int) -> list[Finding]:
    """Findings for what a sheet holds and nobody sees."""
    findings: list[Finding] = []
    if hidden:
        message = (
            f"{len(hidden)} cells of sheet {name} were left out, whole or in part: hidden, in the colour of their "
            "ground or in a format that shows nothing"
        )
        findings.append(_finding("hidden_cells", message, hidden, page))
    if struck:
        message = f"{len(struck)} cells of sheet {name} are struck through, whole or in part; that was left out"
        findings.append(_finding("struck_text", message, struck, page))
    return findings


def _finding(code: str, message: str, texts: Sequence[str], page: int) -> Finding:
    evidence = " ".join(texts)[:200]
    return Finding(code=code, severity=Severity.WARNING, message=message, page=page, evidence=evidence)


@dataclass(slots=True)
class _Sheet:
    """The cells of a sheet that are seen, and the texts of those that are not."""

    cells: list[Marked] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)

    def add(self, marked: Marked, text: SeenText) -> None:
        self.struck += [text.struck] if text.struck else []
        self.hidden += [text.unseen] if text.unseen else []
        if text.text:
            self.cells.append(marked)


def _xlsx_sheet(sheet: Worksheet) -> _Sheet:
    spans = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    found = _Sheet()
    for (row, column), cell in sorted(sheet._cells.items()):  # the cells that exist; iter_rows would invent the rest
        if cell.value is None:
            continue
        area = spans.get((row, column))
        text = _seen_cell(cell)
        marked = Marked(
            row=row - 1,
            column=column - 1,
            text=text.text,
            row_span=area.max_row - area.min_row + 1 if area else 1,
            column_span=area.max_col - area.min_col + 1 if area else 1,
            indent=float(cell.alignment.indent or 0) if cell.alignment else 0.0,
            line=row,
        )
        found.add(marked, text)
    return found


def _seen_cell(cell: Cell) -> SeenText:
    runs = runs_of(cell)
    if runs:
        return seen(runs)
    text = printed(_value(cell), _format(cell))
    if not text and cell.value != 0:
        return SeenText("", unseen=str(cell.value))
    unseen = is_unseen(cell) or (is_white(cell.value, _format(cell)) and is_on_paper(cell))
    return seen([Run(text, struck=bool(cell.font and cell.font.strike), unseen=unseen)])


def _format(cell: Cell) -> str:
    style = cell._style  # type: ignore[attr-defined]  # the format's own number, which openpyxl drops
    return (style and BUILT_IN.get(style.numFmtId)) or cell.number_format or "General"


def _value(cell: Cell) -> object:
    """What the cell holds; openpyxl calls a number an error whose format says that it is a date, and none is."""
    return (
        TOO_WIDE if cell.value == "#VALUE!" and cell.data_type == "e" and is_date_format(_format(cell)) else cell.value
    )


def _xls_sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> _Sheet:
    spans = {(top, left): (bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells}
    found = _Sheet()
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in (xlrd.XL_CELL_BLANK, xlrd.XL_CELL_EMPTY):
                continue
            cell = sheet.cell(row, column)
            style = book.xf_list[cell.xf_index]
            number_format = BUILT_IN.get(style.format_key) or book.format_map[style.format_key].format_str or "General"
            text = _xls_text(book, cell, number_format)
            shown = seen(xls_runs(book, sheet, row, column, text))
            if not text and cell.value not in (0, ""):
                shown = SeenText("", unseen=str(cell.value))
            row_span, column_span = spans.get((row, column), (1, 1))
            marked = Marked(
                row=row,
                column=column,
                text=shown.text,
                row_span=row_span,
                column_span=column_span,
                indent=float(style.alignment.indent_level),
                line=row + 1,
            )
            found.add(marked, shown)
    return found


def _xls_text(book: xlrd.Book, cell: xlrd.sheet.Cell, number_format: str) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        date = from_serial(cell.value, date1904=bool(book.datemode))
        return TOO_WIDE if date is None else printed(date, number_format)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return printed(bool(cell.value), number_format)
    return printed(cell.value, number_format) if cell.ctype == xlrd.XL_CELL_NUMBER else str(cell.value)
