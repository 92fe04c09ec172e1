"""One document arriving: asked for, archived if it is new or changed, opened if it is an archive file."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import fsspec

from extract.catalogue import Publisher
from extract.document import Finding, Medium, Severity
from extract.errors import FetchError
from extract.fetch.archive import Archive, Sighting, digest_of
from extract.fetch.collected import filing_id_of
from extract.fetch.fetcher import Answer, Fetcher, Validators
from extract.fetch.listings import Listed, Member, Status
from extract.fetch.pictures import as_pdf
from extract.fetch.recheck import is_due
from extract.fetch.unpacking import UnpackedMember, unpack
from extract.fetch.visit import failure
from extract.media import described, medium_of
from extract.portals.folder import Folder, resolved
from extract.portals.pages.article import is_error_page, is_firewall
from extract.portals.pages.links import is_document, settled
from extract.portals.portal import FilingRef

_KEPT = {"sha256", "medium", "members", "etag", "last_modified", "checked_on", "heading", "first"}
_LEFT_ALONE = frozenset({"host_resting", "host_down", "visit_too_long"})


class Arriving:
    """Brings the documents of one publisher in. `findings` say what was odd, `waiting` what was not asked for."""

    def __init__(
        self,
        publisher: Publisher,
        archive: Archive,
        fetcher: Fetcher,
        folder: Path,
        base: Path,
        today: datetime.date,
    ) -> None:
        self.findings: list[Finding] = []
        self.fetched = 0
        self.confirmed = 0
        self.waiting: Counter[tuple[str, str]] = Counter()
        """Documents that were not asked for, by the reason's code and the host."""
        self._publisher, self._archive, self._fetcher = publisher, archive, fetcher
        self._folder, self._base, self._today = folder, base, today

    def arrive(self, ref: FilingRef, filing_id: str, known: Listed | None, now: datetime.datetime) -> Listed:
        """The document as it stands now: archived if it is new or changed, as known if it could not be had."""
        listed = Listed(
            key=ref.key,
            article=ref.article,
            filing_id=filing_id,
            url=ref.url,
            title=ref.title,
            name=ref.name,
            page_url=ref.page_url,
            published_on=ref.published_on,
            first_seen=known.first_seen if known else now,
            status=Status.FAILED,
            pictures=ref.pictures,
            said=ref.said,
            known_as=settled(ref.url),
            **(known.model_dump(include=_KEPT) if known else {}),
        )
        if known and (ref.remembered or self._may_rest(ref, known)):
            nothing = known.status is Status.NO_DOCUMENT
            return listed.model_copy(update={"status": known.status if nothing else Status.UNCHANGED})
        if ref.sha256:
            return self._content(listed, ref.sha256)
        try:
            return self._pictures(listed, known) if ref.pictures else self.fetch(listed, candidate=ref.candidate)
        except FetchError as error:
            host = urlsplit(ref.url).hostname or ""
            if error.code in _LEFT_ALONE:
                self.waiting[error.code, host] += 1
            else:
                decided = listed.sha256 is not None or error.code == "robots_disallow"
                severity = Severity.WARNING if decided else Severity.CRITICAL
                self.findings.append(failure(error, f"{ref.title} {ref.name}".strip(), severity))
            return listed.model_copy(update={"status": Status.BLOCKED if error.blocked else Status.FAILED})

    def said_of_waiting(self) -> list[Finding]:
        """What was not asked for, once for each host."""
        return [
            Finding(
                code=code,
                severity=Severity.WARNING if code == "host_resting" else Severity.CRITICAL,
                message=f"{count} documents of {self._publisher.name} on {host} were not asked for and wait",
                evidence=host,
            )
            for (code, host), count in self.waiting.items()
        ]

    def _may_rest(self, ref: FilingRef, known: Listed) -> bool:
        """Whether a document that the list itself names is known and not yet to be asked for again."""
        if ref.sha256 or ref.page_url or not ref.url.startswith(("http://", "https://")):
            return False
        if known.status not in (Status.FETCHED, Status.UNCHANGED, Status.NO_DOCUMENT):
            return False
        if (known.title, known.published_on) != (ref.title, ref.published_on):
            return False
        if known.sha256 and not self._archive.has(known.sha256):
            return False
        span = self._fetcher.settings.recheck_days
        return not is_due(ref.key, known.checked_on, self._today, span, ref.title, published_on=ref.published_on)

    def fetch(self, listed: Listed, *, candidate: bool = False) -> Listed:
        """The document asked for. Raises FetchError."""
        file = self._folder / "arriving"
        held = listed.sha256 is not None and self._archive.has(listed.sha256)
        answer = self._bytes(listed, file, Validators(listed.etag, listed.last_modified) if held else None)
        listed = listed.model_copy(update={"checked_on": self._today})
        if answer.gone:
            if listed.sha256 is None and not candidate:
                message = f"{listed.title}: listed, but its address answers HTTP {answer.status}"
                finding = Finding(
                    code="listed_but_gone", severity=Severity.WARNING, message=message, evidence=listed.url
                )
                self.findings.append(finding)
            gone = Status.NO_DOCUMENT if candidate and listed.sha256 is None else Status.VANISHED
            return listed.model_copy(update={"status": gone})
        if answer.status == 304:
            self.confirmed += 1
            etag = answer.headers.get("etag", listed.etag)
            return listed.model_copy(update={"status": Status.UNCHANGED, "etag": etag})
        if answer.status == 0 and held and digest_of(file) == listed.sha256:
            return listed.model_copy(update={"status": Status.UNCHANGED})
        if candidate and listed.sha256 is None and _is_page(file):
            return listed.model_copy(update={"status": Status.NO_DOCUMENT})
        sha256 = self._keep(listed, file, answer)
        validators = answer.validators
        fresh = {"etag": validators.etag, "last_modified": validators.last_modified}
        return self._content(listed.model_copy(update=fresh), sha256)

    def _keep(self, listed: Listed, content: bytes | Path, answer: Answer) -> str:
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
        sha256 = self._archive.put(content, sighting)
        self.fetched += 1
        if sha256 != listed.sha256:
            self._note_elsewhere(listed, sha256)
        return sha256

    def _first(self, sha256: str) -> tuple[str, str] | None:
        """Where these bytes stood first, if that was on another publisher's portal."""
        seen = [each for each in self._archive.sightings(sha256) if each.publisher and each.filing_id]
        first = min(seen, key=lambda each: (each.seen_at, str(each.filing_id)), default=None)
        if first is None or first.publisher == self._publisher.id:
            return None
        return str(first.publisher), str(first.filing_id)

    def _note_elsewhere(self, listed: Listed, sha256: str) -> None:
        others = {seen.publisher for seen in self._archive.sightings(sha256)} - {self._publisher.id, None}
        if others:
            message = f"{listed.title}: {', '.join(sorted(map(str, others)))} published the same bytes"
            finding = Finding(
                code="same_filing_elsewhere", severity=Severity.WARNING, message=message, evidence=listed.url
            )
            self.findings.append(finding)

    def _pictures(self, listed: Listed, known: Listed | None) -> Listed:
        """A document that is a row of pictures: asked for anew where its article shows others than it did."""
        if known and known.pictures == listed.pictures and known.sha256 and self._archive.has(known.sha256):
            return listed.model_copy(update={"status": Status.UNCHANGED, "checked_on": self._today})
        pages: list[bytes] = []
        file = self._folder / "arriving"
        answer = Answer(url=listed.url, status=200, headers={})
        for url in listed.pictures:
            answer = self._fetcher.document(url, file)
            if answer.gone:
                raise FetchError(f"{url}, a page of {listed.title}, answers HTTP {answer.status}", code="picture_gone")
            pages.append(file.read_bytes())
        sha256 = self._keep(listed, as_pdf(pages), answer)
        return self._content(listed.model_copy(update={"checked_on": self._today}), sha256)

    def _bytes(self, listed: Listed, file: Path, known: Validators | None) -> Answer:
        """The document's bytes in `file`. Only declared entries and folders may be other than http(s)."""
        if listed.url.startswith(("http://", "https://")):
            return self._fetcher.document(listed.url, file, known)
        portal = self._publisher.portal
        in_folder = isinstance(portal, Folder) and not listed.key.startswith("declared:")
        if "://" in listed.url and not in_folder:
            raise FetchError(f"{listed.url} is not an http or https address", code="bad_address")
        options: Mapping[str, object] = portal.options if isinstance(portal, Folder) and in_folder else {}
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
            refuses = is_firewall(data)
            if refuses:
                self._fetcher.refused(listed.url)
            shown = data[:200].decode("utf-8", "replace")
            raise FetchError(message, code="error_page", refuses=refuses, evidence=shown)
        members = self._unpacked(listed, sha256) if medium is Medium.ZIP else ()
        if medium is Medium.ZIP and not members:
            message = f"{listed.title}: its archive holds no document that can be read"
            self._useless(listed, "archive_empty", Severity.CRITICAL, message)
        known = {"sha256": sha256, "medium": medium, "members": members, "status": Status.FETCHED}
        return listed.model_copy(update={**known, "heading": "", "first": self._first(sha256)})

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
        sha256 = self._archive.put(data, sighting)
        return Member(path=unpacked.path, sha256=sha256, filing_id=filing_id, first=self._first(sha256))


def _is_page(file: Path) -> bool:
    """Whether what arrived is a web page without a table of figures."""
    data = file.read_bytes()
    return not data or (medium_of(data) is Medium.HTML and is_error_page(data))
