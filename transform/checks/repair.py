"""Misread digits of a scan, mended where the table's own arithmetic leaves no other way.

A line is the sum of its sources, a subtotal that of its lines, a total that of its subtotals. Where such a control
fails, the smallest set of confusions (`confusions`) is sought that closes every failing control exactly and
opens none. It is taken only if recognition was in doubt about each amount it changes, and if nothing else is nearly as
likely: neither another set of that size, nor that one amount alone was misread in a way we do not know. A publisher's
own error is not ours to correct.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extract.document import Finding, Severity
from transform.amounts import AmountError, read_amount
from transform.checks.confusions import confusions
from transform.checks.reconciliation import reconcile
from transform.records import Amount, BudgetLine, Records, Source, StatedTotal

CERTAIN = 0.99
"""An amount recognised with this confidence is never changed."""
MOST_EDITS = 5
MOST_STEPS = 20_000
"""Partial sets that are looked into before the search is given up."""
CLEARLY, UNKNOWN = math.log(100), math.log(20)
"""A set must be a hundred times as likely as the next; a misreading of no known kind is twenty times as rare."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A recognised amount, and the confidence of its least certain character (1 for text that was not recognised)."""

    amount: Amount
    confidence: float

    @property
    def doubt(self) -> float:
        """Logarithm of the odds that it was read right."""
        confidence = min(max(self.confidence, 0.5), 0.9999)
        return math.log(confidence / (1 - confidence))


@dataclass(frozen=True, slots=True)
class Control:
    """Positions of figures: `total` is printed as the sum of `lines`."""

    total: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """The amounts to put in place of those read, by position; none and the reason if nothing is to be changed."""

    amounts: dict[int, Amount] = field(default_factory=dict)
    reason: str = ""


def repair(figures: Sequence[Figure], controls: Sequence[Control]) -> Repair:
    """The one likely set of misreadings that explains every failing control."""
    failing = [at for at, control in enumerate(controls) if not _holds(figures, control)]
    if not failing:
        return Repair()
    members = {at for number in failing for at in (controls[number].total, *controls[number].lines)}
    if all(figures[at].confidence >= CERTAIN for at in members):
        return Repair(reason="recognition was certain of every amount: the publisher's own sum may be wrong")
    search = _Search(figures, controls, failing)
    for size in range(1, min(MOST_EDITS, len(failing)) + 1):
        found = sorted(search.sets(size), key=lambda edits: sum(figures[at].doubt for at in edits))
        if search.steps > MOST_STEPS:
            return Repair(reason="too many misreadings are possible")
        if found:
            return _chosen(figures, found, search.culprits())
    return Repair(reason="no few misreadings explain it")


def repair_records(records: Records) -> Records:
    """The records with misread amounts mended and flagged `repaired`; what was read stays in `source.text`.

    Findings say what was changed and why, or why a failing control was left as it is.
    """
    lines, totals = records.budget_lines, records.stated_totals
    printed: list[BudgetLine | StatedTotal] = [*lines, *totals]
    if all(one.source.confidence is None for one in printed):
        return records
    figures = [Figure(one.amount, 1.0 if one.source.confidence is None else one.source.confidence) for one in printed]
    controls = [Control(len(lines) + at, members_of(total, lines)) for at, total in enumerate(totals)]
    mended = repair(figures, [control for control in controls if control.lines])
    if mended.reason:
        message = f"stated totals do not hold, and no amount was mended: {mended.reason}"
        held = Finding(code="amounts_not_repaired", severity=Severity.WARNING, message=message)
        return replace(records, findings=(*records.findings, held))
    findings = [_finding(printed[at].source, figures[at], new) for at, new in sorted(mended.amounts.items())]
    return replace(
        records,
        budget_lines=tuple(
            replace(line, amount=new, flags=tuple(sorted({*line.flags, "repaired"})))
            if (new := mended.amounts.get(at))
            else line
            for at, line in enumerate(lines)
        ),
        stated_totals=tuple(
            replace(total, amount=mended.amounts.get(len(lines) + at, total.amount)) for at, total in enumerate(totals)
        ),
        findings=(*records.findings, *findings),
    )


def members_of(total: StatedTotal, lines: Sequence[BudgetLine]) -> tuple[int, ...]:
    """Positions of the lines that a stated total must equal, as the warehouse matches them."""
    if total.members is not None:
        return total.members
    return tuple(
        at
        for at, line in enumerate(lines)
        if total.section_seq == line.section_seq
        and total.statement in (None, line.statement)
        and total.unit in (None, line.unit)
        and total.project in (None, line.project)
        and total.funding_source in (None, line.funding_source)
        and total.measure in (None, line.measure)
        and (line.line_code or "").startswith(total.line_code or "")
    )


def _holds(figures: Sequence[Figure], control: Control) -> bool:
    return reconcile(figures[control.total].amount, [figures[at].amount for at in control.lines]).holds


def _chosen(figures: Sequence[Figure], found: Sequence[dict[int, Amount]], culprits: Sequence[int]) -> Repair:
    best, *others = found
    if any(figures[at].confidence >= CERTAIN for at in best):
        return Repair(reason="only amounts that recognition was certain of would explain it")
    if len(best) > 1 and culprits:
        return Repair(reason="one amount, misread in a way we do not know, would explain it")
    rivals = [sum(figures[at].doubt for at in edits) for edits in others[:1]]
    rivals += [figures[at].doubt + UNKNOWN for at in culprits if list(best) != [at]]
    if rivals and min(rivals) - sum(figures[at].doubt for at in best) < CLEARLY:
        return Repair(reason="several misreadings would explain it")
    return Repair(best)


def _finding(source: Source, figure: Figure, new: Amount) -> Finding:
    return Finding(
        code="amount_repaired",
        severity=Severity.WARNING,
        message=f"recognised as {figure.amount.printed} (confidence {figure.confidence:.2f}), taken as {new.printed}: "
        "only so do the stated totals hold",
        page=source.page,
        line=source.line,
        evidence=source.text,
    )


class _Search:
    """Looks for sets of edits, each closing a failing control or part of its gap."""

    def __init__(self, figures: Sequence[Figure], controls: Sequence[Control], failing: Sequence[int]) -> None:
        self.steps = 0
        self._controls = controls
        self._signs = [{control.total: 1} | dict.fromkeys(control.lines, -1) for control in controls]
        self._of = [[at for at, signs in enumerate(self._signs) if place in signs] for place in range(len(figures))]
        self._gaps = [
            sum((sign * figures[at].amount.yuan for at, sign in signs.items()), Decimal(0)) for signs in self._signs
        ]
        self._allowed = [Decimal(0) if at in failing else abs(gap) for at, gap in enumerate(self._gaps)]
        concerned = {place for at in failing for place in self._signs[at]}
        self._edits = {place: _edits(figures[place].amount) for place in concerned}

    def sets(self, size: int) -> list[dict[int, Amount]]:
        """Every set of `size` edits after which no control fails; edits of the same worth count as one."""
        found = {frozenset((at, amount.yuan) for at, amount in edits.items()): edits for edits in self._from({}, size)}
        return list(found.values())

    def culprits(self) -> list[int]:
        """The figures of which any one alone, were it another amount, would close every failing control."""
        failing = self._failing()
        found = []
        for place in self._edits:
            needed = {-self._gaps[at] * self._signs[at].get(place, 0) for at in failing}
            if len(needed) == 1 and (delta := needed.pop()):
                self._shift(place, delta)
                if not self._failing():
                    found.append(place)
                self._shift(place, -delta)
        return found

    def _failing(self) -> list[int]:
        return [at for at, gap in enumerate(self._gaps) if abs(gap) > self._allowed[at]]

    def _from(self, edits: dict[int, Amount], left: int) -> Iterator[dict[int, Amount]]:
        failing = self._failing()
        if not left:
            if not failing:
                yield edits
            return
        if not failing or self.steps > MOST_STEPS:
            return
        first = min(failing, key=lambda at: len(self._signs[at]))
        for place, sign in self._signs[first].items():
            if place in edits:
                continue
            for delta, amount in self._edits.get(place, ()):
                if left == 1 and abs(self._gaps[first] + sign * delta) > self._allowed[first]:
                    continue
                self.steps += 1
                self._shift(place, delta)
                yield from self._from(edits | {place: amount}, left - 1)
                self._shift(place, -delta)

    def _shift(self, place: int, delta: Decimal) -> None:
        for at in self._of[place]:
            self._gaps[at] += self._signs[at][place] * delta


def _edits(amount: Amount) -> tuple[tuple[Decimal, Amount], ...]:
    """What one confusion may have been made from, and how much more or less it is."""
    edits: dict[Decimal, Amount] = {}
    for text in confusions(amount.printed):
        try:
            other = read_amount(text, amount.unit)
        except AmountError:
            continue
        if other.yuan != amount.yuan:
            edits.setdefault(other.yuan - amount.yuan, other)
    return tuple(edits.items())
