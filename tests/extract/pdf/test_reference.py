"""The reader gives pdfplumber's own tables, string by string, wherever a page has ordinary rules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.pdf.page import pdfplumber_pages
from extract.pdf.plain import reference_tables
from extract.pdf.reader import read_pages
from tests.extract.pdf import typesetting
from tests.extract.pdf.typesetting import Entry, Span, Table, cells, typeset

REAL = Path(os.environ.get("YUSUAN_FILINGS", "")) / "real"


def samples() -> list[Table]:
    rows: list[list[Entry]] = [["序号", "项目名称", "金额"]]
    rows += [[str(i), f"第{i}个项目" * (i % 4 + 1), f"{i * 1234.5:,.2f}"] for i in range(1, 15)]
    merged: list[list[Entry]] = [
        [Span("绩效指标", columns=3), None, None],
        [Span("产出指标", rows=2), "数量指标", "≥30家"],
        [None, "质量指标", "100%"],
        [Span("合计", columns=2), None, "1.00"],
    ]
    draws = (typesetting.line, typesetting.thin_rectangle, typesetting.double_line)
    tables = [Table(rows, (40, 120, 90), size=size, draw=draw) for size in (7, 9, 12) for draw in draws]
    return [*tables, *(Table(merged, (70, 90, 60), draw=draw) for draw in draws)]


def test_the_same_tables_as_pdfplumber_on_every_typeset_page(tmp_path: Path) -> None:
    def twice(table: Table, canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.translate(0.3, 0)
        table.paint(canvas)

    tables = samples()
    pages = [table.paint for table in tables] + [
        lambda canvas, table=table: twice(table, canvas) for table in tables[:2]
    ]
    path = typeset(tmp_path / "a.pdf", *pages)
    reference = list(reference_tables(path))
    document, _ = read_pages(path, range(100))
    assert [[cells(block) for block in page.blocks if hasattr(block, "cells")] for page in document.pages] == reference
    with pdfplumber_pages(path) as ours:
        assert [page.extract_tables() for page in ours] == reference


def test_pdfplumber_works_on_pdfium_pages(tmp_path: Path) -> None:
    table = samples()[0]
    path = typeset(tmp_path / "a.pdf", table.paint)
    with pdfplumber_pages(path) as pages:
        page = next(pages)
        assert "第1个项目" in page.extract_text()
        header = page.crop((60, 75, 310, 75 + table.heights[0]))
        assert header.extract_text().split() == ["序号", "项目名称", "金额"]


@pytest.mark.skipif(not REAL.is_dir(), reason="YUSUAN_FILINGS does not point to the real filings")
def test_the_same_tables_as_pdfplumber_on_real_filings_without_white_rules() -> None:
    path = next(REAL.glob("*2024-final-account.pdf"))
    document, _ = read_pages(path, range(1000))
    ours = [[cells(block) for block in page.blocks if hasattr(block, "cells")] for page in document.pages]
    assert ours == list(reference_tables(path))
