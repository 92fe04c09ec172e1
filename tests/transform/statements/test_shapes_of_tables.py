"""Shapes any table may have, typeset with invented figures: merged codes, indents, repeated titles, units in heads."""

from __future__ import annotations

from time import process_time

from extract.document import Grid
from tests.transform.statements.reading_forms import controls, money, read
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.recognition import read_records
from transform.statements.declared import statement_titled


def test_a_code_is_printed_once_for_its_group() -> None:
    rows = """
        科目编码|<|<|科目名称|预算数
        类|款|项|^|^
        201| | |一般公共服务支出|30.00
        |13| |商贸事务|30.00
        | |01|行政运行|10.00
        | |02|一般行政管理事务|20.00
        208| | |社会保障和就业支出|5.00
        |05| |行政事业单位养老支出|5.00
        | |01|行政单位离退休|5.00
        合计|<|<|<|35.00
    """
    whole = """
        科目编码|<|<|科目名称|预算数
        类|款|项|^|^
        201| | |一般公共服务支出|30.00
        201|20113| |商贸事务|30.00
        201|20113|2011301|行政运行|10.00
        201|20113|2011302|一般行政管理事务|20.00
        208| | |社会保障和就业支出|5.00
        208|20805| |行政事业单位养老支出|5.00
        208|20805|2080501|行政单位离退休|5.00
        合计|<|<|<|35.00
    """
    for text in (rows, whole):
        records = read(["国有资本经营预算支出表", "单位：千元", grid(text)])
        assert [line.line_code for line in records.budget_lines] == ["2011301", "2011302", "2080501"]
        assert sum(line.amount.yuan for line in records.budget_lines) == 35_000


def test_names_alone_are_told_apart_by_what_they_are_indented() -> None:
    blank = "\u3000"
    table = grid("""
        项目|金额
        一般公共服务支出|30.00
        >商贸事务|30.00
        >>行政运行|10.00
        >>一般行政管理事务|20.00
        社会保障和就业支出|5.00
        >行政事业单位养老支出|5.00
        >>行政单位离退休|5.00
        支出合计|35.00
    """)
    cells = tuple(
        type(cell)(row=cell.row, column=cell.column, text=cell.text.replace(">", blank), page=1) for cell in table.cells
    )
    records = read(["部门支出总表", "单位：万元", Grid(n_rows=table.n_rows, n_columns=2, cells=cells, page=1)])
    assert [line.line for line in records.budget_lines] == ["行政运行", "一般行政管理事务", "行政单位离退休"]


def test_a_workbooks_sheet_has_title_number_and_unit_as_rows() -> None:
    records = read(
        [
            grid("""
                2024年部门收支总表| | | |
                | | | |公开01表
                编制单位：某某局本级| | | |单位：万元
                收入||支出| |
                项目|预算数|项目|预算数|备注
                一、财政拨款收入|90.00|一、一般公共服务支出|90.00|
                收入总计|90.00|支出总计|90.00|
                注：本表为空表的部门，零报告| | | |
            """)
        ]
    )
    assert records.fiscal_year == 2024
    assert records.department == "某某局本级"
    assert len(records.budget_lines) == 2


def test_two_units_print_the_same_tables_in_one_document() -> None:
    def one(unit: str, amount: str, page: int) -> list[str | Grid]:
        table = (
            f"科目编码|科目名称|合计|基本支出|项目支出\n2011301|行政运行|{amount}|{amount}|\n合计|<|{amount}|{amount}|"
        )
        return ["部门支出总表", f"单位名称：{unit} 单位：万元", grid(table, page=page)]

    records = read(one("某某局机关", "10.00", 1), one("某某局信息中心", "20.00", 2))
    assert money(records, "budget_expenditure") == {
        ("2011301", "行政运行", "基本支出"): 10,
        ("某某局信息中心", "2011301", "行政运行", "基本支出"): 20,
    }


def test_a_page_that_repeats_title_and_header_goes_on() -> None:
    head = "科目编码|科目名称|合计|基本支出|项目支出\n"
    first = grid(head + "201|一般公共服务支出|30.00|30.00|\n20113|商贸事务|30.00|30.00|\n2011301|行政运行|10.00|10.00|")
    second = grid(head + "2011350|事业运行|20.00|20.00|\n合计|<|30.00|30.00|", page=2)
    heading = ["部门支出总表", "单位：万元"]
    records = read([*heading, first], [*heading, second])
    assert len(records.budget_lines) == 2
    assert ("合计", "合计", "30.00") in controls(records)


def test_the_unit_of_money_may_stand_in_the_heads() -> None:
    records = read(["部门支出总表", grid("科目编码|科目名称|金额（万元）\n2011301|行政运行|10.00\n合计|<|10.00")])
    assert sum(line.amount.yuan for line in records.budget_lines) == 100_000


def test_a_table_that_prints_no_unit_has_that_of_all_others_and_it_is_said() -> None:
    table = "科目编码|科目名称|合计|基本支出\n2011301|行政运行|10.00|10.00\n合计|<|10.00|10.00"
    records = read(["部门支出总表", "单位：万元", grid(table)], ["一般公共预算支出表", grid(table, page=2)])
    assert [f.code for f in records.findings] == ["money_unit_of_other_tables"]
    assert {line.amount.unit for line in records.budget_lines} == {"万元"}


_PLAIN = "科目编码 | 科目名称 | 合计 | 基本支出\n2011301 | 行政运行 | 10.00 | 10.00\n合计 | < | 10.00 | 10.00"


def test_a_title_may_stand_alone_on_the_page_before_its_table() -> None:
    records = read(["第二部分 部门预算表", "表三", "部门支出总表", "单位：万元"], ["— 3 —", grid(_PLAIN, page=2)])
    assert records.sections[-1].title == "部门支出总表"
    assert [line.amount.printed for line in records.budget_lines] == ["10.00"]


def test_a_title_may_stand_below_its_table() -> None:
    other = grid(_PLAIN.replace("基本支出", "财政拨款"), page=2)
    records = read([grid(_PLAIN), "部门支出总表", "单位：万元"], ["部门收入总表", "单位：万元", other])
    assert [statement.statement for statement in records.statements] == ["budget_expenditure", "budget_income"]


def test_a_list_of_contents_titles_no_table_of_the_next_page() -> None:
    listed = ["目录", "收支总表", "收入总表", "支出总表"]
    records = BUDGET_STATEMENT.read(document([*listed], [grid(_PLAIN, page=2)]), Declaration(department="某某局"))
    assert records.budget_lines == ()


def test_a_sentence_in_the_place_of_lines_is_an_empty_statement() -> None:
    table = grid("""
        科目编码 | 科目名称 | 本年政府性基金预算支出 | < | <
        ^ | ^ | 合计 | 基本支出 | 项目支出
        本部门无政府性基金预算支出 | < | < | < | <
    """)
    records = read(["政府性基金预算支出表", "单位：万元", table])
    assert [(statement.statement, statement.lines) for statement in records.statements] == [("government_fund", 0)]


def test_a_line_of_many_words_of_titles_is_decided_at_once() -> None:
    """项目支出 may be parted in two ways: eighteen of them were 2^18 ways."""
    begin = process_time()
    assert statement_titled("项目支出" * 18 + "的说明和表") is None
    assert process_time() - begin < 1


def test_a_file_of_one_table_of_procurement_is_read() -> None:
    """Its page says neither 收入 nor 支出, and its unit stands in a head."""
    table = grid("序号 | 采购项目 | 采购数量 | 预算金额（万元）\n1 | 复印纸 | 10 | 2.00\n合计 | < | | 2.00")
    records = read_records(document(["政府采购预算表", table]), Declaration(department="某某局", fiscal_year=2024))
    assert [(line.statement, line.line, line.amount.printed) for line in records.budget_lines] == [
        ("procurement", "复印纸", "2.00")
    ]
