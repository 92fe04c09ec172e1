"""From the printed indicators of a form to their records."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.document import Finding, Severity
from transform.flags import Flag
from transform.forms.indicators import SYMBOL, less_points
from transform.forms.met import is_met
from transform.forms.printed import PrintedIndicator, PrintedPromise
from transform.forms.words import Words
from transform.printed import Printed, finding_at, oddities
from transform.records import Horizon, Indicator, Reading, Subject, Target, TargetKind
from transform.targets.grammar import SERIAL, TIMED, read_targets
from transform.targets.taxonomy import PARENTS

UNKNOWN = "未知"
_NUMBER = re.compile(r"(.*[\d万亿]|[一二两三四五六七八九十百千]+)((?:（含）|\(含\)|及|或)?以[上下内]|左右|)")
_NO_UNIT = re.compile(r"[-—–/无]*")


class Indicators:
    """Makes the indicators of one form; what is odd about their targets becomes findings."""

    def __init__(self, words: Words, year: int | None, section: int) -> None:
        self._words = words
        self._year = year
        self._section = section
        self.findings: list[Finding] = []
        self._unknown: set[tuple[str, str]] = set()

    def read(
        self, printed: Sequence[PrintedIndicator], subject: Subject, unit: str, project: str | None
    ) -> list[Indicator]:
        return [self._one(seq, row, subject, unit, project) for seq, row in enumerate(printed, 1)]

    def _one(self, seq: int, row: PrintedIndicator, subject: Subject, unit: str, project: str | None) -> Indicator:
        flags: set[Flag] = set(row.flags)
        level1 = self._words.levels.level1(less_points(row.level1)) if row.level1 else None
        level2 = self._words.levels.level2(less_points(row.level2), level1) if row.level2 else None
        second = self._words.levels.level2(less_points(row.level1)) if row.level1 and not (level1 or level2) else None
        if second in PARENTS:  # a form without the first level: 一级指标 holds 数量指标 (Ezhou)
            level1, level2 = PARENTS[second], second
        if level1 is None:
            flags.add("level1_unknown" if row.level1 else "level1_missing")
        self._note_unknown("indicator.level1", row.level1, level1, row)
        self._note_unknown("indicator.level2", row.level2, level2, row)
        weight, score = number_of(row.weight), number_of(row.score)
        notes = list(row.notes)
        for heading, printed, number in (("分值", row.weight, weight), ("得分", row.score, score)):
            if printed is not None and number is None:
                notes.append((heading, printed.text))
        targets: list[Target] = []
        annual = [promise for promise in row.promises if promise.horizon is Horizon.ANNUAL]
        for promise in row.promises:
            actual = row.actual if not annual or promise is annual[0] else None
            targets += self._targets(promise, actual, row, cost=level1 == "成本" or level2 == "成本")
        if not row.promises and row.actual is not None:
            notes.append(("实际完成值", row.actual.text))
        return Indicator(
            subject=subject,
            unit=unit,
            project=project,
            seq=seq,
            number=None,
            level1=level1 or (UNKNOWN if row.level1 else None),
            level1_printed=row.level1,
            level2=level2 or (UNKNOWN if row.level2 else None),
            level2_printed=row.level2,
            name=row.name.text,
            targets=tuple(targets),
            source=row.name.source,
            weight=weight,
            score=score,
            deviation=row.deviation.text if row.deviation else None,
            notes=joined(notes),
            flags=tuple(sorted(flags)),
            section_seq=self._section,
        )

    def _note_unknown(self, place: str, printed: str, level: str | None, row: PrintedIndicator) -> None:
        """A level that no row of the vocabulary knows is published as printed; said once, so that it can be added."""
        if not printed or level or (place, printed) in self._unknown:
            return
        self._unknown.add((place, printed))
        source = replace(row.name.source, text=printed)
        message = f"this level is not known, and is published as printed: add `{place},<level>,{printed}`"
        self.findings.append(finding_at("unknown_level", message, source, Severity.INFO))

    def _targets(
        self, promise: PrintedPromise, actual: Printed | None, row: PrintedIndicator, *, cost: bool
    ) -> list[Target]:
        text = target_text(promise, self._words)
        named = _name_with_unit(row.name, promise.unit)
        readings = _unreadable(text, row) or read_targets(text, fiscal_year=self._year, name=named)
        done = read_targets(actual.text, fiscal_year=self._year, name=named) if actual else ()
        where = promise.value.source if promise.value else row.name.source
        self.findings += oddities(text, readings, where)
        met = None
        if actual is not None and row.month in (None, 12) and len(readings) == len(done) == 1:
            met = is_met(readings[0], text, done[0], actual.text, self._words, cost=cost)
        return [
            Target(
                horizon=promise.horizon,
                promise_seq=seq,
                text=text,
                reading=reading,
                actual_text=actual.text if actual and seq == 1 else None,
                actual=done[0] if actual and seq == 1 else None,
                actual_as_of=self._as_of(row.month) if actual and seq == 1 else None,
                met=met if seq == 1 else None,
                flags=tuple(sorted(reading.findings)),
            )
            for seq, reading in enumerate(readings, 1)
        ]

    def _as_of(self, month: int | None) -> datetime.date | None:
        """The last day of the month up to which a monitoring form's values count."""
        if month is None or self._year is None:
            return None
        return datetime.date(self._year, month, calendar.monthrange(self._year, month)[1])


def _unreadable(text: str, row: PrintedIndicator) -> tuple[Reading, ...]:
    """A target that is a sheet's number of a day under 时效 (44,561), whatever its name; none: it is not that."""
    if TIMED.search(row.level2) and SERIAL.fullmatch(text) and not any(one.unit for one in row.promises):
        return (Reading(kind=TargetKind.DAMAGED, rule="serial", findings=("damaged",)),)
    return ()


def target_text(promise: PrintedPromise, words: Words) -> str:
    """A target as one text: `≥` | 90 | % is ≥90%, and 90以上 | % is 90%以上. A unit beside words (定性 | 优 | 级) or
    beside a value that prints its own (28.8万元 | %) is left out."""
    value = promise.value.text if promise.value else ""
    operator = _symbol(promise.operator.text if promise.operator else "", words)
    unit = promise.unit.text if promise.unit else ""
    if SYMBOL.match(value):
        operator = ""
    number = _NUMBER.fullmatch(value)
    if number is None or _NO_UNIT.fullmatch(unit):
        return operator + value
    return f"{operator}{number[1]}{unit}{number[2]}"


def _symbol(operator: str, words: Words) -> str:
    """An operator as printed, or as the sign for its words; 定性 and 正向 say nothing of how values compare."""
    if SYMBOL.fullmatch(operator):
        return operator
    sign = words.meaning("operator.words", operator) if operator else None
    return sign if sign and not sign.isascii() else ""


def _name_with_unit(name: Printed, unit: Printed | None) -> str:
    """The name as it would be printed without a column of units: a unit there counts like one in the name."""
    return name.text if unit is None or _NO_UNIT.fullmatch(unit.text) else f"{name.text}（{unit.text}）"


def number_of(printed: Printed | None) -> Decimal | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:分|%|％)?", printed.text) if printed else None
    return Decimal(match.group(1)) if match else None


def joined(notes: Sequence[tuple[str, str]]) -> str | None:
    return "\n".join(f"{heading}：{text}" if heading else text for heading, text in notes) or None
