"""List pages of links, one site's as another's: how they go on is found, or declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import soupsieve
from pydantic import AfterValidator, Field

from extract.portals.pages.article import behind
from extract.portals.pages.following import Following
from extract.portals.pages.list_page import ItemRule
from extract.portals.pages.reading import read_list
from extract.portals.portal import FilingRef, Portal, Visit


def _selects(selector: str) -> str:
    try:
        soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{selector!r} is not a CSS selector: {error}") from error
    return selector


Selector = Annotated[str, AfterValidator(_selects)]


class Columns(Portal):
    """`address` is the first list page; the others are found, or are `paging` beside it from `first` on."""

    adapter: Literal["columns"]
    address: Annotated[str, Field(pattern=r"^https?://")]
    paging: Annotated[str, Field(pattern=r"\{n\}")] | None = None
    """`index_{n}.html`, or an address; None: found in the page."""
    first: int | None = None
    """The number of the second page; None: 1 or 2, whichever is there."""
    item: Selector | None = None
    """One entry of the list; None: every link, the list's own told by where they stand."""
    link: Selector = "a[href]"
    """The link within an item; its title attribute, else its text, is the title."""
    date: Selector | None = None
    """Where an item prints its date; None: the first date in the item."""
    department: Selector | None = None
    """Where an item prints who published it."""
    content: Selector | None = None
    """The part of an article's page that holds its documents; None: found."""

    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:
        rule = ItemRule(self.item, self.link, self.date, self.department)
        wants = self.take.may_want
        following = Following(visit, self.address, self.paging, self.first, rule, wants)
        reading = read_list(visit, self.address, following.page_at, wants, self.least)
        for entry in reading.entries.values():
            if wants(entry.title):
                said = (("column", entry.department),) if entry.department else ()
                yield behind(visit, self.take, entry, content=self.content or "", said=said)
        if reading.broken:
            raise reading.broken
