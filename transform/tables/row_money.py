"""What the cells of money of a table's rows hold, and under which column each amount stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.document import Finding, Severity
from transform.amounts import AMOUNT_PATTERN, AmountError, holds_several, read_amount
from transform.checks.confusions import legible_amount
from transform.checks.coverage import Ledger
from transform.flags import Flag
from transform.printed import finding_at
from transform.records import Source
from transform.tables.columns import Column, Role
from transform.tables.funding import Figure, Placed, adds_up, ambiguous_columns, choices, place, run_together
from transform.tables.hierarchy import Outline, Standing
from transform.tables.rows import Printed, Row

_TOO_WIDE = re.compile("[#＃]{2}")
"""What a sheet prints of an amount that is wider than its column."""
_BLANKS = frozenset({"", "-", "–", "—", "―", "−", "--", "––", "——", "－－", "/", "／", "－"})


@dataclass(slots=True)
class Line:
    """A row with its figures read."""

    row: Row
    ways: list[Placed]
    flags: set[Flag] = field(default_factory=set)

    @property
    def source(self) -> Source:
        return self.row.name.source()

    def outline(self) -> Outline:
        total = next((f.amount for column, f in self.ways[0].items() if column.role is Role.TOTAL), None)
        described = bool(self.row.goal) or bool(self.row.indicators)
        return Outline(name=self.row.name.clean, indent=self.row.indent, described=described, total=total)


class MoneyCells:
    """Reads the rows' figures; what they hold besides goes to the ledger and the findings."""

    def __init__(self, ledger: Ledger, findings: list[Finding]) -> None:
        self._ledger = ledger
        self._findings = findings

    def line(self, row: Row, columns: Sequence[Column], unit: str, *, known: bool) -> Line:
        flags: set[Flag] = set()
        figures: list[Figure] = []
        for printed in row.amounts:
            text, source = printed.passage.clean, printed.passage.source()
            amounts = [match[0] for match in re.finditer(AMOUNT_PATTERN, text)]
            if text in _BLANKS:
                self._ledger.take(source.text)
                continue
            if holds_several(printed.passage.printed):
                message = "lines of digits in an amount's cell may be several amounts or one wrapped: none was read"
                self._find("several_amounts", message, source, Severity.CRITICAL)
                self._ledger.leave(source)
                flags.add("damaged")
                continue
            try:
                amount = read_amount(text, unit)
            except AmountError:
                parts = self._run_together(printed, row, columns, amounts)
                if parts:
                    flags.add("repaired")
                    figures += [
                        Figure(amount=read_amount(part, unit), column=column, source=source) for column, part in parts
                    ]
                    continue
                mended = legible_amount(text) if source.confidence is not None else None
                if mended:
                    self._find("amount_repaired", f"recognised as {text}, which can only be {mended}", source)
                    flags.add("repaired")
                    figures.append(Figure(amount=read_amount(mended, unit), column=printed.column, source=source))
                    continue
                if len(amounts) != 1:
                    self._unread(text, source, flags)
                    continue
                self._find("stray_text", "an amount's cell holds more than the amount", source)
                flags.add("stray_text")
                amount = read_amount(amounts[0], unit)
            figures.append(Figure(amount=amount, column=printed.column, source=source))
        figures = self._without_strays(figures, columns, flags)
        # Figures parted from one cell share its source; cells of the same text do not.
        for source in {id(figure.source): figure.source for figure in figures}.values():
            if known:
                self._ledger.take(source.text)
            else:
                self._ledger.leave(source)
        ways = choices(figures, columns)
        if not ways:
            message = "the row holds more amounts than the table has columns of money: none was read"
            self._find("several_amounts", message, row.name.source(), Severity.CRITICAL)
        return Line(row=row, ways=ways or [{}], flags=flags)

    def _unread(self, text: str, source: Source, flags: set[Flag]) -> None:
        """What stands in an amount's cell and is none: with digits it may be one that would be lost."""
        self._ledger.leave(source)
        if any(character.isdigit() for character in text) or _TOO_WIDE.search(text):
            self._find("amount_unreadable", "an amount's cell holds no legible amount", source, Severity.CRITICAL)
            flags.add("damaged")
        else:
            self._find("stray_text", "an amount column holds something that is no amount", source)
            flags.add("stray_text")

    def _run_together(
        self, printed: Printed, row: Row, columns: Sequence[Column], amounts: Sequence[str]
    ) -> list[tuple[Column, str]]:
        """The amounts of a recognised cell over several columns (the line between them was lost), each with its own."""
        source = printed.passage.source()
        if source.confidence is None or printed.column is None or len(amounts) < 2:
            return []
        empty = run_together(printed.column, columns, [other.column for other in row.amounts])
        if "".join(amounts) != printed.passage.clean.replace(" ", "") or len(empty) < len(amounts):
            return []
        self._find("amount_repaired", "the amounts of several columns were recognised as one cell", source)
        return list(zip(empty, amounts, strict=False))

    def _without_strays(self, figures: list[Figure], columns: Sequence[Column], flags: set[Flag]) -> list[Figure]:
        """Without lone digits that recognition left in an amount column: the row adds up only without them."""
        proper = [figure for figure in figures if "." in figure.source.text or "．" in figure.source.text]
        if len(proper) in (0, len(figures)) or any(map(adds_up, choices(figures, columns))):
            return figures
        if not any(map(adds_up, choices(proper, columns))):
            return figures
        for figure in figures:
            if figure not in proper:
                self._find("stray_text", "a number in an amount column is no part of the row's money", figure.source)
                self._ledger.leave(figure.source)
                flags.add("stray_text")
        return proper

    def place(self, lines: Sequence[Line], ranks: Sequence[Standing]) -> list[Placed]:
        """Each row's figures by column: units so that their columns add up to the total, projects to their unit's."""
        placed = [line.ways[0] for line in lines]
        total = next((way for way, rank in zip(placed, ranks, strict=True) if rank is Standing.TOTAL), None)
        units = [at for at, rank in enumerate(ranks) if rank is Standing.SUBTOTAL]
        certain = self._settle(total, units, lines, placed)
        groups: dict[int | None, list[int]] = {}
        unit: int | None = None
        for at, rank in enumerate(ranks):
            if rank is Standing.SUBTOTAL:
                unit = at
            elif rank is Standing.PROJECT:
                groups.setdefault(unit if certain else None, []).append(at)
        for unit, projects in groups.items():
            self._settle(total if unit is None else placed[unit], projects, lines, placed)
        return placed

    def _settle(self, control: Placed | None, rows: Sequence[int], lines: Sequence[Line], placed: list[Placed]) -> bool:
        """Place the figures of these rows under their control; say (and flag) where the totals do not decide."""
        settled = place(control, [lines[at].ways for at in rows])
        for at, (way, certain) in zip(rows, settled, strict=True):
            placed[at] = way
            if not certain:
                lines[at].flags.add("funding_source_assumed")
                self._findings.append(ambiguous_columns(lines[at].row.name.clean, lines[at].source))
        return all(certain for _, certain in settled)

    def _find(self, code: str, message: str, source: Source, severity: Severity = Severity.WARNING) -> None:
        self._findings.append(finding_at(code, message, source, severity))
