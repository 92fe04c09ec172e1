"""Static column pages: a list of links, paged as `index.html`, `index_1.html`, …, each leading to an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urljoin

import soupsieve
from pydantic import AfterValidator, Field

from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.portals.article import documents_of, is_document
from extract.portals.columns_list import Entry, ListPage, list_page
from extract.portals.portal import FilingRef, Portal, Visit

_REPEATS = 2
"""Pages without anything new that end a list: one may repeat another, two are the end or a loop."""
_PASSES = 3
"""Over a list that changes while it is read."""


def _selects(selector: str) -> str:
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{selector!r} is not a CSS selector: {error}") from error
    return selector


Selector = Annotated[str, AfterValidator(_selects)]


class Columns(Portal):
    """`address` is the first list page; the others are `paging` beside it, counted from `first`."""

    adapter: Literal["columns"]
    address: Annotated[str, Field(pattern=r"^https?://")]
    paging: Annotated[str, Field(pattern=r"\{n\}")] = "index_{n}.html"
    first: int = 1
    item: Selector = "li"
    """One entry of the list."""
    link: Selector = "a[href]"
    """The link within an item; its title attribute, else its text, is the title."""
    date: Selector | None = None
    """Where an item prints its date; None: the first date in the item."""
    content: Selector | None = None
    """The part of an article's page that holds its documents; None: the whole page."""

    def discover(self, visit: Visit) -> Iterator[FilingRef]:
        entries: dict[str, Entry] = {}
        broken = None
        try:
            self._read_list(visit, entries)
        except FetchError as error:
            broken = error
        for entry in entries.values():
            yield from self._documents(visit, entry)
        if broken:
            raise broken

    def _read_list(self, visit: Visit, entries: dict[str, Entry]) -> None:
        """Every entry by its address; read again while the first page changes, when an entry may slip by."""
        first = self._page(visit, 0)
        if first is None:
            raise FetchError(f"{self.address} is gone", code="list_gone")
        for _ in range(_PASSES):
            pages = self._read_pages(visit, first, entries)
            again = self._page(visit, 0) if pages > 1 else first
            if again is None or again.entries.keys() == first.entries.keys():
                break
            first = again
        if pages < first.promised:
            message = f"the portal promises {first.promised} list pages and shows {pages}"
            visit.note(Finding(code="list_shortfall", severity=Severity.INFO, message=message, evidence=self.address))

    def _read_pages(self, visit: Visit, first: ListPage, entries: dict[str, Entry]) -> int:
        """Adds what the list shows from its first page on; returns how many pages it has."""
        entries.update(first.entries)
        shown, repeats, number = set(first.entries), 0, 0
        page: ListPage | None = first
        while page and page.entries and repeats < _REPEATS:
            number += 1
            if number == visit.list_pages:
                raise FetchError(f"{self.address} has more than {number} pages", code="list_too_long")
            page = self._page(visit, number)
            if page:
                repeats = 0 if page.entries.keys() - shown else repeats + 1
                shown |= page.entries.keys()
                entries.update(page.entries | entries)
        return number + 1 - repeats if page and page.entries else number

    def _page(self, visit: Visit, number: int) -> ListPage | None:
        """The list page that is so many after the first; None if there is none."""
        beside = self.paging.replace("{n}", str(number - 1 + self.first))
        page = visit.page(urljoin(self.address, beside) if number else self.address)
        if page.gone:
            return None
        return list_page(page, self.item, self.link, self.date)

    def _documents(self, visit: Visit, entry: Entry) -> Iterator[FilingRef]:
        if not self.take.wants(entry.title):
            return
        if is_document(entry.url, entry.title):
            yield FilingRef(article=entry.url, url=entry.url, title=entry.title, published_on=entry.published_on)
            return
        yield from documents_of(
            visit,
            self.take,
            article=entry.url,
            url=entry.url,
            title=entry.title,
            published_on=entry.published_on,
            content=self.content or "",
        )
