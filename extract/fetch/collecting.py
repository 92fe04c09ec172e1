"""From a publisher to archived filings: discover, fetch what is new, keep it, say what changed.

An article and its documents are fetched one after the other, so that a visit cut short has brought whole filings. One
visit ends in one listing in the archive, which the next visit compares itself with; it is written every few documents.
"""

from __future__ import annotations

import datetime
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.catalogue import FilingEntry, Publisher
from extract.departments import Department
from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.fetch.archive import Archive, now
from extract.fetch.arriving import Arriving
from extract.fetch.attribution import Attributing
from extract.fetch.collected import Collected, filings_of
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Fetcher
from extract.fetch.identities import identities_of, replaced
from extract.fetch.listings import DECLARED, GONE, Listed, Listing, Refusal, Status, compare, shrunk
from extract.fetch.visit import PortalVisit, access_of, failure
from extract.portals.portal import FilingRef, ListSeen
from extract.settings import FetchSettings

_MOST_DOCUMENTS = 20_000
"""Of one publisher; a list that goes on is no list of filings."""
_CHECKPOINT = 50
"""Documents between two writings of the listing, at least."""
_CHECKPOINTS = 20
"""Writings of the listing within one visit, about: each has all documents."""
_LONGEST_REST = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What one visit to one publisher came to. `findings` are about the visit; critical ones are alarms."""

    publisher: Publisher
    filings: tuple[Collected, ...]
    findings: tuple[Finding, ...] = ()
    fetched: int = 0
    """Documents whose bytes arrived on this visit."""
    confirmed: int = 0
    """Documents that the server said are as we know them, without sending them."""
    requests: int = 0
    lists: tuple[ListSeen, ...] = ()
    """The lists that were read: how many links they showed, and how many their titles left out."""


def collect(
    publisher: Publisher,
    declared: Sequence[FilingEntry],
    archive: Archive,
    settings: FetchSettings,
    courtesy: Courtesy,
    *,
    base: Path,
    departments: Sequence[Department] = (),
    today: datetime.date | None = None,
) -> Collection:
    """Visit a publisher's portal and the addresses of its `declared` filings; archive what is new or changed.

    `base` is the catalogue's folder, `departments` are those that the portal may list documents of. Whatever the
    network does ends in findings, not in an exception.
    """
    before = _read_listing(archive, publisher)
    with (
        Fetcher(settings, courtesy, access_of(publisher)) as fetcher,
        tempfile.TemporaryDirectory(prefix="yusuan-") as folder,
    ):
        day = today or now().date()
        visit = _Collecting(publisher, declared, archive, fetcher, courtesy, before, base, Path(folder), day)
        after = visit.run()
    after = Attributing(publisher, departments).with_headings(after, archive.path)
    archive.write_listing(publisher.id, after.model_dump_json().encode())
    findings = (*visit.portal.findings, *visit.findings, *visit.arriving.findings, *compare(before, after))
    return Collection(
        publisher=publisher,
        filings=filings_of(publisher, declared, after, departments),
        findings=findings,
        fetched=visit.arriving.fetched,
        confirmed=visit.arriving.confirmed,
        requests=fetcher.requests,
        lists=tuple(visit.portal.lists.values()),
    )


def recollect(
    publisher: Publisher,
    declared: Sequence[FilingEntry],
    archive: Archive,
    departments: Sequence[Department] = (),
) -> Collection:
    """What the archive has of a publisher, without the network: every filing ever collected, as it stood last."""
    listing = _read_listing(archive, publisher)
    filings = filings_of(publisher, declared, listing, departments) if listing else ()
    missing = {entry.id for entry in declared} - {filing.declared for filing in filings}
    findings = tuple(
        Finding(
            code="not_archived", severity=Severity.CRITICAL, message=f"{name} is not in the archive: fetch it first"
        )
        for name in sorted(missing)
    )
    return Collection(publisher=publisher, filings=filings, findings=findings)


def accept_listing(publisher: Publisher, archive: Archive) -> int | None:
    """Take what the publisher lists now as what it should list, ending a `far_fewer_filings` alarm.

    Returns the new number of documents, None if the publisher was never visited.
    """
    listing = _read_listing(archive, publisher)
    if listing is None:
        return None
    accepted = listing.model_copy(update={"baseline": listing.listed()})
    archive.write_listing(publisher.id, accepted.model_dump_json().encode())
    return accepted.baseline


class _Collecting:
    """The state of one visit."""

    def __init__(
        self,
        publisher: Publisher,
        declared: Sequence[FilingEntry],
        archive: Archive,
        fetcher: Fetcher,
        courtesy: Courtesy,
        before: Listing | None,
        base: Path,
        folder: Path,
        today: datetime.date,
    ) -> None:
        self.portal = PortalVisit(publisher, archive, fetcher, before, base, today)
        self.arriving = Arriving(publisher, archive, fetcher, folder, base, today)
        self.findings: list[Finding] = []
        self._publisher, self._archive, self._fetcher, self._courtesy = publisher, archive, fetcher, courtesy
        self._before = before
        self._declared = {DECLARED + entry.id: entry for entry in declared}
        self._known = before.by_key() if before else {}
        self._articles: dict[str, list[Listed]] = defaultdict(list)
        for listed in self._known.values():
            self._articles[listed.article].append(listed)
        self._visited_at = now()
        self._documents: dict[str, Listed] = {}
        self._written = 0

    def run(self) -> Listing:
        self._leave_alone()
        for key, entry in self._declared.items():
            ref = FilingRef(article=key, url=entry.source, title=entry.title or entry.id, page_url=entry.source_url)
            known = self._known.get(key)
            self._documents[key] = self.arriving.arrive(ref, entry.id, known, self._visited_at)
        complete = self._portal()
        replaced_ids = {listed.filing_id for listed in self._documents.values()}
        for key, listed in self._known.items():
            if key not in self._documents and listed.filing_id not in replaced_ids:
                self._documents[key] = self._missing(listed, complete)
        self.findings += self.arriving.said_of_waiting()
        return self._listing(complete=complete, waiting={})

    def _portal(self) -> bool:
        """Brings in what the portal lists; returns whether its list was read to its end."""
        portal = self._publisher.portal
        if portal is None:
            return True
        try:
            for refs in portal.discover(self.portal):
                self._article([ref for ref in refs if ref.key not in self._documents])
                if len(self._documents) > _MOST_DOCUMENTS:
                    raise FetchError(f"more than {_MOST_DOCUMENTS:,} documents are listed", code="list_too_long")
        except FetchError as error:
            if error.refuses and portal.address.startswith(("http://", "https://")):
                self._fetcher.refused(portal.address)
            self.findings.append(failure(error, f"the visit to {self._publisher.name} broke off"))
            return False
        self._note_nothing()
        return self.portal.whole

    def _note_nothing(self) -> None:
        """Says of a list whose wanted links lead to no document that it is none: a page above the lists, perhaps."""
        wanted = sum(each.wanted for each in self.portal.lists.values())
        if wanted and not any(each.sha256 for each in self._documents.values() if each.key not in self._declared):
            entries = [entry for each in self.portal.lists.values() for entry in each.entries]
            message = (
                f"the list of {self._publisher.name} has {wanted} wanted links and none leads to a document: it may be "
                "a page above the lists; declare one of them"
            )
            evidence = "; ".join(f"{entry.title} {entry.url}" for entry in entries[:5])
            self.findings.append(
                Finding(code="no_documents", severity=Severity.CRITICAL, message=message, evidence=evidence)
            )

    def _article(self, refs: Sequence[FilingRef]) -> None:
        """The documents of one article, which are then known whole."""
        for_article = self._articles.get(refs[0].article, []) if refs else []
        identities, heirs = identities_of(self._publisher, refs, self._known, for_article)
        for ref in refs:
            heir = heirs.get(ref.key)
            known = self._known.get(ref.key) or heir
            listed = self.arriving.arrive(ref, identities[ref.key], known, self._visited_at)
            if heir and listed.sha256 == heir.sha256:  # the same bytes under an address that changes
                listed = listed.model_copy(update={"known_as": heir.known_as or heir.url})
            elif heir:
                self.findings.append(replaced(ref, heir))
            self._documents[ref.key] = listed
        self._checkpoint()

    def _checkpoint(self) -> None:
        every = max(_CHECKPOINT, len(self._known) // _CHECKPOINTS, self._written * _CHECKPOINT)
        if self.arriving.fetched >= (self._written + 1) * every:
            checkpoint = self._listing(complete=False, waiting=self._known).model_dump_json().encode()
            self._archive.write_listing(self._publisher.id, checkpoint)
            self._written += 1

    def _missing(self, listed: Listed, complete: bool) -> Listed:
        """A known document that the list no longer shows: vanished, unlisted, or just not read this time."""
        unvisited = self._publisher.portal is None or listed.key.startswith(DECLARED) or not complete
        resting = listed.status in GONE or listed.status is Status.NO_DOCUMENT
        if unvisited or resting or {listed.url, listed.page_url} & self.portal.unread:
            return listed
        try:
            now_there = self.arriving.fetch(listed)
        except FetchError as error:
            self.findings.append(failure(error, f"{listed.title}, no longer listed", Severity.WARNING))
            return listed.model_copy(update={"status": Status.UNLISTED})
        gone = now_there.status is Status.VANISHED
        return now_there.model_copy(update={"status": Status.VANISHED if gone else Status.UNLISTED})

    def _leave_alone(self) -> None:
        """Tells the run which hosts refused us lately."""
        for refusal in self._refusals():
            if refusal.until > self._visited_at:
                host, _, port = refusal.host.rpartition(":")
                until = f"{refusal.until:%Y-%m-%d %H:%M} UTC"
                why = f"{host} refused us {refusal.times} times and is left alone until {until}"
                self._courtesy.leave_alone((host, int(port)), why)

    def _refusals(self) -> tuple[Refusal, ...]:
        return self._before.refusals if self._before else ()

    def _refused(self) -> tuple[Refusal, ...]:
        """The hosts that refused us, on this visit or before; one that answered again is forgotten."""
        known = {refusal.host: refusal for refusal in self._refusals()}
        asked = {f"{host}:{port}": seconds for (host, port), seconds in self._fetcher.refusals.items()}
        kept = [each for each in known.values() if each.host not in asked and each.until > self._visited_at]
        for host in sorted(asked):
            times = known[host].times + 1 if host in known else 1
            grown = self._fetcher.settings.refused_seconds * 2 ** min(times - 1, 20)
            rest = datetime.timedelta(seconds=min(max(grown, asked[host]), _LONGEST_REST.total_seconds()))
            kept.append(Refusal(host=host, times=times, until=self._visited_at + rest))
        return tuple(kept)

    def _listing(self, *, complete: bool, waiting: dict[str, Listed]) -> Listing:
        pages = {page.url: page for page in self._before.pages} if self._before else {}
        lists = {each.address: each for each in self._before.lists} if self._before else {}
        documents = {**waiting, **self._documents}
        listing = Listing(
            publisher=self._publisher.id,
            visited_at=self._visited_at,
            complete=complete,
            baseline=self._before.baseline if self._before else 0,
            documents=tuple(documents.values()),
            pages=tuple({**pages, **self.portal.pages}.values()),
            lists=tuple(self._kept(lists, complete).values()),
            refusals=self._refused(),
        )
        if not complete or shrunk(self._before, listing):
            return listing
        return listing.model_copy(update={"baseline": listing.listed()})

    def _kept(self, before: dict[str, ListSeen], complete: bool) -> dict[str, ListSeen]:
        """What is remembered of the lists; of a visit that was cut short, nothing that may stop the next one early."""
        if complete:
            return {**before, **self.portal.lists}
        return {address: each.model_copy(update={"read_on": None}) for address, each in before.items()}


def _read_listing(archive: Archive, publisher: Publisher) -> Listing | None:
    content = archive.last_listing(publisher.id)
    return Listing.model_validate_json(content) if content else None
