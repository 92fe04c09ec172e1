"""One page of a list: its links with titles, dates and departments, and what it says of the pages after it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from extract.portals.pages.links import base_of, date_in, link_of, soup_of, title_of
from extract.portals.pages.paging import Paging, paging_of
from extract.portals.portal import Entry, WebPage

_TITLE = 6
"""Characters of a title attribute that is more than "查看" or "附件"."""
_DATED = re.compile(r"\s*[\[(（]?\s*20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s*[\])）]?\s*$")
_ITEMS = ("li", "tr", "dd", "dt", "p")
_CONTAINERS = ("div", "ul", "ol", "table", "section", "dl", "article", "main", "td")


@dataclass(frozen=True, slots=True)
class ListPage:
    entries: dict[str, Entry]
    """By address."""
    links: frozenset[str] = frozenset()
    """Addresses of the entries that are the list's own, not the page's furniture."""
    paging: Paging = field(default_factory=Paging)
    shape: tuple[str, ...] = ()
    """Where in the page the list's own entries stand."""
    soup: BeautifulSoup | None = None
    exact: bool = False
    """The entries are the list's own and nothing else, as an interface gives them."""


@dataclass(frozen=True, slots=True)
class ItemRule:
    """CSS selectors of an entry and, within it, of its link, its date, its department; None: found."""

    item: str | None = None
    link: str = "a[href]"
    date: str | None = None
    department: str | None = None


def list_page(
    page: WebPage, rule: ItemRule, wants: Callable[[str], bool], number: int = 1, shape: tuple[str, ...] = ()
) -> ListPage:
    """What the page lists; `number` counts it from 1, `shape` is where the page before had its entries.

    Raises FetchError for a page that is too large to be a list.
    """
    soup = soup_of(page.content)
    base = base_of(soup, page.url)
    paging = paging_of(soup, page.url, base, number)
    entries, shapes = entries_of(soup, base, rule)
    if rule.item:
        return ListPage(entries, frozenset(entries), paging, soup=soup)
    shape = shape if shape in shapes.values() else _shape(entries, shapes, wants)
    own = frozenset(url for url in entries if shapes[url] == shape)
    return ListPage(entries, own, paging, shape, soup)


def entries_of(soup: BeautifulSoup, base: str, rule: ItemRule) -> tuple[dict[str, Entry], dict[str, tuple[str, ...]]]:
    """The entries by address, and for each where in the page it stands."""
    entries: dict[str, Entry] = {}
    shapes: dict[str, tuple[str, ...]] = {}
    pairs: list[tuple[Tag, Tag | None]] = []
    if rule.item:
        pairs = [(each, each.select_one(rule.link)) for each in soup.select(rule.item)]
    else:
        pairs = [(_item(link), link) for link in soup.select(rule.link)]
    for item, link in pairs:
        url = link_of(base, str(link.get("href", ""))) if link else None
        if link is None or url is None:
            continue
        printed = item.select_one(rule.date) if rule.date else item
        named = item.select_one(rule.department) if rule.department else None
        entry = Entry(
            url=url,
            title=_title(link),
            published_on=date_in(printed.get_text(" ")) if printed else None,
            department=title_of(named.get_text(" ")) if named else "",
        )
        if url not in entries or (not entries[url].title and entry.title):
            entries[url], shapes[url] = entry, _path(link)
    for url in [url for url in entries if "/mpost_" in url and url.replace("/mpost_", "/post_") in entries]:
        del entries[url]  # the same article for small screens
    return entries, shapes


def _title(link: Tag) -> str:
    """What the link says of itself, if that is more than a word; else its text, less a date at its end."""
    said, shown = title_of(link.get("title") or ""), title_of(link.get_text(" "))
    if len(said) >= _TITLE or not shown or (said and shown.startswith(said)):
        return said
    return _DATED.sub("", shown) or shown


def _item(link: Tag) -> Tag:
    """The smallest part of the page that prints one entry."""
    item = link.find_parent(_ITEMS)
    if item and len(item.select("a[href]")) <= 3:
        return item
    parent = link.parent
    return parent if parent and len(parent.select("a[href]")) == 1 else link


def _path(link: Tag) -> tuple[str, ...]:
    """Where a link stands: the names of what is around it, with the classes of what holds several entries."""
    steps = []
    for parent in link.parents:
        name = parent.name
        classes = ".".join(parent.get("class") or []) if name in _CONTAINERS else ""
        steps.append(f"{name}#{parent.get('id') or ''}.{classes}" if name in _CONTAINERS else name)
    return tuple(steps)


def _shape(
    entries: dict[str, Entry], shapes: dict[str, tuple[str, ...]], wants: Callable[[str], bool]
) -> tuple[str, ...]:
    """Where the list's own entries stand: where most of the wanted are, else most of the dated, else most."""
    groups: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for url, entry in entries.items():
        groups[shapes[url]].append(entry)
    if not groups:
        return ()
    return max(
        groups,
        key=lambda shape: (
            sum(wants(entry.title) for entry in groups[shape]),
            sum(entry.published_on is not None for entry in groups[shape]),
            len(groups[shape]),
        ),
    )
