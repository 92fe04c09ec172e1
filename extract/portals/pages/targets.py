"""Everything on a page that may lead to a document: links, frames, viewers, scripts behind a click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from bs4 import Tag

from extract.portals.pages.links import file_name_of, is_document, is_download, link_of, name_of, title_of
from extract.portals.portal import DOCUMENT_SUFFIXES

_QUOTED = re.compile(r"[\"']([^\"'<>\s]{3,500})[\"']")
_VIEWED = ("file", "url", "src", "path", "filepath", "fileurl", "pdf", "furl")
"""Parameters in which a viewer is given its document."""
_DYNAMIC = re.compile(r"\.(do|action|jsp|jspx|aspx?|ashx|php)$|/[^./]+$", re.IGNORECASE)
_NEVER = re.compile(r"\.(jpe?g|png|gif|bmp|svg|ico|css|js|mp[34]|m4a|avi|flv|swf|woff2?)$", re.IGNORECASE)
_OWN_TITLE = 6
"""Characters of a link that may name a table of its own."""


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    name: str
    candidate: bool
    """Only its bytes say whether it is a document."""


def targets_in(scope: Tag, base: str, *, inside: Tag | None, asked: Callable[[str], bool]) -> Iterator[Target]:
    """What may be a document, in the page's order; `inside` is the article's text, where more counts as one."""
    own = set(map(id, inside.find_all(True))) | {id(inside)} if inside else set()
    for part in scope.find_all(
        ["a", "iframe", "embed", "object", "source", "button", "span", "div", "p", "img", "script"]
    ):
        within = id(part) in own
        for address in _addresses(part, within):
            url = link_of(base, address)
            if url is None or _NEVER.search(urlsplit(url).path):
                continue
            shown = _viewed(url, base) or url
            name = name_of(part, shown) if part.name in ("a", "button") else file_name_of(shown)
            if is_document(shown, name):
                yield Target(shown, name, candidate=False)
            elif is_download(shown) or (within and part.name != "script" and _may_be(part, shown, name, asked)):
                yield Target(shown, name, candidate=True)


def _addresses(part: Tag, within: bool) -> Iterator[str]:
    if part.name == "script":
        for quoted in _QUOTED.findall(part.get_text()) if within else ():
            if quoted.lower().split("?")[0].endswith(DOCUMENT_SUFFIXES):
                yield quoted
        return
    for attribute in ("href", "src", "data") if part.name != "img" else ():
        value = str(part.get(attribute) or "").strip()
        if value.lower().startswith("javascript:"):
            yield from _called(value)
        elif value and part.name not in ("span", "div", "p"):
            yield value
    for attribute in ("data-url", "data-href", "data-file", "data-src") if part.name != "img" else ():
        if value := str(part.get(attribute) or "").strip():
            yield value
    if clicked := str(part.get("onclick") or ""):
        yield from _called(clicked)


def _called(script: str) -> Iterator[str]:
    """Addresses that a script is given."""
    for quoted in _QUOTED.findall(script):
        if "/" in quoted or quoted.lower().endswith(DOCUMENT_SUFFIXES):
            yield quoted


def _viewed(url: str, base: str) -> str | None:
    """The document that a viewer's address is given (`viewer.html?file=…`)."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _VIEWED and ("/" in value or value.lower().endswith(DOCUMENT_SUFFIXES)):
            path = urlsplit(url).path.lower()
            if path.endswith((".html", ".htm", "/viewer", "/preview")) or "viewer" in path or "preview" in path:
                return link_of(url if value.startswith((".", "/")) else base, value)
    return None


def _may_be(part: Tag, url: str, name: str, asked: Callable[[str], bool]) -> bool:
    """Whether a link inside the text may lead to a file, or to a page with a table of its own."""
    if part.name in ("iframe", "embed", "object"):
        return True
    if _DYNAMIC.search(urlsplit(url).path):
        return True
    return part.name == "a" and len(name) >= _OWN_TITLE and asked(title_of(part.get_text(" ")))
