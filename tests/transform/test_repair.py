"""Arithmetic repair: a misread digit is mended or the table is held; nothing is ever mended to something wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transform.amounts import read_amount
from transform.checks.confusions import confusions, legible_amount
from transform.checks.repair import CERTAIN, Control, Figure, repair, repair_records
from transform.records import Amount, BudgetLine, Kind, Records, Source, StatedTotal, TotalOf


def amount(text: str) -> Amount:
    return read_amount(text, "万元")


def printed(cents: int) -> Amount:
    return amount(f"{Decimal(cents) / 100:,.2f}")


def figures(*read: tuple[str, float]) -> list[Figure]:
    return [Figure(amount(text), confidence) for text, confidence in read]


def texts(amounts: dict[int, Amount]) -> dict[int, str]:
    return {at: amount.printed for at, amount in amounts.items()}


def test_one_misread_digit_is_mended() -> None:
    read = figures(("1,207.08", 0.7), ("48.00", 0.998), ("1,849.08", 0.97), ("600.00", 0.999))
    assert texts(repair(read, [Control(2, (0, 1, 3))]).amounts) == {0: "1,201.08"}


@pytest.mark.parametrize(
    ("read", "truth"),
    [("120108", "1,201.08"), ("1,207.08", "1,201.08"), ("1,201.00", "1,201.08"), ("1,281.08", "1,201.08")],
)
def test_each_kind_of_confusion_is_known(read: str, truth: str) -> None:
    assert truth in set(confusions(read))


@pytest.mark.parametrize(
    ("read", "truth"),
    [
        ("1.2O1.08", "1,201.08"),
        ("1,201,08", "1,201.08"),
        ("1,20108", "1,201.08"),
        ("l2.5O", "12.50"),
        ("1, 201. 08", "1,201.08"),
        ("41.00 41.00", None),
        ("41.0041.00", None),
        ("1 201.08", None),
        ("0.00", "0.00"),
        ("012.50", None),
        ("约12.50", None),
        ("1201", None),
        ("2024.1.1", None),
    ],
)
def test_a_garbled_amount_is_read_if_it_can_be_only_one(read: str, truth: str | None) -> None:
    assert legible_amount(read) == truth


def test_what_two_misreadings_explain_is_held() -> None:
    read = figures(("17.00", 0.8), ("71.00", 0.85), ("82.00", 0.999))
    assert not repair(read, [Control(2, (0, 1))]).amounts  # the second may have been 65.00, however it was misread
    read = figures(("17.00", 0.8), ("27.00", 0.85), ("38.00", 0.999))
    mended = repair(read, [Control(2, (0, 1))])
    assert not mended.amounts
    assert mended.reason == "several misreadings would explain it"


def test_doubt_decides_between_two_only_when_it_is_overwhelming() -> None:
    read = figures(("17.00", 0.6), ("27.00", 0.9999), ("38.00", 0.999))
    assert texts(repair(read, [Control(2, (0, 1))]).amounts) == {0: "11.00"}


def test_a_publishers_own_error_is_left_alone() -> None:
    read = figures(("17.00", 0.999), ("20.00", 0.995), ("31.00", 0.999))
    mended = repair(read, [Control(2, (0, 1))])
    assert not mended.amounts
    assert "publisher" in mended.reason
    read = figures(("17.00", 0.999), ("20.00", 0.8), ("31.00", 0.999))
    mended = repair(read, [Control(2, (0, 1))])
    assert not mended.amounts
    assert mended.reason == "only amounts that recognition was certain of would explain it"


def test_what_no_confusion_explains_is_held() -> None:
    read = figures(("12.00", 0.7), ("20.00", 0.7), ("99.00", 0.7))
    assert repair(read, [Control(2, (0, 1))]).reason == "no few misreadings explain it"


def test_a_repair_never_opens_another_control() -> None:
    """The total of both columns says that the line is right and its subtotal was misread."""
    read = figures(("17.00", 0.6), ("11.00", 0.9), ("17.00", 0.6))
    assert texts(repair(read, [Control(1, (0,)), Control(2, (0,))]).amounts) == {1: "17.00"}


def test_two_errors_in_two_rows_are_both_mended() -> None:
    read = figures(
        ("17.00", 0.7), ("11.00", 0.98), ("25.00", 0.7), ("26.00", 0.98), ("37.00", 0.98)
    )  # sources, then their rows' totals, then the total of the column
    controls = [Control(1, (0,)), Control(3, (2,)), Control(4, (0, 2))]
    assert texts(repair(read, controls).amounts) == {0: "11.00", 2: "26.00"}


def test_rounding_is_not_mended() -> None:
    read = figures(("1.01", 0.7), ("2.02", 0.7), ("3.04", 0.7))
    assert not repair(read, [Control(2, (0, 1))]).amounts


Cents = st.integers(min_value=1, max_value=9_999_999)
Doubt = st.floats(min_value=0.3, max_value=0.9999)


@st.composite
def misread_tables(draw: st.DrawFn) -> tuple[list[Amount], list[Figure], list[Control], int]:
    """Rows of two sources and their total, both columns' totals and the grand total; one figure was misread."""
    rows = draw(st.lists(st.tuples(Cents, Cents), min_size=1, max_size=12))
    truth: list[Amount] = []
    controls: list[Control] = []
    for first, second in rows:
        truth += [printed(first), printed(second), printed(first + second)]
        controls.append(Control(len(truth) - 1, (len(truth) - 3, len(truth) - 2)))
    for column in (0, 1):
        truth.append(printed(sum(row[column] for row in rows)))
        controls.append(Control(len(truth) - 1, tuple(range(column, 3 * len(rows), 3))))
    misread = draw(st.integers(0, len(truth) - 1))
    read = [Figure(one, draw(Doubt)) for one in truth]
    wrong = amount(draw(misreadings(truth[misread].printed)))
    read[misread] = replace(read[misread], amount=wrong)
    return truth, read, controls, misread


def readable(text: str) -> bool:
    try:
        amount(text)
    except ValueError:
        return False
    return True


def misreadings(text: str) -> st.SearchStrategy[str]:
    """The amount with one digit taken for any other, or confused in a known way."""
    other = [
        text[:at] + digit + text[at + 1 :] for at in range(len(text)) if text[at].isdigit() for digit in "0123456789"
    ]
    options = [one for one in [*other, *confusions(text)] if readable(one) and amount(one).yuan != amount(text).yuan]
    return st.sampled_from(options)


@given(misread_tables())
@settings(max_examples=150, deadline=None)
def test_one_misread_digit_of_a_consistent_table_is_mended_or_held(
    case: tuple[list[Amount], list[Figure], list[Control], int],
) -> None:
    truth, read, controls, misread = case
    mended = repair(read, controls)
    for at, new in mended.amounts.items():
        assert at == misread
        assert new.yuan == truth[at].yuan
        assert read[at].confidence < CERTAIN


@given(st.lists(Cents, min_size=2, max_size=30), st.data())
@settings(max_examples=150, deadline=None)
def test_a_single_column_is_never_mended_wrongly_where_the_misread_figure_is_the_doubtful_one(
    cents: list[int], data: st.DataObject
) -> None:
    truth = [printed(one) for one in cents] + [printed(sum(cents))]
    misread = data.draw(st.integers(0, len(truth) - 1))
    wrong = amount(data.draw(misreadings(truth[misread].printed)))
    sure = [data.draw(st.floats(min_value=0.9, max_value=1.0)) for _ in truth]
    read = [Figure(one, confidence) for one, confidence in zip(truth, sure, strict=True)]
    read[misread] = Figure(wrong, data.draw(st.floats(min_value=0.3, max_value=0.9)))
    mended = repair(read, [Control(len(cents), tuple(range(len(cents))))])
    assert all(at == misread and new.yuan == truth[at].yuan for at, new in mended.amounts.items())


def line(project: str, text: str, confidence: float | None) -> BudgetLine:
    return BudgetLine(
        statement="project_expenditure",
        unit="某局",
        project=project,
        funding_source="财政拨款",
        line_code=None,
        line=None,
        measure=None,
        amount=amount(text),
        source=Source(text=text, page=3, confidence=confidence),
    )


def records(lines: Sequence[BudgetLine], total: str, confidence: float | None) -> Records:
    stated = StatedTotal(
        total_of=TotalOf.FILING, amount=amount(total), source=Source(text=total, page=1, confidence=confidence)
    )
    return Records(
        kind=Kind.PROJECT_TARGET_TABLE,
        title=None,
        department=None,
        fiscal_year=None,
        money_unit="万元",
        budget_lines=tuple(lines),
        stated_totals=(stated,),
    )


def test_records_say_what_was_mended_and_keep_what_was_read() -> None:
    read = records([line("甲", "17.00", 0.7), line("乙", "20.00", 0.999)], "31.00", 0.999)
    mended = repair_records(read)
    first, second = mended.budget_lines
    assert (first.amount.printed, first.amount.yuan) == ("11.00", Decimal(110_000))
    assert (first.flags, first.source) == (("repaired",), Source(text="17.00", page=3, confidence=0.7))
    assert second == read.budget_lines[1]
    [finding] = mended.findings
    assert (finding.code, finding.page, finding.evidence) == ("amount_repaired", 3, "17.00")
    assert "recognised as 17.00 (confidence 0.70), taken as 11.00" in finding.message


def test_records_that_were_not_recognised_from_a_picture_are_never_touched() -> None:
    read = records([line("甲", "17.00", None), line("乙", "20.00", None)], "31.00", None)
    assert repair_records(read) is read


def test_what_is_not_mended_says_why() -> None:
    read = records([line("甲", "17.00", 0.999), line("乙", "20.00", 0.999)], "31.00", 0.999)
    mended = repair_records(read)
    assert mended.budget_lines == read.budget_lines
    assert [finding.code for finding in mended.findings] == ["amounts_not_repaired"]
