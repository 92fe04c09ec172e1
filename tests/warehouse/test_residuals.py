"""Residuals make every failed total come true, and stand where the failure was."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from warehouse.publish.residuals import FailedControl, residuals

DEPARTMENT = "某局"


def failed(difference: str | Decimal, unit: str | None = None, source: str | None = None) -> FailedControl:
    return FailedControl(unit=unit, funding_source=source, difference=Decimal(difference))


def lines(*controls: FailedControl, units: tuple[str, ...] = ("甲", "乙"), sources: tuple[str, ...] = ("拨款", "其他")):
    found = residuals(controls, department=DEPARTMENT, units=units, funding_sources=sources)
    return [(line.unit, line.funding_source, line.amount) for line in found]


def test_a_total_of_the_filing_goes_to_the_department_and_the_unknown_source() -> None:
    assert lines(failed("724")) == [(DEPARTMENT, None, 724)]


def test_the_only_unit_and_the_only_source_are_the_ones() -> None:
    assert lines(failed("724"), units=("甲",), sources=("拨款",)) == [("甲", "拨款", 724)]


def test_a_unit_and_a_source_that_fail_alike_are_one_line() -> None:
    assert lines(failed("724"), failed("724", unit="乙"), failed("724", source="其他")) == [("乙", "其他", 724)]


def test_one_unit_is_split_over_the_sources_that_fail() -> None:
    assert lines(failed("10"), failed("10", unit="甲"), failed("4", source="其他"), failed("6", source="拨款")) == [
        ("甲", "其他", 4),
        ("甲", "拨款", 6),
    ]


def test_one_source_is_split_over_the_units_that_fail() -> None:
    assert lines(failed("10"), failed("4", unit="乙"), failed("6", unit="甲"), failed("10", source="其他")) == [
        ("乙", "其他", 4),
        ("甲", "其他", 6),
    ]


def test_a_cell_that_names_both_needs_no_guess() -> None:
    assert lines(failed("3"), failed("3", unit="甲"), failed("3", unit="甲", source="拨款")) == [("甲", "拨款", 3)]


AMOUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["甲", "乙", "丙"]), st.sampled_from(["拨款", "其他"])),
    st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100),
    min_size=1,
)


@given(missing=AMOUNTS)
def test_the_filing_total_always_comes_true(missing: dict[tuple[str, str], Decimal]) -> None:
    """Whatever lines are missing, the residuals sum to the filing's and to each unit's difference."""
    by_unit: dict[str, Decimal] = {}
    by_source: dict[str, Decimal] = {}
    for (unit, source), amount in missing.items():
        by_unit[unit] = by_unit.get(unit, Decimal(0)) + amount
        by_source[source] = by_source.get(source, Decimal(0)) + amount
    controls = [failed(sum(missing.values(), Decimal(0)))]
    controls += [failed(amount, unit=unit) for unit, amount in by_unit.items()]
    controls += [failed(amount, source=source) for source, amount in by_source.items()]
    found = lines(*controls)
    assert sum(amount for _, _, amount in found) == sum(missing.values())
    for unit, amount in by_unit.items():
        assert sum(line[2] for line in found if line[0] == unit) == amount
