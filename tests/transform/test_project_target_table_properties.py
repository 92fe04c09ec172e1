"""Any known project target table comes back equal, however it was flattened."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import Cell, Document, Grid, Line, Medium, Page
from extract.text import read_text
from tests.transform.flattening import SOURCES, KnownIndicator, KnownProject, KnownTable, flattened, tabbed, wrap
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Horizon, Kind, Records, TotalOf
from transform.targets.grammar import read_targets

HEADER = ("项目名称（资金使用单位）", "总计", *SOURCES, "绩效目标", "绩效指标")
DECLARATION = Declaration(department="某市某区某局")

WORDS = st.sampled_from(
    [
        "产业扶持",
        "专项工作",
        "企业培训",
        "数据平台",
        "对口帮扶",
        "展会",
        "科技创新",
        "设备购置",
        "5G基站",
        "2024年",
        "APP系统",
    ]
)
PHRASES = st.sampled_from(
    [
        "投入资金120.00万元，",
        "全年安排1,200.00",
        "到2024年12月31日前完成",
        "一是推动企业发展、二是改善环境，",
        "1、保障运转；2、提高效率，",
        "增长率达到3.50",
        "组织活动3场，服务企业200家，",
        "按照《某某办法》（穗府〔2022〕1号）的要求，",
        "打造“国际消费”名片，",
    ]
)
TARGETS = st.sampled_from(
    [
        "100%",
        "≥20家",
        "不少于380个点位数",
        "完成1、2号楼改造",
        "向3家企业兑现；评选5家",
        "有所提高",
        "2024年12月31日前完成支付",
        "1/3的村集体收入达到15万",
        "90%（“三线”达到“横平竖直”）",
    ]
)
LEVELS = {"产出": ("数量", "质量", "时效"), "效益": ("经济效益", "社会效益"), "满意度": ("服务对象满意度",)}
MONEY = st.decimals(min_value=0, max_value=9999, places=2)


@st.composite
def indicators(draw: st.DrawFn, coded: bool) -> KnownIndicator:
    level1 = draw(st.sampled_from(sorted(LEVELS)))
    name = "".join(draw(st.lists(WORDS, min_size=1, max_size=4))) + draw(st.sampled_from(["", "（%）", "率", "1、2期"]))
    level2 = draw(st.sampled_from(LEVELS[level1])) if coded else None
    cycle = draw(st.one_of(st.none(), TARGETS)) if coded else None
    return KnownIndicator(level1=level1, level2=level2, name=name, cycle=cycle, annual=draw(TARGETS))


@st.composite
def tables(draw: st.DrawFn) -> KnownTable:
    coded = draw(st.booleans())
    unit_rows = draw(st.booleans())
    units = draw(
        st.lists(st.sampled_from(["某区某局本级", "某区服务中心", "某区科协"]), min_size=1, max_size=3, unique=True)
    )
    known = []
    for unit in units if unit_rows else [DECLARATION.department]:
        names = draw(
            st.lists(st.lists(WORDS, min_size=1, max_size=9).map("".join), min_size=1, max_size=4, unique=True)
        )
        for name in names:
            amounts = draw(st.tuples(MONEY, st.one_of(st.none(), MONEY), st.one_of(st.none(), MONEY)))
            goal = "".join(draw(st.lists(PHRASES, max_size=8)))
            known.append(
                KnownProject(
                    unit=unit,
                    name=name + draw(st.sampled_from(["经费", "资金", "（区本级）", "项目"])),
                    amounts=amounts,
                    goal=f"{goal}达到目标。" if goal else "",
                    indicators=tuple(draw(st.lists(indicators(coded), min_size=0 if goal else 1, max_size=5))),
                )
            )
    return KnownTable("2024年项目支出绩效目标表", DECLARATION.department, tuple(known), unit_rows)


def read(document: Document) -> Records:
    records = read_records(document, DECLARATION)
    assert isinstance(records, Records)
    return records


def promises(indicator: KnownIndicator) -> list[tuple[Horizon, int, str]]:
    """One for each thing that the printed text promises."""
    printed = [(Horizon.CYCLE, indicator.cycle), (Horizon.ANNUAL, indicator.annual)]
    return [
        (horizon, seq, text)
        for horizon, text in printed
        if text
        for seq, _ in enumerate(read_targets(text, fiscal_year=2024, name=indicator.name), 1)
    ]


def check(table: KnownTable, records: Records, *, sources: bool = True) -> None:
    assert records.kind is Kind.PROJECT_TARGET_TABLE
    assert (records.fiscal_year, records.money_unit, records.department) == (2024, "万元", table.department)
    assert [(p.unit, p.name, p.goal or "") for p in records.projects] == [
        (p.unit, p.name, p.goal) for p in table.projects
    ]
    yuan = Decimal(10_000)
    if sources:
        assert [(b.project, b.funding_source, b.amount.yuan) for b in records.budget_lines] == [
            (p.name, source, amount * yuan)
            for p in table.projects
            for source, amount in zip(SOURCES, p.amounts, strict=True)
            if amount is not None
        ]
    assert sum(b.amount.yuan for b in records.budget_lines) == sum(p.total for p in table.projects) * yuan
    filing = [t.amount.yuan for t in records.stated_totals if t.total_of is TotalOf.FILING and t.funding_source is None]
    assert filing == [sum(p.total for p in table.projects) * yuan]
    assert [
        (
            i.project,
            i.seq,
            i.number,
            i.level1,
            i.level2,
            i.name,
            [(t.horizon, t.promise_seq, t.text) for t in i.targets],
        )
        for i in records.indicators
    ] == [
        (p.name, seq, str(seq), i.level1, i.level2, i.name, promises(i))
        for p in table.projects
        for seq, i in enumerate(p.indicators, 1)
    ]
    assert records.coverage == 1
    assert not records.unconsumed


@given(table=tables())
@settings(max_examples=30, deadline=None)
def test_a_tabbed_table_comes_back_equal(table: KnownTable) -> None:
    check(table, read(read_text(tabbed(table, HEADER).encode())))


@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_a_grid_with_wrapped_cells_comes_back_equal(table: KnownTable) -> None:
    rows = [line.split("\t") for line in tabbed(table, HEADER).splitlines()[4:]]
    cells = [
        Cell(row=row, column=column, text="\n".join(wrap(text, 9)) if column in (0, 5, 6) else text, page=1)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    grid = Grid(n_rows=len(rows), n_columns=7, cells=tuple(cells), page=1)
    heading = tuple(Line(text=text, page=1) for text in tabbed(table, HEADER).splitlines()[:3])
    document = Document(medium=Medium.PDF, reader="pdf-1", pages=(Page(number=1, blocks=(*heading, grid)),))
    check(table, read(document))


@given(table=tables(), data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_flattened_table_comes_back_equal(table: KnownTable, data: st.DataObject) -> None:
    text = flattened(
        table,
        blank=lambda: data.draw(st.booleans()),
        anchor=lambda lines: data.draw(st.integers(min_value=0, max_value=lines)),
        breaks=lambda lines: data.draw(st.lists(st.integers(min_value=1, max_value=lines), max_size=3, unique=True)),
    )
    check(table, read(read_text(text.encode())), sources=False)
