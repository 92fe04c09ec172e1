"""How a list page says that it goes on: its scripts, its counts, its links to the next page."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from extract.portals.pages.links import link_of

_CREATE = re.compile(r"createPage\w*\(([^()]{1,200})\)")
_VARIABLE = re.compile(r"\b(?:var|let|const)\s+(\w+)\s*=\s*[\"']?(\d{1,7})\b")
_CEIL = re.compile(r"Math\.ceil\(\s*[\"']?(\d{1,7})[\"']?\s*/\s*[\"']?(\d{1,4})[\"']?\s*\)")
_WINDOW = re.compile(r"\bpages?_?limit[\"']?\s*[:=]\s*[\"']?(\d{1,5})", re.IGNORECASE)
_PAGES = re.compile(
    r"共\s*(?:<[^>]{1,80}>\s*)?(\d{1,5})\s*(?:</\w+>\s*)?页|\b(?:total_?pages?|count_?page|page_?count|pages_?count|total_?page_?num)"
    r"[\"']?\s*[:=]\s*[\"']?(\d{1,5})\b|<totalpage>\s*(\d{1,5})|第?\s*\d{1,5}\s*/\s*(\d{1,5})\s*页",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"共\s*(?:有|计)?\s*(?:<[^>]{1,80}>\s*)?(\d{1,7})\s*(?:</\w+>\s*)?(?:条|篇|个?记录)|"
    r"\b(?:total_?(?:row|count|record|item|size|num)s?|record_?count|row_?count|count_?record)"
    r"[\"']?\s*[:=]\s*[\"']?(\d{1,7})\b|<totalrecord>\s*(\d{1,7})|\bcount=\"(\d{1,7})\"",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^[\s\[(<【]*(下一?页|后一?页|下页|next(\s*page)?|›|»|>|>>|下一页\s*[>»›]*)[\s\])>】]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Paging:
    """`patterns` are names beside the page, with `{n}`, each with the number of the second page, likeliest first."""

    patterns: tuple[tuple[str, int], ...] = ()
    pages: int = 0
    """Pages that the list says it has; 0 if it does not."""
    reachable: int = 0
    """Pages that its own script lets a reader reach; 0: all."""
    links: int = 0
    """Entries that the list says it has; 0 if it does not."""
    next_page: str | None = None
    """Address that its link to the next page has."""
    next_by_script: bool = False
    """It has a link to the next page that only a script follows."""


def paging_of(soup: BeautifulSoup, url: str, base: str, number: int = 1) -> Paging:
    """What a list page says of the pages after it; `number` counts it from 1."""
    text = str(soup)
    variables = dict(_VARIABLE.findall(text))
    pages, links, reachable = _number(_PAGES, text), _number(_LINKS, text), _number(_WINDOW, text)
    patterns: list[tuple[str, int]] = []
    for call in _CREATE.finditer(text):
        given = [variables.get(part, part) for part in (each.strip().strip("\"'") for each in call.group(1).split(","))]
        if len(given) >= 4 and given[0].isdigit() and not given[2].isdigit():  # TRS: pages, current, name, suffix
            pages = int(given[0]) or pages
            patterns.append((f"{given[2]}_{{n}}.{given[3]}", 1))
            break
        if len(given) >= 5 and given[1].isdigit() and not given[3].isdigit():  # UCAP: element, pages, current, name …
            pages = int(given[1]) or pages
            links = int(given[5]) if len(given) > 5 and given[5].isdigit() else links
            patterns.append((f"{given[3]}_{{n}}.{given[4]}", 2))
            break
        if given[0].isdigit():
            pages = int(given[0]) or pages
            break
    if found := _CEIL.search(text):
        rows, size = map(int, found.groups())
        links, pages = links or rows, pages or math.ceil(rows / max(size, 1))
        patterns += [(name, 2) for name in _names(url)[:1]]
    following = _next_page(soup, url, base, number)
    return Paging(tuple(patterns), pages, reachable, links, following, following is None and _is_scripted(soup))


def guesses(url: str) -> tuple[tuple[str, int], ...]:
    """How the second page of a list may be called that does not say."""
    return tuple((name, first) for name in _names(url)[:1] for first in (1, 2))


def _names(url: str) -> list[str]:
    """`index.html` → `index_{n}.html`; none for an address with a query."""
    parts = urlsplit(url)
    name = parts.path.rsplit("/", 1)[-1]
    if parts.query or (name and "." not in name):
        return []
    stem, _, suffix = (name or "index.html").rpartition(".")
    return [f"{stem}_{{n}}.{suffix}"]


def _number(pattern: re.Pattern[str], text: str) -> int:
    """The largest number that the pattern finds: the first page's script may start at 1 before it is told."""
    return max((int(next(filter(None, found.groups()))) for found in pattern.finditer(text)), default=0)


def _is_scripted(soup: BeautifulSoup) -> bool:
    for link in soup.select("a[href^=javascript i], a[onclick]"):
        if _NEXT.match(link.get_text(" ", strip=True)) and "disabled" not in str(link.get("class") or ""):
            return True
    return False


def _next_page(soup: BeautifulSoup, url: str, base: str, number: int) -> str | None:
    for link in soup.select("a[href]"):
        said = (link.get_text(" ", strip=True), str(link.get("title") or ""))
        target = link_of(base, str(link["href"]))
        if target and target != url and any(_NEXT.match(each) for each in said if each):
            return target
    numbered = [link for link in soup.select("a[href]") if link.get_text(strip=True).strip("[]【】") == str(number + 1)]
    targets = [target for link in numbered if (target := link_of(base, str(link["href"]))) and target != url]
    return targets[0] if len(set(targets)) == 1 else None
