"""Money is read exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transform.amounts import SCALES, AmountError, holds_several, printed_step, read_amount, read_money_unit

MONEY = st.decimals(min_value=Decimal("-9999999.99"), max_value=Decimal("9999999.99"), places=2)
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(value=MONEY, unit=st.sampled_from(sorted(SCALES)), grouped=st.booleans(), wide=st.booleans())
def test_any_amount_comes_back_exactly(value: Decimal, unit: str, grouped: bool, wide: bool) -> None:
    printed = f"{value:,}" if grouped else str(value)
    amount = read_amount(printed.translate(FULL_WIDTH) if wide else printed, unit)
    assert amount.yuan == value * SCALES[unit]
    assert amount.unit == unit


@given(value=MONEY.filter(lambda value: value >= 0))
def test_blanks_of_recognition_inside_an_amount_do_not_change_it(value: Decimal) -> None:
    spread = f"{value:,}".replace(",", ", ").replace(".", ". ")
    assert read_amount(spread, "元").yuan == value


@pytest.mark.parametrize(
    ("printed", "unit", "yuan"),
    [
        ("72, 239. 50", "万元", "722395000"),
        ("１６．４９", "万元", "164900"),
        ("(1,234.50)", "元", "-1234.50"),
        ("（0.98）", "万元", "-9800"),
        ("-3.00", "千元", "-3000"),
        ("0.00", "亿元", "0"),
        (" 15 ", "亿元", "1500000000"),
    ],
)
def test_amounts_as_they_are_printed(printed: str, unit: str, yuan: str) -> None:
    amount = read_amount(printed, unit)
    assert amount.yuan == Decimal(yuan)
    assert amount.printed == printed.strip()


@pytest.mark.parametrize("text", ["", " ", "ļ", "-", "1.2.3", "12 34", "1,23", "12万", "2024年", "abc", "(1.00"])
def test_what_is_no_amount_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(AmountError, match="not an amount"):
        read_amount(text, "万元")


def test_ten_thousands_are_scaled_not_stripped() -> None:
    """A peer in this field strips 万元 and keeps the number: 17,960.54 万元 are 179,605,400 yuan."""
    assert read_amount("17,960.54", "万元").yuan == Decimal("179605400.00")


def test_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(AmountError, match="unknown unit"):
        read_amount("1.00", "美元")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"),
        ("单位:元", "元"),
        ("金额单位：人民币万元", "万元"),
        ("单 位 ： 亿 元", "亿元"),
        ("预算金额（万元）", "万元"),
        ("（单位：千元）", "千元"),
        ("单位名称：花都区某局", None),
        ("安排资金五万元", None),
        ("单位：万元 单位：元", None),
    ],
)
def test_the_unit_is_read_where_it_is_printed_and_never_guessed(text: str, unit: str | None) -> None:
    assert read_money_unit(text) == unit


def test_the_last_printed_digit_has_a_value_in_yuan() -> None:
    assert printed_step(read_amount("71,726.50", "万元")) == 100
    assert printed_step(read_amount("71,726", "万元")) == 10_000
    assert printed_step(read_amount("1.50", "元")) == Decimal("0.01")


@pytest.mark.parametrize(
    "text",
    [
        "39.38\n30.00",
        "39. 38\n30. 00",
        "39\n30",
        "1,234\n567.00",
        "1\n234,567.00",
        "12345\n678.90",
        "1,234.5\n6",
        "年度金额：39\n30万元",
        "3 9\r\n3 0",
    ],
)
def test_lines_that_may_be_two_amounts_are_never_one(text: str) -> None:
    assert holds_several(text)
    with pytest.raises(AmountError, match="may be several amounts"):
        read_amount(text, "万元")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,\n567.00", "1234567.00"),
        ("1,234\n,567.00", "1234567.00"),
        ("12,3\n45,678.90", "12345678.90"),
        ("12,345,6\n78.90", "12345678.90"),
        ("17,960.\n54", "17960.54"),
        ("17,960\n.54", "17960.54"),
        ("12,\n345,\n678.90", "12345678.90"),
        ("-\n1,234.50", "-1234.50"),
        ("(1,234.\n50)", "-1234.50"),
        ("１２，\n３４５．６０", "12345.60"),
    ],
)
def test_an_amount_wrapped_in_its_cell_is_one(text: str, value: str) -> None:
    assert read_amount(text, "元").yuan == Decimal(value)


@pytest.mark.parametrize("printed", ["80.00¹", "80.00①", "①80.00", "80.00₁"])
def test_the_mark_of_a_footnote_is_no_digit(printed: str) -> None:
    """80.00¹ was 80.001: a difference within rounding, so the filing was published."""
    with pytest.raises(AmountError, match="mark"):
        read_amount(printed, "万元")
