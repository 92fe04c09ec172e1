"""gkmlpt, Guangdong's disclosure platform (信息公开目录平台): index page → sid → paged JSON → articles → attachments.

Known habits: page 0 may be page 1 again, pages past the last answer 404 although `post_count` promises more, titles
may be GB18030, attachments may stand in the list or only in the article's page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from extract.document import Finding, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.article import documents_of, link_of
from extract.portals.gkmlpt_list import Article, articles_of
from extract.portals.portal import FilingRef, Portal, Visit

_SID = re.compile(r"""\bSID["']?\s*[:=]\s*["']?([0-9A-Za-z_-]+)""")
_TREE = re.compile(r"""\bTREE["']?\s*[:=]\s*(?=[\[{])""")


class Gkmlpt(Portal):
    """`address` is the index page, `http://host[/department]/gkmlpt/index`; `category` an id or a name of its tree."""

    adapter: Literal["gkmlpt"]
    address: Annotated[str, Field(pattern=r"^https?://[^?#]+/gkmlpt(/|$)")]
    category: int | str = 0

    def discover(self, visit: Visit) -> Iterator[FilingRef]:
        index = visit.page(self.address)
        text = decode(index.content).text
        sid = _SID.search(text)
        if index.gone or not sid:
            raise FetchError(f"{self.address} shows no SID: not a gkmlpt index page", code="not_gkmlpt")
        root = self.address[: self.address.index("/gkmlpt") + len("/gkmlpt")]
        category = self.category if isinstance(self.category, int) else _category(text, self.category, self.address)
        seen: set[str] = set()
        promised, number = 0, 1
        while number <= visit.list_pages:
            page = visit.page(f"{root}/api/all/{category}?page={number}&sid={sid.group(1)}")
            if page.gone and number == 1:
                raise FetchError(f"{page.url} answers HTTP {page.status}", code="list_gone")
            articles, count = ([], 0) if page.gone else articles_of(page, visit)
            promised = max(promised, count)
            new = {article.id: article for article in articles if article.id not in seen}
            seen.update(new)
            for article in new.values():
                yield from self._documents(article, visit)
            if number == 0 or (not new and len(seen) >= promised):
                break
            number = number + 1 if new else 0  # page 0 is asked last, for what the others did not show
        if len(seen) < promised:
            message = f"the portal promises {promised} articles and lists {len(seen)}"
            visit.note(Finding(code="list_shortfall", severity=Severity.INFO, message=message, evidence=self.address))

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
        if wanted and url and not attachments:
            yield from documents_of(
                visit, self.take, article=article.id, url=url, title=article.title, published_on=article.published_on
            )


def _category(text: str, name: str, address: str) -> str:
    """The id of a category by its name in the index page's tree."""
    found = _TREE.search(text)
    try:
        tree = json.JSONDecoder().raw_decode(text, found.end())[0] if found else []
    except (ValueError, RecursionError) as error:
        raise FetchError(f"the category tree of {address} cannot be read: {error}", code="not_gkmlpt") from error
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if str(node.get("name", "")).strip() == name and str(node.get("id", "")).isdigit():
                return str(node["id"])
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
        elif isinstance(node, list):
            waiting += node
    raise FetchError(f"{address} has no category {name!r} in its tree", code="no_such_category")
