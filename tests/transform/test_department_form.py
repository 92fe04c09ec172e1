"""A department form gives the records that its page shows, from flattened text and from a grid alike."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.document import Cell, Document, Grid, Severity
from extract.text import read_text
from tests.transform.department_forms import (
    LEVELS,
    KnownForm,
    KnownIndicator,
    KnownTask,
    Typesetting,
    flatten,
    grid_document,
    text_document,
)
from transform.declaration import Declaration
from transform.forms import read_forms
from transform.recognition import read_records
from transform.records import Kind, Records, Subject, TotalOf

SAMPLES = Path(__file__).parents[2] / "samples" / "texts"
DECLARED = Declaration(department="某市某区科技局")
FORM = KnownForm(
    department="某市某区科技局",
    staff="139",
    subordinate_units="2",
    goal="深入实施创新驱动发展战略，积极营造企业创新发展氛围，推动经济社会发展；加强通信监督管理，开展无线电安全保障工作，确保行业领域安全。",
    amounts=("3,009.24", "6,160.24", "1,151.00", "0.00", "2,000.00", "6,160.24", "0.00", "0.00"),
    tasks=(
        KnownTask(
            name="营造企业创新发展氛围，推动经济社会发展",
            content="一、壮大科技创新型企业规模。鼓励区内企业申报国家科技型中小企业认定；二、加强区内企业研发能力，推动企业开展科技项目研究。",
            amount="2,576.58",
            goal="发挥政府的引导与服务作用，夯实企业创新主体地位，提升企业自主创新能力，推进建设科技创新重点平台。",
        ),
        KnownTask(name="招商引资", content="开展招商活动。", amount="17.80", goal="引进优质项目。"),
    ),
    indicators=(
        KnownIndicator("产出指标", "数量指标", "新增研发机构数量", "3家", "3家"),
        KnownIndicator("产出指标", "数量指标", "提质增效园区安全生产检查服务次数", "4家", "4家"),
        KnownIndicator("产出指标", "时效指标", "场地租金清缴期限", "2024年12月31日前完成", "2024年12月31日前完成"),
        KnownIndicator("效益指标", "社会效益指标", "项目对宣传营商环境有积极作用（是/否）", "是", "是"),
        KnownIndicator("满意度指标", "服务对象满意度指标", "党组织书记对补贴发放工作满意度（%）", "≥90%", "100%"),
    ),
)


def read(document: Document, declared: Declaration) -> Records:
    return read_forms(document, declared, Kind.DEPARTMENT_TARGET_FORM)


def shown(records: Records) -> dict[str, object]:
    """What the page shows, without where."""
    return {
        "title": records.title,
        "department": records.department,
        "unit": records.money_unit,
        "year": records.fiscal_year,
        "profiles": [(one.staff, one.subordinate_units, one.goal) for one in records.profiles],
        "lines": {
            (line.statement, line.line, line.funding_source, line.expenditure_type, line.amount)
            for line in records.budget_lines
        },
        "controls": [(total.total_of, total.statement, total.amount) for total in records.stated_totals],
        "tasks": [(task.seq, task.name, task.content, task.goal, task.amount) for task in records.tasks],
        "indicators": [
            (each.seq, each.level1, each.level1_printed, each.level2, each.level2_printed, each.name, each.targets)
            for each in records.indicators
        ],
    }


def expect(form: KnownForm, records: Records) -> None:
    """`records` hold exactly the known form."""
    assert records.department == form.department
    (profile,) = records.profiles
    assert (profile.staff, profile.subordinate_units) == (int(form.staff), int(form.subordinate_units))
    assert profile.goal == form.goal
    tasks = [
        KnownTask(t.name, t.content or "", t.amount.printed if t.amount else "", t.goal or "") for t in records.tasks
    ]
    filled = [KnownTask("其他需完成的任务（可选填）", *form.optional)] if form.optional else []
    assert tasks == [*form.tasks, *filled]
    indicators = [
        KnownIndicator(i.level1_printed, i.level2_printed, i.name, *(target.text for target in i.targets))
        for i in records.indicators
    ]
    assert indicators == list(form.indicators)
    assert {line.amount.printed for line in records.budget_lines} == {amount for amount in form.amounts if amount}


def test_a_flattened_form_gives_what_the_page_shows() -> None:
    records = read(text_document(flatten(FORM)), DECLARED)
    expect(FORM, records)
    assert records.findings == ()
    assert (records.coverage, records.unconsumed) == (1, ())


@pytest.mark.parametrize("above", [False, True], ids=["labels left of values", "labels above values"])
def test_a_grid_gives_the_same_records_as_the_flattened_text(above: bool) -> None:
    from_text, from_grid = (
        read(text_document(flatten(FORM)), DECLARED),
        read(grid_document(FORM, above=above), DECLARED),
    )
    assert shown(from_grid) == shown(from_text)
    assert (from_grid.coverage, from_grid.findings) == (1, ())


def test_axes_are_leaf_lines_and_each_pair_of_them_is_a_control() -> None:
    records = read(text_document(flatten(FORM)), DECLARED)
    sums = {
        statement: sum(line.amount.yuan for line in records.budget_lines if line.statement == statement)
        for statement in ("dept_expenditure", "dept_income", "dept_level")
    }
    assert set(sums.values()) == {Decimal("61602400")}
    assert [(total.total_of, total.statement) for total in records.stated_totals] == [
        (TotalOf.STATEMENT, each) for each in sums
    ]
    assert {line.funding_source for line in records.budget_lines} == {None, "财政拨款", "其他资金"}


def test_an_axis_that_disagrees_is_stated_as_printed() -> None:
    changed = KnownForm(**{**FORM.__dict__, "amounts": (*FORM.amounts[:1], "6,160.25", *FORM.amounts[2:])})
    stated = {
        total.statement: total.amount.yuan for total in read(text_document(flatten(changed)), DECLARED).stated_totals
    }
    assert stated == {
        "dept_expenditure": Decimal("61602500"),
        "dept_income": Decimal("61602400"),
        "dept_level": Decimal("61602400"),
    }


def test_an_empty_amount_cell_gives_no_row_and_a_printed_zero_does() -> None:
    changed = KnownForm(**{**FORM.__dict__, "amounts": (*FORM.amounts[:3], "", *FORM.amounts[4:])})
    for document in (text_document(flatten(changed)), grid_document(changed)):
        lines = [line.line for line in read(document, DECLARED).budget_lines]
        assert "其他资金" not in lines
        assert "其他事业发展性支出" in lines


def test_an_amount_beside_an_undeclared_line_holds_the_filing() -> None:
    text = flatten(FORM).replace("其他资金 0.00", "其他资金 0.00 上级补助 12.00")
    findings = read(text_document(text), DECLARED).findings
    assert [(finding.code, finding.severity, finding.evidence) for finding in findings] == [
        ("unknown_line", Severity.CRITICAL, "上级补助 12.00")
    ]


@pytest.mark.parametrize(("head", "held"), [("备注", False), ("当年值", True)])
def test_a_column_of_notes_holds_nothing_and_an_unknown_one_the_filing(head: str, held: bool) -> None:
    document = grid_document(FORM)
    title, grid = document.pages[0].blocks
    assert isinstance(grid, Grid)
    (row,) = (cell.row for cell in grid.cells if cell.text == "三级指标")
    beside = [Cell(row=row + at, column=grid.n_columns, text=text, page=1) for at, text in enumerate((head, "见附件"))]
    wider = replace(grid, n_columns=grid.n_columns + 1, cells=(*grid.cells, *beside))
    records = read(replace(document, pages=(replace(document.pages[0], blocks=(title, wider)),)), DECLARED)
    expect(FORM, records)
    assert [finding.code for finding in records.findings] == ["unknown_column"] * held
    kept = [source.text for source in records.unconsumed] + [each.notes for each in records.indicators]
    assert ("见附件" if held else f"{head}：见附件") in kept


def test_two_amounts_in_a_cell_hold_the_filing_and_give_no_figure() -> None:
    changed = KnownForm(**{**FORM.__dict__, "amounts": (*FORM.amounts[:2], "39\n30", *FORM.amounts[3:])})
    records = read(grid_document(changed), DECLARED)
    assert ("amount_unreadable", Severity.CRITICAL, "39\n30") in [
        (finding.code, finding.severity, finding.evidence) for finding in records.findings
    ]
    assert Decimal(39_300_000) not in [line.amount.yuan for line in records.budget_lines]
    assert "39\n30" in [source.text for source in records.unconsumed]


def test_a_form_without_a_unit_of_money_loads_no_amount() -> None:
    records = read(text_document(flatten(FORM).replace("（万元）", "")), DECLARED)
    assert records.money_unit is None
    assert records.budget_lines == ()
    assert "money_unit" in {finding.code for finding in records.findings if finding.severity is Severity.CRITICAL}


def test_the_year_is_read_from_the_title_only() -> None:
    assert read(text_document(flatten(FORM)), DECLARED).fiscal_year is None
    titled = KnownForm(**{**FORM.__dict__, "title": "2025年部门整体预算绩效目标申报表"})
    assert read(text_document(flatten(titled)), DECLARED).fiscal_year == 2025
    assert read(grid_document(titled), DECLARED).fiscal_year == 2025


def test_the_optional_task_is_a_task_when_its_row_is_filled() -> None:
    filled = KnownForm(**{**FORM.__dict__, "optional": ("其他工作。", "3.00", "完成上级交办的任务。")})
    expect(filled, read(text_document(flatten(filled)), DECLARED))
    expect(filled, read(grid_document(filled), DECLARED))


def test_a_single_indicator_beside_its_group_label() -> None:
    text = flatten(FORM).replace("社会效益指标\n\n", "社会效益指标 带动就业人数 20人 20人\n\n")
    names = {each.name: each.level2_printed for each in read(text_document(text), DECLARED).indicators}
    assert names["带动就业人数"] == "社会效益指标"


CHINESE = "加强企业科技创新服务招商引资推动产业高质量发展安全生产检查培训指导研发机构建设园区"
PROSE = st.text(alphabet=CHINESE + "，；、", min_size=3, max_size=90).map(
    lambda text: text.strip("，；、") + "建设工作。"
)
AMOUNTS = st.integers(0, 99_999_999).map(lambda cents: f"{cents // 100:,}.{cents % 100:02d}")
VALUES = st.one_of(
    st.integers(1, 9999).flatmap(lambda n: st.sampled_from([f"{n}个", f"≥{n}", f"{n}家次", f"{n}%"])),
    st.sampled_from(["是", "≥90%", "按季支付", "2024年12月31日前完成验收", "进一步提升"]),
)
TASKS = st.builds(KnownTask, st.text(alphabet=CHINESE, min_size=4, max_size=28), PROSE, AMOUNTS, PROSE)


@st.composite
def known_indicators(draw: st.DrawFn) -> tuple[KnownIndicator, ...]:
    found = []
    for level1, groups in LEVELS.items():
        for group in groups:
            for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
                name = draw(st.text(alphabet=CHINESE, min_size=4, max_size=40)) + draw(
                    st.sampled_from(["数量", "率（%）"])
                )
                cycle = draw(VALUES)
                found.append(KnownIndicator(level1, group, name, cycle, cycle if draw(st.booleans()) else draw(VALUES)))
    return tuple(found)


FORMS = st.builds(
    KnownForm,
    department=st.text(alphabet=CHINESE, min_size=2, max_size=16).map(lambda text: text + "局"),
    staff=st.integers(0, 2500).map(str),
    subordinate_units=st.integers(0, 60).map(str),
    goal=PROSE,
    amounts=st.tuples(*[st.one_of(AMOUNTS, AMOUNTS, AMOUNTS, st.just(""))] * 8),
    tasks=st.lists(TASKS, max_size=5).map(tuple),
    indicators=known_indicators(),
    optional=st.one_of(st.none(), st.tuples(PROSE, AMOUNTS, PROSE)),
    level=st.sampled_from(["区本级使用资金", "市本级使用资金", "县本级使用资金"]),
)
SETTINGS = st.builds(
    Typesetting,
    name=st.integers(8, 12),
    content=st.integers(14, 20),
    goal=st.integers(20, 30),
    indicator=st.integers(13, 18),
    value=st.integers(6, 12),
    page_break=st.one_of(st.none(), st.integers(0, 6)),
)


@settings(max_examples=40, deadline=None)
@given(FORMS, SETTINGS)
def test_any_form_comes_back_from_its_flattened_text(form: KnownForm, how: Typesetting) -> None:
    expect(form, read(text_document(flatten(form, how)), DECLARED))


@settings(max_examples=30, deadline=None)
@given(FORMS)
def test_any_form_comes_back_from_its_grid(form: KnownForm) -> None:
    records = read(grid_document(form), DECLARED)
    expect(form, records)
    assert records.coverage == 1


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=CHINESE + "部门名称绩效指标 \n0123456789.,（万元）", max_size=400))
def test_no_text_makes_it_raise(text: str) -> None:
    records = read(text_document(text), DECLARED)
    assert 0 <= records.coverage <= 1


def test_published_form_of_a_district_department() -> None:
    text = (SAMPLES / "liwan-keji-2024.txt").read_bytes()
    records = read_records(read_text(text), DECLARED)
    assert isinstance(records, Records)
    assert records.kind == "department_target_form"
    (profile,) = records.profiles
    assert (profile.staff, profile.subordinate_units) == (139, 2)
    assert sum(task.amount.yuan for task in records.tasks if task.amount) == Decimal("28305400")
    assert (len(records.tasks), len(records.indicators)) == (4, 19)
    assert sum(len(each.targets) for each in records.indicators) == 38
    assert {each.subject for each in records.indicators} == {Subject.DEPARTMENT}
    assert (records.indicators[-1].level1, records.indicators[-1].level2) == ("满意度", "服务对象满意度")
    assert (records.coverage, records.unconsumed, records.findings) == (1, (), ())


@pytest.mark.parametrize("seed", range(10))
def test_blank_lines_are_hints_only(seed: int) -> None:
    """Readers put blank lines inside cells, and leave them out between cells."""
    text = (SAMPLES / "liwan-keji-2024.txt").read_text(encoding="utf-8")
    chance = random.Random(seed)
    fewer = [line for line in text.split("\n") if line.strip() or chance.random() < 0.5]
    more = [line + "\n" * (chance.random() < 0.15) for line in text.split("\n")]
    expected = shown(read(text_document(text), DECLARED))
    assert shown(read(text_document("\n".join(fewer)), DECLARED)) == expected
    assert shown(read(text_document("\n".join(more)), DECLARED)) == expected


def test_lines_that_begin_another_form_below_the_indicators_hold() -> None:
    """The words of the second one were published as indicators and targets of the first."""
    text = (SAMPLES / "liwan-keji-2024.txt").read_bytes()
    records = read_records(read_text(text + b"\n" + text), DECLARED)
    held = [finding.code for finding in records.findings if finding.severity is Severity.CRITICAL]
    assert held == ["forms_not_parted"]
