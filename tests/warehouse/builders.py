"""Small filings by hand: enough records for a warehouse test, with every figure in sight."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from extract.catalogue import FilingEntry, Publisher
from extract.document import Document, Medium
from transform.declaration import Declaration
from transform.layouts.layout import Layout
from transform.records import (
    Amount,
    BudgetLine,
    Horizon,
    Indicator,
    Kind,
    Operator,
    Part,
    Project,
    Reading,
    Records,
    Section,
    Source,
    StatedTotal,
    Subject,
    Target,
    TargetKind,
    TotalOf,
)
from transform.sections.families import Family
from transform.vocabulary import Words
from warehouse.submission import Submission

PUBLISHER = Publisher(id="bureau", name="某市某区工业和信息化局", region_code="440103", region="广州市荔湾区")
APPROPRIATION = "财政拨款"
OTHER = "其他资金"
SCALES = {"元": 1, "万元": 10_000}


def _never(document: Document, declaration: Declaration) -> Records:
    raise AssertionError("these tests make records by hand")


LAYOUT = Layout(
    name="by_hand",
    version=1,
    kind=Kind.PROJECT_TARGET_TABLE,
    family=Family.PROJECT_TABLE,
    titles=(),
    vocabulary=(),
    read=_never,
    coverage_floor=Decimal("0.9"),
    row_floors={"projects": 1, "budget_lines": 1},
)
"""What the records of these tests come from; `tests/warehouse/conftest.py` registers it."""


def entry(filing_id: str = "filing-1", **declared: Any) -> FilingEntry:
    values: dict[str, Any] = {"id": filing_id, "publisher": "bureau", "fiscal_year": 2024, "source": "filing.txt"}
    return FilingEntry(**(values | declared))


def amount(printed: str, unit: str = "万元") -> Amount:
    return Amount(yuan=Decimal(printed.replace(",", "")) * SCALES[unit], printed=printed, unit=unit)


def source(text: str = "printed", line: int | None = 1, page: int | None = None) -> Source:
    return Source(text=text, line=line, page=page)


def project(seq: int, name: str, unit: str = "本级", **values: Any) -> Project:
    goal = values.pop("goal", f"{name}的目标")
    return Project(seq=seq, unit=unit, name=name, goal=goal, **({"source": source()} | values))


def money(
    project_name: str, printed: str, unit: str = "本级", funding: str = APPROPRIATION, **values: Any
) -> BudgetLine:
    return BudgetLine(
        statement=values.pop("statement", "project_expenditure"),
        unit=unit,
        project=project_name,
        funding_source=funding,
        line_code=None,
        line=None,
        measure=None,
        amount=amount(printed),
        source=source(printed),
        **values,
    )


def total(scope: TotalOf, printed: str, **values: Any) -> StatedTotal:
    return StatedTotal(total_of=scope, amount=amount(printed), source=source(f"合计 {printed}"), **values)


def percent(value: str, **values: Any) -> Target:
    reading = Reading(
        kind=TargetKind.RATIO,
        operator=Operator.GE,
        value=Decimal(value),
        value_unit="%",
        base_value=Decimal(value) / 100,
        base_unit="1",
        is_measurable=True,
    )
    return Target(horizon=Horizon.ANNUAL, promise_seq=1, text=f"{value}%以上", reading=reading, **values)


def indicator(project_name: str | None, seq: int, name: str = "完成率", unit: str = "本级", **values: Any) -> Indicator:
    defaults: dict[str, Any] = {
        "subject": Subject.PROJECT if project_name else Subject.DEPARTMENT,
        "number": str(seq),
        "level1": "产出",
        "level1_printed": "产出指标",
        "level2": None,
        "level2_printed": "",
        "targets": (percent("90"),),
        "source": source(f"{seq}. {name}"),
    }
    return Indicator(unit=unit, project=project_name, seq=seq, name=name, **(defaults | values))


def records(**values: Any) -> Records:
    """Two projects of one unit, three amounts, two indicators, and every total that a form prints."""
    defaults: dict[str, Any] = {
        "kind": Kind.PROJECT_TARGET_TABLE,
        "title": "2024年项目支出绩效目标表",
        "department": PUBLISHER.name,
        "fiscal_year": 2024,
        "money_unit": "万元",
        "projects": (project(1, "甲项目"), project(2, "乙项目")),
        "budget_lines": (money("甲项目", "10.50"), money("乙项目", "4.25"), money("乙项目", "0.25", funding=OTHER)),
        "indicators": (indicator("甲项目", 1), indicator("甲项目", 2, "满意度", level1="满意度")),
        "stated_totals": (
            total(TotalOf.FILING, "15.00"),
            total(TotalOf.FILING, "14.75", funding_source=APPROPRIATION),
            total(TotalOf.UNIT, "15.00", unit="本级"),
            total(TotalOf.PROJECT, "4.50", unit="本级", project="乙项目"),
        ),
        "coverage": Decimal("0.99"),
    }
    said = defaults | values
    layout = said.pop("layout", LAYOUT.name)
    whole = Section(
        seq=1,
        part=Part.RECORDS,
        layout=layout,
        layout_version=LAYOUT.version,
        unit=said["department"],
        scope=said.get("scope"),
        characters=1000,
        **{name: said[name] for name in ("title", "kind", "fiscal_year", "money_unit", "coverage")},
    )
    return Records(**({"sections": (whole,)} | said))


def bureau(name: int | str) -> Publisher:
    """One of many publishers, for filings that say the same and are no copies of each other."""
    return Publisher(id=f"bureau-{name}", name=PUBLISHER.name, region_code="440103", region=PUBLISHER.region)


def submission(read: Records | None = None, *, sha256: str | None = None, **declared: Any) -> Submission:
    """A filing as read; keyword arguments are those of `entry` (`filing_id`, `fiscal_year`, …), and its `publisher`."""
    filing_id = declared.pop("filing_id", "filing-1")
    findings = declared.pop("findings", ())
    reader = declared.pop("reader", "text-1")
    recognised = declared.pop("recognised", True)
    publisher = declared.pop("publisher", PUBLISHER)
    words = declared.pop("words", Words())
    return Submission(
        entry=entry(filing_id, publisher=publisher.id, **declared),
        publisher=publisher,
        sha256=sha256 or hashlib.sha256(filing_id.encode()).hexdigest(),
        reader=reader,
        medium=Medium.TEXT,
        pages=None,
        characters=1000,
        records=(read or records()) if recognised else None,
        findings=findings,
        words=words,
    )


def section(seq: int, part: Part = Part.RECORDS, title: str | None = None, **values: Any) -> Section:
    """A section; one of records is a project table of the department in 万元."""
    of_records = {
        "layout": LAYOUT.name,
        "layout_version": LAYOUT.version,
        "kind": Kind.PROJECT_TARGET_TABLE,
        "unit": PUBLISHER.name,
        "fiscal_year": 2024,
        "money_unit": "万元",
    }
    defaults = {"coverage": Decimal("0.99"), "characters": 500, "first_page": seq, "last_page": seq}
    given: dict[str, Any] = defaults | (of_records if part is Part.RECORDS else {}) | values
    return Section(seq=seq, part=part, title=title or f"第{seq}部分", **given)


def table(seq: int, project_name: str, printed: str, *, stated: str | None = None) -> dict[str, tuple[Any, ...]]:
    """The records of one project table in section `seq`: a project, its money, an indicator, and the total over it."""
    return {
        "projects": (project(seq, project_name, section_seq=seq),),
        "budget_lines": (money(project_name, printed, section_seq=seq),),
        "indicators": (indicator(project_name, 1, section_seq=seq),),
        "stated_totals": (total(TotalOf.FILING, stated or printed, section_seq=seq),),
    }


def several(*tables: dict[str, tuple[Any, ...]], **values: Any) -> Records:
    """Records of several sections: those that the tables stand in, unless `sections` says otherwise."""
    joined: dict[str, tuple[Any, ...]] = {}
    for one in tables:
        for name, found in one.items():
            joined[name] = (*joined.get(name, ()), *found)
    seqs = sorted({one.section_seq for one in joined.get("projects", ())})
    return records(**({"sections": tuple(map(section, seqs))} | joined | values))
