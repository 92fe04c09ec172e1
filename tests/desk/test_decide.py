"""Deciding at the desk: each decision with the login's name and a reason, and the mart as it is then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from flows.choice import Choice
from tests.desk.conftest import PASSWORD, Sitting
from tests.warehouse.builders import LAYOUT, bureau, records, several, submission, table
from tests.warehouse.builders import entry as entry_of
from transform.vocabulary import Words
from warehouse.identity import refuse_strangers
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.read.corrected import corrections
from warehouse.read.mart_rows import KnownFiling
from warehouse.server.database import Database
from warehouse.server.roles import Login

HELD = ("accepted", "undone", "rejected", "retried", "seen", "asked")
"""Filings of which one section is held, for one test each."""


def rows(filing: str) -> str:
    return f"SELECT project, amount_yuan FROM mart.project_budget WHERE filing_id = '{filing}' ORDER BY 2"


def decided(filing: str, table: str = "decision") -> str:
    who = "decision, decided_by" if table == "decision" else "'accepted', accepted_by"
    return (
        f"SELECT {who}, because, section_seq FROM audit.{table} JOIN dw.dim_filing_version USING (filing_version_key)"
        f" JOIN dw.dim_filing d USING (filing_key) WHERE d.filing_id = '{filing}' ORDER BY 1"
    )


@pytest.fixture(scope="module")
def warehouse(new_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Database]:
    with new_database() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
        engine = database.engine(Login.LOADER)
        held = several(table(1, "甲项目", "10.50"), table(2, "乙项目", "4.25", stated="5.25"))
        word = records(**table(1, "丙项目", "1.00", stated="2.00"))
        met = Words((), ("某新词",))
        filings = [
            *(submission(held, filing_id=name, publisher=bureau(name)) for name in HELD),
            submission(word, filing_id="word", publisher=bureau("word"), words=met),
        ]
        load_filings(engine, start_load(engine, "for the desk"), filings)
        engine.dispose()
        yield database


def test_a_held_section_is_accepted_in_the_name_of_the_login(wang: Sitting) -> None:
    answer = wang.post("/f/accepted/decide", action="accept", section="2", version="1", because="已核对原件")
    assert answer.status_code == 303, answer.text
    assert wang.asked(rows("accepted")) == [(None, 10_000), ("乙项目", 42_500), ("甲项目", 105_000)]
    assert wang.asked(decided("accepted", "acceptance")) == [("accepted", "wang", "已核对原件", 2)]
    page = wang.get("/f/accepted").text
    assert "已核对原件" in page
    assert 'class="dot s-held"' not in page


def test_an_acceptance_is_undone_and_both_versions_are_laid_side_by_side(wang: Sitting) -> None:
    wang.post("/f/undone/decide", action="accept", section="2", version="1", because="x")
    assert wang.post("/f/undone/decide", action="undo", because="看错了").status_code == 303
    assert wang.asked(rows("undone")) == [("甲项目", 105_000)]
    assert wang.asked(decided("undone")) == [("restored", "wang", "看错了", None), ("undone", "wang", "看错了", None)]
    compared = wang.get("/f/undone/v/1..2").text
    assert '<tr class="change-added">' in compared
    assert "乙项目" in compared


def test_a_section_is_rejected_and_waits_no_longer(wang: Sitting) -> None:
    assert "/f/rejected" in wang.get("/?status=waiting").text
    wang.post("/f/rejected/decide", action="reject", section="2", version="1", because="原件有误")
    assert wang.asked(decided("rejected")) == [("rejected", "wang", "原件有误", 2)]
    assert "/f/rejected" not in wang.get("/?status=waiting").text


def test_judging_again_is_kept_with_who_asked(wang: Sitting) -> None:
    answer = wang.post("/f/retried/decide", action="retry", version="1", because="已更新")
    assert answer.status_code == 303, answer.text
    assert wang.asked(decided("retried")) == [("retried", "wang", "已更新", None)]


def test_a_decision_needs_a_reason_and_the_version_that_was_seen(wang: Sitting) -> None:
    assert wang.post("/f/seen/decide", action="accept", section="2", because=" ").status_code == 409
    late = wang.post("/f/seen/decide", action="accept", section="2", version="9", because="x")
    assert late.status_code == 409
    assert wang.asked(decided("seen", "acceptance")) == []


def test_the_catalogues_year_is_corrected_and_the_filing_read_again(wang: Sitting) -> None:
    begun: list[tuple[list[int], list[str]]] = []
    object.__setattr__(wang.client.app.state.desk, "read_again", lambda *asked: begun.append(asked))  # type: ignore[attr-defined]
    assert wang.post("/f/seen/correct", year="20x5", because="x").status_code == 409
    assert wang.post("/f/seen/correct", because="x").status_code == 409
    assert wang.post("/f/seen/correct", year="2025", because="封面写明").status_code == 303
    assert begun == [([2025], ["bureau-seen"])]
    assert ("corrected", "wang", "封面写明", None) in wang.asked(decided("seen"))
    engine = wang.database.engine(Login.DESK)
    with engine.connect() as connection:
        said = corrections(connection)
    entry, _ = said.of(entry_of("seen", publisher="bureau-seen"), bureau("seen"))
    choice = Choice([2025], only="held", corrections=said)
    known = {"seen": KnownFiling("seen", 2024, "partial", None, 1)}
    assert choice.picks(entry_of("seen", publisher="bureau-seen"), known), "a rerun of the corrected year means it"
    engine.dispose()
    assert (entry.fiscal_year, entry.year_basis) == (2025, "declared")


def test_a_filing_that_was_given_to_another_department_may_be_loaded_as_its_own(wang: Sitting) -> None:
    """No load changes whose a filing is; a person may."""
    asked, other = entry_of("asked", publisher="bureau-retried"), bureau("retried")
    engine = wang.database.engine(Login.LOADER)
    assert refuse_strangers(engine, 1, [(asked, other)])[0]
    assert wang.post("/f/asked/correct", publisher="nobody", because="x").status_code == 409
    assert wang.post("/f/asked/correct", publisher="bureau-retried", because="错挂").status_code == 303
    with engine.connect() as connection:
        overlaid = corrections(connection).of(entry_of("asked", publisher="bureau-asked"), bureau("asked"))
        stranger = corrections(connection).of(entry_of("asked", publisher="bureau-seen"), bureau("seen"))
    assert (overlaid[0].publisher, overlaid[1].id) == ("bureau-retried", "bureau-retried")
    assert refuse_strangers(engine, 1, [overlaid]) == [None]
    assert refuse_strangers(engine, 1, [stranger])[0]
    engine.dispose()


def test_a_word_says_what_it_frees_before_it_is_written(wang: Sitting) -> None:
    begun: list[tuple[list[int], list[str]]] = []
    desk = wang.client.app.state.desk  # type: ignore[attr-defined]
    object.__setattr__(desk, "read_again", lambda years, publishers: begun.append((years, publishers)))
    page = wang.get("/f/word").text
    assert '<option value="某新词">' in page
    vocabulary = desk.vocabulary()
    row = next(iter(vocabulary.rows))
    said = {"spelling": "某新词", "concept": f"{row.place} {row.concept}", "because": "同义"}
    asked = wang.post("/f/word/word", **said)
    assert asked.status_code == 200
    assert "<b>1</b>" in asked.text
    assert wang.asked("SELECT count(*) FROM dw.vocabulary_row") == [(0,)]
    assert wang.post("/f/word/word", **said, confirmed="yes").status_code == 303
    written = wang.asked("SELECT place, concept, spelling, added_by, because FROM dw.vocabulary_row")
    assert written == [(row.place, row.concept, "某新词", "wang", "同义")]
    assert begun == [([2024], ["bureau-word"])]


def test_the_password_is_asked_before_anything(sit: Callable[..., Sitting]) -> None:
    sitting = sit("wang")
    answer = sitting.post("/f/asked/decide", action="accept", because="x")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert sitting.log_in("wang", PASSWORD).status_code == 303
