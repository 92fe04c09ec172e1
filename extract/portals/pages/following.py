"""From one page of a list to the next: declared, said by a script, linked, or guessed from the first one's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from extract.portals.pages.impostor import impostor_of
from extract.portals.pages.list_page import ItemRule, ListPage, list_page
from extract.portals.pages.paging import guesses
from extract.portals.portal import Visit


class Following:
    """Asks for the pages of one list. What called one page is tried first for the others."""

    def __init__(
        self,
        visit: Visit,
        address: str,
        pattern: str | None,
        first: int | None,
        rule: ItemRule,
        wants: Callable[[str], bool],
    ) -> None:
        self._visit, self._address, self._rule, self._wants = visit, address, rule, wants
        self._declared = [(pattern, each) for each in ((1, 2) if first is None else (first,))] if pattern else []
        self._guessing = first is None
        self._works: tuple[str, int] | None = None
        self._linked = False
        self._first: ListPage | None = None

    def page_at(self, number: int, before: ListPage | None) -> ListPage | None:
        """The list page that is so many after the first; None if there is none."""
        if number == 0 or self._first is None:
            self._first = self._page(self._address, 0)
            return self._first
        for url, how in self._addresses(number, before, self._first):
            page = self._page(url, number)
            if page is None or not page.entries:
                continue
            if how and number == 1 and self._guessing and page.entries.keys() <= self._first.entries.keys():
                continue  # some sites call the first page so too
            self._works, self._linked = how or self._works, how is None
            return page
        return None

    def _addresses(
        self, number: int, before: ListPage | None, first: ListPage
    ) -> Iterator[tuple[str, tuple[str, int] | None]]:
        """Addresses that the page may have, each with the pattern it comes from (None: a link)."""
        tried: set[str] = set()
        patterns = [self._works] if self._works else [*self._declared]
        for pattern in patterns:
            yield self._named(pattern, number, tried), pattern
        if self._declared or self._works:
            return
        link = before.paging.next_page if before else None
        if self._linked:
            if link:
                yield link, None
            return
        if number > 1:
            return
        for pattern in first.paging.patterns:
            yield self._named(pattern, number, tried), pattern
        if link and link not in tried:
            tried.add(link)
            yield link, None
        others = [(name, 3 - start) for name, start in first.paging.patterns]
        for pattern in [*others, *guesses(self._address)]:
            url = self._named(pattern, number, set())
            if url not in tried and first.paging.pages != 1:
                tried.add(url)
                yield url, pattern

    def _named(self, pattern: tuple[str, int], number: int, tried: set[str]) -> str:
        name, start = pattern
        url = urljoin(self._address, name.replace("{n}", str(number - 1 + start)))
        tried.add(url)
        return url

    def _page(self, url: str, number: int) -> ListPage | None:
        page = self._visit.page(url)
        if page.gone:
            return None
        shape = self._first.shape if self._first and number else ()
        found = list_page(page, self._rule, self._wants, number + 1, shape)
        if number and not found.links and found.soup and impostor_of(found.soup):
            return None  # the end of the list, said with status 200
        return found
