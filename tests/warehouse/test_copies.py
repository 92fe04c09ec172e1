"""Equal filings are never summed: the later is a copy of the first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Kind, Records, Scope
from warehouse.decide.accepting import accept
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Status, Submission

SUM = "SELECT sum(amount_yuan) FROM mart.project_budget"
COPY = "records_not_published_twice: says line by line what filing {} says: held as its copy"


def batch(loader: Engine, *submissions: Submission) -> list[tuple[str, str]]:
    outcomes = load_filings(loader, start_load(loader, "test"), submissions)
    return [(one.filing_id, one.status.value) for one in outcomes]


def article(**values: Any) -> Records:
    """What the attachment says, in an order of its own, with other layout text and without most indicators."""
    lines = (money("乙项目", "0.25", funding="其他资金"), money("乙项目", "4.25"), money("甲项目", "10.50"))
    return records(**{"budget_lines": lines, "indicators": (indicator("甲项目", 1),), "coverage": Decimal(1)} | values)


def test_the_same_lines_in_other_bytes_are_held_as_a_copy_that_names_the_first(loader: Engine, reader: Engine) -> None:
    load(loader, submission(filing_id="the-attachment"))
    outcome = load(loader, submission(article(), filing_id="an-article"))
    assert (outcome.status, outcome.reasons) == (Status.HELD, (COPY.format("the-attachment"),))
    assert rows(reader, SUM) == [(Decimal(150_000),)]


def test_an_article_and_its_attachment_in_one_batch_are_published_once(loader: Engine, reader: Engine) -> None:
    assert batch(loader, submission(filing_id="b-attachment"), submission(article(), filing_id="a-article")) == [
        ("b-attachment", "held"),
        ("a-article", "published"),
    ]
    assert rows(reader, SUM) == [(Decimal(150_000),)]


def test_of_two_that_are_read_again_the_published_one_stays(loader: Engine, reader: Engine) -> None:
    """Whatever comes first in the alphabet: neither is ever a copy of the other at the same time."""
    load(loader, submission(filing_id="z-first"))
    load(loader, submission(article(), filing_id="a-copy"))
    again = [
        submission(filing_id="z-first", reader="text-2"),
        submission(article(), filing_id="a-copy", reader="text-2"),
    ]
    assert batch(loader, *again) == [("z-first", "published"), ("a-copy", "held")]
    assert rows(reader, SUM) == [(Decimal(150_000),)]


@pytest.mark.parametrize(
    "other",
    [
        {"records": article(fiscal_year=2023), "fiscal_year": 2023},
        {"records": article(kind=Kind.SELF_EVALUATION)},
        {"records": article(budget_lines=(money("甲项目", "10.50"), money("乙项目", "4.50")))},
        {
            "records": article(
                projects=(project(1, "甲项目", "中心"), project(2, "乙项目", "中心")),
                budget_lines=(money("甲项目", "10.50", "中心"), money("乙项目", "4.50", "中心")),
                stated_totals=(),
            )
        },
    ],
)
def test_another_year_kind_amount_or_unit_is_no_copy(loader: Engine, other: dict[str, Any]) -> None:
    load(loader, submission(filing_id="first"))
    outcome = load(loader, submission(other.pop("records"), filing_id="second", **other))
    assert [reason for reason in outcome.reasons if "copy" in reason] == []


def promises(*values: str) -> Records:
    read = tuple(indicator(None, n, f"指标{n}", targets=(percent(value),)) for n, value in enumerate(values, 1))
    return records(projects=(), budget_lines=(), stated_totals=(), indicators=read)


def test_forms_without_money_are_copies_by_what_they_promise(loader: Engine) -> None:
    filings = [submission(promises("90", "95"), filing_id=name) for name in ("first", "second")]
    other = submission(promises("90", "96"), filing_id="third")
    outcomes = load_filings(loader, start_load(loader, "test"), [*filings, other])
    assert [COPY.format("first") in one.reasons for one in outcomes] == [False, True, False]


def test_a_department_that_is_one_unit_files_the_same_lines_under_both_scopes(loader: Engine) -> None:
    scopes = (Scope.DEPARTMENT, Scope.UNIT, Scope.UNIT)
    said = [
        load(loader, submission(article(scope=scope), filing_id=f"no-{n}")).status for n, scope in enumerate(scopes)
    ]
    assert said == [Status.PUBLISHED, Status.PUBLISHED, Status.HELD]


def test_a_spelling_that_media_change_makes_no_other_line(loader: Engine) -> None:
    load(loader, submission(filing_id="first"))
    names = {"甲项目": "甲 项目", "乙项目": "乙项目"}
    spelled = article(
        projects=tuple(project(n, name) for n, name in enumerate(names.values(), 1)),
        budget_lines=(
            money("甲 项目", "10.50"), money("乙项目", "4.25"), money("乙项目", "0.25", funding="其他资金")
        ),
        stated_totals=(),
        indicators=(),
    )  # fmt: skip
    assert COPY.format("first") in load(loader, submission(spelled, filing_id="second")).reasons


def test_a_person_may_publish_a_copy_all_the_same(loader: Engine) -> None:
    load(loader, submission(filing_id="first"))
    load(loader, submission(article(), filing_id="second"))
    assert accept(loader, "second", by="王工", because="two programmes of one size").status is Status.PUBLISHED
