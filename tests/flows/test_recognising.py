"""Records are read within a time and a memory of their own; a filing that needs more fails, and no other with it."""

from __future__ import annotations

import pytest

from extract.errors import ReadError
from flows.recognising import recognise
from tests.transform.project_forms import DECLARED, MINISTRY
from tests.transform.typeset import document_of
from transform.recognition import read_records

FORM = document_of("项目支出绩效目标表", MINISTRY)
ENDLESS = document_of("项目支出绩效目标表", *[MINISTRY] * 20_000)


def test_the_records_are_those_that_the_rules_give() -> None:
    for _ in range(2):  # the second by the same process
        assert recognise(FORM, DECLARED) == read_records(FORM, DECLARED)


def test_what_takes_too_long_is_one_sentence_and_the_next_filing_is_read() -> None:
    with pytest.raises(ReadError) as caught:
        recognise(ENDLESS, DECLARED, seconds=1)
    assert (caught.value.code, str(caught.value)) == (
        "timeout",
        "reading its records was stopped: it took more than 1 seconds",
    )
    assert recognise(FORM, DECLARED, seconds=1) == read_records(FORM, DECLARED)


def test_what_needs_too_much_memory_is_one_sentence_and_the_next_filing_is_read() -> None:
    with pytest.raises(ReadError) as caught:
        recognise(ENDLESS, DECLARED, memory=200 << 20)
    assert caught.value.code == "memory"
    assert recognise(FORM, DECLARED, memory=200 << 20) == read_records(FORM, DECLARED)


def test_a_fault_of_ours_is_one_sentence_and_the_next_filing_is_read() -> None:
    with pytest.raises(ReadError) as caught:
        recognise("no document", DECLARED)  # type: ignore[arg-type]
    assert caught.value.code == "crashed"
    assert "AttributeError" in str(caught.value)
    assert recognise(FORM, DECLARED) == read_records(FORM, DECLARED)
