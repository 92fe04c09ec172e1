"""Static column pages: a list of links, paged as `index.html`, `index_1.html`, …, each leading to an article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urljoin

import soupsieve
from bs4 import Tag
from pydantic import AfterValidator, Field

from extract.errors import FetchError
from extract.portals.article import date_in, documents_of, is_document, link_of, soup_of, title_of
from extract.portals.portal import FilingRef, Portal, Visit

_REPEATS = 2
"""Pages without anything new that end a list: one may repeat another, two are the end or a loop."""


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
        seen: set[str] = set()
        repeats = 0
        for number in range(visit.list_pages):
            beside = self.paging.replace("{n}", str(number - 1 + self.first))
            page = visit.page(urljoin(self.address, beside) if number else self.address)
            if page.gone and number == 0:
                raise FetchError(f"{self.address} answers HTTP {page.status}", code="list_gone")
            items = (
                [] if page.gone else [item for item in soup_of(page.content).select(self.item) if item.select_one("a")]
            )
            new = 0
            for item in items:
                link = item.select_one(self.link)
                url = link_of(page.url, str(link.get("href", ""))) if link else None
                if link is None or url is None or url in seen:
                    continue
                seen.add(url)
                new += 1
                yield from self._documents(visit, item, link, url)
            repeats = 0 if new else repeats + 1
            if page.gone or repeats == _REPEATS or not items:
                return

    def _documents(self, visit: Visit, item: Tag, link: Tag, url: str) -> Iterator[FilingRef]:
        title = title_of(link.get("title") or link.get_text(" "))
        if not self.take.wants(title):
            return
        printed = item.select_one(self.date) if self.date else item
        published_on = date_in(printed.get_text(" ")) if printed else None
        if is_document(url):
            yield FilingRef(article=url, url=url, title=title, published_on=published_on)
            return
        yield from documents_of(
            visit, self.take, article=url, url=url, title=title, published_on=published_on, content=self.content or ""
        )
