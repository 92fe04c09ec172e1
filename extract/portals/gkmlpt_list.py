"""What gkmlpt serves, read leniently and without trust: the index page and pages of articles as JSON."""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from extract.document import Finding, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.pages.links import date_in, title_of
from extract.portals.portal import Visit, WebPage

_SID = re.compile(r"""\bSID["']?\s*[:=]\s*["']?([0-9A-Za-z_-]+)""")
_TREE = re.compile(r"""\bTREE["']?\s*[:=]\s*(?=[\[{])""")
_SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def _listed(value: Any) -> Any:
    """Attachments come as a list, as one object, as JSON in a string, or as null."""
    if isinstance(value, str):
        value = json.loads(value) if value.strip() else []
    return [value] if isinstance(value, dict) else value or []


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else title_of(html.unescape(str(value))))]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Attachment(_Lenient):
    id: Text = ""
    name: Text = ""
    url: Text = ""


class Article(_Lenient):
    """One entry of the list."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    title: Text
    url: Text = ""
    post_url: Text = ""
    publisher: Text = ""
    date: Text = ""
    attachment: Annotated[list[_Attachment], BeforeValidator(_listed)] = []

    @property
    def published_on(self) -> datetime.date | None:
        if not self.date.isdecimal():
            return date_in(self.date)
        try:
            seconds = int(self.date) / (1000 if len(self.date) > 11 else 1)
            return datetime.datetime.fromtimestamp(seconds, _SHANGHAI).date()
        except (OverflowError, ValueError, OSError):
            return None


def articles_of(page: WebPage, visit: Visit) -> tuple[list[Article], int]:
    """The articles of a list page and the number of articles that the portal promises; 0 if it does not say.

    Raises FetchError if the page is no list; an entry that is no article is noted.
    """
    try:
        answer = json.loads(decode(page.content).text)
        entries = answer["articles"]
        promised = (answer.get("classify") or {}).get("post_count") or answer.get("total") or 0
        promised = int(promised) if str(promised).isdigit() else 0
        entries = list(entries.values()) if isinstance(entries, dict) else list(entries or [])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"{page.url} is not a list of articles: {type(error).__name__} {error}"
        raise FetchError(message, code="not_gkmlpt", evidence=repr(page.content[:200])) from error
    articles = []
    for entry in entries:
        try:
            articles.append(Article.model_validate(entry))
        except (ValidationError, RecursionError) as error:
            message = f"an article of {page.url} cannot be read: {error}"[:500]
            visit.note(
                Finding(
                    code="article_unreadable", severity=Severity.WARNING, message=message, evidence=repr(entry)[:200]
                )
            )
    return articles, promised


def sid_of(index: str) -> str | None:
    """The site's number, which every list is asked for with."""
    found = _SID.search(index)
    return found.group(1) if found else None


def categories_of(text: str, name: str, address: str) -> list[str]:
    """The ids of the categories of a name in the index page's tree: a name may stand in it several times."""
    found = [str(node["id"]) for node in _nodes(text, address) if str(node.get("name", "")).strip() == name]
    if not found:
        raise FetchError(f"{address} has no category {name!r} in its tree", code="no_such_category")
    return found


def leaves_of(text: str) -> list[str]:
    """The ids of the categories without others beneath them, but for those that lead elsewhere; [] without a tree."""
    try:
        nodes = list(_nodes(text, ""))
    except FetchError:
        return []
    return list(
        dict.fromkeys(str(node["id"]) for node in nodes if not node.get("children") and not node.get("jump_url"))
    )


def _nodes(text: str, address: str) -> Iterator[dict[str, Any]]:
    """Every category of the index page's tree."""
    found = _TREE.search(text)
    try:
        tree = json.JSONDecoder().raw_decode(text, found.end())[0] if found else []
    except (ValueError, RecursionError) as error:
        raise FetchError(f"the category tree of {address} cannot be read: {error}", code="not_gkmlpt") from error
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, dict):
            if str(node.get("id", "")).isdigit():
                yield node
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
        elif isinstance(node, list):
            waiting += node
