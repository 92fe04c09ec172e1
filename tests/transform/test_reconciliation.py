"""Rounding is allowed, a missing line is not."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from transform.amounts import read_amount
from transform.checks.reconciliation import reconcile
from transform.records import Amount


def amounts(*printed: str) -> list[Amount]:
    return [read_amount(text, "万元") for text in printed]


LINES = st.lists(st.decimals(min_value=1, max_value=9999, places=2), min_size=1, max_size=30)


@given(values=LINES)
def test_an_exact_total_holds_without_rounding(values: list[Decimal]) -> None:
    outcome = reconcile(read_amount(str(sum(values)), "万元"), amounts(*map(str, values)))
    assert outcome.holds
    assert not outcome.rounded
    assert outcome.difference == 0


@given(values=LINES.filter(lambda values: len(values) > 1))
def test_a_missing_line_never_passes_for_rounding(values: list[Decimal]) -> None:
    assert not reconcile(read_amount(str(sum(values)), "万元"), amounts(*map(str, values[1:]))).holds


def test_one_cent_over_thirty_five_lines_is_rounding() -> None:
    outcome = reconcile(*amounts("71726.50"), amounts("71692.49", *["1.00"] * 34))
    assert outcome.holds
    assert outcome.rounded
    assert outcome.difference == 100


def test_a_difference_as_large_as_the_smallest_line_is_a_missing_line() -> None:
    assert not reconcile(*amounts("100.02"), amounts("50.00", "49.99", "0.01", "0.01")).holds


def test_a_total_of_nothing_holds_only_for_nothing() -> None:
    assert reconcile(*amounts("0.00"), []).holds
    assert not reconcile(*amounts("0.01"), []).holds


def test_a_bare_zero_among_the_lines_does_not_make_the_tolerance_coarse() -> None:
    assert not reconcile(*amounts("33.00"), amounts("0", "10.50", "9.25", "10.00")).holds


def test_a_total_in_a_coarser_unit_may_be_off_by_half_its_last_digit() -> None:
    lines = [read_amount("371514655", "元")]
    assert reconcile(read_amount("37151.47", "万元"), lines).rounded
    assert not reconcile(read_amount("37151.48", "万元"), lines).holds
