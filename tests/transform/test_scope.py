"""口径, as titles and covers of published filings print it."""

from __future__ import annotations

import pytest

from extract.document import Document, Medium, Severity
from tests.transform.statements.typing_tables import document, grid
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Part, Records, Scope
from transform.sections.scope import cover_of, scope_of

DEPARTMENT, UNIT, GOVERNMENT = Scope.DEPARTMENT, Scope.UNIT, Scope.GOVERNMENT
BALANCE = grid("""
    收入|<|支出|<
    项目|2025年预算|项目|2025年预算
    一、一般公共预算拨款|95.00|一、一般公共服务支出|95.00
    收入总计|95.00|支出总计|95.00
""")


@pytest.mark.parametrize(
    ("lines", "scope"),
    [
        (["上海市普陀区2025年区级部门预算", "预算主管部门：上海市普陀区商务委员会"], DEPARTMENT),
        (["上海市普陀区2025年区级单位预算", "预算单位：上海市普陀区商务委员会"], UNIT),
        (["2026年度", "泉州市人民政府办公室", "（本级）", "单位预算"], UNIT),
        (["西安市信访局（汇总）", "2026年部门预算公开说明"], DEPARTMENT),
        (["附件2", "2019年部门综合预算公开报表", "部门名称：西安市安全生产监督管理局"], DEPARTMENT),
        (["上海市普陀区规划和自然", "资源局", "2024年度部门决算"], DEPARTMENT),
        (["某市某局本级2024年部门决算"], UNIT),
        (["某市某局（机关）2024年部门预算"], UNIT),
        (["某区某局机关本级2024年部门预算公开"], UNIT),
        (["某市市本级2025年部门预算公开", "某市教育局"], DEPARTMENT),
        (["某区区本级部门预算公开表"], DEPARTMENT),
        (["某市直属机关工作委员会2025年部门预算"], DEPARTMENT),
        (["某县某局所属县图书馆2025年单位预算公开"], UNIT),
        (["2025年单位收支预算总表"], UNIT),
        (["某某局2024年部门预算（汇总）", "含局本级及所属单位"], DEPARTMENT),
        (["部门整体支出绩效目标申报表"], DEPARTMENT),
        (["单位整体支出绩效目标表"], UNIT),
        (["2024年部门（单位）整体支出绩效目标申报表"], None),
        (["2025年部门/单位预算公开表"], None),
        (["2025年部门和单位预算公开"], None),
        (["8．2025年部门预算经济分类预算表"], None),
        (["公开01表", "收支预算总表", "部门：江苏省政协办公厅"], None),
        (["项目支出绩效目标申报表", "主管部门：某局", "预算单位：某中心"], None),
        (["2026年云浮市级（县级、区级）一般公共预算支出表"], GOVERNMENT),
        (["关于某市2025年预算执行情况和2026年预算草案的报告"], GOVERNMENT),
        (["某县2024年度政府决算公开"], GOVERNMENT),
        ([], None),
    ],
)
def test_a_cover_says_whose_money_it_is(lines: list[str], scope: Scope | None) -> None:
    assert scope_of(None, lines) is scope


def test_a_title_decides_where_the_cover_is_silent_and_not_against_it() -> None:
    assert scope_of("某某局2025年单位预算", ["目录"]) is UNIT
    assert scope_of("部门预算公开", ["2026年度苏州市水务局单位预算公开"]) is UNIT  # a PDF keeps its template's title


def test_the_cover_ends_where_contents_and_text_begin() -> None:
    own = "本部门预算为汇总预算，包括局本级预算"
    assert cover_of(document(["某局", "2025年部门预算", "目 录", "一、单位预算表"], [own])) == [
        "某局",
        "2025年部门预算",
    ]
    assert cover_of(document(["某局2025年部门预算", BALANCE, own])) == ["某局2025年部门预算"]


def _of_table(records: Records) -> Scope | None:
    """The scope of the first table."""
    return next(section.scope for section in records.sections if section.part is Part.RECORDS)


def of_page(*lines: str, declared: Scope | None = None) -> tuple[Scope | None, list[str]]:
    page = document([*lines, "收支预算总表", "单位：万元", BALANCE])
    records = read_records(page, Declaration(department="某局", scope=declared))
    critical = [f.code for f in records.findings if f.severity is Severity.CRITICAL]
    return _of_table(records), critical


def test_what_is_declared_holds_where_the_page_is_silent_and_contradicts_where_it_is_not() -> None:
    assert of_page("某局") == (None, [])
    assert of_page("某局", declared=UNIT) == (UNIT, [])
    assert of_page("某局2025年单位预算", declared=UNIT) == (UNIT, [])
    assert of_page("某局2025年部门预算", declared=UNIT) == (DEPARTMENT, ["scope_contradiction"])


def test_lines_of_several_units_are_a_departments_unless_the_cover_or_the_catalogue_says_otherwise() -> None:
    by_unit = grid("""
        单位编码|单位名称|科目编码|科目名称|合计|基本支出|项目支出
        |合计|||95.00|90.00|5.00
        205001|某局机关|2011301|行政运行|90.00|90.00|
        205002|某局信息中心|2011302|一般行政管理事务|5.00||5.00
    """)

    def scope(*cover: str, declared: Scope | None = None) -> Scope | None:
        page = document([*cover, "支出预算总表", "单位：万元", by_unit])
        return _of_table(read_records(page, Declaration(department="某局", scope=declared)))

    assert scope() is DEPARTMENT
    assert scope("某局（本级）2025年单位预算") is UNIT
    assert scope(declared=UNIT) is UNIT


def test_a_web_pages_title_decides_before_its_navigation() -> None:
    page = document(["首页", "部门预算", "部门决算", "收支预算总表", "单位：万元", BALANCE])
    html = Document(medium=Medium.HTML, reader="test-1", pages=page.pages, title="某中心2025年单位预算公开-某市政府网")
    records = read_records(html, Declaration(department="某中心"))
    assert _of_table(records) is UNIT
