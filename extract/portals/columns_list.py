"""A page of a static column: its links with titles and dates, and how many such pages there should be."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from extract.portals.article import base_of, date_in, link_of, soup_of, title_of
from extract.portals.portal import WebPage

_PAGES = re.compile(r"createPageHTML\(\s*(\d{1,5})|共\s*(\d{1,5})\s*页")
"""Where a list says how many pages it has."""


@dataclass(frozen=True, slots=True)
class Entry:
    url: str
    title: str
    published_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    entries: dict[str, Entry]
    """By address."""
    promised: int
    """Pages that the list says it has, 0 if it does not."""


def list_page(page: WebPage, item: str, link: str, date: str | None) -> ListPage:
    """What a page lists, by CSS selectors of an entry and, within it, of its link and its date.

    Raises FetchError for a page that is too large to be a list.
    """
    soup = soup_of(page.content)
    base, promised = base_of(soup, page.url), _PAGES.search(str(soup))
    entries: dict[str, Entry] = {}
    for each in soup.select(item):
        target = each.select_one(link)
        url = link_of(base, str(target.get("href", ""))) if target else None
        if target and url:
            printed = each.select_one(date) if date else each
            published_on = date_in(printed.get_text(" ")) if printed else None
            entries.setdefault(url, Entry(url, title_of(target.get("title") or target.get_text(" ")), published_on))
    return ListPage(entries, int(next(filter(None, promised.groups()))) if promised else 0)
