"""From a publisher to archived filings: discover, fetch what is new, keep it, say what changed.

One visit ends in one listing in the archive, which the next visit compares itself with. What arrived before a visit
broke off stays known: the listing is written every few documents.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import fsspec

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding, Medium, Severity
from extract.errors import FetchError
from extract.fetch.archive import Archive, Sighting, digest_of, now
from extract.fetch.collected import Collected, filing_id_of, filings_of
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Answer, Fetcher, Validators
from extract.fetch.listings import DECLARED, GONE, Listed, Listing, Member, Status, compare, shrunk
from extract.fetch.unpacking import UnpackedMember, unpack
from extract.fetch.visit import PortalVisit, access_of, failure
from extract.media import described, medium_of
from extract.portals.article import is_document, is_error_page
from extract.portals.folder import Folder, resolved
from extract.portals.portal import FilingRef
from extract.settings import FetchSettings

_Document = TypeVar("_Document", FilingRef, Listed)
_MOST_DOCUMENTS = 20_000
"""Of one publisher; a list that goes on is no list of filings."""
_CHECKPOINT = 50
"""Documents between two writings of the listing, at least."""
_CHECKPOINTS = 20
"""Writings of the listing within one visit, at most: each has all documents."""


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


def collect(
    publisher: Publisher,
    declared: Sequence[FilingEntry],
    archive: Archive,
    settings: FetchSettings,
    courtesy: Courtesy,
    *,
    base: Path,
) -> Collection:
    """Visit a publisher's portal and the addresses of its `declared` filings; archive what is new or changed.

    `base` is the catalogue's folder. Whatever the network does ends in findings, not in an exception.
    """
    before = _read_listing(archive, publisher)
    with (
        Fetcher(settings, courtesy, access_of(publisher)) as fetcher,
        tempfile.TemporaryDirectory(prefix="yusuan-") as folder,
    ):
        visit = _Collecting(publisher, declared, archive, fetcher, before, base, Path(folder))
        after = visit.run()
    archive.write_listing(publisher.id, after.model_dump_json().encode())
    findings = (*visit.portal.findings, *visit.findings, *compare(before, after))
    return Collection(
        publisher=publisher,
        filings=filings_of(publisher, declared, after),
        findings=findings,
        fetched=visit.fetched,
        confirmed=visit.confirmed,
    )


def recollect(publisher: Publisher, declared: Sequence[FilingEntry], archive: Archive) -> Collection:
    """What the archive has of a publisher, without the network: every filing ever collected, as it stood last."""
    listing = _read_listing(archive, publisher)
    filings = filings_of(publisher, declared, listing) if listing else ()
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
        before: Listing | None,
        base: Path,
        folder: Path,
    ) -> None:
        self.portal = PortalVisit(publisher, archive, fetcher, before, base)
        self.findings: list[Finding] = []
        self.fetched = 0
        self.confirmed = 0
        self._publisher, self._archive, self._fetcher = publisher, archive, fetcher
        self._base, self._folder = base, folder
        self._before = before
        self._declared = {DECLARED + entry.id: entry for entry in declared}
        self._known = before.by_key() if before else {}
        self._visited_at = now()
        self._documents: dict[str, Listed] = {}

    def run(self) -> Listing:
        refs, complete = self._discover()
        identities = self._identities(refs)
        checkpoint_every = max(_CHECKPOINT, len(refs) // _CHECKPOINTS)
        for number, ref in enumerate(refs.values(), start=1):
            self._documents[ref.key] = self._arrive(ref, identities[ref.key])
            if number % checkpoint_every == 0 and self.fetched:
                checkpoint = self._listing(complete=False, waiting=self._known).model_dump_json().encode()
                self._archive.write_listing(self._publisher.id, checkpoint)
        replaced = set(identities.values())
        for key, listed in self._known.items():
            if key not in self._documents and listed.filing_id not in replaced:
                self._documents[key] = self._missing(listed, complete)
        return self._listing(complete=complete, waiting={})

    def _discover(self) -> tuple[dict[str, FilingRef], bool]:
        refs = {
            key: FilingRef(article=key, url=entry.source, title=entry.title or entry.id, page_url=entry.source_url)
            for key, entry in self._declared.items()
        }
        if self._publisher.portal is None:
            return refs, True
        try:
            for ref in self._publisher.portal.discover(self.portal):
                refs.setdefault(ref.key, ref)
                if len(refs) > _MOST_DOCUMENTS:
                    raise FetchError(f"more than {_MOST_DOCUMENTS:,} documents are listed", code="list_too_long")
        except FetchError as error:
            self.findings.append(failure(error, f"the list of {self._publisher.name} broke off"))
            return refs, False
        return refs, True

    def _identities(self, refs: dict[str, FilingRef]) -> dict[str, str]:
        """A filing id for each key; a document that takes another's place in its article inherits its id."""
        identities = {key: self._known[key].filing_id for key in refs if key in self._known}
        taken = set(identities.values())
        newcomers = _by_article(ref for key, ref in refs.items() if key not in identities)
        formers = _by_article(
            listed for key, listed in self._known.items() if key not in refs and listed.status not in GONE
        )
        for key, ref in refs.items():
            if key in identities:
                continue
            if key in self._declared:
                identities[key] = self._declared[key].id
                continue
            former = formers.get(ref.article, [])
            same_name = [listed for listed in former if listed.name == ref.name]
            heirs = same_name or (former if len(former) == len(newcomers[ref.article]) == 1 else [])
            if len(heirs) == 1 and heirs[0].filing_id not in taken:
                identities[key] = heirs[0].filing_id
                self.findings.append(
                    Finding(
                        code="attachment_replaced",
                        severity=Severity.WARNING,
                        message=f"{ref.title}: {heirs[0].name or heirs[0].url} gave way to {ref.name or ref.url}",
                        evidence=f"{heirs[0].url} → {ref.url}",
                    )
                )
            else:
                identities[key] = filing_id_of(self._publisher, key)
            taken.add(identities[key])
        return identities

    def _arrive(self, ref: FilingRef, filing_id: str) -> Listed:
        """The document as it stands now: archived if it is new or changed, as known if it could not be had."""
        known = self._known.get(ref.key)
        listed = Listed(
            key=ref.key,
            article=ref.article,
            filing_id=filing_id,
            url=ref.url,
            title=ref.title,
            name=ref.name,
            page_url=ref.page_url,
            published_on=ref.published_on,
            first_seen=known.first_seen if known else self._visited_at,
            status=Status.FAILED,
            **(known.model_dump(include={"sha256", "medium", "members", "etag", "last_modified"}) if known else {}),
        )
        if ref.sha256:
            return self._content(listed, ref.sha256)
        try:
            return self._fetch(listed)
        except FetchError as error:
            decided = listed.sha256 is not None or error.code == "robots_disallow"
            severity = Severity.WARNING if decided else Severity.CRITICAL
            self.findings.append(failure(error, f"{ref.title} {ref.name}".strip(), severity))
            return listed.model_copy(update={"status": Status.BLOCKED if error.blocked else Status.FAILED})

    def _fetch(self, listed: Listed) -> Listed:
        file = self._folder / "arriving"
        held = listed.sha256 is not None and self._archive.has(listed.sha256)
        answer = self._bytes(listed, file, Validators(listed.etag, listed.last_modified) if held else None)
        if answer.gone:
            if listed.sha256 is None:
                message = f"{listed.title}: listed, but its address answers HTTP {answer.status}"
                finding = Finding(
                    code="listed_but_gone", severity=Severity.WARNING, message=message, evidence=listed.url
                )
                self.findings.append(finding)
            return listed.model_copy(update={"status": Status.VANISHED})
        if answer.status == 304:
            self.confirmed += 1
            etag = answer.headers.get("etag", listed.etag)
            return listed.model_copy(update={"status": Status.UNCHANGED, "etag": etag})
        if answer.status == 0 and held and digest_of(file) == listed.sha256:
            return listed.model_copy(update={"status": Status.UNCHANGED})
        sighting = Sighting(
            url=answer.url,
            publisher=self._publisher.id,
            filing_id=listed.filing_id,
            title=listed.title,
            page_url=listed.page_url,
            published_on=listed.published_on,
            status=answer.status or None,
            headers=answer.headers,
        )
        sha256 = self._archive.put(file, sighting)
        self.fetched += 1
        if sha256 != listed.sha256:
            self._note_elsewhere(listed, sha256)
        validators = answer.validators
        fresh = {"etag": validators.etag, "last_modified": validators.last_modified}
        return self._content(listed.model_copy(update=fresh), sha256)

    def _note_elsewhere(self, listed: Listed, sha256: str) -> None:
        others = {seen.publisher for seen in self._archive.sightings(sha256)} - {self._publisher.id, None}
        if others:
            message = f"{listed.title}: {', '.join(sorted(map(str, others)))} published the same bytes"
            finding = Finding(
                code="same_filing_elsewhere", severity=Severity.WARNING, message=message, evidence=listed.url
            )
            self.findings.append(finding)

    def _bytes(self, listed: Listed, file: Path, known: Validators | None) -> Answer:
        """The document's bytes in `file`. Only declared entries and folders may be other than http(s)."""
        if listed.url.startswith(("http://", "https://")):
            return self._fetcher.document(listed.url, file, known)
        portal = self._publisher.portal
        in_folder = isinstance(portal, Folder) and listed.key not in self._declared
        if "://" in listed.url and not in_folder:
            raise FetchError(f"{listed.url} is not an http or https address", code="bad_address")
        options = portal.options if isinstance(portal, Folder) and in_folder else {}
        files, path = fsspec.core.url_to_fs(resolved(listed.url, self._base), **options)
        try:
            if files.size(path) > self._fetcher.settings.document_bytes:
                raise FetchError(f"{listed.url} is larger than the limit allows", code="too_large")
            files.get_file(path, str(file))
        except FileNotFoundError as error:
            if in_folder:
                return Answer(url=listed.url, status=404, headers={})  # gone, as a page would be
            raise FetchError(f"{listed.url} cannot be read: {error}", code="unreadable") from error
        except OSError as error:
            raise FetchError(f"{listed.url} cannot be read: {error}", code="unreadable") from error
        return Answer(url=listed.url, status=0, headers={})

    def _content(self, listed: Listed, sha256: str) -> Listed:
        """The document with content that has just arrived: what it is, and what is inside it."""
        if listed.sha256 == sha256 and (listed.medium or listed.members):
            return listed.model_copy(update={"status": Status.UNCHANGED})
        data = self._archive.get(sha256)
        medium = medium_of(data)
        if medium is None:
            message = f"{listed.title} {listed.name}: no reader for {described(data)}"
            self._useless(listed, "unreadable_medium", Severity.WARNING, message)
        if medium is Medium.HTML and is_document(listed.url, listed.name) and is_error_page(data):
            message = f"{listed.url} is a web page without a table of figures, not the document it is named as"
            raise FetchError(message, code="error_page", evidence=data[:200].decode("utf-8", "replace"))
        members = self._unpacked(listed, sha256) if medium is Medium.ZIP else ()
        if medium is Medium.ZIP and not members:
            message = f"{listed.title}: its archive holds no document that can be read"
            self._useless(listed, "archive_empty", Severity.CRITICAL, message)
        update = {"sha256": sha256, "medium": medium, "members": members, "status": Status.FETCHED}
        return listed.model_copy(update=update)

    def _unpacked(self, listed: Listed, sha256: str) -> tuple[Member, ...]:
        members: dict[str, Member] = {}  # by content: what is packed twice is one filing
        for unpacked in unpack(self._archive.path(sha256), self._folder):
            if isinstance(unpacked, Finding):
                self.findings.append(unpacked)
            elif (member := self._member(listed, unpacked)) is not None:
                members.setdefault(member.sha256, member)
        return tuple(members.values())

    def _useless(self, listed: Listed, code: str, severity: Severity, message: str) -> None:
        """Content that holds no filing is noted; it never takes the place of content that did (raises FetchError)."""
        if listed.sha256:
            raise FetchError(message, code=code)
        self.findings.append(Finding(code=code, severity=severity, message=message, evidence=listed.url))

    def _member(self, listed: Listed, unpacked: UnpackedMember) -> Member | None:
        data = unpacked.file.read_bytes()
        unpacked.file.unlink()
        address = f"{listed.url}#{unpacked.path}"
        if medium_of(data) is None:
            message = f"{unpacked.path}: no reader for {described(data)}"
            self.findings.append(
                Finding(code="unreadable_medium", severity=Severity.WARNING, message=message, evidence=address)
            )
            return None
        filing_id = filing_id_of(self._publisher, f"{listed.filing_id}!{unpacked.path}")
        sighting = Sighting(url=address, publisher=self._publisher.id, filing_id=filing_id, title=listed.title)
        return Member(path=unpacked.path, sha256=self._archive.put(data, sighting), filing_id=filing_id)

    def _missing(self, listed: Listed, complete: bool) -> Listed:
        """A known document that the list no longer shows: vanished, unlisted, or just not read this time."""
        unvisited = self._publisher.portal is None or listed.key.startswith(DECLARED) or not complete
        if unvisited or listed.status in GONE or {listed.url, listed.page_url} & self.portal.unread:
            return listed
        try:
            now_there = self._fetch(listed)
        except FetchError as error:
            self.findings.append(failure(error, f"{listed.title}, no longer listed", Severity.WARNING))
            return listed.model_copy(update={"status": Status.UNLISTED})
        gone = now_there.status is Status.VANISHED
        return now_there.model_copy(update={"status": Status.VANISHED if gone else Status.UNLISTED})

    def _listing(self, *, complete: bool, waiting: dict[str, Listed]) -> Listing:
        pages = {page.url: page for page in self._before.pages} if self._before else {}
        documents = {**waiting, **self._documents}
        listing = Listing(
            publisher=self._publisher.id,
            visited_at=self._visited_at,
            complete=complete,
            baseline=self._before.baseline if self._before else 0,
            documents=tuple(documents.values()),
            pages=tuple({**pages, **self.portal.pages}.values()),
        )
        if not complete or shrunk(self._before, listing):
            return listing
        return listing.model_copy(update={"baseline": listing.listed()})


def _read_listing(archive: Archive, publisher: Publisher) -> Listing | None:
    content = archive.last_listing(publisher.id)
    return Listing.model_validate_json(content) if content else None


def _by_article(documents: Iterable[_Document]) -> dict[str, list[_Document]]:
    grouped: dict[str, list[_Document]] = defaultdict(list)
    for document in documents:
        grouped[document.article].append(document)
    return grouped
