"""What is printed twice is seen before it counts twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extract.document import Block, Cell, Document, Grid, Medium, Page, Severity
from extract.reading import read_document
from tests.transform.statements.typing_tables import document, grid
from transform.checks.repetition import repeated
from transform.declaration import Declaration
from transform.recognition import read_records

FILINGS = os.environ.get("YUSUAN_FILINGS")
HEAD = """
    项目名称|{0}|预算金额|{1}万元
    项目期|2024年1月至2024年12月|主管部门|某局
    年度目标|完成全年的建设任务并投入使用，服务群众10万人次以上|联系人|某某
"""
TARGETS = """
    一级指标|二级指标|三级指标|指标值
    产出指标|数量指标|建设站点数量|≥12个
    效益指标|社会效益|服务群众人次|≥10万人次
    满意度指标|服务对象满意度|群众满意率|≥95%
"""


def form(name: str, amount: str, page: int) -> list[str | Grid]:
    return ["项目支出绩效目标申报表", grid(HEAD.format(name, amount), page=page), f"- {page} -"]


def targets(page: int) -> list[str | Grid]:
    return [grid(TARGETS, page=page), f"- {page} -"]


def found(*pages: list[str | Grid]) -> list[str]:
    return [one.message.split(":")[0] for one in repeated(document(*pages))]


def test_a_form_whose_pages_are_repeated_in_part_is_seen() -> None:
    pages = [form("甲项目", "30.00", 1), targets(2)]
    assert found(*pages) == []
    assert found(*pages, form("甲项目", "30.00", 3)) == ["page 3 says word by word what page 1 says"]
    assert found(*pages, targets(3)) == ["page 3 says word by word what page 2 says"]


def test_forms_of_two_projects_are_alike_and_not_the_same() -> None:
    assert found(form("甲项目", "30.00", 1), form("乙项目", "30.00", 2), form("甲项目", "31.00", 3)) == []


def test_forms_of_two_projects_may_promise_the_same() -> None:
    pages = [form("甲项目", "30.00", 1), targets(2), form("乙项目", "30.00", 3), targets(4)]
    assert found(*pages) == []
    assert found(*pages, targets(5)) == ["page 5 says word by word what page 4 says"]


def test_covers_and_empty_forms_are_alike() -> None:
    empty = ["项目支出绩效目标申报表", "（本部门无此类项目，此表为空表，特此说明）" * 3]
    assert found([*empty], [*empty]) == []


def test_a_page_in_the_midst_of_a_table_is_seen_though_the_row_its_break_cut_stands_on_the_page_before() -> None:
    """Page 3 is page 2 again; the reader joined all three, and the row that the break cut with the row above."""
    rows = [["名称", "目标", "金额"], ["甲项目", "建设站点12个，服务群众", "10.00"]]
    once = [["乙项目", "改造道路3公里并于年底前通车", "20.00"], ["丙项目", "培训人员200人次，合格率达到九成", "30.00"],
            ["丁项目", "维护设备40台套，全年无故障运行", "40.00"], ["戊项目", "开展检查5次", "50.00"]]  # fmt: skip
    printed = [(1, row) for row in rows] + [(2, row) for row in once] + [(3, row) for row in once]
    printed[5] = (2, ["戊项目", "开展检查5次续", "50.00"])
    cells = tuple(
        Cell(row=y, column=x, text=text, page=page)
        for y, (page, row) in enumerate(printed)
        for x, text in enumerate(row)
    )
    blocks: tuple[Block, ...] = (Grid(n_rows=len(printed), n_columns=3, cells=cells, page=1),)
    pages = (Page(number=1, blocks=blocks), Page(number=2, blocks=()), Page(number=3, blocks=()))
    joined = Document(medium=Medium.PDF, reader="test-1", pages=pages)
    assert [one.message.split(":")[0] for one in repeated(joined)] == ["page 3 says word by word what page 2 says"]


def test_two_statements_rightly_go_on_with_the_same_lines() -> None:
    lines = "\n".join(f"2011{n:03}|第{n}项支出|{n}.00" for n in range(30))
    pages = [["收入总表", grid(lines)], [grid(lines, page=2)], ["支出总表", grid(lines, page=3)]]
    assert list(repeated(document(*pages), statements=True)) == []
    again = document(*pages, ["支出总表", grid(lines, page=4)])
    assert [one.page for one in repeated(again, statements=True)] == [4]


def test_without_pages_a_table_that_stands_twice_is_seen() -> None:
    page = Page(number=None, blocks=(grid(TARGETS), grid(TARGETS)))
    html = Document(medium=Medium.HTML, reader="test-1", pages=(page,))
    assert [one.message.split(":")[0] for one in repeated(html)] == ["a table stands twice"]


@pytest.mark.skipif(FILINGS is None, reason="YUSUAN_FILINGS names no folder of published filings")
def test_page_one_again_at_the_end_holds_a_departments_form() -> None:
    """8 tasks for 4 and 7 invented indicators were published of it."""
    path = Path(FILINGS or "") / "damaged" / "00633__liwan-keji-2024__p_duppage.pdf"
    records = read_records(read_document(path), Declaration(department="广州市荔湾区科技工业和信息化局"))
    assert "printed_twice" in {one.code for one in records.findings if one.severity is Severity.CRITICAL}
