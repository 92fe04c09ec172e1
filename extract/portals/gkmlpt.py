"""gkmlpt, Guangdong's disclosure platform (信息公开目录平台): index page → sid → paged JSON → articles → attachments.

Known habits: page 0 may be page 1 again, pages past the last answer 404 although `post_count` promises more, titles
may be GB18030, attachments may stand in the list or only in the article's page.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from extract.document import Finding, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.article import date_in, documents_of, link_of
from extract.portals.portal import FilingRef, Portal, Visit, WebPage

_SID = re.compile(r"""\bSID["']?\s*[:=]\s*["']?([0-9A-Za-z_-]+)""")
_TREE = re.compile(r"""\bTREE["']?\s*[:=]\s*(?=[\[{])""")
_SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def _listed(value: Any) -> Any:
    """Attachments come as a list, as one object, as JSON in a string, or as null."""
    if isinstance(value, str):
        value = json.loads(value) if value.strip() else []
    return [value] if isinstance(value, dict) else value or []


Text = Annotated[str, BeforeValidator(lambda value: html.unescape(str(value if value is not None else "")).strip())]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Attachment(_Lenient):
    id: Text = ""
    name: Text = ""
    url: Text = ""


class _Article(_Lenient):
    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: Text
    url: Text = ""
    post_url: Text = ""
    date: Text = ""
    attachment: Annotated[list[_Attachment], BeforeValidator(_listed)] = []

    @property
    def published_on(self) -> datetime.date | None:
        if not self.date.isdigit():
            return date_in(self.date)
        seconds = int(self.date) / (1000 if len(self.date) > 11 else 1)
        try:
            return datetime.datetime.fromtimestamp(seconds, _SHANGHAI).date()
        except (OverflowError, ValueError, OSError):
            return None


class Gkmlpt(Portal):
    """`address` is the index page, `http://host[/department]/gkmlpt/index`; `category` an id or a name of its tree."""

    adapter: Literal["gkmlpt"]
    address: Annotated[str, Field(pattern=r"^https?://[^?#]+/gkmlpt(/|$)")]
    category: int | str = 0

    def discover(self, visit: Visit) -> Iterator[FilingRef]:
        index = visit.page(self.address)
        text = decode(index.content)[0]
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
            articles, count = ([], 0) if page.gone else _articles(page, visit)
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

    def _documents(self, article: _Article, visit: Visit) -> Iterator[FilingRef]:
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


def _articles(page: WebPage, visit: Visit) -> tuple[list[_Article], int]:
    """The articles of a list page and the number of articles that the portal promises."""
    try:
        answer = json.loads(decode(page.content)[0])
        entries = answer["articles"]
        promised = (answer.get("classify") or {}).get("post_count") or 0
        promised = int(promised) if str(promised).isdigit() else 0
        entries = list(entries.values()) if isinstance(entries, dict) else list(entries or [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{page.url} is not a list of articles: {type(error).__name__} {error}"
        raise FetchError(message, code="not_gkmlpt", evidence=repr(page.content[:200])) from error
    articles = []
    for entry in entries:
        try:
            articles.append(_Article.model_validate(entry))
        except (ValidationError, RecursionError) as error:
            message = f"an article of {page.url} cannot be read: {error}"[:500]
            visit.note(
                Finding(
                    code="article_unreadable", severity=Severity.WARNING, message=message, evidence=repr(entry)[:200]
                )
            )
    return articles, promised
