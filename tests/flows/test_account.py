"""What a run says it did to the mart."""

from __future__ import annotations

from flows.account import MartAccount, sentence
from warehouse.read.mart_rows import FilingChange

MOVED = FilingChange("bureau-1", 1, 2, 2023, 2022)
NEW = FilingChange("bureau-2", None, 1, None, 2023)


def test_a_rerun_shows_the_years_asked_for_and_each_other_one_that_changed() -> None:
    before = {"project": {2021: 5, 2022: 7, 2023: 11}}
    after = {"project": {2021: 5, 2022: 8, 2023: 10}, "task": {2023: 1}}
    account = MartAccount((2023,), before, after, {"project": {2023: 12}}, (MOVED, NEW))
    assert account.rows() == [("project", 2022, 7, 8, None), ("project", 2023, 11, 10, 12), ("task", 2023, 0, 1, None)]
    assert account.differences() == [
        "project 2023: 10 rows, -2 since the last run that counted them",
        "bureau-1: version 1 → 2, year 2023 → 2022: not of the years asked for",
    ]


def test_rows_that_are_gone_altogether_are_shown() -> None:
    assert MartAccount((2023,), {"task": {2023: 4}}, {}).rows() == [("task", 2023, 4, 0, None)]


def test_a_change_says_its_versions() -> None:
    assert sentence(NEW) == "bureau-2: version none → 1"
