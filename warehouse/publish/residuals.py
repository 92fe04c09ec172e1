"""The money that no line explains, when a person accepts a filing whose totals do not add up.

A residual stands at the unit and the funding source whose control failed, so that every accepted total is the sum of
what the mart shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedControl:
    """A stated total of the filing or of a unit that its lines do not reach. None: all units, all funding sources."""

    unit: str | None
    funding_source: str | None
    difference: Decimal
    """stated − loaded, in yuan."""
    section_seq: int = 1
    page: int | None = None
    source_line: int | None = None
    source_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """One line of money: a unit, a funding source (None: 未知), an amount in yuan, and the control it comes from."""

    unit: str
    funding_source: str | None
    amount: Decimal
    control: FailedControl


def residuals(
    controls: Iterable[FailedControl], *, department: str, units: Iterable[str], funding_sources: Iterable[str]
) -> tuple[Residual, ...]:
    """The residual lines that make the failed totals come true, ordered by unit and source, none of them zero.

    `units` and `funding_sources` are those of the filing's lines: where there is only one, it is the one. A total of
    all units goes to the `department`, one of all sources to the unknown source, unless a failing subtotal says more.
    """
    ledger = _Ledger(controls, _only(units) or department, _only(funding_sources))
    ledger.settle_cells()
    failing_units, failing_sources = ledger.open_units(), ledger.open_sources()
    if len(failing_units) <= 1:
        unit = failing_units[0].unit if failing_units else None
        for control in failing_sources:
            ledger.add(control, unit, control.funding_source)
    source = failing_sources[0].funding_source if len(failing_sources) == 1 else None
    for control in ledger.open_units():
        ledger.add(control, control.unit, source)
    if len(failing_units) > 1 and len(failing_sources) == 1:
        for control in ledger.open_sources():
            ledger.add(control, None, control.funding_source)
    for control in ledger.open_filing():
        ledger.add(control, None, None)
    return ledger.lines()


def _only(values: Iterable[str]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


class _Ledger:
    """Residuals so far; what remains of a control is its difference less the residuals that already belong to it."""

    def __init__(self, controls: Iterable[FailedControl], unit: str, funding_source: str | None) -> None:
        self._controls = tuple(controls)
        self._unit = unit
        self._source = funding_source
        self._residuals: dict[tuple[str, str | None], Residual] = {}

    def settle_cells(self) -> None:
        """Controls of one unit and one source name their place themselves."""
        for control in self._controls:
            if control.unit and control.funding_source:
                self.add(control, control.unit, control.funding_source)

    def open_units(self) -> list[FailedControl]:
        return [c for c in self._controls if c.unit and not c.funding_source and self._remaining(c)]

    def open_sources(self) -> list[FailedControl]:
        return [c for c in self._controls if not c.unit and c.funding_source and self._remaining(c)]

    def open_filing(self) -> list[FailedControl]:
        return [c for c in self._controls if not c.unit and not c.funding_source and self._remaining(c)]

    def add(self, control: FailedControl, unit: str | None, funding_source: str | None) -> None:
        place = (unit or self._unit, funding_source or self._source)
        before = self._residuals.get(place)
        amount = self._remaining(control) + (before.amount if before else Decimal(0))
        self._residuals[place] = Residual(unit=place[0], funding_source=place[1], amount=amount, control=control)

    def lines(self) -> tuple[Residual, ...]:
        lines = [line for line in self._residuals.values() if line.amount]
        return tuple(sorted(lines, key=lambda line: (line.unit, line.funding_source or "")))

    def _remaining(self, control: FailedControl) -> Decimal:
        covered = sum(
            (
                residual.amount
                for residual in self._residuals.values()
                if control.unit in (None, residual.unit) and control.funding_source in (None, residual.funding_source)
            ),
            Decimal(0),
        )
        return control.difference - covered
