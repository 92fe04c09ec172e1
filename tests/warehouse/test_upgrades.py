"""A reader that has learnt something changes a year: accepted once, for the whole year and for nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import money, project, records, section, several, submission, table
from tests.warehouse.test_publishing import load, rows
from transform.records import Part, Records
from warehouse.decide.accepting import accept_load
from warehouse.decide.held import held_filings
from warehouse.decide.versions import undo
from warehouse.errors import WarehouseError
from warehouse.known import BYTES, DECLARATION, NEW, READER, compared
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Outcome, Status, Submission

NAMES = ("filing-1", "filing-2", "filing-3")
CURRENT = "SELECT filing_id, version, status, pending_version FROM mart.filing ORDER BY 1"


def of(number: int, cents: str) -> Records:
    """Four projects of a filing; `cents` is what readers differ in."""
    lines = tuple(money(f"项目{n}", f"{number}{n}.{cents}") for n in range(1, 5))
    projects = tuple(project(n, f"项目{n}") for n in range(1, 5))
    return records(projects=projects, budget_lines=lines, indicators=(), stated_totals=())


def read(number: int, reader: str, *, fiscal_year: int = 2024, sha256: str | None = None) -> Submission:
    cents = "00" if reader == "text-1" else "50"
    name = f"filing-{number}"
    return submission(of(number, cents), filing_id=name, reader=reader, fiscal_year=fiscal_year, sha256=sha256)


def loaded(engine: Engine, *filings: Submission) -> tuple[int, list[Outcome]]:
    load_id = start_load(engine, "test")
    return load_id, load_filings(engine, load_id, filings)


def reasons(outcomes: list[Outcome]) -> list[list[str]]:
    return [[each.partition(":")[0] for each in one.reasons] for one in outcomes]


@pytest.fixture
def accepted(loader: Engine) -> int:
    """Three filings of a year; the new reader was stopped at two of them, and that was accepted."""
    loaded(loader, *(read(number, "text-1") for number in (1, 2, 3)))
    load_id, outcomes = loaded(loader, read(1, "text-2"), read(2, "text-2"))
    assert reasons(outcomes) == [["year_kept"], ["year_kept"]]
    decided = accept_load(loader, load_id, by="王工", because="the new reader sees the cents")
    assert [one.status for one in decided] == [Status.PUBLISHED, Status.PUBLISHED]
    return load_id


def test_one_acceptance_covers_a_readers_upgrade_of_a_year(loader: Engine, reader: Engine, accepted: int) -> None:
    """Filings that come in later loads pass by it, as their own acceptances would have let them."""
    loaded(loader, read(3, "text-2"))
    assert rows(reader, CURRENT) == [(name, 2, "published", None) for name in NAMES]
    assert rows(loader, "SELECT program, accepted_by FROM audit.upgrade") == [("text-2", "王工")]
    assert rows(loader, "SELECT count(*) FROM audit.upgrade WHERE load_id = " + str(accepted)) == [(1,)]


def test_an_accepted_upgrade_lets_a_whole_year_pass_in_a_later_load(loader: Engine, reader: Engine) -> None:
    loaded(loader, *(read(number, "text-1") for number in (1, 2, 3)))
    with loader.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit.upgrade (load_id, fiscal_year_key, program, accepted_by, because)"
                " SELECT 1, fiscal_year_key, 'text-2', '王工', 'seen' FROM dw.dim_fiscal_year WHERE fiscal_year = 2024"
            )
        )
    _, outcomes = loaded(loader, *(read(number, "text-2") for number in (1, 2, 3)))
    assert {one.status for one in outcomes} == {Status.PUBLISHED}
    given = "SELECT DISTINCT expectations, accepted_by, because FROM audit.acceptance"
    assert rows(loader, given) == [("year_kept", "王工", "seen")]


def test_it_does_not_cover_other_bytes(loader: Engine, accepted: int) -> None:
    corrected = [submission(of(n, "75"), filing_id=f"filing-{n}", reader="text-2", sha256=str(n) * 64) for n in (1, 2)]
    assert reasons(loaded(loader, *corrected)[1]) == [["year_kept"], ["year_kept"]]


def test_it_does_not_cover_another_version_of_the_reader(loader: Engine, accepted: int) -> None:
    later = [submission(of(n, "75"), filing_id=f"filing-{n}", reader="text-3") for n in (1, 2)]
    assert reasons(loaded(loader, *later)[1]) == [["year_kept"], ["year_kept"]]


def test_what_a_person_undid_since_is_not_covered(loader: Engine, accepted: int) -> None:
    for name in ("filing-1", "filing-2"):
        undo(loader, name, by="王工", because="the cents were a stamp")
    again = [submission(of(n, "50"), filing_id=f"filing-{n}", reader="text-2", title="又一次") for n in (1, 2)]
    assert reasons(loaded(loader, *again)[1]) == [["year_kept"], ["year_kept"]]
    current = "SELECT DISTINCT version FROM mart.filing WHERE filing_id IN ('filing-1', 'filing-2')"
    assert rows(loader, current) == [(1,)]


def test_sections_that_a_new_layout_no_longer_reads_wait_and_pass_by_the_same_word(
    loader: Engine, reader: Engine
) -> None:
    sound = several(table(1, "甲项目", "10.00"), table(2, "乙项目", "4.00"), table(3, "丙项目", "2.00"))
    lost = several(
        table(1, "甲项目", "10.00"),
        table(3, "丙项目", "2.00"),
        sections=(section(1), section(2, Part.UNREAD, amounts=1), section(3)),
    )
    load(loader, submission(sound))
    load_id, outcomes = loaded(loader, submission(lost, reader="text-2"))
    assert reasons(outcomes) == [["section_kept"]]
    (decided,) = accept_load(loader, load_id, by="王工", because="that table was a copy")
    assert (decided.status, decided.version) == (Status.PARTIAL, 2)
    assert rows(reader, "SELECT version, status FROM mart.filing") == [(2, "partial")]
    with loader.connect() as connection:
        assert held_filings(connection) == []
    with pytest.raises(WarehouseError, match=f"nothing waits because load {load_id} would change too much"):
        accept_load(loader, load_id, by="王工", because="again")


def test_what_has_changed_since_a_filing_was_read_has_a_name(loader: Engine) -> None:
    filing = submission()
    asked = {"entry": filing.entry, "publisher": filing.publisher, "readers": ["text-1"], "sha256": filing.sha256}
    with loader.connect() as connection:
        assert compared(connection, **asked) == (NEW,)
    load(loader, filing)
    declared = filing.entry.model_copy(update={"title": "另一个标题"})
    with loader.connect() as connection:
        assert isinstance(compared(connection, **asked), Outcome)
        assert compared(connection, **(asked | {"sha256": "b" * 64})) == (BYTES,)
        assert compared(connection, **(asked | {"readers": ["text-2"], "sha256": "b" * 64})) == (BYTES, READER)
        assert compared(connection, **(asked | {"entry": declared})) == (DECLARATION,)
