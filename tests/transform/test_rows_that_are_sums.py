"""A row that states the sum of others is no project, whatever it is called and wherever it stands."""

from __future__ import annotations

import pytest

from extract.document import Severity
from tests.transform.typeset import document_of
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

DEPARTMENT = "某市卫生健康局"
NAMES = (
    "合计", "总 计", "总计：", "共计", "累计", "总额", "汇总", "合计（万元）", "部门小计", "单位汇总", "预算单位小计",
    "项目合计", "各项目合计", "局系统合计", "项目支出", "全部门", "局机关", "卫健局", "某市卫生局", "某市卫生健康局",
    "某市卫生健康局汇总", "某市卫生健康局（本级）", "一、某市卫生健康局",
)  # fmt: skip
ROWS = (
    "序号 | 项目名称 | 资金总额 | 绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标值\n",
    "1 | 设备采购 | 100.00 | 采购设备 | 产出指标 | 数量指标 | 采购数量 | ≥10台\n",
    "2 | 人员培训 | 200.00 | 培训人员 | 产出指标 | 数量指标 | 培训人数 | ≥20人\n",
)
CELLS = (
    "序号 | 项目名称 | 总计 | 财政拨款 | 其他资金 | 绩效目标 | 绩效指标\n",
    "1 | 设备采购 | 100.00 | 100.00 | | 采购设备 | 产出指标-数量指标-采购数量：≥10台\n",
    "2 | 人员培训 | 200.00 | 200.00 | | 培训人员 | 产出指标-数量指标-培训人数：≥20人\n",
)


def read(table: str) -> Records:
    title = "2024年项目支出绩效目标表"
    return read_records(document_of(title, "单位：万元", table), Declaration(department=DEPARTMENT))


def money(records: Records) -> list[tuple[str | None, int]]:
    return [(line.project, int(line.amount.yuan)) for line in records.budget_lines]


def critical(records: Records) -> list[str]:
    return [finding.code for finding in records.findings if finding.severity is Severity.CRITICAL]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("rows", "total"), [(ROWS, " | {} | 300.00 | | | | |\n"), (CELLS, " | {} | 300.00 | 300.00 | | | \n")]
)
def test_a_row_without_goal_and_indicators_that_is_a_sum_is_no_project(
    rows: tuple[str, ...], total: str, name: str
) -> None:
    """On top or at the end: 300 were 600."""
    head, *projects = rows
    for table in ([head, total.format(name), *projects], [head, *projects, total.format(name)]):
        records = read("".join(table))
        assert money(records) == [("设备采购", 1_000_000), ("人员培训", 2_000_000)]
        assert critical(records) == []
        assert next(one.amount.yuan for one in records.stated_totals if one.project is None) == 3_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_row_with_indicators_that_may_be_a_sum_holds(name: str) -> None:
    head, *projects = ROWS
    own = f" | {name} | 300.00 | 做好工作 | 产出指标 | 数量指标 | 采购数量 | ≥10台\n"
    assert "sum_among_projects" in critical(read("".join([head, own, *projects])))


def test_a_project_that_is_as_much_as_two_others_is_one() -> None:
    head, *projects = ROWS
    own = "3 | 系统运维 | 300.00 | 运维系统 | 产出指标 | 数量指标 | 运维次数 | ≥3次\n"
    records = read("".join([head, *projects, own]))
    assert (len(money(records)), critical(records)) == (3, [])


FORM = """项目名称 | {0} | < | <
主管部门 | 某市卫生健康局 | 实施单位 | 某市疾控中心
项目资金（万元） | 年度资金总额 | {1} | <
^ | 财政拨款 | {1} | <
总体目标 | 做好{0} | < | <
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | {0}数量 | ≥10台
"""


@pytest.mark.parametrize(("second", "held"), [("200.00", ["projects_listed_twice"]), ("210.00", [])])
def test_a_table_beside_the_forms_of_its_projects_is_held(second: str, held: list[str]) -> None:
    """Both were published under two spellings of the unit, and their money counted twice."""
    title = "项目支出绩效目标申报表（2024年度）"
    forms = [
        block
        for name, yuan in (("设备采购", "100.00"), ("人员培训", second))
        for block in (title, FORM.format(name, yuan))
    ]
    document = document_of("2024年项目支出绩效目标表", "单位：万元", "".join(ROWS), *forms)
    records = read_records(document, Declaration(department=DEPARTMENT))
    found = [one for one in records.findings if one.code == "projects_listed_twice"]
    assert [one.code for one in found] == held
    assert all(one.section_seq == records.sections[0].seq for one in found)
