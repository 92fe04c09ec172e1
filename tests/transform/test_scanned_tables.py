"""A project target table as a scan gives it: digits misread, points lost, columns run together."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from extract.document import Document, Line, Page
from tests.transform.typeset import document_of, grid_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

HEADER = "项目名称（资金使用单位） | 总计 | 财政拨款 | 其他资金 | 绩效目标 | 绩效指标"
INDICATORS = "1、1-产出指标；11-数量指标；次数；实施周期指标值:10次；年度指标值:10次。"


def scanned(*rows: str, doubts: Mapping[str, float] | None = None) -> Records:
    """Records of a scanned table; `doubts` is the confidence of cells by their text, 0.999 for all others."""
    grid = grid_of("\n".join([HEADER, *(row.replace("…", f"保障运转 | {INDICATORS}") for row in rows)]))
    cells = tuple(replace(cell, confidence=(doubts or {}).get(cell.text, 0.999)) for cell in grid.cells)
    document: Document = document_of("项目支出绩效目标表", "部门名称：某市科技局　单位：万元")
    page = Page(number=3, blocks=(Line(text="2024年", page=3), replace(grid, cells=cells)))
    records = read_records(replace(document, pages=(*document.pages, page)), Declaration(department="某市科技局"))
    assert isinstance(records, Records)
    return records


def money(records: Records) -> list[tuple[str | None, str | None, Decimal]]:
    return [(line.project, line.funding_source, line.amount.yuan) for line in records.budget_lines]


def repairs(records: Records) -> list[str]:
    return [finding.evidence for finding in records.findings if finding.code == "amount_repaired"]


def test_a_misread_digit_is_mended_by_the_totals() -> None:
    records = scanned(
        "合计 | 61.00 | 61.00 | | |",
        "某市科技局 | 61.00 | 61.00 | | |",
        "甲项目 | 41.00 | 47.00 | | …",
        "乙项目 | 20.00 | 20.00 | | …",
        doubts={"47.00": 0.71},
    )
    assert money(records) == [("甲项目", "财政拨款", Decimal(410_000)), ("乙项目", "财政拨款", Decimal(200_000))]
    assert records.budget_lines[0].flags == ("repaired",)
    assert records.budget_lines[0].source.text == "47.00"
    assert repairs(records) == ["47.00"]


def test_what_was_read_with_certainty_is_left_to_the_gate() -> None:
    records = scanned(
        "合计 | 61.00 | 61.00 | | |",
        "某市科技局 | 61.00 | 61.00 | | |",
        "甲项目 | 41.00 | 47.00 | | …",
        "乙项目 | 20.00 | 20.00 | | …",
    )
    assert money(records)[0] == ("甲项目", "财政拨款", Decimal(470_000))
    assert "amounts_not_repaired" in [finding.code for finding in records.findings]


def test_a_garbled_amount_that_can_be_only_one_is_read() -> None:
    records = scanned(
        "合计 | 1,220.00 | 1,220.00 | | |",
        "某市科技局 | 1,220.00 | 1,220.00 | | |",
        "甲项目 | 1.2OO.00 | 1,200,00 | | …",
        "乙项目 | 20.00 | 20.00 | | …",
    )
    assert money(records)[0] == ("甲项目", "财政拨款", Decimal(12_000_000))
    assert repairs(records) == ["1.2OO.00", "1,200,00"]
    assert "repaired" in records.budget_lines[0].flags


def test_a_garbled_heading_is_put_right_and_free_text_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    garbled = HEADER.replace("财政拨款", "财玫拨款").replace("其他资金", "其地资金")
    monkeypatch.setattr(sys.modules[__name__], "HEADER", garbled)
    records = scanned(
        "合计 | 61.00 | 61.00 | | |",
        "某市科技局 | 61.00 | 61.00 | | |",
        "其它资金 | 41.00 | 41.00 | | …",
        "乙项目 | 20.00 | 20.00 | | …",
        doubts={"财玫拨款": 0.6, "其地资金": 0.8},
    )
    assert money(records) == [("其它资金", "财政拨款", Decimal(410_000)), ("乙项目", "财政拨款", Decimal(200_000))]
    mended = [finding.evidence for finding in records.findings if finding.code == "label_repaired"]
    assert mended == ["财玫拨款", "其地资金"]


def test_amounts_of_columns_that_ran_together_are_parted() -> None:
    records = scanned(
        "合计 | 61.00 | 61.00 | | |",
        "某市科技局 | 61.00 | 61.00 | | |",
        "甲项目 | 41.00 41.00 | < | | …",
        "乙项目 | 20.00 | 20.00 | | …",
    )
    assert money(records) == [("甲项目", "财政拨款", Decimal(410_000)), ("乙项目", "财政拨款", Decimal(200_000))]
    assert repairs(records) == ["41.00 41.00"]
    assert "repaired" in records.budget_lines[0].flags
