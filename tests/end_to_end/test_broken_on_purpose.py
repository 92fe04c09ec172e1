"""Filings broken on purpose: each is held, failed or flagged with a reason, or it is shown to do no harm.

What no arithmetic within one filing can see is not here: two errors that cancel out, two amounts changed for each
other, a header whose columns were printed in the wrong order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extract.catalogue import read_catalogue
from extract.text import read_text
from tests.end_to_end.breaks import both, cut, doubled, full_width, lost, moved, put, whole_twice
from tests.end_to_end.conftest import SAMPLES
from tests.end_to_end.judged import Judged, filing_of, judged
from transform.records import Kind
from warehouse.server.database import Database
from warehouse.submission import Status, Submission

COMMERCE, SCIENCE = "liwan-shangwu-2024", "liwan-keji-2024"
EQUIPMENT, OFFICE = "    设备采购费用", "    商务投促局工作经费"
PAID = "设备采购费用 35.50 35.50"
TOTAL = "合计 26,322.00 26,322.00\n"
BUREAU = "广州市荔湾区商务和投资促进局 26,252.00 26,252.00\n"
CENTRE = "广州市荔湾区招商中心 70.00 70.00"
FURNITURE = "1、1-产出指标；11-数量指标；购置"
SATISFIED = "2、3-满意度指标；31-服务对象满意度；干\n\n部职工对办公设备"
TARGETS = "购置办公家具套数；实施周期指标值:\n\n≥10；年度指标值:≥10。"
RATE = "满意度；实施周期指标值:≥90%；年度指\n\n标值:≥90%。"
NOTE = "本表由财政局审核，数据以批复为准，未经许可不得转载。" * 8
Change = Callable[[str], str]


def paid(*printed: str) -> Change:
    return put(PAID, " ".join(["设备采购费用", *printed]))


HELD: dict[str, tuple[Change, str]] = {
    "an amount with another digit": (paid("36.50", "36.50"), "control_filing"),
    "a sum that is not its funding source": (paid("36.50", "35.50"), "control_project"),
    "a decimal point moved": (paid("3.55", "3.55"), "control_filing"),
    "a decimal point lost": (paid("3550", "3550"), "control_filing"),
    "a comma for a point": (paid("35,50", "35,50"), "control_filing"),
    "a minus": (paid("-35.50", "-35.50"), "control_filing"),
    "an amount in brackets": (paid("(35.50)", "(35.50)"), "control_filing"),
    "O for 0": (paid("35.5O", "35.5O"), "control_filing"),
    "an illegible amount": (paid("■■", "■■"), "control_filing"),
    "an amount in words": (paid("三十五点五", "三十五点五"), "control_filing"),
    "an amount with a unit of its own": (paid("35.50元", "35.50元"), "control_filing"),
    "no amount": (paid(), "control_filing"),
    "no funding source": (paid("35.50"), "control_funding_source"),
    "nothing but zero": (paid("0.00", "0.00"), "control_filing"),
    "元 for 万元": (put("单位：万元", "单位：元"), "money_unit_agrees"),
    "亿元 for 万元": (put("单位：万元", "单位：亿元"), "money_unit_agrees"),
    "no unit of money": (put("单位：万元", ""), "money_unit_read"),
    "dollars": (put("单位：万元", "单位：万美元"), "money_unit_read"),
    "two units of money": (put("单位：万元", "单位：万元 单位：元"), "money_unit_read"),
    "a row lost": (lost(EQUIPMENT, OFFICE), "control_filing"),
    "a row's first line lost": (put(f"    {PAID}\n", ""), "control_filing"),
    "a row twice": (doubled(EQUIPMENT, OFFICE), "project_unique"),
    "a row in another unit": (moved(EQUIPMENT, OFFICE, "    日常招商工作经费"), "control_unit"),
    "a project without a name": (put(PAID, " 35.50 35.50"), "project_key_not_null"),
    "a project under another's name": (put(f"{EQUIPMENT} ", "    产业扶持资金 "), "project_unique"),
    "a total with another digit": (put("26,322.00", "26,332.00", -1), "control_filing"),
    "two totals that differ": (put(TOTAL, f"{TOTAL}\n合计 26,000.00 26,000.00\n"), "control_filing"),
    "a subtotal with another digit": (put("26,252.00", "26,253.00", -1), "control_unit"),
    "a unit's line lost": (put(CENTRE, ""), "control_unit"),
    "a unit's line as a project": (put(CENTRE, f"    {CENTRE}"), "control_filing"),
    "a column of another name": (put("财政专户拨款", "专户核拨"), "no_critical_finding"),
    "a column more": (put("其他资金", "其他资金 上年结转"), "no_critical_finding"),
    "no columns of money": (put("财政拨款 财政专户拨款 其他资金 ", ""), "row_floor"),
    "no header": (lost("项目名称（资金使用单位）", "合计"), "layout_recognised"),
    "the title of another year": (put("项目支出绩效目标表", "2023年项目支出绩效目标表"), "year_agrees"),
    "the first half": (cut(0.5), "control_filing"),
    "the second half": (cut(0.5, rest=True), "layout_recognised"),
    "a page lost": (lost("    招商引资经费", "    荔湾区服务贸易专题"), "control_filing"),
    "a page twice": (doubled("    招商引资经费", "    荔湾区服务贸易专题"), "project_unique"),
    "two filings in one": (whole_twice, "project_unique"),
    "a page of prose before it": (lambda page: NOTE * 3 + "\n\n" + page, "coverage"),
    "a font without characters": (put("绩效", "\ufffd\ufffd", -1), "layout_recognised"),
    "nothing": (lambda _: "", "layout_recognised"),
}
FLAGGED: dict[str, tuple[Change, str]] = {
    "a cent": (paid("35.51", "35.51"), "rounding"),
    "no totals at all": (both(put(TOTAL, ""), put(BUREAU, ""), put(CENTRE, "")), "no_stated_total"),
    "an indicator without a target": (put(TARGETS, "购置办公家具套数。"), "damaged"),
    "a target that is blank": (put(TARGETS, "购置办公家具套数；实施周期指标值:；年度指标值:。"), "damaged"),
    "a rate without %": (put(RATE, RATE.replace("%", "")), "percent_missing"),
    "a rate of 900 %": (put(RATE, RATE.replace("90", "900")), "ratio_out_of_range"),
    "a negative rate": (put(RATE, RATE.replace("90", "-90")), "ratio_out_of_range"),
    "an indicator without a name": (put("购置办公家具套数；", "；"), "name_missing"),
    "an unknown level 1": (put(FURNITURE, FURNITURE.replace("产出", "产山")), "damaged"),
    "level 1 lost": (put(FURNITURE, FURNITURE.replace("1-产出指标；", "")), "no_indicators"),
    "a number lost": (put(SATISFIED, SATISFIED.removeprefix("2、")), "damaged"),
    "a number skipped": (put(SATISFIED, SATISFIED.replace("2、", "3、")), "number_gap"),
    "a number twice": (put(SATISFIED, SATISFIED.replace("2、", "1、")), "number_repeat"),
    "indicators lost": (lost(FURNITURE, OFFICE), "no_indicators"),
    "a goal lost": (lost("该项目作为我局补充的购置类", FURNITURE), "no_goal"),
    "a note within": (put(OFFICE, f"{NOTE}\n\n{OFFICE}"), "long_target"),
    "a note after it": (lambda page: page + NOTE, "long_target"),
    "a name that is not text": (put("设备采购费用", "(cid:12)(cid:77)采购费用"), "illegible"),
    "the last lines lost": (cut(0.97), "damaged"),
}
HARMLESS: dict[str, Change] = {
    "a subtotal lost": put(BUREAU, ""),
    "an empty column lost": put("财政专户拨款 ", ""),
    "a title lost": put("项目支出绩效目标表（含转移支付项目）\n", ""),
    "a title with the year": put("项目支出绩效目标表", "2024年项目支出绩效目标表"),
    "an amount broken by a blank": put("25,250.00 25,250.00", "25, 250.00 25, 250.00"),
    "an amount with a third decimal": paid("35.500", "35.500"),
    "an amount on the next line": put(PAID, "设备采购费用\n35.50 35.50"),
    "full-width amounts": put(PAID, full_width(PAID)),
    "no indents": put("\n    ", "\n", -1),
    "lines that end otherwise": put("\n", "\r\n", -1),
}
FORM_HELD: dict[str, tuple[Change, str]] = {
    "two filings in one": (whole_twice, "no_critical_finding"),
    "an axis with an amount lost": (put("项目支出 1,151.00", "项目支出"), "control_statement"),
    "an axis with another digit": (put("财政拨款 6,160.24", "财政拨款 6,160.34"), "control_statement"),
    "a level with another digit": (put("区本级使用资金 6,160.24", "区本级使用资金 6,160.21"), "control_statement"),
    "an axis with a minus": (put("项目支出 1,151.00", "项目支出 -1,151.00"), "control_statement"),
    "元 for 万元": (put("（万元）", "（元）", -1), "money_unit_agrees"),
    "two units of money": (put("（万元）", "（元）"), "no_critical_finding"),
    "the first half": (cut(0.5), "layout_recognised"),
    "the second half": (cut(0.5, rest=True), "kind_agrees"),
    "no indicators": (lambda page: page[: page.index("绩效指标\n\n一级指标")], "layout_recognised"),
}
FORM_FLAGGED: dict[str, tuple[Change, str]] = {
    "a cent": (put("3,009.24", "3,009.25"), "rounding"),
    "a task without money": (put("2,576.58", ""), "no_amount"),
    "a task that costs more than the department": (put("2,576.58", "92,576.58"), "exceeds_budget"),
    "no tasks": (lost("年度重点工作任务", "绩效指标\n\n一级指标"), "no_tasks"),
    "staff illegible": (put("财政供养人员数 139", "财政供养人员数 l39"), "incomplete"),
    "no goal": (lost("在区委区政府坚强领导下", "年度重点工作任务"), "incomplete"),
    "one horizon lost": (put("统计填报数 23亿元 23亿元", "统计填报数 23亿元"), "horizon_unclear"),
}


def _broken(stem: str, name: str, change: Change) -> Submission:
    catalogue = read_catalogue(SAMPLES / "catalogue.yaml")
    entry = next(entry for entry in catalogue.filings if Path(entry.source).stem == stem)
    assert entry.kind is not None
    assert entry.fiscal_year is not None
    return filing_of(
        f"{stem}/{name}",
        read_text(change((SAMPLES / "texts" / f"{stem}.txt").read_text(encoding="utf-8")).encode()),
        catalogue.publisher_of(entry),
        kind=Kind(entry.kind),
        fiscal_year=entry.fiscal_year,
        money_unit=entry.money_unit,
    )


@pytest.fixture(scope="module")
def loaded(module_database: Database) -> Iterator[Judged]:
    table = {**{name: change for name, (change, _) in {**HELD, **FLAGGED}.items()}, **HARMLESS}
    form = {name: change for name, (change, _) in {**FORM_HELD, **FORM_FLAGGED}.items()}
    filings = [_broken(COMMERCE, name, change) for name, change in {"sound": lambda page: page, **table}.items()]
    filings += [_broken(SCIENCE, name, change) for name, change in form.items()]
    with judged(module_database, filings) as outcome:
        yield outcome


@pytest.mark.parametrize("name", HELD)
def test_a_broken_table_is_held(loaded: Judged, name: str) -> None:
    assert HELD[name][1] in loaded.reasons(f"{COMMERCE}/{name}")


@pytest.mark.parametrize("name", FLAGGED)
def test_an_odd_table_is_flagged(loaded: Judged, name: str) -> None:
    assert FLAGGED[name][1] in loaded.flags(f"{COMMERCE}/{name}") - loaded.flags(f"{COMMERCE}/sound")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_does_no_harm_gives_the_same_facts(loaded: Judged, name: str) -> None:
    assert loaded.status(f"{COMMERCE}/{name}") is Status.PUBLISHED
    assert loaded.facts(f"{COMMERCE}/{name}") == loaded.facts(f"{COMMERCE}/sound")


@pytest.mark.parametrize("name", FORM_HELD)
def test_a_broken_form_is_held(loaded: Judged, name: str) -> None:
    assert FORM_HELD[name][1] in loaded.reasons(f"{SCIENCE}/{name}")


@pytest.mark.parametrize("name", FORM_FLAGGED)
def test_an_odd_form_is_flagged(loaded: Judged, name: str) -> None:
    assert FORM_FLAGGED[name][1] in loaded.flags(f"{SCIENCE}/{name}")


def test_a_form_that_stands_twice_is_read_in_seconds() -> None:
    """It took half a minute: every stretch of its lines was cleaned again for each cell that it might stand in."""
    began = time.process_time()
    _broken(SCIENCE, "two filings in one", FORM_HELD["two filings in one"][0])
    assert time.process_time() - began < 12
