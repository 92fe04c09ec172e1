"""One visit to one publisher's portal, as its adapter sees it: polite, confined, and remembering articles and lists."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from extract.catalogue import Publisher
from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.fetch.archive import Archive, Sighting
from extract.fetch.confinement import Access, Origin, Tls
from extract.fetch.fetcher import Fetcher, Validators, origin_of
from extract.fetch.listings import KnownPage, Listed, Listing, Status
from extract.fetch.recheck import is_due
from extract.portals.portal import Entry, FilingRef, ListSeen, Post, WebPage

_WHOLE_LIST_DAYS = 7
"""A list is read to its end at least once in so many days, whatever it counts."""
_AT_REST = frozenset({Status.FETCHED, Status.UNCHANGED, Status.NO_DOCUMENT})


class PortalVisit:
    """The network and the archive behind `extract.portals.portal.Visit`."""

    def __init__(
        self,
        publisher: Publisher,
        archive: Archive,
        fetcher: Fetcher,
        before: Listing | None,
        base: Path,
        today: datetime.date,
    ) -> None:
        self.base = base
        self.today = today
        self.list_pages = fetcher.settings.list_pages
        self.findings: list[Finding] = []
        self.lists: dict[str, ListSeen] = {}
        self.pages: dict[str, KnownPage] = {}
        """Articles that were read, by address."""
        self.whole = True
        """No part of the list was missed."""
        self.unread: set[str] = set()
        """Articles that could not be read: what was known of them stays."""
        self._publisher = publisher
        self._archive = archive
        self._fetcher = fetcher
        self._known = {page.url: page for page in before.pages} if before else {}
        self._lists = {each.address: each for each in before.lists} if before else {}
        self._documents: dict[str, list[Listed]] = defaultdict(list)
        for listed in before.documents if before else ():
            self._documents[listed.article].append(listed)

    def page(self, url: str, post: Post | None = None) -> WebPage:
        answer, content = self._fetcher.page(url, post=post)
        return WebPage(answer.url, answer.status, content)

    def article(self, url: str, title: str, severity: Severity = Severity.CRITICAL) -> WebPage | None:
        known = self._known.get(url)
        if known and not self._archive.has(known.sha256):
            known = None
        try:
            validators = Validators(known.etag, known.last_modified) if known else None
            answer, content = self._fetcher.page(url, validators)
        except FetchError as error:
            self.unread.add(url)
            if error.ends_visit:
                raise
            self.note(failure(error, f"the page of {title}", severity))
            return None
        if answer.gone:
            return WebPage(answer.url, answer.status, b"")
        if known and answer.status == 304:
            etag = answer.headers.get("etag", known.etag)
            self.pages[url] = known.model_copy(update={"etag": etag, "checked_on": self.today})
            return WebPage(url, 200, self._archive.get(known.sha256), known.sha256)
        sighting = Sighting(
            url=answer.url, publisher=self._publisher.id, title=title, status=answer.status, headers=answer.headers
        )
        sha256 = self._archive.put(content, sighting)
        validators = answer.validators
        self.pages[url] = KnownPage(
            url=url,
            title=title,
            sha256=sha256,
            etag=validators.etag,
            last_modified=validators.last_modified,
            checked_on=self.today,
        )
        return WebPage(answer.url, answer.status, content, sha256)

    def known_list(self, address: str) -> ListSeen | None:
        known = self._lists.get(address)
        days = min(_WHOLE_LIST_DAYS, self._fetcher.settings.recheck_days)
        if known is None or known.read_on is None or (self.today - known.read_on).days >= days:
            return None
        return known

    def listed(self, seen: ListSeen) -> None:
        self.lists[seen.address] = seen

    def remembered(self, entry: Entry, article: str) -> tuple[FilingRef, ...] | None:
        known = self._documents.get(article, [])
        page = self._known.get(entry.url)
        if page is None and (not known or entry.url.startswith("http")):
            return None  # an entry of an interface has no page of its own, an article has one
        title = page.title if page else known[0].title
        checked = [page.checked_on] if page else [each.checked_on for each in known]
        if title != entry.title or any(self._is_due(entry, each) for each in checked):
            return None
        if any(each.status not in _AT_REST or not self._has(each) for each in known):
            return None
        if any(each.published_on != entry.published_on for each in known):
            return None
        return tuple(_ref_of(each) for each in known)

    def note(self, finding: Finding) -> None:
        self.findings.append(finding)

    def unseen(self, url: str) -> None:
        self.unread.add(url)
        if url in self.pages:
            self.pages[url] = self.pages[url].model_copy(update={"checked_on": None})

    def missed(self, finding: Finding) -> None:
        self.whole = False
        self.note(finding)

    def _is_due(self, entry: Entry, checked_on: datetime.date | None) -> bool:
        span = self._fetcher.settings.recheck_days
        return is_due(entry.url, checked_on, self.today, span, entry.title, published_on=entry.published_on)

    def _has(self, listed: Listed) -> bool:
        return listed.status is Status.NO_DOCUMENT or bool(listed.sha256 and self._archive.has(listed.sha256))


def _ref_of(listed: Listed) -> FilingRef:
    return FilingRef(
        article=listed.article,
        part=listed.key.removeprefix(listed.article).removeprefix("|"),
        url=listed.url,
        title=listed.title,
        name=listed.name,
        page_url=listed.page_url,
        published_on=listed.published_on,
        pictures=listed.pictures,
        said=listed.said,
        remembered=True,
    )


def access_of(publisher: Publisher) -> Access:
    """What the catalogue allows for a publisher: the hosts it names and, if it says so, its portal's; never others."""
    portal = publisher.portal
    addresses = portal.addresses() if portal else ()
    own = frozenset(origin_of(address) for address in addresses if address.startswith(("http://", "https://")))
    tls = dict.fromkeys(_origins(publisher.legacy_tls_hosts), Tls(legacy=True))
    if portal:
        spoken = Tls(portal.legacy_tls, portal.tls_renegotiation == "legacy", portal.tls_curve)
        tls |= dict.fromkeys(own, spoken) if spoken != Tls() else {}
    return Access(
        private=_origins(publisher.private_hosts) | (own if portal and portal.allow_private else frozenset()),
        tls=tls,
        intervals=dict.fromkeys(own, portal.interval) if portal and portal.interval else {},
    )


def _origins(hosts: Iterable[str]) -> frozenset[Origin]:
    return frozenset(origin_of(f"{scheme}://{host}") for host in hosts for scheme in ("http", "https"))


def failure(error: FetchError, what: str, severity: Severity = Severity.CRITICAL) -> Finding:
    """The finding for something that could not be fetched."""
    return Finding(code=error.code, severity=severity, message=f"{what}: {error}", evidence=error.evidence)
