"""Answers of an interface, read without trust: JSON or XML, entries by their paths, HTML inside."""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, overload
from urllib.parse import quote, urlencode

from bs4 import BeautifulSoup

from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.hop import PLACE, Hop
from extract.portals.pages.impostor import impostor_of
from extract.portals.pages.links import soup_of, title_of
from extract.portals.pages.list_page import ItemRule, ListPage, entries_of
from extract.portals.pages.paging import paging_of
from extract.portals.portal import Post, Visit, WebPage

Asked = Callable[[int, ListPage | None], ListPage | None]
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
_ADDRESS = "%/:?&=#[]@!$'()*+,;~"


@dataclass(frozen=True, slots=True)
class Answer:
    items: list[dict[str, str]]
    total: int
    pages: int


def filled(text: str, given: Mapping[str, str], *, quoted: bool = False) -> str:
    """The text with its places filled, `quoted` for an address."""
    return PLACE.sub(
        lambda place: (
            (quote(given[place[1]], safe="") if quoted else given[place[1]]) if place[1] in given else place[0]
        ),
        text,
    )


@overload
def fields_of(given: Mapping[str, str]) -> str: ...
@overload
def fields_of(given: str) -> dict[str, str]: ...
def fields_of(given: Mapping[str, str] | str) -> dict[str, str] | str:
    """An entry's fields as the text that is remembered of it, and back."""
    return json.loads(given) if isinstance(given, str) else json.dumps(dict(given), ensure_ascii=False, sort_keys=True)


def answer_of(visit: Visit, hop: Hop, given: Mapping[str, str], number: int, referer: str) -> Answer | None:
    """What a hop answers for its page so many after the first; None if there is no such page. Raises FetchError."""
    places = {
        **given,
        "n": str(number + hop.first),
        "from": str(number * hop.size + 1),
        "to": str((number + 1) * hop.size),
    }
    url = quote(filled(hop.url, places, quoted=True), safe=_ADDRESS)
    page = visit.page(url, _post(hop, places, referer))
    if page.gone:
        return None
    text = decode(page.content).text
    tree = _tree(hop, text, page)
    found = _at(tree, hop.items)
    if found is None and number == 0:
        keys = ", ".join(list(tree)[:20]) if isinstance(tree, dict) else type(tree).__name__
        message = f"{url} answers without {hop.items!r}; it has {keys}"
        raise FetchError(message, code="not_records", evidence=text[:200])
    items: list[dict[str, str]] = []
    total, pages = _number(_at(tree, hop.total)), _number(_at(tree, hop.pages))
    for each in found if isinstance(found, list) else [found] if found else []:
        if hop.html:
            soup = BeautifulSoup(str(each), "lxml")
            items += _entries(soup, hop, referer)
            total = total or (paging_of(soup, url, url).links if not hop.total else 0)
        elif isinstance(each, dict):
            items.append({name: _text(_at(each, path), name) for name, path in hop.fields.items()})
    return Answer(items, total, pages)


def _post(hop: Hop, places: Mapping[str, str], referer: str) -> Post | None:
    if hop.method == "GET":
        return None
    if hop.json_body is not None:
        body = json.dumps(_filled_in(hop.json_body, places), ensure_ascii=False)
        return Post(body, "application/json; charset=utf-8", referer)
    return Post(urlencode({name: filled(value, places) for name, value in (hop.form or {}).items()}), referer=referer)


def _filled_in(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled_in(each, places) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled_in(each, places) for each in value]
    if isinstance(value, str):
        whole = PLACE.fullmatch(value)
        text = filled(value, places)
        return int(text) if whole and whole[1] in ("n", "from", "to") else text
    return value


def _tree(hop: Hop, text: str, page: WebPage) -> Any:
    """The answer as nested dictionaries and lists. Raises FetchError for one that is something else."""
    try:
        if hop.format == "xml":
            if "<" not in text or "<html" in text[:500].lower():
                raise ValueError("no XML")
            return _element(BeautifulSoup(text, "xml"))
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        found = impostor_of(soup_of(page.content)) if "<" in text else None
        what = found.message if found else f"is no {hop.format.upper()}: {error}"
        message, code = f"{page.url} {what}", found.code if found else "not_records"
        raise FetchError(message, code=code, refuses=bool(found and found.refuses), evidence=text[:200]) from error


def _element(element: Any) -> Any:
    """An XML element as a dictionary of its children; the text of one without any."""
    children = [child for child in element.children if getattr(child, "name", None)]
    if not children:
        return element.get_text()
    tree: dict[str, Any] = {}
    for child in children:
        value = _element(child)
        if child.name in tree:
            before = tree[child.name]
            tree[child.name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            tree[child.name] = value
    return tree


def _at(tree: Any, path: str) -> Any:
    """What a path leads to; None if it leads nowhere."""
    for name, index in _STEP.findall(path):
        if name:
            tree = tree.get(name) if isinstance(tree, dict) else None
        else:
            tree = tree[int(index)] if isinstance(tree, list) and int(index) < len(tree) else None
    return tree


def _entries(soup: BeautifulSoup, hop: Hop, base: str) -> list[dict[str, str]]:
    entries, _ = entries_of(soup, base, ItemRule(hop.item, hop.link, hop.date))
    return [
        {"url": entry.url, "title": entry.title, "date": str(entry.published_on or "")} for entry in entries.values()
    ]


def _text(value: Any, name: str) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = html.unescape(re.sub(r"<[^<>]{1,200}>", "", str(value)))
    return _date(text) if name == "date" else title_of(text)


def _date(text: str) -> str:
    """A date as it is printed; seconds or milliseconds since 1970 as a date in China."""
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return re.sub(r"^(20\d\d)(\d\d)(\d\d)(?=\d{0,6}$)", r"\1-\2-\3", text)
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return str(datetime.datetime.fromtimestamp(seconds, _SHANGHAI).date())


def _number(value: Any) -> int:
    return int(str(value)) if value is not None and str(value).strip().isdecimal() else 0
