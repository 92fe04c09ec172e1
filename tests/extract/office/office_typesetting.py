"""A document typeset anew as DOCX, XLSX or HTML: lines as paragraphs, grids as tables with their merged cells."""

from __future__ import annotations

import html
import io

import docx
import openpyxl
from docx.shared import Pt
from openpyxl.styles import Alignment

from extract.document import Document, Grid


def as_docx(document: Document) -> bytes:
    made = docx.Document()
    for block in document.blocks():
        if not isinstance(block, Grid):
            made.add_paragraph(block.text)
            continue
        table = made.add_table(block.n_rows, block.n_columns)
        rows = [list(row.cells) for row in table.rows]
        for cell in block.cells:
            first = rows[cell.row][cell.column]
            last = rows[cell.row + cell.row_span - 1][cell.column + cell.column_span - 1]
            merged = first.merge(last) if first is not last else first
            paragraph = merged.paragraphs[0]
            paragraph.text = cell.text
            paragraph.paragraph_format.left_indent = Pt(10.5 * cell.indent)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def as_xlsx(document: Document) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    row = 1
    for block in document.blocks():
        if not isinstance(block, Grid):
            sheet.cell(row, 1, block.text)
            row += 1
            continue
        for cell in block.cells:
            top, left = row + cell.row, 1 + cell.column
            made = sheet.cell(top, left, cell.text)
            made.data_type = "s"  # a text that begins with = is no formula
            made.alignment = Alignment(indent=round(cell.indent), wrap_text=True)
            if cell.row_span * cell.column_span > 1:
                sheet.merge_cells(
                    start_row=top,
                    start_column=left,
                    end_row=top + cell.row_span - 1,
                    end_column=left + cell.column_span - 1,
                )
        row += block.n_rows
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_html(document: Document) -> bytes:
    parts = []
    for block in document.blocks():
        if not isinstance(block, Grid):
            parts.append(f"<p>{html.escape(block.text)}</p>")
            continue
        rows: list[list[str]] = [[] for _ in range(block.n_rows)]
        for cell in block.cells:
            spans = f' rowspan="{cell.row_span}" colspan="{cell.column_span}"'
            style = f' style="padding-left: {cell.indent}em"' if cell.indent else ""
            text = html.escape(cell.text).replace("\n", "<br>")
            rows[cell.row].append(f"<td{spans}{style}>{text}</td>")
        parts.append("<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>")
    menu = "<div><a href='/'>首页</a> <a href='/zwgk'>政务公开</a> <a href='/bsfw'>办事服务</a></div>"
    page = (
        f"<!DOCTYPE html><html><head><title></title></head><body>{menu}<div>{''.join(parts)}</div>{menu}</body></html>"
    )
    return page.encode("gb18030")
