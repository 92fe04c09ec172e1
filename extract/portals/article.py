"""An article's page: the documents it links to, or the table it holds itself."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from urllib.parse import parse_qsl, unquote_to_bytes, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from extract.document import Finding, Medium, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.media import medium_of
from extract.portals.portal import DOCUMENT_SUFFIXES, FilingRef, Take, Visit

_MOST_TAGS = 100_000
_LONGEST_TITLE = 500
_FIGURES = re.compile(r"\d[\d,]*\.\d\d(?!\.)|\d,\d{3}|万元|亿元|单位\s*[：:]\s*元|指标值|绩效指标|年度目标")
"""What only a table of a filing prints, not one that lays out a page or says who published it and when."""
_DATE = re.compile(r"(20\d\d|19\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")


def soup_of(content: bytes) -> BeautifulSoup:
    """The page parsed. Raises FetchError for one with so many tags that parsing it would take all memory."""
    if content.count(b"<") > _MOST_TAGS:
        raise FetchError(f"a page of more than {_MOST_TAGS:,} tags is no list and no article", code="too_large")
    return BeautifulSoup(decode(content).text, "lxml")


def title_of(text: object) -> str:
    """A title or name as a portal gives it, less control characters, blanks as one, of a sane length."""
    blanked = "".join(character if character.isprintable() else " " for character in str(text))
    return " ".join(blanked.split())[:_LONGEST_TITLE]


def date_in(text: str) -> datetime.date | None:
    """The first date printed in a text."""
    found = _DATE.search(text)
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def link_of(base: str, href: str) -> str | None:
    """The absolute http(s) address of a link; None if it is none (empty, mailto, javascript, broken)."""
    if not href.strip():
        return None  # not the page itself
    try:
        url = urljoin(base, href.strip()).split("#")[0]
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def base_of(soup: BeautifulSoup, url: str) -> str:
    """What the page's links are relative to."""
    base = soup.find("base", href=True)
    return (link_of(url, str(base["href"])) if isinstance(base, Tag) else None) or url


def is_document(url: str, name: str = "") -> bool:
    """Whether a link leads to a file by what its address, its query (`down.jsp?file=a.pdf`) or its name says."""
    parts = urlsplit(url)
    said = (parts.path, name, *(value for _, value in parse_qsl(parts.query)))
    return "/attachment/" in parts.path.lower() or any(each.lower().endswith(DOCUMENT_SUFFIXES) for each in said)


def has_figures(part: Tag) -> bool:
    """Whether a table in this part of a page prints amounts or indicators."""
    return any(found.find_parent("table") for found in part.find_all(string=_FIGURES))


def is_error_page(content: bytes) -> bool:
    """Whether a web page that came in place of a document says something else: it has no table with figures."""
    try:
        return not has_figures(soup_of(content))
    except FetchError:
        return False  # so many cells are a table


def file_name_of(url: str) -> str:
    """The last part of an address, percent-encoded in UTF-8 or GB18030."""
    return title_of(decode(unquote_to_bytes(urlsplit(url).path.rsplit("/", 1)[-1])).text)


def name_of(link: Tag, url: str) -> str:
    """An attachment's real name: what the link says of itself, a file name first; else its address's last part."""
    image = link.find("img")
    said = [link.get("title"), link.get("alt"), link.get("download"), link.get_text(" ", strip=True)]
    said += [image.get("alt"), image.get("title")] if isinstance(image, Tag) else []
    names = [title_of(text) for text in said if text and str(text).strip()]
    named = [name for name in names if name.lower().endswith(DOCUMENT_SUFFIXES)]
    return (named or names or [file_name_of(url)])[0]


def documents_of(
    visit: Visit,
    take: Take,
    *,
    article: str,
    url: str,
    title: str,
    published_on: datetime.date | None,
    content: str = "",
    listed: Collection[str] = (),
) -> Iterator[FilingRef]:
    """The documents of one article: those its page links to, and the page itself if its table is a filing too.

    Beside documents a table counts if it prints figures; alone it always does. `content` is a CSS selector of the part
    of the page to look in, `listed` are the addresses of documents that the list itself names.
    """
    page = visit.article(url, title, Severity.WARNING if listed else Severity.CRITICAL)
    if page is None or (listed and (page.gone or medium_of(page.content) is not Medium.HTML)):
        return
    if page.gone:
        visit.note(_nothing(url, title, f"its page answers HTTP {page.status}"))
        return
    if medium_of(page.content) is not Medium.HTML:
        yield FilingRef(article=article, url=url, title=title, published_on=published_on, sha256=page.sha256)
        return
    try:
        soup = soup_of(page.content)
    except FetchError as error:
        visit.note(_nothing(url, title, str(error)))
        return
    scope = (soup.select_one(content) if content else None) or soup
    seen = set(listed)
    base = base_of(soup, page.url)
    for link in scope.select("a[href]"):
        target = link_of(base, str(link["href"]))
        if target is None or target in seen:
            continue
        name = name_of(link, target)
        if not is_document(target, name):
            continue
        seen.add(target)
        if take.wants(name, title):
            yield FilingRef(
                article=article,
                part=target,
                url=target,
                title=title,
                name=name,
                page_url=url,
                published_on=published_on,
            )
    if has_figures(scope) if seen else scope.find("table"):
        yield FilingRef(
            article=article, url=url, title=title, page_url=url, published_on=published_on, sha256=page.sha256
        )
    elif not seen:
        visit.note(_nothing(url, title, "its page has neither a document nor a table"))


def _nothing(url: str, title: str, why: str) -> Finding:
    return Finding(code="nothing_to_take", severity=Severity.WARNING, message=f"{title}: {why}", evidence=url)
