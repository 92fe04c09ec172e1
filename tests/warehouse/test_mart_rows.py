"""What a load changed in the mart: counted per view and year, and each filing by name."""

from __future__ import annotations

from sqlalchemy import Engine

from extract.document import Finding, Severity
from tests.warehouse import builders
from warehouse.load_record import keep_findings, keep_metrics
from warehouse.loading import load_filing
from warehouse.loads import finish_load, start_load
from warehouse.read.condition import condition_of
from warehouse.read.mart_rows import changes_of, known_filings, rows_by_year, rows_of_filings, rows_of_last_load


def _load(loader: Engine, filing_id: str, year: int, sha256: str = "a" * 64) -> int:
    load_id = start_load(loader, "test")
    read = builders.records(fiscal_year=year)
    load_filing(loader, load_id, builders.submission(read, filing_id=filing_id, fiscal_year=year, sha256=sha256))
    finish_load(loader, load_id)
    return load_id


def test_rows_are_counted_by_view_and_year_and_of_other_years_nothing(loader: Engine) -> None:
    _load(loader, "filing-1", 2023)
    _load(loader, "filing-2", 2024)
    with loader.connect() as connection:
        counted = rows_by_year(connection, [2023])
        assert counted["filing"] == {2023: 1}
        assert counted["project_budget"] == {2023: 3}
        assert counted == rows_of_filings(connection, ["filing-1"])


def test_a_change_names_the_filing_its_versions_and_both_its_years(loader: Engine) -> None:
    first = _load(loader, "filing-1", 2023)
    untouched = _load(loader, "filing-2", 2024)
    second = _load(loader, "filing-1", 2025, sha256="b" * 64)
    with loader.connect() as connection:
        [created] = changes_of(connection, first)
        assert (created.version_before, created.version_after, created.year_after) == (None, 1, 2023)
        [changed] = changes_of(connection, second)
        assert (changed.filing_id, changed.version_before, changed.version_after) == ("filing-1", 1, 2)
        assert changed.years == {2023, 2025}
        assert [one.filing_id for one in changes_of(connection, untouched)] == ["filing-2"]
        assert known_filings(connection)["filing-1"].fiscal_year == 2025


def test_each_year_is_compared_with_the_newest_load_that_counted_it(loader: Engine) -> None:
    one, two, three = (start_load(loader, "test") for _ in range(3))
    keep_metrics(loader, one, {"rows": {"project": {"2023": 5, "2024": 7}}})
    keep_metrics(loader, two, {"rows": {"project": {"2024": 8}}, "seconds": 1})
    with loader.connect() as connection:
        assert rows_of_last_load(connection, [2022, 2023, 2024], before=three) == {"project": {2023: 5, 2024: 8}}
        assert rows_of_last_load(connection, [2024], before=two) == {"project": {2024: 7}}


def test_the_condition_tells_what_ended_what_waits_and_what_alarmed(loader: Engine) -> None:
    with loader.connect() as connection:
        empty = condition_of(connection)
    assert (empty.last_load, empty.newest_published, empty.held, empty.filings) == (None, None, 0, {})
    load_id = _load(loader, "filing-1", 2024)
    load_filing(loader, load_id, builders.submission(filing_id="filing-2", recognised=False, sha256="c" * 64))
    alarm = Finding(code="far_fewer_filings", severity=Severity.CRITICAL, message="lists 1, used to list 9")
    keep_findings(loader, load_id, "bureau", [alarm])
    running = start_load(loader, "nightly")
    with loader.connect() as connection:
        condition = condition_of(connection)
    assert condition.last_load is not None
    assert condition.last_load["load_id"] == load_id
    assert condition.filings == {"held": 1, "published": 1}
    assert condition.held == 1
    assert condition.held_since is not None
    assert [load for load, _, _ in condition.unfinished] == [running]
    assert condition.alarms == ("bureau · far_fewer_filings: lists 1, used to list 9",)
