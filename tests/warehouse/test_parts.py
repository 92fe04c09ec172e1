"""A filing is decided part by part: what holds one section holds no other, and a worse reading takes nothing away."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from extract.document import Finding, Severity
from tests.warehouse.builders import bureau, money, project, records, section, several, submission, table, total
from tests.warehouse.test_publishing import load, rows
from transform.records import Kind, Part, Records, Scope, TotalOf
from warehouse.decide.accepting import accept
from warehouse.decide.held import held_filings, reject, retry
from warehouse.decide.versions import undo
from warehouse.errors import WarehouseError
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Outcome, Status

SOUND = several(table(1, "甲项目", "10.00"), table(2, "乙项目", "4.00"), table(3, "丙项目", "2.00"))
SECOND_AT_FAULT = several(
    table(1, "甲项目", "10.00"), table(2, "乙项目", "4.00", stated="5.00"), table(3, "丙项目", "2.00")
)
TWO_AT_FAULT = several(
    table(1, "甲项目", "10.00"),
    table(2, "乙项目", "4.00", stated="5.00"),
    table(3, "丙项目", "2.00", stated="7.00"),
)
STATUSES = "SELECT section_seq, status FROM mart.section ORDER BY 1"
MONEY = "SELECT section_seq, project, amount_yuan, flags FROM mart.project_budget ORDER BY 1, 2 NULLS LAST"
FILING = "SELECT status, version, pending_version, loaded_total_yuan, sections, sections_held FROM mart.filing"


def again(read: Records, digest: str) -> Any:
    return submission(read, sha256=digest * 64)


def failed(outcome: Outcome) -> list[str]:
    return [reason.partition(":")[0] for reason in outcome.reasons]


def waiting(engine: Engine) -> list[tuple[str, list[int]]]:
    with engine.connect() as connection:
        return [(one.status, [each.section_seq for each in one.sections]) for one in held_filings(connection)]


def test_a_section_at_fault_holds_no_other(loader: Engine, reader: Engine) -> None:
    outcome = load(loader, submission(SECOND_AT_FAULT))
    assert (outcome.status, failed(outcome)) == (Status.PARTIAL, ["control_filing"])
    assert rows(reader, STATUSES) == [(1, "published"), (2, "held"), (3, "published")]
    assert rows(reader, MONEY) == [(1, "甲项目", 100_000, "partial"), (3, "丙项目", 20_000, "partial")]
    assert rows(reader, FILING) == [("partial", 1, None, 120_000, 3, 1)]
    assert rows(reader, "SELECT stated_total_yuan, difference_yuan FROM mart.filing") == [(170_000, 50_000)]
    assert rows(reader, "SELECT count(*) FROM mart.indicator_target") == [(2,)]
    assert rows(reader, "SELECT flags, held_reasons_zh FROM mart.filing") == [("partial", "全文件合计与明细不符")]
    assert waiting(loader) == [("partial", [2])]
    assert rows(reader, "SELECT DISTINCT province, city FROM mart.project_budget") == [("广东省", "广州市")]


def test_a_partial_filing_that_is_met_again_is_unchanged(loader: Engine) -> None:
    load(loader, submission(SECOND_AT_FAULT))
    assert load(loader, submission(SECOND_AT_FAULT)).status is Status.UNCHANGED
    outcome, waits = retry(loader, "filing-1", section=2)
    assert (outcome.status, waits) == (Status.UNCHANGED, True)
    assert rows(loader, "SELECT count(*) FROM dw.dim_filing_version") == [(1,)]


def test_a_worse_reading_never_takes_money_away(loader: Engine, reader: Engine) -> None:
    """The version in which a section would be held waits; what is published stays, until a person decides."""
    load(loader, submission(SOUND))
    before = rows(reader, MONEY)
    outcome = load(loader, again(SECOND_AT_FAULT, "b"))
    assert (outcome.status, failed(outcome)) == (Status.HELD, ["section_kept", "control_filing"])
    assert rows(reader, MONEY) == before
    assert rows(reader, FILING) == [("published", 1, 2, 160_000, 3, 0)]
    assert rows(reader, STATUSES) == [(1, "held"), (2, "held"), (3, "held")]
    assert rows(reader, "SELECT section_seq FROM mart.section WHERE held_reasons <> ''") == [(2,)]
    assert load(loader, again(SECOND_AT_FAULT, "b")).status is Status.UNCHANGED
    outcome = accept(loader, "filing-1", by="王工", because="so it is printed", section=2)
    assert (outcome.status, outcome.version) == (Status.PUBLISHED, 2)
    assert rows(reader, FILING)[0][:3] == ("published", 2, None)


def test_facts_of_held_sections_do_not_stand_in_for_those_that_would_be_retired(loader: Engine, reader: Engine) -> None:
    """The second table brings six facts that are held: they do not hide that the first has lost five of its six."""
    names = tuple(f"项目{n}" for n in range(1, 7))
    whole = several(
        {
            "projects": tuple(project(n, name, section_seq=1) for n, name in enumerate(names, 1)),
            "budget_lines": tuple(money(name, "1.00", section_seq=1) for name in names),
        },
        indicators=(),
        stated_totals=(),
    )
    load(loader, submission(whole))
    held = table(2, "乙项目", "4.00", stated="5.00")
    more = tuple(money(f"丁{n}", "1.00", section_seq=2) for n in range(6))
    projects = tuple(project(n + 9, f"丁{n}", section_seq=2) for n in range(6))
    held = held | {"budget_lines": (*held["budget_lines"], *more), "projects": (*held["projects"], *projects)}
    outcome = load(loader, again(several(table(1, "项目1", "1.00"), held), "b"))
    assert (outcome.status, failed(outcome)[0]) == (Status.HELD, "facts_retired")
    assert rows(reader, "SELECT version, projects FROM mart.filing") == [(1, 6)]


@pytest.mark.parametrize("part", [Part.MISSING, Part.UNREAD])
def test_a_section_that_is_not_found_any_more_keeps_the_former_version(
    loader: Engine, reader: Engine, part: Part
) -> None:
    load(loader, submission(SOUND))
    lost = several(
        table(1, "甲项目", "10.00"),
        table(3, "丙项目", "2.00"),
        sections=(section(1), section(2, part, amounts=1), section(3)),
    )
    outcome = load(loader, again(lost, "b"))
    assert (outcome.status, failed(outcome)) == (Status.HELD, ["section_kept"])
    assert rows(reader, FILING) == [("published", 1, 2, 160_000, 3, 0)]
    accepted = accept(loader, "filing-1", by="王工", because="the table was withdrawn")
    assert accepted.status is Status.PARTIAL
    assert rows(reader, STATUSES) == [(1, "published"), (2, part.value), (3, "published")]


def test_a_filing_that_lacks_a_section_already_is_published_in_part_again(loader: Engine, reader: Engine) -> None:
    load(loader, submission(SECOND_AT_FAULT))
    more = several(table(1, "甲项目", "11.00"), table(2, "乙项目", "4.00", stated="6.00"), table(3, "丙项目", "2.00"))
    assert load(loader, again(more, "b")).status is Status.PARTIAL
    assert rows(reader, FILING) == [("partial", 2, None, 130_000, 3, 1)]
    renamed = dataclasses.replace(SOUND, sections=(*SOUND.sections[:2], section(3, title="附表三")))
    assert load(loader, again(renamed, "c")).status is Status.PUBLISHED
    assert rows(reader, FILING) == [("published", 3, None, 160_000, 3, 0)]
    assert rows(reader, "SELECT DISTINCT flags FROM mart.project_budget") == [("",)]


def test_a_rule_that_fails_holds_the_sections_it_names(loader: Engine, reader: Engine) -> None:
    crossing = total(TotalOf.STATEMENT, "13.00", statement="project_expenditure", members=(0, 2), section_seq=1)
    read = dataclasses.replace(SOUND, stated_totals=(*SOUND.stated_totals, crossing))
    assert load(loader, submission(read)).status is Status.PARTIAL
    assert rows(reader, STATUSES) == [(1, "held"), (2, "published"), (3, "held")]


def found(**where: Any) -> Records:
    """Three sound sections, and a finding that nobody can vouch for what it speaks of."""
    finding = Finding(code="unread_amount", severity=Severity.CRITICAL, message="not read", **where)
    return dataclasses.replace(SOUND, findings=(finding,))


def with_third(**values: Any) -> Records:
    return dataclasses.replace(SOUND, sections=(*SOUND.sections[:2], section(3, **values)))


PARTS: dict[str, tuple[Records, str, list[int]]] = {
    "of-a-section": (found(section_seq=2), "no_critical_finding", [2]),
    "of-a-page": (found(page=3), "no_critical_finding", [3]),
    "of-no-section-s-page": (found(page=9), "no_critical_finding", [1, 2, 3]),
    "of-nothing": (found(), "no_critical_finding", [1, 2, 3]),
    "coverage": (with_third(coverage=Decimal("0.5")), "coverage", [3]),
    "money-unit": (with_third(money_unit=None), "money_unit_read", [3]),
    "row-floor": (several(table(1, "甲项目", "1.00"), sections=(section(1), section(2))), "row_floor", [2]),
    "said-again": (
        several(table(1, "甲项目", "10.00"), table(2, "甲项目", "10.00")),
        "budget_unique,indicator_unique,project_unique",
        [2],
    ),
    "said-otherwise": (
        several(table(1, "甲项目", "10.00"), table(2, "甲项目", "11.00"), table(3, "丙项目", "1")),
        "budget_unique,indicator_unique,project_unique",
        [1, 2],
    ),
}
"""Records, the expectations they fail, and the sections that are held."""


def test_each_failure_holds_what_it_speaks_of(loader: Engine, reader: Engine) -> None:
    """A finding the section it names, those of the page a reader names, else all; floors and units are a section's;
    what is said twice is held where it is said again, and everywhere where the two differ."""
    names = enumerate(PARTS.items())
    filings = [submission(read, filing_id=name, publisher=bureau(at)) for at, (name, (read, _, _)) in names]
    outcomes = load_filings(loader, start_load(loader, "test"), filings)
    for (name, (read, expectations, held)), outcome in zip(PARTS.items(), outcomes, strict=True):
        assert ",".join(sorted(set(failed(outcome)))) == expectations, name
        assert outcome.status is (Status.HELD if len(held) == len(read.sections) else Status.PARTIAL), name
        seqs = f"SELECT section_seq FROM mart.section WHERE filing_id = '{name}' AND status = 'held' ORDER BY 1"
        assert [seq for (seq,) in rows(reader, seqs)] == held, name


def test_what_concerns_the_filing_holds_all(loader: Engine, reader: Engine) -> None:
    assert load(loader, submission(SOUND, fiscal_year=2023)).status is Status.HELD
    assert rows(reader, FILING) == [("held", 1, None, 160_000, 3, 3)]


def test_prose_and_furniture_are_text_and_hold_nothing(loader: Engine, reader: Engine) -> None:
    parts = (section(2, Part.NARRATIVE, coverage=Decimal(1)), section(3, Part.FURNITURE, coverage=Decimal(1)))
    read = several(table(1, "甲项目", "10.00"), sections=(section(1), *parts))
    assert load(loader, submission(read)).status is Status.PUBLISHED
    assert rows(reader, STATUSES) == [(1, "published"), (2, "text"), (3, "text")]


def test_a_filing_of_narrative_alone_is_published_as_such(loader: Engine, reader: Engine) -> None:
    read = records(
        kind=None, money_unit=None, sections=(section(1, Part.NARRATIVE),), projects=(), budget_lines=(),
        indicators=(), stated_totals=(),
    )  # fmt: skip
    assert load(loader, submission(read)).status is Status.PUBLISHED
    assert rows(reader, "SELECT status, kind, flags FROM mart.filing") == [("published", None, "narrative_only")]


def test_an_unread_table_without_amounts_is_missed_by_nobody(loader: Engine, reader: Engine) -> None:
    for name, amounts, status in (("none", 0, Status.PUBLISHED), ("some", 3, Status.PARTIAL)):
        sections = (section(1), section(2, Part.UNREAD, amounts=amounts, amounts_accounted=amounts))
        read = several(table(1, "甲项目", "10.00"), sections=sections)
        outcome = load(loader, submission(read, filing_id=name, publisher=bureau(name)))
        assert outcome.status is status
    assert rows(reader, "SELECT filing_id, amounts_accounted FROM mart.filing ORDER BY 1") == [
        ("none", None),
        ("some", 1),
    ]


def test_sections_of_two_scopes_or_kinds_may_say_the_same(loader: Engine, reader: Engine) -> None:
    """A department's and a unit's budget in one document; a target table and its self-evaluation."""
    sections = (
        section(1, scope=Scope.DEPARTMENT),
        section(2, scope=Scope.UNIT, fiscal_year=2023),
        section(3, kind=Kind.SELF_EVALUATION, scope=Scope.UNIT),
    )
    read = several(*(table(seq, "甲项目", "10.00") for seq in (1, 2, 3)), sections=sections, kind=Kind.MIXED)
    assert load(loader, submission(read)).status is Status.PUBLISHED
    columns = "scope, filing_kind, fiscal_year"
    assert rows(reader, f"SELECT {columns}, amount_yuan FROM mart.project_budget ORDER BY section_seq") == [
        ("department", "project_target_table", 2024, 100_000),
        ("unit", "project_target_table", 2023, 100_000),
        ("unit", "self_evaluation", 2024, 100_000),
    ]
    assert rows(reader, "SELECT kind, scope FROM mart.filing") == [("mixed", "mixed")]


def test_one_section_is_accepted_and_the_others_go_on_waiting(loader: Engine, reader: Engine) -> None:
    load(loader, submission(TWO_AT_FAULT))
    outcome = accept(loader, "filing-1", by="王工", because="a line is missing in print", section=2)
    assert (outcome.status, outcome.version, outcome.counts) == (Status.PARTIAL, 2, {"residuals": 1})
    assert rows(reader, STATUSES) == [(1, "published"), (2, "published"), (3, "held")]
    assert rows(reader, MONEY) == [
        (1, "甲项目", 100_000, "partial"),
        (2, "乙项目", 40_000, "partial"),
        (2, None, 10_000, "partial,residual"),
    ]
    assert waiting(loader) == [("partial", [3])]
    with pytest.raises(WarehouseError, match="nothing holds section 1"):
        accept(loader, "filing-1", by="王工", because="…", section=1)
    outcome = accept(loader, "filing-1", by="李工", because="here, too", section=3)
    assert (outcome.status, outcome.version) == (Status.PUBLISHED, 3)
    assert rows(reader, "SELECT sum(amount_yuan) FROM mart.project_budget") == [(220_000,)]
    assert rows(reader, "SELECT status, flags FROM mart.filing") == [("published", "accepted")]
    assert waiting(loader) == []
    assert load(loader, submission(TWO_AT_FAULT)).status is Status.UNCHANGED


def test_an_acceptance_of_a_section_follows_it_to_the_next_version(loader: Engine, reader: Engine) -> None:
    """By layout, title, organisation and ordinal, and exactly for the failure it was given for."""
    load(loader, submission(TWO_AT_FAULT))
    accept(loader, "filing-1", by="王工", because="a line is missing in print", section=2)
    moved = several(
        table(1, "丁项目", "1.00"),
        table(2, "乙项目", "4.00", stated="5.00"),
        table(3, "丙项目", "2.00", stated="5.00"),
    )
    assert load(loader, again(moved, "b")).status is Status.PARTIAL
    assert rows(reader, STATUSES) == [(1, "published"), (2, "published"), (3, "held")]
    elsewhere = several(
        table(1, "甲项目", "10.00"), table(2, "乙项目", "5.00"), table(3, "丙项目", "4.00", stated="5.00")
    )
    assert load(loader, again(elsewhere, "c")).status is Status.PARTIAL
    assert rows(reader, STATUSES) == [(1, "published"), (2, "published"), (3, "held")]


def test_a_rejected_section_waits_no_longer(loader: Engine, reader: Engine) -> None:
    load(loader, submission(TWO_AT_FAULT))
    reject(loader, "filing-1", by="王工", because="a draft", section=3)
    assert waiting(loader) == [("partial", [2])]
    reject(loader, "filing-1", by="王工", because="a draft")
    assert waiting(loader) == []
    assert rows(reader, STATUSES) == [(1, "published"), (2, "held"), (3, "held")]


def test_an_accepted_section_is_undone_and_seen_as_of_then(loader: Engine, reader: Engine) -> None:
    load(loader, submission(SECOND_AT_FAULT))
    ((before,),) = rows(reader, "SELECT max(load_id) FROM mart.load")
    was = rows(reader, MONEY)
    accept(loader, "filing-1", by="王工", because="a line is missing in print", section=2)
    assert rows(reader, MONEY.replace("mart.project_budget", f"mart.project_budget_as_of({before})")) == was
    assert rows(reader, STATUSES.replace("mart.section", f"mart.section_as_of({before})")) == [
        (1, "published"), (2, "held"), (3, "published"),
    ]  # fmt: skip
    assert undo(loader, "filing-1", by="王工", because="not so") == 1
    assert rows(reader, MONEY) == was
    assert rows(reader, FILING)[0][:2] == ("partial", 1)


def test_partial_filings_of_one_batch_are_decided_each_for_itself(loader: Engine, reader: Engine) -> None:
    read = {"sound": SOUND, "second": SECOND_AT_FAULT, "two": TWO_AT_FAULT}
    filings = [submission(one, filing_id=name, publisher=bureau(name)) for name, one in read.items()]
    outcomes = load_filings(loader, start_load(loader, "test"), filings)
    assert [one.status for one in outcomes] == [Status.PUBLISHED, Status.PARTIAL, Status.PARTIAL]
    counted = rows(reader, "SELECT filing_id, count(*) FROM mart.project_budget GROUP BY 1 ORDER BY 1")
    assert counted == [("second", 2), ("sound", 3), ("two", 1)]


def test_money_of_a_project_that_another_section_lists(loader: Engine, reader: Engine) -> None:
    read = several(table(1, "甲项目", "10.00"), table(2, "乙项目", "4.00"))
    more = dataclasses.replace(
        read,
        budget_lines=(*read.budget_lines, money("甲项目", "1.00", funding="其他资金", section_seq=2)),
        stated_totals=read.stated_totals[:1],
    )
    assert load(loader, submission(more)).status is Status.PUBLISHED
    assert rows(reader, "SELECT section_seq, project FROM mart.project_budget ORDER BY amount_yuan") == [
        (2, "甲项目"), (2, "乙项目"), (1, "甲项目"),
    ]  # fmt: skip
