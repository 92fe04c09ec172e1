"""What a run came to: as a table on the terminal, as an artifact in Prefect, as JSON, as an exit code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Literal

from prefect.artifacts import create_markdown_artifact
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.account import MartAccount
from warehouse.decide.upgrades import OF_CHANGES
from warehouse.read.overview import FilingOverview
from warehouse.submission import Outcome, Status

_STYLES = {
    Status.PUBLISHED: "green",
    Status.PARTIAL: "yellow",
    Status.UNCHANGED: "dim",
    Status.HELD: "yellow",
    Status.FAILED: "red",
}
_COLUMNS = ("filing", "status", "version", "year", "projects", "indicators", "loaded 万元", "missing 万元")
_NOTES = 20
"""Notes about publishers that are shown; all are in the JSON and in `audit.load_finding`."""
_REASONS = 3
"""Reasons per filing that are shown; all are in `yusuan held`."""


@dataclass(frozen=True, slots=True)
class ListsSeen:
    """What the publishers' lists showed on this run."""

    links: int = 0
    wanted: int = 0
    requests: int = 0

    def sentence(self) -> str:
        left = self.links - self.wanted
        counts = f"{self.links:,} links, {self.wanted:,} wanted, {left:,} left out by their titles"
        return f"lists: {counts}; {self.requests:,} requests"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The outcomes of one load, what the mart says of those filings, and what else went wrong."""

    load_id: int
    command: str
    outcomes: tuple[Outcome, ...]
    filings: Mapping[str, FilingOverview]
    alarms: tuple[str, ...]
    """Critical findings of visits to publishers."""
    seconds: float
    notes: tuple[str, ...] = ()
    """Warnings of visits to publishers."""
    account: MartAccount = field(default_factory=MartAccount)
    seen: ListsSeen = ListsSeen()

    def count(self, status: Status) -> int:
        return sum(outcome.status is status for outcome in self.outcomes)

    def headline(self) -> str:
        """Such as `5 filings in 8.2 s: 4 published, 1 held`."""
        counts = Counter(outcome.status for outcome in self.outcomes)
        parts = [f"{counts[status]} {status}" for status in Status if counts[status]] or ["nothing to do"]
        parts += [f"{len(self.alarms)} alarms"] if self.alarms else []
        noun = "filing" if len(self.outcomes) == 1 else "filings"
        return f"{len(self.outcomes)} {noun} in {self.seconds} s: {', '.join(parts)}"

    def exit_code(self, *, strict: bool) -> int:
        """0: every filing is published, partial, unchanged or held. 1: one failed, a visit failed, or (`strict`) one is
        held or partial."""
        wrong = self.count(Status.FAILED) + len(self.alarms)
        waiting = sum(self.is_held(outcome) for outcome in self.outcomes)
        return int(wrong > 0 or (strict and waiting > 0))

    def as_json(self) -> str:
        counts = {str(status): self.count(status) for status in Status}
        return json.dumps({**asdict(self), "counts": counts}, ensure_ascii=False, indent=2, default=str)

    def as_table(self) -> Table:
        table = Table(title=self.headline(), title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
        for name in _COLUMNS:
            justify: Literal["left", "right"] = "left" if name in ("filing", "status") else "right"
            table.add_column(name, justify=justify, no_wrap=name != "filing", overflow="fold")
        for outcome in self.outcomes:
            status, *rest = self._cells(outcome)
            table.add_row(outcome.filing_id, f"[{_STYLES[outcome.status]}]{status}[/]", *rest)
        return table

    def as_markdown(self) -> str:
        """The same table and the reasons, for Prefect's page of the run."""
        lines = [f"# {self.command}: load {self.load_id}", "", self.headline(), ""]
        lines += [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
        lines += [f"| {' | '.join((outcome.filing_id, *self._cells(outcome)))} |" for outcome in self.outcomes]
        lines += ["", *(f"- {reason}" for reason in self.reasons()), *(f"- {note}" for note in self.notes)]
        return "\n".join([*lines, "", "## Rows of the mart", "", self.account.as_markdown()])

    def held_as_markdown(self) -> str:
        """What waits for a person, each with its reasons, the document and the command that shows the evidence."""
        lines = []
        for outcome in filter(self.is_held, self.outcomes):
            filing = self.filings.get(outcome.filing_id)
            printed = f" ([document]({filing.source_url}))" if filing and filing.source_url else ""
            lines += [f"## {outcome.filing_id}{printed}", "", f"`yusuan show {outcome.filing_id}`", ""]
            lines += [*(f"- {reason}" for reason in outcome.reasons), ""]
        return "\n".join(lines)

    def reasons(self) -> list[str]:
        """Why filings are held or failed, and the alarms: one line each."""
        lines = []
        for outcome in self.outcomes:
            if outcome.status is Status.FAILED or self.is_held(outcome):
                lines += [f"{outcome.filing_id}: {reason}" for reason in outcome.reasons[:_REASONS]]
                if len(outcome.reasons) > _REASONS:
                    lines.append(f"{outcome.filing_id}: and {len(outcome.reasons) - _REASONS} more")
        return lines + list(self.alarms)

    def remarks(self) -> list[str]:
        """What publishers' lists showed and left out, and the warnings about them: one line each."""
        lines = [self.seen.sentence()] if self.seen.links else []
        if stopped := sum(any(map(_is_of_changes, one.reasons)) for one in self.outcomes if self.is_held(one)):
            lines.append(
                f"note · {stopped} filings wait because they would change what is published; look at two or three "
                f"(`yusuan versions ID`); one acceptance lets them all pass: `yusuan accept-load {self.load_id}`"
            )
        lines += [f"note · {one.filing_id}: the same file as {one.same_as}" for one in self.outcomes if one.same_as]
        lines += [f"note · {note}" for note in self.notes[:_NOTES]]
        return lines + ([f"note · and {len(self.notes) - _NOTES} more"] if len(self.notes) > _NOTES else [])

    @staticmethod
    def is_held(outcome: Outcome) -> bool:
        """Held now, in whole or in part, or held before and met again unchanged."""
        return outcome.status in (Status.HELD, Status.PARTIAL) or (
            outcome.status is Status.UNCHANGED and bool(outcome.reasons)
        )

    def _cells(self, outcome: Outcome) -> tuple[str, ...]:
        filing = self.filings.get(outcome.filing_id)
        status = (
            f"{outcome.status} (held)" if outcome.status is Status.UNCHANGED and outcome.reasons else outcome.status
        )
        version = "" if outcome.version is None else str(outcome.version)
        if filing is None:
            return (status, version, "", "", "", "", "")
        numbers = (filing.fiscal_year, filing.projects, filing.indicators)
        money = (filing.loaded_total_yuan, filing.difference_yuan)
        counted = ("" if number is None else str(number) for number in numbers)
        return (status, version, *counted, *(_in_wan(amount) for amount in money))


def _is_of_changes(reason: str) -> bool:
    return reason.partition(":")[0] in OF_CHANGES


def _in_wan(yuan: Decimal | None) -> str:
    """An amount in 万元, as filings print it."""
    return "" if yuan is None else f"{yuan / 10_000:,.2f}"


def sentence(outcome: Outcome) -> str:
    """The outcome as one line of the log."""
    version = f" version {outcome.version}" if outcome.version else ""
    why = f": {outcome.reasons[0]}" if outcome.reasons else ""
    more = f" (and {len(outcome.reasons) - 1} more reasons)" if len(outcome.reasons) > 1 else ""
    why = why or (f": the same file as {outcome.same_as}" if outcome.same_as else "")
    return f"{outcome.status}{version}{why}{more}"


def publish(summary: RunSummary) -> None:
    """Keep the summary, and what is held, as artifacts of the flow run."""
    create_markdown_artifact(summary.as_markdown(), key="run-summary", description=summary.headline())
    if held := summary.held_as_markdown():
        create_markdown_artifact(held, key="held-filings", description="What waits for a person")


def show(summary: RunSummary, *, as_json: bool = False) -> None:
    """Print the summary on standard output."""
    if as_json:
        print(summary.as_json())
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 160
    console.print(summary.as_table())
    if summary.account.asked:
        console.print(summary.account.as_table())
    for reason in [*summary.reasons(), *summary.remarks(), *summary.account.differences()]:
        console.print(reason, markup=False, soft_wrap=True)
    if any(summary.is_held(outcome) for outcome in summary.outcomes):
        console.print("\nyusuan held     what waits for a person, with the evidence; yusuan accept publishes it")
    console.print("yusuan db url   how to connect a BI tool to the mart")
