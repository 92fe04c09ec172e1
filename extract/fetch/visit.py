"""One visit to one publisher's portal, as its adapter sees it: polite, confined, and remembering articles."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from extract.catalogue import Publisher
from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.fetch.archive import Archive, Sighting
from extract.fetch.confinement import Access, Origin
from extract.fetch.fetcher import Fetcher, Validators, origin_of
from extract.fetch.listings import KnownPage, Listing
from extract.portals.portal import WebPage


class PortalVisit:
    """The network and the archive behind `extract.portals.portal.Visit`."""

    def __init__(
        self, publisher: Publisher, archive: Archive, fetcher: Fetcher, before: Listing | None, base: Path
    ) -> None:
        self.base = base
        self.list_pages = fetcher.settings.list_pages
        self.findings: list[Finding] = []
        self.pages: dict[str, KnownPage] = {}
        """Articles that were read, by address."""
        self.unread: set[str] = set()
        """Articles that could not be read: what was known of them stays."""
        self._publisher = publisher
        self._archive = archive
        self._fetcher = fetcher
        self._known = {page.url: page for page in before.pages} if before else {}

    def page(self, url: str) -> WebPage:
        answer, content = self._fetcher.page(url)
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
            self.note(failure(error, f"the page of {title}", severity))
            return None
        if answer.gone:
            return WebPage(answer.url, answer.status, b"")
        if known and answer.status == 304:
            self.pages[url] = known.model_copy(update={"etag": answer.headers.get("etag", known.etag)})
            return WebPage(url, 200, self._archive.get(known.sha256), known.sha256)
        sighting = Sighting(
            url=answer.url, publisher=self._publisher.id, title=title, status=answer.status, headers=answer.headers
        )
        sha256 = self._archive.put(content, sighting)
        validators = answer.validators
        self.pages[url] = KnownPage(
            url=url, title=title, sha256=sha256, etag=validators.etag, last_modified=validators.last_modified
        )
        return WebPage(answer.url, answer.status, content, sha256)

    def note(self, finding: Finding) -> None:
        self.findings.append(finding)


def access_of(publisher: Publisher) -> Access:
    """What the catalogue allows for a publisher: the hosts it names and, if it says so, its portal's; never others."""
    portal = publisher.portal
    addresses = portal.addresses() if portal else ()
    own = frozenset(origin_of(address) for address in addresses if address.startswith(("http://", "https://")))
    return Access(
        private=_origins(publisher.private_hosts) | (own if portal and portal.allow_private else frozenset()),
        legacy_tls=_origins(publisher.legacy_tls_hosts) | (own if portal and portal.legacy_tls else frozenset()),
    )


def _origins(hosts: Iterable[str]) -> frozenset[Origin]:
    return frozenset(origin_of(f"{scheme}://{host}") for host in hosts for scheme in ("http", "https"))


def failure(error: FetchError, what: str, severity: Severity = Severity.CRITICAL) -> Finding:
    """The finding for something that could not be fetched."""
    return Finding(code=error.code, severity=severity, message=f"{what}: {error}", evidence=error.evidence)
