"""Spellings that persons add: kept with a name, over the bundled ones, and part of what makes an input known."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import records, submission
from transform.vocabulary import BUNDLED, Spelling, Words, fold
from warehouse.decide.vocabulary import add_row, added_rows, filings_that_met, in_force, place_of, withdraw_row
from warehouse.errors import WarehouseError
from warehouse.known import known_version
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Submission

ROW = Spelling("table.source", "其他资金", "上级补助款")


def known(engine: Engine, loaded: Submission) -> bool:
    with engine.connect() as connection:
        found = known_version(
            connection,
            entry=loaded.entry,
            publisher=loaded.publisher,
            sha256=loaded.sha256,
            readers=[loaded.reader],
            vocabulary=in_force(connection, ()),
        )
    return found is not None


def test_an_added_row_counts_until_it_is_taken_back(loader: Engine) -> None:
    with loader.begin() as connection:
        add_row(connection, ROW, by="王某", because="看过原件", vocabulary=BUNDLED)
        assert added_rows(connection) == (ROW,)
        assert in_force(connection, ()).meaning("table.source", "上级 补助款") == "其他资金"
        with pytest.raises(WarehouseError, match="means 其他资金 in"):
            add_row(connection, ROW, by="王某", because="", vocabulary=in_force(connection, ()))
        withdraw_row(connection, ROW.place, ROW.spelling, by="李某")
        assert added_rows(connection) == ()
        with pytest.raises(WarehouseError, match="nobody has added"):
            withdraw_row(connection, ROW.place, ROW.spelling, by="李某")


def test_a_concept_says_its_place_or_what_to_say() -> None:
    assert place_of("其他资金", "table.source", BUNDLED) == "table.source"
    with pytest.raises(WarehouseError, match=r"knows no concept nosuch: its concepts are goal, indicators"):
        place_of("nosuch", "table.column", BUNDLED)
    with pytest.raises(WarehouseError, match="vocabulary list"):
        place_of("nosuch", None, BUNDLED)


def test_a_row_for_a_word_that_a_filing_met_makes_its_input_new(loader: Engine) -> None:
    words = Words(unknown=(fold("上级补助款"),))
    met = submission(records(), filing_id="met", sha256="a" * 64, words=words)
    other = submission(records(title="另一份"), filing_id="other", sha256="b" * 64)
    load_filings(loader, start_load(loader, "test"), [met, other])
    assert known(loader, met)
    with loader.begin() as connection:
        assert [one.filing_id for one in filings_that_met(connection, "上级补助款")] == ["met"]
        add_row(connection, ROW, by="王某", because="", vocabulary=BUNDLED)
    assert not known(loader, met)
    assert known(loader, other)


def test_taking_a_row_back_makes_what_was_read_by_it_new(loader: Engine) -> None:
    with loader.begin() as connection:
        add_row(connection, ROW, by="王某", because="", vocabulary=BUNDLED)
    by_it = submission(records(), filing_id="by-it", words=Words(used=(ROW,)))
    load_filings(loader, start_load(loader, "test"), [by_it])
    assert known(loader, by_it)
    with loader.begin() as connection:
        withdraw_row(connection, ROW.place, ROW.spelling, by="李某")
    assert not known(loader, by_it)
