"""What a run came to: as a table on the terminal, as an artifact in Prefect, as JSON, as an exit code."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass

from prefect.artifacts import create_markdown_artifact
from rich.console import Console
from rich.table import Table

from warehouse.submission import Outcome, Status

_STYLES = {Status.PUBLISHED: "green", Status.UNCHANGED: "dim", Status.HELD: "yellow", Status.FAILED: "red"}


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The outcomes of one load, in the catalogue's order."""

    load_id: int
    command: str
    outcomes: tuple[Outcome, ...]
    seconds: float

    def count(self, status: Status) -> int:
        return sum(outcome.status is status for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        return self.count(Status.FAILED)

    def headline(self) -> str:
        """Such as `5 filings in 8.2 s: 4 published, 1 held`."""
        counts = Counter(outcome.status for outcome in self.outcomes)
        parts = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status]) or "nothing to do"
        noun = "filing" if len(self.outcomes) == 1 else "filings"
        return f"{len(self.outcomes)} {noun} in {self.seconds} s: {parts}"

    def exit_code(self, *, strict: bool) -> int:
        """0: every filing is published, unchanged or held. 1: one failed, or with `strict` one is held."""
        return int(self.failed > 0 or (strict and self.count(Status.HELD) > 0))

    def as_json(self) -> str:
        counts = {str(status): self.count(status) for status in Status}
        return json.dumps({**asdict(self), "counts": counts}, ensure_ascii=False, indent=2)

    def as_table(self) -> Table:
        table = Table(title=self.headline(), title_justify="left", title_style="bold")
        for name in ("filing", "status", "version"):
            table.add_column(name, no_wrap=True)
        table.add_column("loaded")
        table.add_column("why", overflow="fold")
        for outcome in self.outcomes:
            style = _STYLES[outcome.status]
            table.add_row(
                outcome.filing_id,
                f"[{style}]{outcome.status}[/]",
                "" if outcome.version is None else str(outcome.version),
                counted(outcome),
                "\n".join(outcome.reasons).replace("[", r"\["),
            )
        return table

    def as_markdown(self) -> str:
        rows = ["| filing | status | version | loaded | why |", "|---|---|---|---|---|"]
        for outcome in self.outcomes:
            why = "<br>".join(outcome.reasons).replace("|", r"\|").replace("\n", "<br>")
            rows.append(
                f"| {outcome.filing_id} | {outcome.status} | {outcome.version or ''} | {counted(outcome)} | {why} |"
            )
        return "\n".join([f"# {self.command}: load {self.load_id}", "", self.headline(), "", *rows])


def counted(outcome: Outcome) -> str:
    """Such as `50 projects, 218 indicators`; what there is none of is left out."""
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in outcome.counts.items() if count)


def sentence(outcome: Outcome) -> str:
    """The outcome as one line of the log."""
    version = f" version {outcome.version}" if outcome.version else ""
    details = "; ".join(outcome.reasons) or counted(outcome)
    return f"{outcome.status}{version}{f': {details}' if details else ''}"


def publish(summary: RunSummary) -> None:
    """Keep the summary as an artifact of the flow run."""
    create_markdown_artifact(summary.as_markdown(), key="run-summary", description=summary.headline())


def show(summary: RunSummary, *, as_json: bool = False) -> None:
    """Print the summary on standard output."""
    if as_json:
        print(summary.as_json())
        return
    Console(highlight=False).print(summary.as_table())
