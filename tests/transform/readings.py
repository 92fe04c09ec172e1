"""Readings as one line of text, for golden files: `ratio >= 90 % [0.9 1]`, several parted by ` | `.

kind, operator, value (`low~high`), unit as printed, [base value and unit], date, `measurable` (qualitative ones only),
and each finding after `!`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from transform.records import Reading, TargetKind

GOLDEN = Path(__file__).parent / "golden"


class Case(NamedTuple):
    text: str
    name: str | None
    reading: str


def cases(file: str) -> Iterator[Case]:
    with (GOLDEN / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Case(row["text"], row["name"] or None, row["reading"])


def compact(readings: Iterable[Reading]) -> str:
    return " | ".join(" ".join(_words(reading)) for reading in readings)


def _words(reading: Reading) -> Iterator[str]:
    yield reading.kind
    if reading.operator:
        yield reading.operator
    if reading.value is not None:
        yield _span(reading.value, reading.value_upper)
    if reading.value_unit:
        yield reading.value_unit
    if reading.base_value is not None:
        span = _span(reading.base_value.normalize(), reading.base_value_upper and reading.base_value_upper.normalize())
        yield f"[{span} {reading.base_unit}]" if reading.base_unit else f"[{span}]"
    if reading.target_date:
        yield str(reading.target_date)
    if reading.kind is TargetKind.QUALITATIVE and reading.is_measurable:
        yield "measurable"
    yield from (f"!{finding}" for finding in reading.findings)


def _span(low: Decimal, high: Decimal | None) -> str:
    return f"{low:f}" if high is None else f"{low:f}~{high:f}"
