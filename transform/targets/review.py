"""A report for who reviews the reading of targets: by rule, rarest first, and every number that was not read.

A rule seen once or twice in a thousand targets is where the grammar is most likely wrong; a number that fell to
`qualitative` or `damaged` is what an analyst will miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from transform.records import Reading, TargetKind
from transform.targets.numerals import fold
from transform.targets.wording import HOLDS_NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One distinct text with one of its readings. `rule_count` is how often the rule read any text, `count` how often
    it read this one; `unread` says that the text holds a digit or numeral and the reading none."""

    rule: str
    rule_count: int
    text: str
    count: int
    reading: Reading
    unread: bool


def in_order(readings: Iterable[tuple[str, Reading]], *, rarest_first: bool = True) -> tuple[ReviewRow, ...]:
    """Every distinct (text, reading): unread numbers first, then by rule, the rarest first, totally ordered; or,
    without `rarest_first`, as they first appeared."""
    counted = Counter(readings)
    by_rule: Counter[str] = Counter()
    for (_, reading), count in counted.items():
        by_rule[reading.rule] += count
    rows = [
        ReviewRow(
            rule=reading.rule,
            rule_count=by_rule[reading.rule],
            text=text,
            count=count,
            reading=reading,
            unread=reading.kind in (TargetKind.QUALITATIVE, TargetKind.DAMAGED) and _holds_number(text),
        )
        for (text, reading), count in counted.items()
    ]
    return tuple(sorted(rows, key=_order)) if rarest_first else tuple(rows)


def describe(reading: Reading) -> str:
    """A reading in one line: `ratio >= 90 % = 0.9 1`, with dates and findings."""
    words: list[str] = [reading.kind]
    if reading.operator is not None:
        words.append(reading.operator)
    if reading.value is not None:
        words.append(f"{reading.value:f}" + (f"–{reading.value_upper:f}" if reading.value_upper is not None else ""))
    if reading.value_unit is not None:
        words.append(reading.value_unit)
    if reading.target_date is not None:
        words.append(reading.target_date.isoformat())
    return " ".join([*words, *(f"!{finding}" for finding in reading.findings)])


def _holds_number(text: str) -> bool:
    return HOLDS_NUMBER.search(fold(text)) is not None


def _order(row: ReviewRow) -> tuple[bool, int, str, str, str]:
    return not row.unread, row.rule_count, row.rule, row.text, describe(row.reading)
