"""Lists that come as JSON or XML from an interface: requests, paths and names are data, in as many hops as it takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.portals.answers import Asked, answer_of, fields_of, filled
from extract.portals.hop import Document, Hop
from extract.portals.pages.article import behind
from extract.portals.pages.links import date_in, link_of, settled, title_of
from extract.portals.pages.list_page import ListPage
from extract.portals.pages.paging import Paging
from extract.portals.pages.reading import read_list, too_few
from extract.portals.portal import Entry, FilingRef, Portal, Visit


class Records(Portal):
    """`address` is the page for people; `hops` lead from the list to filings, `document` or their `url` to files."""

    adapter: Literal["records"]
    address: Annotated[str, Field(pattern=r"^https?://")]
    each: dict[str, tuple[str | int, ...]] = Field(default_factory=dict)
    """Names and values that the first hop is asked with, one after the other: `year: [2025, 2024]`."""
    hops: Annotated[tuple[Hop, ...], Field(min_length=1)]
    document: Document | None = None
    """None: the last hop's `url` is an article or a file."""
    content: str = ""
    """CSS selector of the part of an article's page that holds its documents."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Records:
        known = {"url", *self.each, *(name for hop in self.hops for name in hop.fields)}
        last = self.hops[-1]
        if self.document is None and "url" not in last.fields and not last.html:
            raise ValueError("the last hop gives neither `url` nor is there a `document`")
        unknown = {name for hop in self.hops for name in hop.names()} - known - {"n", "from", "to"}
        if unknown:
            raise ValueError(f"no field is called {', '.join(sorted(unknown))}")
        return self

    def addresses(self) -> tuple[str, ...]:
        documents = [self.document.url] if self.document else []
        return (self.address, *(hop.url for hop in self.hops), *documents)

    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:
        broken: list[FetchError] = []
        links = wanted = 0
        for values in itertools.product(*self.each.values()):
            given = {name: str(value) for name, value in zip(self.each, values, strict=True)}
            listed = filled(self.hops[0].url, given)
            reading = read_list(visit, listed, self._pages(visit, given), self._wants, 0)
            links += len(reading.entries)
            broken += [reading.broken] if reading.broken else []
            for entry in reading.entries.values():
                if self._wants(entry.title):
                    wanted += 1
                    yield from self._followed(visit, entry, given)
        if broken:
            raise broken[0]
        if few := too_few(self.address, links, wanted, self.least, ""):
            visit.note(few)

    def _wants(self, title: str) -> bool:
        return not title or self.take.may_want(title)

    def _pages(self, visit: Visit, given: Mapping[str, str]) -> Asked:
        """The pages of the first hop."""
        hop = self.hops[0]

        def page_at(number: int, _before: ListPage | None) -> ListPage | None:
            if number and not hop.is_paged:
                return None
            answer = answer_of(visit, hop, given, number, self.address)
            if answer is None:
                return None
            entries = {entry.url: entry for item in answer.items if (entry := self._entry(hop, item))}
            return ListPage(entries, frozenset(entries), Paging(links=answer.total, pages=answer.pages), exact=True)

        return page_at

    def _entry(self, hop: Hop, item: Mapping[str, str]) -> Entry | None:
        url = link_of(self.address, item.get("url", "")) or ""
        name = item.get("id") or url or "/".join(item[field] for field in sorted(hop.fields) if item.get(field))
        if not name:
            return None
        date = item.get("date", "")
        return Entry(
            url=name,
            title=title_of(item.get("title", "")),
            published_on=date_in(date),
            department=title_of(item.get("department", "")),
            detail=fields_of({**item, "url": url}),
        )

    def _followed(self, visit: Visit, entry: Entry, given: Mapping[str, str]) -> Iterator[tuple[FilingRef, ...]]:
        """The documents of one entry of the first hop, through the others."""
        article = "/".join([*given.values(), entry.url])
        if entry.title and self.document and (known := visit.remembered(entry, article)) is not None:
            yield known
            return
        found = [dict(given) | fields_of(entry.detail)]
        for hop in self.hops[1:]:
            found = [after for before in found for after in self._hop(visit, hop, before)]
        for item in found:
            yield self._documents(visit, item, article, entry)

    def _hop(self, visit: Visit, hop: Hop, given: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """What a further hop gives, each with what was known before it; one that fails is noted and loses its own."""
        for number in range(visit.list_pages):
            try:
                answer = answer_of(visit, hop, given, number, self.address)
            except FetchError as error:
                if error.ends_visit:
                    raise
                title = given.get("title") or given.get("department") or hop.url
                message = f"what belongs to {title}: {error}"
                visit.missed(Finding(code=error.code, severity=Severity.CRITICAL, message=message, evidence=hop.url))
                return
            if answer is None or not answer.items:
                return
            for item in answer.items:
                yield {**given, **{name: value for name, value in item.items() if value}}
            if not hop.is_paged or (answer.pages and number + 1 >= answer.pages):
                return

    def _documents(self, visit: Visit, item: Mapping[str, str], article: str, entry: Entry) -> tuple[FilingRef, ...]:
        title = title_of(item.get("title") or item.get("name") or "")
        name = title_of(filled(self.document.name, item)) if self.document else ""
        said = (("field", title_of(item["department"])),) if item.get("department") else ()
        published_on = date_in(item.get("date", "")) or entry.published_on
        if self.document:
            url = filled(self.document.url, item, quoted=True)
            if not self.take.wants(*filter(None, (name, title))):
                return ()
            ref = FilingRef(
                article=article,
                part=settled(url),
                url=url,
                title=title or name,
                name=name,
                page_url=self.address,
                published_on=published_on,
                said=said,
            )
            return (ref,)
        url = link_of(self.address, item.get("url", "")) or ""
        if not url or not self.take.may_want(title):
            return ()
        page = Entry(url=url, title=title, published_on=published_on, department=entry.department)
        return behind(visit, self.take, page, content=self.content, said=said)
