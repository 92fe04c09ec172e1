"""gkmlpt, Guangdong's disclosure platform (信息公开目录平台): index page → sid → paged JSON → articles → attachments.

Known habits: page 0 may be page 1 again, pages past the last answer 404 although `post_count` promises more, titles
may be GB18030, attachments may stand in the list or only in the article's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from extract.document import Finding, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.article import documents_of, link_of
from extract.portals.gkmlpt_list import Article, articles_of, category_of, sid_of
from extract.portals.portal import FilingRef, Portal, Visit

_PASSES = 3
"""Over a list that changes while it is read."""


class Gkmlpt(Portal):
    """`address` is the index page, `http://host[/department]/gkmlpt/index`; `category` an id or a name of its tree."""

    adapter: Literal["gkmlpt"]
    address: Annotated[str, Field(pattern=r"^https?://[^?#]+/gkmlpt(/|$)")]
    category: int | str = 0

    def discover(self, visit: Visit) -> Iterator[FilingRef]:
        index = visit.page(self.address)
        text = decode(index.content).text
        sid = None if index.gone else sid_of(text)
        if not sid:
            raise FetchError(f"{self.address} shows no SID: not a gkmlpt index page", code="not_gkmlpt")
        root = self.address[: self.address.index("/gkmlpt") + len("/gkmlpt")]
        category = self.category if isinstance(self.category, int) else category_of(text, self.category, self.address)
        articles: dict[str, Article] = {}
        broken = None
        try:
            self._read_list(visit, f"{root}/api/all/{category}?page={{}}&sid={sid}", articles)
        except FetchError as error:
            broken = error
        for article in articles.values():
            yield from self._documents(article, visit)
        if broken:
            raise broken

    def _read_list(self, visit: Visit, address: str, articles: dict[str, Article]) -> None:
        """Every listed article by its id; read again while its length changes, when an article may slip by."""
        promised: set[int] = set()
        for _ in range(_PASSES):
            promised = self._read_pages(visit, address, articles)
            if len(promised) == 1:
                break
        if len(articles) < max(promised):
            message = f"the portal promises {max(promised)} articles and lists {len(articles)}"
            visit.note(Finding(code="list_shortfall", severity=Severity.INFO, message=message, evidence=self.address))

    def _read_pages(self, visit: Visit, address: str, articles: dict[str, Article]) -> set[int]:
        """Adds what the pages show; returns how many articles they promised, one number if the list stood still."""
        promised: set[int] = set()
        shown: set[str] = set()
        number = 1
        while True:
            page = visit.page(address.format(number))
            if page.gone and number == 1:
                raise FetchError(f"{page.url} answers HTTP {page.status}", code="list_gone")
            new: dict[str, Article] = {}
            if not page.gone:
                found, count = articles_of(page, visit)
                promised.add(count)
                new = {article.id: article for article in found if article.id not in shown}
            shown.update(new)
            articles.update(new)
            if number == 0 or (not new and len(shown) >= max(promised)):
                return promised
            number = number + 1 if new else 0  # page 0 is asked last, for what the others did not show
            if number > visit.list_pages:
                raise FetchError(f"{self.address} has more than {visit.list_pages} pages", code="list_too_long")

    def _documents(self, article: Article, visit: Visit) -> Iterator[FilingRef]:
        url = link_of(self.address, article.url or article.post_url)
        wanted = self.take.wants(article.title)
        attachments = [(link_of(url or self.address, each.url), each) for each in article.attachment if each.url]
        for target, attachment in attachments:
            name = attachment.name
            if target and self.take.wants(*filter(None, (name, article.title))):
                yield FilingRef(
                    article=article.id,
                    part=attachment.id or target,
                    url=target,
                    title=article.title,
                    name=name,
                    page_url=url,
                    published_on=article.published_on,
                )
        if wanted and url:  # its page may link to more, or hold a table itself
            yield from documents_of(
                visit,
                self.take,
                article=article.id,
                url=url,
                title=article.title,
                published_on=article.published_on,
                listed=[target for target, _ in attachments if target],
            )
