"""A table over several pages is one grid, a row over several pages is one row, and two tables stay two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.document import Document, Severity
from extract.pdf.reader import read_pdf
from extract.pdf.row_breaks import Verdict, continues
from tests.extract.pdf.typesetting import SONG, Entry, Span, Table, cells, only_grid, typeset

HEADER: list[Entry] = ["序号", "项目名称", "金额", "绩效目标"]
WIDTHS = (40, 150, 90, 300)


def rows(first: int, last: int) -> list[list[Entry]]:
    return [[str(i), f"项目{i}", f"{i}.00", f"1.完成任务不少于{i}项"] for i in range(first, last + 1)]


def read(tmp_path: Path, *parts: Table | Callable[[Canvas], None]) -> Document:
    return read_pdf(typeset(tmp_path / "a.pdf", *(part.paint if isinstance(part, Table) else part for part in parts)))


def titled(table: Table, title: str, number: int) -> Callable[[Canvas], None]:
    def paint(canvas: Canvas) -> None:
        canvas.setFont(SONG, 14)
        canvas.drawString(300, 550, title)
        canvas.setFont(SONG, 9)
        canvas.drawString(410, 20, f"第 {number} 页")
        table.paint(canvas)

    return paint


@pytest.mark.parametrize("repeated", [False, True])
def test_header_repeated_or_not(tmp_path: Path, repeated: bool) -> None:
    head = [HEADER] if repeated else []
    parts = [
        Table([HEADER, *rows(1, 20)], WIDTHS),
        Table([*head, *rows(21, 40)], WIDTHS),
        Table([*head, *rows(41, 50)], WIDTHS),
    ]
    grid = only_grid(read(tmp_path, *(titled(part, "项目支出绩效目标表", i) for i, part in enumerate(parts, 1))))
    assert cells(grid) == [HEADER, *rows(1, 50)]
    assert [grid.rows()[i][0].page for i in (20, 21, 41)] == [1, 2, 3]  # type: ignore[union-attr]


def test_a_row_over_three_pages_is_one_row(tmp_path: Path) -> None:
    goal = [f"{i}.完成第{i}项任务，验收合格率不低于{i}%；" for i in range(1, 31)]
    first = Table([HEADER, ["1", "招商", "10.00", "\n".join(goal[:10])]], WIDTHS, top=250)
    second = Table([["", "", "", "\n".join(goal[10:20])]], WIDTHS)
    third = Table([["", "", "", "\n".join(goal[20:])], ["2", "其他", "2.00", "1.按时完成"]], WIDTHS)
    grid = only_grid(read(tmp_path, first, second, third))
    assert cells(grid) == [HEADER, ["1", "招商", "10.00", "\n".join(goal)], ["2", "其他", "2.00", "1.按时完成"]]


def test_a_row_over_the_break_whose_rules_stay_open(tmp_path: Path) -> None:
    def open_part(table: Table, *, below: bool) -> Callable[[Canvas], None]:
        def paint(canvas: Canvas) -> None:
            table.paint(canvas)
            canvas.setStrokeColorRGB(0, 0, 0)
            y = table.top - sum(table.heights) if below else table.top
            x = table.left
            for width in (0, *table.widths):
                x += width
                canvas.line(x, y, x, y - 40 if below else y + 40)
            for k, text in enumerate(
                ("3", "招商引资", "1.00", "举办活动") if below else ("", "工作经费", "", "不少于三场")
            ):
                canvas.drawString(table.left + sum(table.widths[:k]) + 3, y - 20 if below else y + 20, text)

        return paint

    before, after = Table([HEADER, *rows(1, 2)], WIDTHS, top=120), Table(rows(4, 5), WIDTHS, top=480)
    grid = only_grid(read(tmp_path, open_part(before, below=True), open_part(after, below=False)))
    broken = ["3", "招商引资\n工作经费", "1.00", "举办活动\n不少于三场"]
    assert cells(grid) == [HEADER, *rows(1, 2), broken, *rows(4, 5)]


def test_a_merged_cell_over_the_break_goes_on(tmp_path: Path) -> None:
    widths = (60, 100, 150, 100)
    head: list[Entry] = ["一级指标", "二级指标", "三级指标", "指标值"]
    first = Table(
        [head, [Span("产出指标", rows=2), "数量指标", "支持企业数", "≥30家"], [None, "质量指标", "合格率", "100%"]],
        widths,
        top=120,
    )
    second = Table([[Span("", rows=2), "时效指标", "完成时间", "12月底"], [None, "成本指标", "成本", "≤5万元"]], widths)
    grid = only_grid(read(tmp_path, first, second))
    assert cells(grid)[1:] == [
        ["产出指标", "数量指标", "支持企业数", "≥30家"],
        [None, "质量指标", "合格率", "100%"],
        [None, "时效指标", "完成时间", "12月底"],
        [None, "成本指标", "成本", "≤5万元"],
    ]
    assert grid.rows()[1][0].row_span == 4  # type: ignore[union-attr]


def test_a_row_broken_over_the_page_beside_merged_labels_is_one_row(tmp_path: Path) -> None:
    """Its parts were two indicators, both wrong, and published."""
    widths = (60, 100, 90, 100)
    head: list[Entry] = ["一级指标", "二级指标", "三级指标", "指标值"]
    one: list[Entry] = [Span("产出指标", rows=2), "数量指标", "支持企业数", "≥30家"]
    first = Table([head, one, [None, "时效指标", "项目按期完成率（4", "≥95%"]], widths, top=120)
    second = Table(
        [[Span("", rows=2), "", "期老旧小区停车设施改造工程）", ""], [None, "成本指标", "成本", "≤5万元"]], widths
    )
    grid = only_grid(read(tmp_path, first, second))
    read_rows = [[text and text.replace("\n", "") for text in row] for row in cells(grid)[1:]]
    assert read_rows == [
        ["产出指标", "数量指标", "支持企业数", "≥30家"],
        [None, "时效指标", "项目按期完成率（4期老旧小区停车设施改造工程）", "≥95%"],
        [None, "成本指标", "成本", "≤5万元"],
    ]
    assert grid.rows()[1][0].row_span == 3  # type: ignore[union-attr]


def test_tables_with_titles_of_their_own_stay_apart(tmp_path: Path) -> None:
    parts = [titled(Table([HEADER, *rows(1, 20)], WIDTHS), f"附表{i} 项目表", i) for i in (1, 2)]
    assert len(list(read(tmp_path, *parts).grids())) == 2


def test_columns_that_differ_stay_apart(tmp_path: Path) -> None:
    second = Table(rows(21, 30), (40, 160, 80, 300))
    assert len(list(read(tmp_path, Table([HEADER, *rows(1, 20)], WIDTHS), second).grids())) == 2


def test_numbering_that_starts_again_is_another_table(tmp_path: Path) -> None:
    first, second = Table([HEADER, *rows(1, 20)], WIDTHS), Table([HEADER, *rows(1, 20)], WIDTHS)
    assert len(list(read(tmp_path, first, second).grids())) == 2


def test_copies_of_a_form_stay_apart(tmp_path: Path) -> None:
    def form(name: str) -> Table:
        labels = ["项目名称", "主管部门", "实施单位", "项目资金", "年度目标", "产出指标"]
        return Table([[label, f"{name}{label}"] for label in labels], (120, 400), heights=[80] * 6)

    assert len(list(read(tmp_path, form("甲"), form("乙")).grids())) == 2


@pytest.mark.parametrize(
    ("above", "below", "verdict"),
    [
        (["1", "招商", "10.00", "举办活动\n三场"], ["", "", "", "并于年底\n完成"], Verdict.GOES_ON),
        (["1", "招商", "10.00", "1.甲;2.乙"], ["", "", "", "3.丙"], Verdict.GOES_ON),
        (["1", "招商", "10.00", "1.甲"], ["2", "其他", "2.00", "1.甲"], Verdict.OWN),
        (["1", "招商", "10.00", "1.甲"], ["", "小计", "10.00", ""], Verdict.OWN),
        (["", "产出", "支持企业数", "≥30家"], ["", "", "举办场次", "≥5场"], Verdict.OWN),
        (["1", "招商", "10.00", ""], ["", "", "", "1.甲"], Verdict.GOES_ON),
        (["产出", "招商", "10.00", ""], ["", "", "", "1.甲"], Verdict.UNSURE),
        (["1", "招商", "12,345,", "1.甲"], ["", "", "678.90", ""], Verdict.GOES_ON),
        (["1", "招商", "12,345", "1.甲"], ["", "", ",678.90", "2.乙"], Verdict.GOES_ON),
        (["", "", "举办\n活动", "1、甲"], ["工作经费", "20.00", "三场", "丙"], Verdict.UNSURE),
        (["促进科技", "10.00", "1.甲"], ["创新资金", "", "2.乙"], Verdict.GOES_ON),
        (["招商", "10.00", "1.甲"], ["投资促进局", "", ""], Verdict.OWN),
        (["服务贸易\n专题", "39. 38", "1、甲\n乙80%"], ["办展费用", "30. 00", "1、丙\n丁"], Verdict.OWN),
        (["", "", "1、甲; 2、乙\n指标值:1"], ["工作经费", "20. 00", "人/团; 3、丙"], Verdict.GOES_ON),
        (["", "", "1、甲; 2、乙\n指标值:1"], ["工作经费", "20.00", "1、丙; 2、丁"], Verdict.OWN),
    ],
)
def test_what_the_cells_say_of_a_row_over_a_break(above: list[str], below: list[str], verdict: Verdict) -> None:
    assert continues(above, below, open_edge=False) is verdict


def test_a_row_that_may_be_the_rest_of_one_is_a_finding(tmp_path: Path) -> None:
    first = Table([HEADER, *rows(1, 2), ["其中", "招商", "3.00", ""]], WIDTHS, top=150)
    document = read(tmp_path, first, Table([["", "", "", "1.甲"], *rows(4, 5)], WIDTHS))
    assert only_grid(document).n_rows == 7
    [finding] = [finding for finding in document.findings if finding.code == "uncertain_break"]
    assert (finding.severity, finding.page, finding.evidence) == (Severity.WARNING, 2, " |  |  | 1.甲")


def test_a_repeated_header_that_runs_into_the_rest_of_a_row(tmp_path: Path) -> None:
    """ReportLab draws no rule between the header it repeats and the rest of the row it broke."""
    goal = [f"{i}.完成任务{i}项；" for i in range(1, 13)]
    first = Table([HEADER, ["1", "招商", "10.00", "\n".join(goal[:6])]], WIDTHS, top=150)
    again: list[Entry] = ["序号", "项目名称", "金额", "\n".join(["绩效目标", *goal[6:]])]
    second = Table([again, ["2", "其他", "2.00", "1.按时完成"]], WIDTHS)
    grid = only_grid(read(tmp_path, first, second))
    assert cells(grid) == [HEADER, ["1", "招商", "10.00", "\n".join(goal)], ["2", "其他", "2.00", "1.按时完成"]]


def test_inferred_columns_go_on_though_their_gutters_wander(tmp_path: Path) -> None:
    widths = (60, 200, 90, 200)
    first = Table([HEADER, *rows(1, 8)], widths, upright=False, top=300)
    longer: list[list[Entry]] = [
        [str(i), f"名称要长得多的项目第{i}号", f"{i},000.00", "按时完成"] for i in range(9, 15)
    ]
    second = Table([HEADER, *longer], widths, upright=False)
    grid = only_grid(read(tmp_path, first, second))
    assert cells(grid) == [HEADER, *rows(1, 8), *longer]


def test_a_row_whose_name_and_amount_are_centred_below_the_break(tmp_path: Path) -> None:
    """ReportLab's splitInRow: the header stands above the open part, and runs into the rest on the next page."""
    goal = [f"{i}.完成任务{i}项；" for i in range(1, 13)]
    first = Table([HEADER, *rows(1, 3), HEADER, ["", "", "", "\n".join(goal[:6])]], WIDTHS, top=250)
    again: list[Entry] = ["序号\n4", "项目名称\n招商", "金额\n10.00", "\n".join(["绩效目标", *goal[6:]])]
    grid = only_grid(read(tmp_path, first, Table([again, *rows(5, 6)], WIDTHS)))
    assert cells(grid) == [HEADER, *rows(1, 3), ["4", "招商", "10.00", "\n".join(goal)], *rows(5, 6)]


def test_a_header_at_the_end_of_a_page_is_no_row(tmp_path: Path) -> None:
    first, second = Table([HEADER, *rows(1, 3), HEADER], WIDTHS, top=200), Table([HEADER, *rows(4, 5)], WIDTHS)
    assert cells(only_grid(read(tmp_path, first, second))) == [HEADER, *rows(1, 5)]
