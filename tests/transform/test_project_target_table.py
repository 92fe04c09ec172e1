"""The project target table in forms that no sample has: each test is one habit of a publisher or one kind of damage."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extract.document import Box, Cell, Document, Grid, Line, Medium, Page, Severity
from extract.text import read_text
from extract.web.html import read_html
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Part, Records, TotalOf
from transform.vocabulary import BUNDLED, Spelling

HEADING = "2024年项目支出绩效目标表\n单位名称：某区教育局\n单位：万元\n"
COLUMNS = "项目名称（资金使用单位） 总计 财政拨款 财政专户拨款 其他资金 绩效目标 绩效指标\n"
ITEM = "1、产出指标：数，年度指标值：1个。"


def records_of(text: str, money_unit: str | None = None) -> Records:
    declaration = Declaration(department="某区教育局", money_unit=money_unit)
    records = read_records(read_text(text.encode()), declaration)
    assert isinstance(records, Records)
    return records


def money(records: Records) -> list[tuple[str | None, str | None, Decimal]]:
    return [(line.project, line.funding_source, line.amount.yuan / 10_000) for line in records.budget_lines]


def codes(records: Records) -> set[str]:
    return {finding.code for finding in records.findings}


def test_totals_decide_which_source_an_amount_belongs_to_where_blank_columns_were_lost() -> None:
    records = records_of(
        HEADING
        + COLUMNS
        + "合计 300.00 180.00 70.00 50.00\n"
        + "某区教育局 200.00 150.00 50.00\n"
        + f"    甲项目 100.00 100.00\n目标甲。\n{ITEM}\n"
        + f"    乙项目 100.00 50.00 50.00\n目标乙，投入 20.00\n元，到2024.12 完成\n100.00 万元。\n{ITEM}\n"
        + "某区教师发展中心 100.00 30.00 20.00 50.00\n"
        + f"    丙项目\n20.00\n20.00\n目标丙。\n{ITEM}\n"
        + f"    丁项目 80.00 30.00 50.00\n{ITEM}\n"
        + "    戊项目 0.00 0.00\n没有钱的项目目标。\n"
    )
    assert money(records) == [
        ("甲项目", "财政拨款", 100),
        ("乙项目", "财政拨款", 50),
        ("乙项目", "财政专户拨款", 50),
        ("丙项目", "财政专户拨款", 20),
        ("丁项目", "财政拨款", 30),
        ("丁项目", "其他资金", 50),
        ("戊项目", "财政拨款", 0),
    ]
    assert [(p.unit, p.goal) for p in records.projects] == [
        ("某区教育局", "目标甲。"),
        ("某区教育局", "目标乙，投入20.00元，到2024.12完成100.00万元。"),
        ("某区教师发展中心", "目标丙。"),
        ("某区教师发展中心", None),
        ("某区教师发展中心", "没有钱的项目目标。"),
    ]
    assert records.coverage == 1
    assert not records.findings


def test_amounts_that_the_totals_do_not_place_are_flagged() -> None:
    rows = f"    甲 5.00 5.00\n目标。\n{ITEM}\n    乙 5.00 5.00\n目标。\n{ITEM}\n"
    records = records_of(HEADING + COLUMNS + "合计 10.00 5.00 5.00\n" + rows)
    assert [line.flags for line in records.budget_lines] == [("funding_source_assumed",)] * 2
    assert sorted(source for _, source, _ in money(records) if source) == ["财政专户拨款", "财政拨款"]


def test_columns_in_another_order_and_under_other_names() -> None:
    records = records_of(
        HEADING
        + "项目名称\t年度绩效目标\t绩效指标\t资金总额（万元）\t其他资金\t财政拨款\n"
        + f"合计\t\t\t30.00\t10.00\t20.00\n甲\t目标。\t{ITEM}\t30.00\t10.00\t20.00\n"
    )
    assert money(records) == [("甲", "其他资金", 10), ("甲", "财政拨款", 20)]
    assert records.projects[0].goal == "目标。"


def test_a_column_that_is_not_declared_is_critical_in_tabbed_and_in_flattened_text() -> None:
    head = "项目名称\t总计\t财政拨款\t上级补助\t绩效目标\t绩效指标\n"
    row = f"合计\t30.00\t10.00\t20.00\t\t\n甲\t30.00\t10.00\t20.00\t目标。\t{ITEM}\n"
    flat = f"合计 30.00 10.00 20.00\n    甲 30.00 10.00 20.00\n目标。\n{ITEM}\n"
    for text in (HEADING + head + row, HEADING + head.replace("\t", " ") + flat):
        (finding,) = [finding for finding in records_of(text).findings if finding.code == "unknown_column"]
        assert (finding.severity, finding.evidence) == (Severity.CRITICAL, "上级补助")


def test_without_a_unit_of_money_no_amount_is_guessed() -> None:
    text = f"项目支出绩效目标表\n项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n甲\t30.00\t30.00\t目标。\t{ITEM}\n"
    records = records_of(text)
    assert records.money_unit is None
    assert not records.budget_lines
    assert not records.stated_totals
    assert "money_unit_missing" in codes(records)
    assert [source.text for source in records.unconsumed] == ["30.00", "30.00"]


def test_a_unit_of_money_other_than_declared_is_critical() -> None:
    text = HEADING + f"项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n甲\t3.00\t3.00\t目标。\t{ITEM}\n"
    assert "money_unit_mismatch" in codes(records_of(text, money_unit="元"))
    assert "money_unit_mismatch" not in codes(records_of(text, money_unit="万元"))


def test_where_the_page_is_silent_arithmetic_tells_subtotal_from_project() -> None:
    head = HEADING + "项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n合计\t40.00\t40.00\t\t\n"
    described = f"甲\t30.00\t30.00\t目标。\t{ITEM}\n"
    subtotal = records_of(head + "专项一组\t30.00\t30.00\t\t\n" + described)
    assert [project.name for project in subtotal.projects] == ["甲"]
    assert subtotal.projects[0].unit == "专项一组"
    project = records_of(head + "乙项目\t10.00\t10.00\t\t\n" + described)
    assert [project.name for project in project.projects] == ["乙项目", "甲"]


def test_years_in_the_body_and_dates_in_the_heading_never_count() -> None:
    body = f"项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n2022年甲\t3.00\t3.00\t2021年目标。\t{ITEM}\n"
    heading = "项目支出绩效目标表\n单位名称：某区教育局\n填报日期：2023年5月6日\n单位：万元\n"
    assert records_of(heading + body).fiscal_year is None
    assert records_of("2025年度部门预算\n" + heading + body).fiscal_year == 2025
    twice = records_of("2025年度\n2024年\n" + heading + body)
    assert (twice.fiscal_year, "year_conflict" in codes(twice)) == (None, True)


def test_a_row_that_lost_its_tabs_is_a_row() -> None:
    head = HEADING + "项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n合计\t1,008.00\t1,008.00\t\t\n"
    records = records_of(
        head + f"甲 1, 005. 00 1, 005. 00 目标。{ITEM}\n2024年项目支出绩效目标表\n乙\t3.00\t3.00\t目标。\t{ITEM}\n"
    )
    assert money(records) == [("甲", "财政拨款", 1005), ("乙", "财政拨款", 3)]
    assert [p.goal for p in records.projects] == ["目标。", "目标。"]
    assert len(records.indicators) == 2


def test_a_damaged_item_is_told_from_its_neighbours() -> None:
    cell = "1、产出指标：数，年度指标值：1个2、产岀指标：量，年废指标值：≥5%。"
    cell += "3、2-效益指标；22-社会效益；好；年度指标值:是。"
    records = records_of(HEADING + f"项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n甲\t3.00\t3.00\t目标。\t{cell}\n")
    assert [(i.number, i.level1, i.name, i.targets[0].text, i.flags) for i in records.indicators] == [
        ("1", "产出", "数", "1个", ()),
        ("2", "产出", "量", "≥5%", ("damaged",)),
        ("3", "效益", "好", "是", ()),
    ]


def test_a_note_below_a_table_is_no_heading_and_heads_of_columns_print_its_unit_too() -> None:
    row = f"<tr><td>{{0}}</td><td>1.00</td><td>1.00</td><td>目标。</td><td>{ITEM}</td></tr>"
    names = ("项目名称", "总计（万元）", "财政拨款（万元）", "绩效目标", "绩效指标")
    head = "".join(["<tr>", *(f"<td>{name}</td>" for name in names), "</tr>"])
    part = f"<table>{head}{row}</table>"
    page = "<p>2024年项目支出绩效目标表</p><p>单位名称：某区教育局</p>{0}<p>{2}</p>{1}"

    def found(between: str) -> set[str]:
        text = page.format(part.format("甲项目"), part.format("乙项目"), between)
        records = read_records(read_html(text.encode()), Declaration(department="某区教育局", fiscal_year=2024))
        assert isinstance(records, Records)
        return codes(records)

    assert "headings_differ" not in found("注：含2022年结转的资金。")
    assert "headings_differ" not in found("金额单位：万元")
    assert "headings_differ" in found("金额单位：元")


def test_rows_of_a_grid_keep_page_and_box_and_continue_over_a_page_break() -> None:
    def grid(page: int, rows: list[list[str]], indent: int | None = None) -> Grid:
        cells = [
            Cell(
                row=r,
                column=c,
                text=text,
                page=page,
                box=Box(c, r, c + 1, r + 1),
                indent=2.0 if indent == r and not c else 0.0,
            )
            for r, texts in enumerate(rows)
            for c, text in enumerate(texts)
        ]
        return Grid(n_rows=len(rows), n_columns=5, cells=tuple(cells), page=page)

    head = ["项目名称", "总计", "财政\n拨款", "绩效目标", "绩效指标"]
    first = grid(
        1,
        [
            head,
            ["合计", "3.00", "3.00", "", ""],
            ["专项", "3.00", "3.00", "", ""],
            ["甲\n项目", "3.00", "3.00", "目标", "1、产出指标：数，"],
        ],
        3,
    )
    second = grid(2, [head, ["", "", "", "。", "年度指标值：1个。"]])
    lines = tuple(Line(text=text, page=1) for text in HEADING.splitlines())
    pages = (Page(number=1, blocks=(*lines, first)), Page(number=2, blocks=(second, Line(text="- 2 -", page=2))))
    records = read_records(
        Document(medium=Medium.PDF, reader="pdf-1", pages=pages), Declaration(department="某区教育局")
    )
    assert isinstance(records, Records)
    (project,) = records.projects
    assert (project.unit, project.name, project.goal) == ("专项", "甲项目", "目标。")
    assert (project.source.page, project.source.box) == (1, Box(0, 3, 1, 4))
    assert [(i.name, i.targets[0].text) for i in records.indicators] == [("数", "1个")]
    assert [t.unit for t in records.stated_totals if t.total_of is TotalOf.UNIT] == ["专项", "专项"]
    assert records.coverage == 1


@pytest.mark.parametrize(
    ("amount", "code"),
    [("39\n30", "several_amounts"), ("约三十九万39", "amount_unreadable"), ("39,30", "amount_unreadable")],
)
def test_an_amount_that_is_not_read_holds_the_filing(amount: str, code: str) -> None:
    rows = [
        ["项目名称", "总计", "财政拨款", "绩效目标", "绩效指标"],
        ["甲项目", "3.00", amount, "目标。", "1、产出指标：数，年度指标值：1个。"],
    ]
    cells = tuple(Cell(row=r, column=c, text=text, page=1) for r, row in enumerate(rows) for c, text in enumerate(row))
    grid = Grid(n_rows=2, n_columns=5, cells=cells, page=1)
    lines = tuple(Line(text=text, page=1) for text in HEADING.splitlines())
    document = Document(medium=Medium.PDF, reader="pdf-1", pages=(Page(number=1, blocks=(*lines, grid)),))
    records = read_records(document, Declaration(department="某区教育局"))
    assert isinstance(records, Records)
    assert code in {finding.code for finding in records.findings if finding.severity is Severity.CRITICAL}
    assert {line.amount.yuan for line in records.budget_lines} <= {Decimal(30_000)}
    assert amount in [source.text for source in records.unconsumed]


def test_a_table_of_no_known_layout_says_what_was_seen() -> None:
    rows = "车辆台账\n甲车 1.00 2.00\n乙车 3.00 4.00\n丙车 5.00 6.00\n"
    unread = read_records(read_text(rows.encode()), Declaration(department="某区教育局"))
    assert unread.kind is None
    assert unread.findings[0].code == "layout_unrecognised"
    assert "车辆台账" in unread.findings[0].evidence


@pytest.mark.parametrize("text", ["项目绩效目标表|资金名称|年度目标", "附件2区域绩效目标表资金名称省级财政资金"])
def test_a_form_that_lost_its_cells_is_never_taken_for_prose(text: str) -> None:
    unread = read_records(read_text(text.encode()), Declaration(department="某区教育局"))
    assert [section.part for section in unread.sections] == [Part.UNREAD]
    assert unread.findings[0].code == "layout_unrecognised"


def test_prose_alone_is_narrative_and_nothing_is_wrong_with_it() -> None:
    prose = read_records(read_text("会议纪要\n今天讨论了预算。\n".encode()), Declaration(department="某区教育局"))
    assert (prose.kind, prose.findings) == (None, ())
    assert [section.part for section in prose.sections] == [Part.NARRATIVE]


def test_a_new_spelling_of_a_column_is_one_row() -> None:
    text = "项目支出绩效目标表\n单位：万元\n项目名称\t总计\t上级补助款\t绩效目标\t绩效指标\n"
    text += "甲\t3.00\t3.00\t目标。\t1、产出指标：数，年度指标值：1个。\n"
    document = read_text(text.encode())
    unknown = read_records(document, Declaration(department="某区教育局"))
    assert [f.code for f in unknown.findings if f.severity is Severity.CRITICAL][:1] == ["unknown_column"]
    added = Spelling("table.source", "其他资金", "上级补助款")
    known = read_records(document, Declaration(department="某区教育局", vocabulary=BUNDLED.with_rows([added])))
    assert [(line.funding_source, line.amount.yuan) for line in known.budget_lines] == [("其他资金", Decimal(30_000))]
