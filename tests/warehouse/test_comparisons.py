"""A project through the years, a filing through its versions, and the seed figures."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Records
from warehouse.decide.lineage import declare_same
from warehouse.decide.versions import undo
from warehouse.errors import DatabaseBusyError
from warehouse.publish.likeness import find_alike

ROAD, ROAD_RENAMED, TRAINING = "企业技术改造补贴资金", "企业技术改造扶持资金", "党员培训"


def year(fiscal_year: int, **amounts: str) -> Records:
    """A filing with one project per keyword argument: its money in 万元."""
    return records(
        fiscal_year=fiscal_year,
        projects=tuple(project(seq, name) for seq, name in enumerate(amounts, 1)),
        budget_lines=tuple(money(name, printed) for name, printed in amounts.items()),
        indicators=(),
        stated_totals=(),
    )


def load_years(loader: Engine, **filings: Records) -> None:
    for filing_id, read in filings.items():
        load(loader, submission(read, filing_id=filing_id, fiscal_year=read.fiscal_year))


def lineage(reader: Engine) -> list[Any]:
    return list(
        rows(
            reader,
            "SELECT project, previous_project, change_yuan, method, score FROM mart.project_lineage"
            " ORDER BY project, method",
        )
    )


def test_a_project_of_one_name_is_followed_exactly(loader: Engine, reader: Engine) -> None:
    load_years(loader, old=year(2023, **{TRAINING: "3"}), new=year(2024, **{TRAINING: "5"}))
    assert lineage(reader) == [(TRAINING, TRAINING, Decimal(20000), "exact", Decimal(1))]


def test_a_likeness_is_a_candidate_until_a_person_declares_it(loader: Engine, reader: Engine) -> None:
    load_years(loader, old=year(2023, **{ROAD: "3"}), new=year(2024, **{ROAD_RENAMED: "2"}))
    ((_, _, change, method, score),) = lineage(reader)
    assert (change, method) == (Decimal(-10000), "similar")
    assert Decimal("0.6") <= score < 1
    ((now, before),) = rows(reader, "SELECT project_id, previous_project_id FROM mart.project_lineage")
    with loader.begin() as connection:
        declare_same(connection, now, before, by="王工", because="同一资金改名")
    assert [(row[3], row[4]) for row in lineage(reader)] == [("declared", score)]


def test_who_has_an_exact_predecessor_has_no_candidates(loader: Engine, reader: Engine) -> None:
    load_years(loader, old=year(2023, **{ROAD: "3"}), new=year(2024, **{ROAD: "3", ROAD_RENAMED: "2"}))
    assert [(row[0], row[3]) for row in lineage(reader)] == [(ROAD, "exact")]


def test_a_gap_of_a_year_is_no_lineage(loader: Engine, reader: Engine) -> None:
    load_years(loader, old=year(2022, **{TRAINING: "3"}), new=year(2024, **{TRAINING: "5"}))
    assert lineage(reader) == []


def test_candidates_are_found_whichever_year_comes_first(loader: Engine, reader: Engine) -> None:
    load_years(loader, new=year(2024, **{ROAD_RENAMED: "2"}), old=year(2023, **{ROAD: "3"}))
    assert [row[3] for row in lineage(reader)] == ["similar"]


def test_a_candidate_goes_and_comes_back_with_the_version_that_names_it(loader: Engine, reader: Engine) -> None:
    """Which names are alike is kept for good; whether anything surer is known is asked of the current versions."""
    load_years(loader, old=year(2023, **{ROAD: "3"}), new=year(2024, **{ROAD_RENAMED: "2"}))
    load(loader, submission(year(2024, **{ROAD: "2"}), filing_id="new", fiscal_year=2024, sha256="b" * 64))
    assert [row[3] for row in lineage(reader)] == ["exact"]
    undo(loader, "new", by="王工", because="误发")
    assert [row[3] for row in lineage(reader)] == ["similar"]


def test_two_loads_of_one_publisher_find_the_candidate_of_both(loader: Engine, reader: Engine) -> None:
    """Each publishes one year before the other has committed: the second waits, then sees the first."""
    load_years(loader, old=year(2023, **{ROAD: "3"}), new=year(2024, **{ROAD_RENAMED: "2"}))
    with loader.begin() as connection:
        versions = connection.execute(text("SELECT filing_version_key FROM dw.dim_filing_version")).scalars().all()
        connection.execute(text("DELETE FROM dw.project_likeness"))
    with loader.connect() as first, loader.connect() as second:
        first.begin(), second.begin()
        find_alike(first, versions[:1])
        second.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(DatabaseBusyError):
            find_alike(second, versions[1:])


def test_a_new_version_says_what_it_changed(loader: Engine, reader: Engine) -> None:
    before = records(stated_totals=())
    lines = (money("甲项目", "10.50"), money("乙项目", "9.00"))
    promise = dataclasses.replace(percent("95"), text="95%以上")
    after = records(
        budget_lines=lines,
        indicators=(indicator("甲项目", 1, targets=(promise,)), indicator("甲项目", 2, "满意度", level1="满意度")),
        stated_totals=(),
    )
    load(loader, submission(before))
    load(loader, submission(after, sha256="b" * 64))
    assert rows(
        reader,
        "SELECT version, former_version, what, project, item, before, after, change_yuan FROM mart.filing_change"
        " WHERE is_current ORDER BY what, item",
    ) == [
        (2, 1, "amount", "乙项目", "项目支出 其他资金", "2500.00", None, Decimal(-2500)),
        (2, 1, "amount", "乙项目", "项目支出 财政拨款", "42500.00", "90000.00", Decimal(47500)),
        (2, 1, "target", "甲项目", "完成率 annual", "90%以上", "95%以上", None),
    ]


def test_the_districts_of_guangzhou_sum_to_the_census(reader: Engine) -> None:
    """18,676,605: the city's total, from another page of the same publication."""
    assert rows(
        reader,
        "SELECT count(*), sum(population) FROM mart.population WHERE region_code LIKE '4401%' AND census_year = 2020",
    ) == [(11, 18_676_605)]
