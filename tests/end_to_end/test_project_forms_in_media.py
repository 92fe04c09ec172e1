"""A project form gives the same records from a workbook, a Word document and a PDF that breaks over pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from extract.document import Grid
from extract.reading import read_document
from tests.transform.project_forms import DECLARED, SELF_EVALUATION, TWO_SIDES
from tests.transform.typeset import document_of, grid_of
from transform.recognition import read_records
from transform.records import Records

FORMS = {
    "项目支出绩效目标申报表（2024年度）": TWO_SIDES,
    "项目支出绩效自评表（2024年度）": SELF_EVALUATION,
}


def as_xlsx(title: str, grid: Grid, path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.cell(1, 1, title)
    for cell in grid.cells:
        first, last = (cell.row + 2, cell.column + 1), (cell.row + 1 + cell.row_span, cell.column + cell.column_span)
        sheet.cell(*first, cell.text)
        if first != last:
            sheet.merge_cells(start_row=first[0], start_column=first[1], end_row=last[0], end_column=last[1])
    workbook.save(path)


def as_docx(title: str, grid: Grid, path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(title)
    table = document.add_table(grid.n_rows, grid.n_columns)
    for cell in grid.cells:
        last = table.cell(cell.row + cell.row_span - 1, cell.column + cell.column_span - 1)
        table.cell(cell.row, cell.column).merge(last).text = cell.text
    document.save(str(path))


def as_pdf(title: str, grid: Grid, path: Path) -> None:
    """Pages so low that the head, the goal and the indicators stand on pages of their own."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=12, wordWrap="CJK")
    texts: list[list[Paragraph | str]] = [[""] * grid.n_columns for _ in range(grid.n_rows)]
    commands: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    for cell in grid.cells:
        texts[cell.row][cell.column] = Paragraph(cell.text.replace("\n", "<br/>"), style)
        corner = (cell.column + cell.column_span - 1, cell.row + cell.row_span - 1)
        commands.append(("SPAN", (cell.column, cell.row), corner))
    table = Table(texts, colWidths=[780 / grid.n_columns] * grid.n_columns, style=commands)
    SimpleDocTemplate(str(path), pagesize=(842, 260), leftMargin=20, rightMargin=20).build(
        [Paragraph(title, style), table]
    )


def shown(records: Records) -> tuple[object, ...]:
    """What the form says, without where."""
    return (
        [(project.name, project.unit, project.goal, project.notes) for project in records.projects],
        [(line.funding_source, line.measure, line.amount) for line in records.budget_lines],
        [(total.funding_source, total.measure, total.amount) for total in records.stated_totals],
        [
            (each.level1, each.level2, each.name, each.weight, each.score, each.notes, each.targets)
            for each in records.indicators
        ],
    )


@pytest.mark.parametrize("write", [as_xlsx, as_docx, as_pdf])
@pytest.mark.parametrize("title", FORMS)
def test_a_form_in_any_medium(title: str, write: Callable[[str, Grid, Path], None], tmp_path: Path) -> None:
    """Joining the PDF's pages once lost the cells of a page whose table had more columns than the page after it."""
    path = tmp_path / f"form.{write.__name__.removeprefix('as_')}"
    write(title, grid_of(FORMS[title]), path)
    records = read_records(read_document(path), DECLARED)
    expected = read_records(document_of(title, FORMS[title]), DECLARED)
    assert isinstance(records, Records)
    assert isinstance(expected, Records)
    assert shown(records) == shown(expected)
    assert (records.coverage, records.findings) == (1, ())
