"""What a run did to the mart: rows per view and year before, after and at the last run, and each changed filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.box import SIMPLE_HEAD
from rich.table import Table

from warehouse.read.mart_rows import FilingChange, Rows

_COLUMNS = ("view", "year", "before", "after", "last run")


@dataclass(frozen=True, slots=True)
class MartAccount:
    """`before` covers every year and is known of reruns only; `last` is what the run before counted, year by year."""

    asked: tuple[int, ...] = ()
    """The years a rerun was about."""
    before: Rows | None = None
    after: Rows = field(default_factory=dict)
    last: Rows = field(default_factory=dict)
    changes: tuple[FilingChange, ...] = ()

    def rows(self) -> list[tuple[str, int, int | None, int, int | None]]:
        """(view, year, before, after, last run) of the asked years, and of every other one that changed."""
        found = []
        for view in dict.fromkeys([*self.after, *(self.before or {})]):
            after, last = self.after.get(view, {}), self.last.get(view, {})
            before = None if self.before is None else self.before.get(view, {})
            for year in sorted({*after, *(before or {})}):
                earlier = None if before is None else before.get(year, 0)
                now = after.get(year, 0)
                if not self.asked or year in self.asked or now != earlier:
                    found.append((view, year, earlier, now, last.get(year)))
        return found

    def elsewhere(self) -> tuple[FilingChange, ...]:
        """Changed filings that are, or were, not of the years that were asked for."""
        return tuple(one for one in self.changes if self.asked and not one.years <= set(self.asked))

    def differences(self) -> list[str]:
        """Where the last run had counted other rows, and what changed beyond the years asked for: one line each."""
        lines = [
            f"{view} {year}: {now} rows, {now - last:+d} since the last run that counted them"
            for view, year, _, now, last in self.rows()
            if last is not None and last != now
        ]
        return lines + [f"{sentence(one)}: not of the years asked for" for one in self.elsewhere()]

    def as_table(self) -> Table:
        table = Table(title="Rows of the mart", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        for name in _COLUMNS:
            table.add_column(name, justify="left" if name == "view" else "right")
        for row in self.rows():
            table.add_row(*("" if one is None else str(one) for one in row))
        return table

    def as_markdown(self) -> str:
        lines = [f"| {' | '.join(_COLUMNS)} |", "|---|---:|---:|---:|---:|"]
        lines += [f"| {' | '.join('' if one is None else str(one) for one in row)} |" for row in self.rows()]
        return "\n".join([*lines, "", *(f"- {sentence(one)}" for one in self.changes)])


def sentence(change: FilingChange) -> str:
    """Such as `huadu-2023: version 1 → 2`, with the years where they differ."""
    text = f"{change.filing_id}: version {change.version_before or 'none'} → {change.version_after or 'none'}"
    if change.version_before and change.version_after and change.year_before != change.year_after:
        text += f", year {change.year_before or 'unknown'} → {change.year_after or 'unknown'}"
    return text


def years_of(changes: Sequence[FilingChange]) -> set[int]:
    return {year for change in changes for year in change.years}
