"""Form fields that are filled are read in the cells they stand in; empty ones and links change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.pdf.reader import read_pdf
from tests.extract.pdf.typesetting import Entry, Table, cells, only_grid, typeset

ROWS: list[list[Entry]] = [["Item", "Amount"], ["Alpha", ""], ["Beta", ""]]


@pytest.mark.parametrize("values", [("12.50", "7.00"), ("12.50", ""), ("", "")])
def test_what_is_filled_into_a_form_is_read_in_its_cell(tmp_path: Path, values: tuple[str, str]) -> None:
    table = Table(ROWS, (100, 120), heights=[20, 20, 20])

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.linkURL("https://example.org", (60, 500, 160, 520))
        for row, value in enumerate(values, 1):
            canvas.acroForm.textfield(
                name=f"amount{row}",
                value=value,
                x=162,
                y=table.top - 20 * (row + 1) + 2,
                width=110,
                height=16,
                fontSize=9,
                borderWidth=0,
            )

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == [["Item", "Amount"], ["Alpha", values[0]], ["Beta", values[1]]]
    assert document.findings == ()
