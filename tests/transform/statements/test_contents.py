"""What a filing lists and does not print is named, however it is numbered; what it says there is none of is not."""

from __future__ import annotations

import pytest

from transform.statements.contents import absent_statements
from transform.statements.words import WORDS

TITLES = ("收支总表", "收入总表", "支出总表", "某某资金分配去向表", "财政拨款收支总表", "政府性基金预算支出表")
PRINTED = ("收支总表", "收入总表", "支出总表", "财政拨款收支总表")
READ = {"budget_balance", "budget_income", "budget_expenditure", "fiscal_balance"}
LISTS = {
    "表一、": "表{zh}、{title}",
    "表1": "表{number} {title}......{number}",
    "附表1：": "附表{number}：{title}",
    "公开01表": "公开0{number}表 {title}",
    "（一）": "（{zh}）{title}",
    "1.": "{number}.{title}",
}


def _list(form: str) -> list[str]:
    return [form.format(number=n, zh="一二三四五六"[n - 1], title=title) for n, title in enumerate(TITLES, 1)]


@pytest.mark.parametrize("kind", LISTS)
def test_a_listed_table_that_is_not_there_is_named(kind: str) -> None:
    """A title that no row of the vocabulary knows was passed over."""
    listed = _list(LISTS[kind])
    absent = absent_statements(["目录", *listed], PRINTED, READ, WORDS, final=False)
    assert [text.split(".....")[0].endswith((TITLES[5], TITLES[3])) for text in absent] == [True, True]


def test_a_list_in_one_line_is_read_as_a_list() -> None:
    line = " ".join(_list("表 {number}:{title}"))
    absent = absent_statements([line], PRINTED, READ, WORDS, final=False)
    assert [text.partition(":")[2] for text in absent] == [TITLES[5], TITLES[3]]


def test_a_statement_of_which_the_filing_says_there_is_none_is_not_missing() -> None:
    listed = [text for text in _list("表{number} {title}") if TITLES[3] not in text]
    none = ["本单位2024年没有使用政府性基金", "预算拨款安排的支出，故公开空表。"]
    some = ["政府性基金预算支出100.00万元，与上年相比无变化。"]
    assert absent_statements([*listed, *none], PRINTED, READ, WORDS, final=False) == ()
    assert absent_statements([*listed, *some], PRINTED, READ, WORDS, final=False) == ("表6 政府性基金预算支出表",)


def test_a_table_that_was_printed_under_a_listed_title_is_no_missing_one() -> None:
    listed = _list("表{number} {title}")
    heading = ["附件", "某某资金分配去向表", "单位：万元"]
    absent = absent_statements([*listed, *heading], PRINTED, READ, WORDS, final=False)
    assert absent == ("表6 政府性基金预算支出表",)
