"""Workbooks and web pages broken on purpose: what nobody sees, what looks empty, what stands beside the table."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from extract.catalogue import Publisher
from extract.office.workbooks import read_xlsx
from extract.web.html import read_html
from tests.end_to_end.judged import Judged, filing_of, judged
from transform.records import Kind
from warehouse.server.database import Database
from warehouse.submission import Status

PUBLISHER = Publisher(id="commerce", name="某某商务委员会", region_code="310107", region="上海市普陀区")
HEAD = ["序号", "项目名称", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标"]


def _items(name: str, target: str) -> str:
    return (
        f"1、1-产出指标；11-数量指标；{name}；实施周期指标值:{target}；年度指标值:{target}。\n"
        "2、3-满意度指标；31-服务对象满意度；群众满意度；实施周期指标值:≥90%；年度指标值:≥90%。"
    )


ROWS: list[list[Any]] = [
    [None, "合计", 135.5, 100, 30, 5.5, None, None],
    [None, "某某商务委员会", 135.5, 100, 30, 5.5, None, None],
    [1, "设备采购费用", 35.5, None, 30, 5.5, "采购好设备，保障办公。", _items("采购数量", "≥10台")],
    [2, "招商引资经费", 80, 80, None, None, "招来商，引来资。", _items("活动场次", "≥4场")],
    [3, "宣传经费", 20, 20, None, None, "做好宣传工作。", _items("稿件数量", "≥50篇")],
]
EMPTY = "<td></td>"
Edit = Callable[[Worksheet], Any]
Change = Callable[[str], str]


def book(edit: Edit) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    heading: list[list[Any]] = [["2025年项目支出绩效目标表"], ["部门名称：某某商务委员会", *[None] * 6, "单位：万元"]]
    for row in [*heading, HEAD, *ROWS]:
        sheet.append(row)
    sheet.merge_cells("A1:H1")
    for cells in sheet.iter_rows(min_row=4, min_col=3, max_col=6):
        for cell in cells:
            cell.number_format = "0.00"
    edit(sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def values(**cells: Any) -> Edit:
    def edit(sheet: Worksheet) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return edit


def formats(number_format: str, *places: str) -> Edit:
    def edit(sheet: Worksheet) -> None:
        for place in places:
            sheet[place].number_format = number_format

    return edit


def second_department(sheet: Worksheet) -> None:
    assert sheet.parent is not None
    values(A2="部门名称：某某教育局")(sheet.parent.copy_worksheet(sheet))


def painted(font: Font, row: int) -> Edit:
    def edit(sheet: Worksheet) -> None:
        for cell in sheet[row]:
            cell.font = font

    return edit


def page(change: Change) -> bytes:
    def cell(at: int, value: Any) -> str:
        printed = f"{value:.2f}" if 2 <= at <= 5 and value is not None else str(value or "").replace("\n", "<br>")
        return f"<td>{printed}</td>"

    rows = "\n".join(f"<tr>{''.join(cell(at, value) for at, value in enumerate(row))}</tr>" for row in [*ROWS])
    head = "".join(f"<td>{name}</td>" for name in HEAD)
    text = (
        "<html><head><title>公开</title></head><body><h1>2025年项目支出绩效目标表</h1>"
        f"<p>部门名称：某某商务委员会　　单位：万元</p><table><tr>{head}</tr>\n{rows}\n</table></body></html>"
    )
    return change(text).encode()


def put(old: str, new: str, times: int = -1) -> Change:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, times)

    return change


def table(heading: str) -> str:
    return (
        f"<p>{heading}</p><table><tr><td>项目名称</td><td>总计</td><td>财政拨款</td></tr>"
        "<tr><td>别的项目</td><td>3.00</td><td>3.00</td></tr><tr><td>又一项目</td><td>2.00</td><td>2.00</td></tr></table>"
    )


BOOK_HELD: dict[str, tuple[Edit, str]] = {
    "an amount in a column without a head": (values(J7=99.5), "stray_text"),
    "an amount below the table": (values(D12=99.5), "unread_line"),
    "a formula of a line without a value": (values(D7="=40+40"), "formula_without_value"),
    "all formulas without a value": (
        values(**{f"{column}{row}": f"=SUM({column}6:{column}8)" for column in "CDEF" for row in (4, 5)}),
        "formula_without_value",
    ),
    "a format in ten thousands": (formats("0!.0,", "C7", "D7"), "control_filing"),
    "a format in thousands": (formats("0.00,", "C7", "D7"), "control_filing"),
    "a percent format": (formats("0%", "C7", "D7"), "control_filing"),
    "a date format": (formats("yyyy-mm-dd", "C7", "D7"), "control_filing"),
    "a format that shows nothing": (formats(";;;", "C7", "D7"), "control_filing"),
    "a hidden row": (lambda sheet: setattr(sheet.row_dimensions[7], "hidden", True), "control_filing"),
    "a row in white": (painted(Font(color="FFFFFFFF"), 7), "control_filing"),
    "a row struck through": (painted(Font(strike=True), 7), "control_filing"),
    "a decimal comma": (values(C7="80,00", D7="80,00"), "control_filing"),
    "merged amounts": (lambda sheet: sheet.merge_cells("D7:D8"), "control_funding_source"),
    "a column more": (values(I3="上年结转", I7=12.5), "unknown_column"),
    "two departments": (second_department, "headings_differ"),
}
PAGE_HELD: dict[str, tuple[Change, str]] = {
    "a further table in another unit of money": (put("</table>", f"</table>{table('单位：元')}"), "unread"),
    "a further table with fewer columns": (put("</table>", f"</table>{table('附表')}"), "unread"),
    "a cell lost": (put("80.00</td><td>80.00</td>", "80.00</td>"), "control_funding_source"),
    "a span over two cells": (put("<td>80.00</td><td>80.00</td>", "<td colspan=2>80.00</td>"), "control_funding"),
    "an amount in a picture": (put("<td>80.00</td>", "<td><img src=x></td>"), "control_filing"),
    "a row in a comment": (lambda text: re.sub("<tr><td>2</td>.*\n", "<!--\\g<0>-->", text), "control_filing"),
    "a row that is not displayed": (put("<tr><td>2</td>", "<tr style='display:none'><td>2</td>"), "control_filing"),
    "a collapsed row": (put("<tr><td>2</td>", "<tr style='visibility:collapse'><td>2</td>"), "control_filing"),
    "the page cut off": (lambda text: text[: text.index("<tr><td>3</td>")], "control_filing"),
    "an error page": (lambda _: "<html><title>404</title><body><h1>页面不存在</h1></body></html>", "layout_recognised"),
}
PAGE_HARMLESS: dict[str, Change] = {
    "a pronunciation above the name": put("招商引资经费", "招商引资<ruby>经<rt>jing</rt></ruby>费"),
    "a table in two": put("<tr><td>2</td>", "</table><table><tr><td>2</td>"),
    "an amount that is not displayed": put("<td>80.00</td>", "<td><span style='display:none'>9</span>80.00</td>"),
    "an empty cell lost": put(f"80.00</td>{EMPTY}{EMPTY}", f"80.00</td>{EMPTY}"),
    "the mark of a footnote": put("<td>80.00</td>", "<td>80.00<sup>1</sup></td>"),
}


@pytest.fixture(scope="module")
def loaded(module_database: Database) -> Iterator[Judged]:
    books = {"sound": lambda _: None, **{name: edit for name, (edit, _) in BOOK_HELD.items()}}
    pages: dict[str, Change] = {
        "sound": str,
        **{name: change for name, (change, _) in PAGE_HELD.items()},
        **PAGE_HARMLESS,
    }
    documents = {f"book/{name}": read_xlsx(book(edit)) for name, edit in books.items()}
    documents |= {f"page/{name}": read_html(page(change)) for name, change in pages.items()}
    filings = [
        filing_of(name, document, PUBLISHER, kind=Kind.PROJECT_TARGET_TABLE, fiscal_year=2025)
        for name, document in documents.items()
    ]
    with judged(module_database, filings) as outcome:
        yield outcome


@pytest.mark.parametrize("name", BOOK_HELD)
def test_a_broken_workbook_is_held(loaded: Judged, name: str) -> None:
    assert BOOK_HELD[name][1] in loaded.told(f"book/{name}")


@pytest.mark.parametrize("name", PAGE_HELD)
def test_a_broken_web_page_is_held(loaded: Judged, name: str) -> None:
    assert PAGE_HELD[name][1] in loaded.told(f"page/{name}")


@pytest.mark.parametrize("name", PAGE_HARMLESS)
def test_what_does_no_harm_gives_the_same_facts(loaded: Judged, name: str) -> None:
    assert loaded.facts(f"page/{name}") == loaded.facts("page/sound")


def test_a_workbook_and_a_web_page_of_the_same_table_give_the_same_facts(loaded: Judged) -> None:
    assert loaded.status("book/sound") is Status.PUBLISHED
    assert loaded.facts("book/sound") == loaded.facts("page/sound")
