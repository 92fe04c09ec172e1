"""gkmlpt, Guangdong's disclosure platform (信息公开目录平台): index page → sid and categories → paged JSON → articles.

Known habits: the list of the whole site shows its newest articles only, so every leaf category is read; pages past the
last answer 404 although `post_count` promises more; titles may be GB18030; attachments may stand in the list or only in
the article's page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from extract.document import Finding, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.gkmlpt_list import Article, articles_of, categories_of, leaves_of, sid_of
from extract.portals.pages.article import documents_of
from extract.portals.pages.links import link_of
from extract.portals.pages.list_page import ListPage
from extract.portals.pages.paging import Paging
from extract.portals.pages.reading import Reading, read_list, too_few
from extract.portals.portal import Entry, FilingRef, Portal, Visit


class Gkmlpt(Portal):
    """`address` is the index page, `http://host[/department]/gkmlpt/index`; `category` an id or a name of its tree.

    Without `category` every leaf of the tree is read, or, where none can be, the list of the whole site.
    """

    adapter: Literal["gkmlpt"]
    address: Annotated[str, Field(pattern=r"^https?://[^?#]+/gkmlpt(/|$)")]
    category: int | str | None = None

    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:
        index = visit.page(self.address)
        text = decode(index.content).text
        sid = None if index.gone else sid_of(text)
        if not sid:
            raise FetchError(f"{self.address} shows no SID: not a gkmlpt index page", code="not_gkmlpt")
        root = self.address[: self.address.index("/gkmlpt") + len("/gkmlpt")]
        entries: dict[str, Entry] = {}
        broken: list[FetchError] = []
        for reading in self._readings(visit, root, sid, text):
            entries.update(reading.entries)
            broken += [reading.broken] if reading.broken else []
        for entry in entries.values():
            yield self._documents(entry, visit)
        if broken:
            raise broken[0]
        wanted = sum(self.take.wants(entry.title) for entry in entries.values())
        shown = "; ".join(entry.title for entry in list(entries.values())[:5])
        if few := too_few(self.address, len(entries), wanted, self.least, shown):
            visit.note(few)

    def _readings(self, visit: Visit, root: str, sid: str, index: str) -> Iterator[Reading]:
        if isinstance(self.category, int):
            categories = [str(self.category)]
        elif self.category:
            categories = categories_of(index, self.category, self.address)
        else:
            categories = leaves_of(index)
        read, gone = 0, []
        for category in categories:
            reading = self._read(visit, root, category, sid)
            if reading.broken and reading.broken.code == "list_gone" and self.category is None:
                gone.append(category)
                continue
            read += 1
            yield reading
            if reading.broken and reading.broken.code != "list_too_long":
                return
        if self.category is None and not read:
            yield self._read(visit, root, "0", sid)
        elif gone:
            message = f"{len(gone)} of {len(categories)} categories of its tree cannot be read: {', '.join(gone)}"
            visit.note(Finding(code="list_gone", severity=Severity.WARNING, message=message, evidence=self.address))

    def _read(self, visit: Visit, root: str, category: str, sid: str) -> Reading:
        def page_at(number: int, _before: ListPage | None) -> ListPage | None:
            page = visit.page(f"{root}/api/all/{category}?page={number + 1}&sid={sid}")
            if page.gone:
                return None
            articles, promised = articles_of(page, visit)
            entries = {article.id: self._entry(article) for article in articles}
            return ListPage(entries, frozenset(entries), Paging(links=promised), exact=True)

        return read_list(visit, f"{root}/api/all/{category}", page_at, self.take.wants, 0)

    def _entry(self, article: Article) -> Entry:
        return Entry(
            url=link_of(self.address, article.url or article.post_url) or "",
            title=article.title,
            published_on=article.published_on,
            department=article.publisher,
            detail=article.model_dump_json(),
        )

    def _documents(self, entry: Entry, visit: Visit) -> tuple[FilingRef, ...]:
        article = Article.model_validate(json.loads(entry.detail))
        said = (("field", entry.department),) if entry.department else ()
        attachments = [(link_of(entry.url or self.address, each.url), each) for each in article.attachment if each.url]
        refs = [
            FilingRef(
                article=article.id,
                part=attachment.id or target,
                url=target,
                title=article.title,
                name=attachment.name,
                page_url=entry.url or None,
                published_on=article.published_on,
                said=said,
            )
            for target, attachment in attachments
            if target and self.take.wants(*filter(None, (attachment.name, article.title)))
        ]
        if not (self.take.wants(article.title) and entry.url):
            return tuple(refs)
        known = visit.remembered(entry, article.id)
        if known is not None and {ref.key for ref in refs} <= {ref.key for ref in known}:
            return known
        listed = [target for target, _ in attachments if target]  # its page may link to more, or hold a table itself
        found = documents_of(visit, self.take, entry, article=article.id, said=said, listed=listed)
        return (*refs, *found)
