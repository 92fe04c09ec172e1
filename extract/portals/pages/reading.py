"""A list read from its first page on: until it ends, or until what follows is known.

What the list promises (pages, entries) is compared with what it shows. A list that changes while it is read is read
again. Known entries behind the first page without anything new are taken from memory, if the list still counts as many
as it should; a list that does not say how many it has is read to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.portals.pages.impostor import impostor_of
from extract.portals.pages.list_page import ListPage
from extract.portals.portal import Entry, ListSeen, Visit

_REPEATS = 2
"""Pages without anything new that end a list: one may repeat another, two are the end or a loop."""
_PASSES = 3
"""Over a list that changes while it is read."""

PageAt = Callable[[int, ListPage | None], ListPage | None]
"""The list page that is so many after the first, given the one before it; None if there is none."""


@dataclass(slots=True)
class Reading:
    """A list as far as it was read. `broken` says why it was not read to its end."""

    address: str
    entries: dict[str, Entry] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    pages: int = 0
    """Pages that there are, as far as they were read."""
    asked: int = 0
    promised_pages: int = 0
    promised_links: int = 0
    exact: bool = False
    goes_on: bool = False
    """There is a next page that only a script leads to."""
    whole: bool = False
    """Read to its end, not from memory."""
    broken: FetchError | None = None

    def seen(self, visit: Visit, wants: Callable[[str], bool], known: ListSeen | None) -> ListSeen:
        read_on = visit.today if self.whole else known.read_on if known and not self.broken else None
        return ListSeen(
            address=self.address,
            read_on=read_on,
            pages=self.asked,
            length=self.pages,
            links=len(self.links),
            wanted=sum(wants(entry.title) for entry in self.entries.values()),
            promised_pages=self.promised_pages,
            promised_links=self.promised_links,
            exact=self.exact,
            entries=tuple(
                self.entries[url] for url in self.entries if url in self.links or wants(self.entries[url].title)
            ),
        )


def read_list(visit: Visit, address: str, page_at: PageAt, wants: Callable[[str], bool], least: int) -> Reading:
    """Reads the list, tells the visit what it showed and notes what is wrong with it.

    Raises FetchError where its host has ended the visit; another failure is `broken`, and what was read counts.
    """
    reading, known = Reading(address), visit.known_list(address)
    try:
        _passes(visit, reading, page_at, known)
    except FetchError as error:
        if error.ends_visit:
            raise
        reading.broken = error
    seen = reading.seen(visit, wants, known)
    visit.listed(seen)
    if reading.broken is None:
        for finding in _judged(reading, seen, least):
            visit.note(finding)
    return reading


def _passes(visit: Visit, reading: Reading, page_at: PageAt, known: ListSeen | None) -> None:
    first = page_at(0, None)
    reading.asked += 1
    reading.exact = first is not None and first.exact
    if first is None:
        raise FetchError(f"{reading.address} is gone", code="list_gone")
    for _ in range(_PASSES):
        if not first.exact:
            _check(reading.address, first)
        _pages(visit, reading, first, page_at, known)
        if not reading.whole or reading.pages <= 1:
            return
        again = page_at(0, None)
        reading.asked += 1
        if again is None or again.entries.keys() == first.entries.keys():
            return
        first = again


def _check(address: str, first: ListPage) -> None:
    """Raises FetchError for a first page that is no list."""
    if first.links and len(first.entries) > 2 and any(entry.published_on for entry in first.entries.values()):
        return
    found = impostor_of(first.soup) if first.soup else None
    if found:
        message = f"{address} {found.message}"
        raise FetchError(message, code=found.code, refuses=found.refuses, evidence=found.evidence)
    if not first.entries:
        frames = [str(frame["src"]) for frame in first.soup.select("iframe[src], frame[src]")] if first.soup else []
        what = f"look at its frame {frames[0]}" if frames else "look at the page, declare `item`"
        raise FetchError(f"{address} shows no link at all: {what}", code="list_empty")


def _pages(visit: Visit, reading: Reading, first: ListPage, page_at: PageAt, known: ListSeen | None) -> None:
    """Adds what the list shows from its first page on."""
    reading.promised_links = first.paging.links
    reading.goes_on = first.paging.next_by_script
    reading.promised_pages = first.paging.pages
    before = {entry.url for entry in known.entries} if known else set()
    entries, repeats, missing, number = dict(reading.entries), 0, 0, 0
    shown: set[str] = set()
    page: ListPage | None = first
    there = 0
    while True:
        if page is not None:
            new = page.entries.keys() - shown
            repeats = 0 if new else repeats + 1
            shown |= page.entries.keys()
            entries.update(page.entries | entries) if number else entries.update(page.entries)
            reading.links |= page.links
            reading.entries = entries
            there += bool(new)
            missing = 0
            if known and _rest_is_known(page, before, reading, known):
                rest = {entry.url: entry for entry in known.entries}
                reading.entries = entries | {url: entry for url, entry in rest.items() if url not in entries}
                reading.links |= rest.keys() if known.links >= len(rest) else set()
                reading.pages = max(there, known.length)
                return
        else:
            missing += 1
        if repeats >= _REPEATS or missing > (1 if number < reading.promised_pages - 1 else 0):
            break
        if page is not None and not page.entries:
            break
        number += 1
        if first.paging.reachable and number >= first.paging.reachable:
            break
        if number == visit.list_pages:
            reading.pages = number
            raise FetchError(f"{reading.address} has more than {number} pages", code="list_too_long")
        if reading.promised_pages and number >= reading.promised_pages and not (page and page.paging.next_page):
            break
        if first.exact and reading.promised_links and len(shown) >= reading.promised_links:
            break
        page = page_at(number, page)
        reading.asked += page is not None
    reading.pages, reading.whole = max(there, 1), True


def _rest_is_known(page: ListPage, before: set[str], reading: Reading, known: ListSeen) -> bool:
    """Whether nothing on this page is new and the list counts as many as it did, less what was new before it."""
    if not page.links or page.links - before:
        return False
    new = len(reading.links - before)
    if reading.promised_links:
        return reading.promised_links == known.promised_links + new
    if reading.promised_pages:
        return reading.promised_pages == known.promised_pages
    return known.length == 1 and not new


def too_few(address: str, links: int, wanted: int, least: int, shown: str) -> Finding | None:
    """The alarm of a list that holds fewer wanted links than it must."""
    if wanted >= least:
        return None
    few = f"only {wanted}" if wanted else "no"
    message = f"{address} lists {links} links and {few} wanted one: declare `take`, or another address"
    return _finding("too_few_wanted" if wanted else "nothing_wanted", Severity.CRITICAL, message, shown)


def _judged(reading: Reading, seen: ListSeen, least: int) -> list[Finding]:
    findings = []
    if reading.whole and reading.promised_pages > reading.pages:
        message = f"the portal promises {reading.promised_pages} list pages and shows {reading.pages}"
        findings.append(_finding("list_shortfall", Severity.WARNING, message, reading.address))
    elif reading.whole and reading.promised_links > len(reading.links):
        message = f"the portal promises {reading.promised_links} entries and lists {len(reading.links)}"
        findings.append(_finding("list_shortfall", Severity.WARNING, message, reading.address))
    elif reading.whole and reading.pages == 1 and reading.goes_on and not reading.promised_pages:
        message = "the portal has a link to a next page that only a script follows: declare `paging`, or `records`"
        findings.append(_finding("list_shortfall", Severity.WARNING, message, reading.address))
    shown = "; ".join(entry.title for entry in seen.entries[:5])
    few = too_few(reading.address, seen.links, seen.wanted, least, shown)
    return [*findings, few] if few else findings


def _finding(code: str, severity: Severity, message: str, evidence: str) -> Finding:
    return Finding(code=code, severity=severity, message=message, evidence=evidence)
