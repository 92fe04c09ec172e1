"""Whose a document is that a portal of many departments lists: said by the first source that names one, or by none."""

from __future__ import annotations

import pytest

from extract.departments import Department, DepartmentTable, attribute

HUADU = {"region_code": "440114", "region": "广州市花都区"}
TABLE = (
    Department(id="huadu-jiaoyu", name="广州市花都区教育局", **HUADU),
    Department(
        id="huadu-keji",
        name="广州市花都区科技工业商务和信息化局",
        former=("广州市花都区科技工业和信息化局",),
        short=("区科工商信局",),
        **HUADU,
    ),
    Department(id="huadu-caizheng", name="广州市花都区财政局", **HUADU),
    Department(id="panyu-jiaoyu", name="广州市番禺区教育局", region_code="440113", region="广州市番禺区"),
)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("广州市花都区教育局2024年部门预算", ["huadu-jiaoyu"]),
        ("花都区教育局2024年部门预算", ["huadu-jiaoyu"]),
        ("区教育局2024年部门预算", ["huadu-jiaoyu"]),
        ("2024年教育局部门预算", ["huadu-jiaoyu"]),
        ("广州市教育局2024年部门预算", []),
        ("广州市番禺区教育局2024年部门预算", []),
        ("广州市花都区科技工业和信息化局2019年部门决算", ["huadu-keji"]),
        ("区科工商信局2024年预算公开", ["huadu-keji"]),
        ("关于批复教育局、财政局2024年预算的通知", ["huadu-jiaoyu", "huadu-caizheng"]),
        ("广州市花都区 教育局", ["huadu-jiaoyu"]),
        ("花都区卫生健康局2024年部门预算", []),
    ],
)
def test_the_departments_that_a_text_names(words: str, named: list[str]) -> None:
    found = DepartmentTable(TABLE, "440114").named_in(words)
    assert sorted(each.id for each in found) == sorted(named)


def test_the_first_source_that_names_one_decides_and_another_that_disagrees_holds() -> None:
    table = DepartmentTable(TABLE, "440114")
    plain = attribute(("column", "title"), {"column": ["教育局"], "title": ["2024年部门预算"]}, table)
    assert plain.department is not None
    assert (plain.department.id, plain.finding) == ("huadu-jiaoyu", None)
    odd = attribute(("column", "title"), {"column": ["财政局"], "title": ["区教育局2024年部门预算"]}, table)
    assert odd.department is not None
    assert odd.finding is not None
    assert (odd.department.id, odd.finding.code) == ("huadu-caizheng", "publisher_disagrees")


def test_what_nobody_names_is_unknown_with_the_words_seen() -> None:
    table = DepartmentTable(TABLE, "440114")
    found = attribute(("title", "folder"), {"title": ["某街道2024年部门预算"], "folder": ["31 某街道"]}, table)
    assert found.department is None
    assert found.finding is not None
    assert found.finding.code == "publisher_unknown"
    assert "某街道2024年部门预算" in found.finding.message
    assert "31 某街道" in found.finding.evidence


def test_a_title_that_names_two_names_none() -> None:
    table = DepartmentTable(TABLE, "440114")
    assert attribute(("title",), {"title": ["教育局、财政局2024年部门预算"]}, table).department is None
