"""What every flow does with the publishers it has chosen: visit each, load what is new in batches, sum up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed

from extract.catalogue import Catalogue, FilingEntry, Publisher
from extract.collecting import Collection
from extract.document import Finding, Severity
from flows import tasks
from flows.logs import FilingProgress, log, progress, show_logs
from flows.settings import RunSettings
from flows.summary import RunSummary, publish, sentence
from flows.tasks import Arrival
from warehouse.submission import Outcome, Status

_LEVELS = {Status.FAILED: logging.ERROR, Status.HELD: logging.WARNING}
_SEVERITIES = {Severity.CRITICAL: logging.ERROR, Severity.WARNING: logging.WARNING}


def _every(_entry: FilingEntry) -> bool:
    return True


def load_all(
    command: str,
    catalogue: Catalogue,
    folder: Path,
    *,
    chosen: Callable[[FilingEntry], bool] = _every,
    publishers: Sequence[str] = (),
    again: bool = False,
    offline: bool = False,
) -> State[RunSummary]:
    """Load the chosen filings (unsaid: all) of these publishers (none named: all); no filing stops another.

    `folder` is where the catalogue's sources are relative to; `again` reads what the warehouse knows, too; `offline`
    takes what the archive has. The state is Failed if something failed; its data is the summary.
    """
    show_logs(RunSettings().log_format)
    began = time.monotonic()
    load_id = tasks.open_load(command)
    with progress() as bar:
        run = _Run(load_id, catalogue, folder, chosen, again, bar)
        visited = [one for one in catalogue.publishers if not publishers or one.id in publishers]
        run.visit(visited, offline)
        run.finish()
    order = {entry.id: number for number, entry in enumerate(catalogue.filings)}
    outcomes = sorted(run.outcomes, key=lambda one: (order.get(one.filing_id, len(order)), one.filing_id))
    failed = bool(run.alarms) or any(one.status is Status.FAILED for one in outcomes)
    filings = tasks.close_load(load_id, [one.filing_id for one in outcomes], failed)
    seconds = round(time.monotonic() - began, 1)
    summary = RunSummary(load_id, command, tuple(outcomes), filings, tuple(run.alarms), seconds)
    publish(summary)
    return (Failed if failed else Completed)(message=summary.headline(), data=summary)


@dataclass
class _Run:
    """One run under way."""

    load_id: int
    catalogue: Catalogue
    folder: Path
    chosen: Callable[[FilingEntry], bool]
    again: bool
    bar: FilingProgress
    outcomes: list[Outcome] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    _batch: list[Arrival] = field(default_factory=list)
    _loading: dict[PrefectFuture[list[Outcome]], list[Arrival]] = field(default_factory=dict)

    def visit(self, publishers: Sequence[Publisher], offline: bool) -> None:
        """Visit the publishers side by side; whatever arrived is sifted and queued for loading."""
        visits = {}
        for publisher in publishers:
            declared = [entry for entry in self.catalogue.filings if entry.publisher == publisher.id]
            if declared or publisher.portal:
                visits[tasks.visit.submit(self.load_id, publisher, declared, self.folder, offline)] = (
                    publisher,
                    declared,
                )
        for visited in as_completed(list(visits)):
            publisher, declared = visits[visited]
            result: object = visited.result(raise_on_failure=False)
            if isinstance(result, Collection):
                self._arrived(result, declared)
            else:
                reason = str(result) or type(result).__name__
                self.alarms.append(f"{publisher.id} · visit_failed: {reason}")
                for entry in filter(self.chosen, declared):
                    self._fail(entry, publisher, reason)

    def finish(self) -> None:
        """Load what is queued and wait for all of it."""
        self._submit()
        for loaded in as_completed(list(self._loading)):
            result: object = loaded.result(raise_on_failure=False)
            if isinstance(result, list):
                for outcome in result:
                    self._decide(outcome)
            else:
                for arrival in self._loading[loaded]:
                    self._fail(arrival.entry, arrival.publisher, str(result) or type(result).__name__)

    def _arrived(self, collection: Collection, declared: Sequence[FilingEntry]) -> None:
        publisher = collection.publisher
        arrivals = [
            Arrival(filing.entry, publisher, filing.sha256, filing.source_url)
            for filing in collection.filings
            if self.chosen(filing.entry)
        ]
        there = {filing.entry.id for filing in collection.filings}
        missing = [entry for entry in declared if entry.id not in there and self.chosen(entry)]
        self.bar.found(len(arrivals) + len(missing))
        reasons = {entry.id: _reason(entry, collection.findings) for entry in missing}
        for entry in missing:
            finding = reasons[entry.id]
            self._fail(entry, publisher, finding.message if finding else "its source could not be fetched")
        for finding in collection.findings:
            if finding not in reasons.values():
                self._note(publisher, finding)
        known = [None] * len(arrivals) if self.again else tasks.sift(self.load_id, arrivals)
        for arrival, outcome in zip(arrivals, known, strict=True):
            if outcome:
                self._decide(outcome)
            else:
                self._batch.append(arrival)
                if len(self._batch) == RunSettings().batch:
                    self._submit()

    def _submit(self) -> None:
        if self._batch:
            self._loading[tasks.load_batch.submit(self.load_id, self._batch)] = self._batch
            self._batch = []

    def _decide(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        level = _LEVELS.get(outcome.status, logging.INFO)
        log(sentence(outcome), load_id=self.load_id, filing_id=outcome.filing_id, level=level)
        self.bar.decided()

    def _fail(self, entry: FilingEntry, publisher: Publisher, reason: str) -> None:
        self._decide(tasks.record_failure(self.load_id, entry, publisher, reason))

    def _note(self, publisher: Publisher, finding: Finding) -> None:
        message = f"{publisher.id} · {finding.code}: {finding.message}"
        log(message, load_id=self.load_id, level=_SEVERITIES.get(finding.severity, logging.INFO))
        if finding.severity is Severity.CRITICAL:
            self.alarms.append(message)


def _reason(entry: FilingEntry, findings: Sequence[Finding]) -> Finding | None:
    """The finding that says why a declared filing did not arrive."""
    names = (entry.title or entry.id, entry.id)
    return next((finding for finding in findings if finding.message.startswith(names)), None)
