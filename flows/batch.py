"""What every flow does with the publishers it has chosen: visit each, load what is new in batches, sum up."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed

from extract.catalogue import Catalogue, FilingEntry, Publisher
from extract.departments import Department
from extract.document import Finding, Severity
from extract.fetch.collected import Collected
from extract.fetch.collecting import Collection, recollect
from flows import tasks
from flows.choice import Choice
from flows.errors import FlowError
from flows.logs import FilingProgress, log, progress, show_logs
from flows.notifying import check_addresses, news_of, notify
from flows.recovery import why_given_up
from flows.runner import visiting_runner
from flows.settings import RunSettings
from flows.summary import ListsSeen, RunSummary, publish, sentence
from flows.tasks import Arrival
from warehouse.read.corrected import Corrections
from warehouse.read.mart_rows import KnownFiling
from warehouse.submission import Outcome, Status

_LEVELS = {Status.FAILED: logging.ERROR, Status.HELD: logging.WARNING, Status.PARTIAL: logging.WARNING}
_COUNTED = ("publishers", "fetched", "confirmed", "requests", "links", "wanted")
_SEVERITIES = {Severity.CRITICAL: logging.ERROR, Severity.WARNING: logging.WARNING}


def load_all(
    command: str, catalogue: Catalogue, folder: Path, *, choice: Choice | None = None, offline: bool = False
) -> State[RunSummary]:
    """Load what is new or has changed, or read again what a choice names; no filing stops another.

    `folder` is where the catalogue's sources are relative to; `offline` takes what the archive has. The state is
    Failed if something failed, Completed else, by the name of Partial if filings are published in part; its data is the
    summary. Raises FlowError if the run has been begun too often.
    """
    settings = RunSettings()
    show_logs(settings.log_format)
    addresses = settings.notify.get_secret_value().split()
    check_addresses(addresses)
    if reason := why_given_up():
        notify(addresses, f"yusuan · {command}", [reason])
        raise FlowError(reason)
    began = time.monotonic()
    before, known = tasks.look(counted=choice is not None)
    corrections = tasks.corrections_now()
    if choice:
        choice = replace(choice, corrections=corrections)
        choice.check(catalogue, known)
    load_id = tasks.open_load(command)
    with progress() as bar:
        departments = tasks.departments_of(catalogue)
        run = _Run(load_id, catalogue, folder, choice, known, bar, departments=departments, corrections=corrections)
        run.visit(choice.of(catalogue.publishers) if choice else catalogue.publishers, offline)
        run.finish()
    if run.gone_on:
        run.notes.append(f"{run.gone_on} filings are as a killed run of the same command has read them: not read twice")
    order = {entry.id: number for number, entry in enumerate(catalogue.filings)}
    outcomes = sorted(run.outcomes, key=lambda one: (order.get(one.filing_id, len(order)), one.filing_id))
    failed = bool(run.alarms) or any(one.status is Status.FAILED for one in outcomes)
    seconds = round(time.monotonic() - began, 1)
    run.metrics |= {"seconds": seconds, "read": run.read, "per_hour": round(run.read * 3600 / max(seconds, 0.1))}
    years = choice.years if choice else ()
    filings, account = tasks.close_load(
        load_id, [one.filing_id for one in outcomes], failed, run.metrics, before, tuple(years)
    )
    summary = RunSummary(
        load_id, command, tuple(outcomes), filings, tuple(run.alarms), seconds, tuple(run.notes), account, run.seen()
    )
    publish(summary)
    if addresses and (news := news_of(summary)):
        tasks.tell(load_id, addresses, f"yusuan · {command}: {summary.headline()}", news)
    tasks.keep_page(load_id)
    if failed:
        return Failed(message=summary.headline(), data=summary)
    name = "Partial" if summary.count(Status.PARTIAL) else "Completed"
    return Completed(name=name, message=summary.headline(), data=summary)


@dataclass
class _Run:
    """One run under way."""

    load_id: int
    catalogue: Catalogue
    folder: Path
    choice: Choice | None
    known: Mapping[str, KnownFiling]
    bar: FilingProgress
    outcomes: list[Outcome] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Warnings about publishers: what vanished, was replaced, or could not be asked for."""
    metrics: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))
    read: int = 0
    """Documents that were read, not known already."""
    gone_on: int = 0
    """Documents that a killed run of the same command has read again, so that this one need not."""
    departments: tuple[Department, ...] = ()
    """Departments by all their names, for portals that list documents of many."""
    corrections: Corrections = field(default_factory=Corrections)
    """What persons have corrected of the catalogue."""
    _listed_by: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each portal whose documents stand elsewhere too, the publisher of each filing."""
    _met: set[tuple[str, str]] = field(default_factory=set)
    """Publisher and digest of what is loaded in this run."""
    _later: list[Arrival] = field(default_factory=list)
    """Arrivals of bytes that are loaded already: they wait for what becomes of these."""
    _batch: list[Arrival] = field(default_factory=list)
    _loading: dict[PrefectFuture[list[Outcome]], list[Arrival]] = field(default_factory=dict)

    def visit(self, publishers: Sequence[Publisher], offline: bool) -> None:
        """Visit the publishers side by side; whatever arrived is sifted and queued for loading."""
        visits: dict[PrefectFuture[Any], tuple[Publisher, list[FilingEntry]]] = {}
        with visiting_runner() as runner:
            for publisher in publishers:
                declared = [entry for entry in self.catalogue.filings if entry.publisher == publisher.id]
                if declared or publisher.portal:
                    asked = {
                        "load_id": self.load_id,
                        "publisher": publisher,
                        "declared": declared,
                        "folder": self.folder,
                        "offline": offline,
                        "departments": self.departments,
                    }
                    visits[runner.submit(tasks.visit, asked)] = publisher, declared
            for visited in as_completed(list(visits)):
                publisher, declared = visits[visited]
                result: object = visited.result(raise_on_failure=False)
                if isinstance(result, Collection):
                    self._arrived(result, declared)
                else:
                    self._visit_failed(publisher, declared, str(result) or type(result).__name__)
        if visits and not self.outcomes and not self._loading and not self._batch and self.choice is None:
            message = f"{len(visits)} publishers were visited, not one filing arrived"
            self._note(None, [Finding(code="nothing_arrived", severity=Severity.CRITICAL, message=message)])

    def seen(self) -> ListsSeen:
        """What the lists showed."""
        return ListsSeen(self.metrics["links"], self.metrics["wanted"], self.metrics["requests"])

    def finish(self) -> None:
        """Load what is queued and wait for all of it, then what has the same bytes and is no further sighting."""
        self._load()
        if self._later:
            for arrival in self._sift(self._later):
                self._queue(arrival)
            self._load()

    def _load(self) -> None:
        self._submit()
        for loaded in as_completed(list(self._loading)):
            result: object = loaded.result(raise_on_failure=False)
            if isinstance(result, list):
                for outcome in result:
                    self._decide(outcome)
            else:
                for arrival in self._loading[loaded]:
                    self._fail(arrival.entry, arrival.publisher, str(result) or type(result).__name__)
        self._loading.clear()

    def _chosen(self, entry: FilingEntry) -> bool:
        return self.choice is None or self.choice.picks(entry, self.known)

    def _visit_failed(self, publisher: Publisher, declared: Sequence[FilingEntry], reason: str) -> None:
        self._note(publisher, [Finding(code="visit_failed", severity=Severity.CRITICAL, message=reason)])
        for entry in filter(self._chosen, declared):
            self._fail(entry, publisher, reason)

    def _arrived(self, collection: Collection, declared: Sequence[FilingEntry]) -> None:
        publisher = collection.publisher
        self.metrics["publishers"] += 1
        self.metrics["fetched"] += collection.fetched
        self.metrics["confirmed"] += collection.confirmed
        self.metrics["requests"] += collection.requests
        self.metrics["links"] += sum(each.links for each in collection.lists)
        self.metrics["wanted"] += sum(each.wanted for each in collection.lists)
        filings = [self._corrected(filing) for filing in collection.filings]
        arrivals = [
            Arrival(filing.entry, filing.publisher, filing.sha256, filing.source_url, filing.doubts)
            for filing in filings
            if self._chosen(filing.entry)
            and (self.choice is None or self.choice.means(publisher, filing.publisher))
            and not self._is_further_sighting(filing)
        ]
        there = {filing.declared for filing in collection.filings}
        missing = [entry for entry in declared if entry.id not in there and self._chosen(entry)]
        self.bar.found(len(arrivals) + len(missing))
        reasons = {entry.id: _reason(entry, collection.findings) for entry in missing}
        for entry in missing:
            finding = reasons[entry.id]
            self._fail(entry, publisher, finding.message if finding else "its source could not be fetched")
        self._note(publisher, [finding for finding in collection.findings if finding not in reasons.values()])
        for arrival in self._sift(arrivals):
            bytes_of = arrival.publisher.id, arrival.sha256
            if bytes_of in self._met:
                self._later.append(arrival)
            else:
                self._met.add(bytes_of)
                self._queue(arrival)

    def _corrected(self, filing: Collected) -> Collected:
        """The filing with what a person has corrected of its entry."""
        entry, publisher = self.corrections.of(filing.entry, filing.publisher)
        return replace(filing, entry=entry, publisher=publisher)

    def _sift(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Those that are to be read; the others are decided."""
        sifted = tasks.sift(self.load_id, arrivals, again=self.choice is not None)
        for outcome in filter(None, sifted):
            self._decide(outcome)
            self.gone_on += self.choice is not None and outcome.status is Status.UNCHANGED and not outcome.same_as
        return [arrival for arrival, outcome in zip(arrivals, sifted, strict=True) if not outcome]

    def _queue(self, arrival: Arrival) -> None:
        self._batch.append(arrival)
        if len(self._batch) == RunSettings().batch:
            self._submit()

    def _is_further_sighting(self, filing: Collected) -> bool:
        """Whether the same bytes of the same publisher stood elsewhere first: then they are one filing, that one."""
        if filing.first is None:
            return False
        portal, filing_id = filing.first
        if portal not in self._listed_by:
            owner = next((each for each in self.catalogue.publishers if each.id == portal), None)
            declared = [entry for entry in self.catalogue.filings if entry.publisher == portal]
            filings = recollect(owner, declared, tasks.archive(), self.departments).filings if owner else ()
            self._listed_by[portal] = {one.entry.id: one.publisher.id for one in filings}
        return self._listed_by[portal].get(filing_id) == filing.publisher.id

    def _submit(self) -> None:
        if self._batch:
            self.read += len(self._batch)
            self._loading[tasks.load_batch.submit(self.load_id, self._batch)] = self._batch
            self._batch = []

    def _decide(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        level = _LEVELS.get(outcome.status, logging.INFO)
        log(sentence(outcome), load_id=self.load_id, filing_id=outcome.filing_id, level=level)
        self.bar.decided()

    def _fail(self, entry: FilingEntry, publisher: Publisher, reason: str) -> None:
        self._decide(tasks.record_failure(self.load_id, entry, publisher, reason))

    def _note(self, publisher: Publisher | None, findings: Sequence[Finding]) -> None:
        """Say and keep what was found at a publisher, or (None) in the run as a whole."""
        if findings:
            tasks.keep_findings(self.load_id, publisher.id if publisher else None, findings)
        for finding in findings:
            message = f"{publisher.id if publisher else 'run'} · {finding.code}: {finding.message}"
            log(message, load_id=self.load_id, level=_SEVERITIES.get(finding.severity, logging.INFO))
            if finding.severity is Severity.CRITICAL:
                self.alarms.append(message)
            elif finding.severity is Severity.WARNING:
                self.notes.append(message)


def _reason(entry: FilingEntry, findings: Sequence[Finding]) -> Finding | None:
    """The finding that says why a declared filing did not arrive."""
    names = (entry.title or entry.id, entry.id)
    return next((finding for finding in findings if finding.message.startswith(names)), None)
