"""An article's page: the documents it links to, or the table it holds itself."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from extract.document import Finding, Medium, Severity
from extract.encoding import decode
from extract.errors import FetchError
from extract.media import medium_of
from extract.portals.portal import DOCUMENT_SUFFIXES, FilingRef, Take, Visit

_MOST_TAGS = 100_000
_LONGEST_TITLE = 500
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
    """The absolute http(s) address of a link; None if it is none (mailto, javascript, broken)."""
    try:
        url = urljoin(base, href.strip()).split("#")[0]
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def is_document(url: str) -> bool:
    path = urlsplit(url).path.lower()
    return path.endswith(DOCUMENT_SUFFIXES) or "/attachment/" in path


def name_of(link: Tag, url: str) -> str:
    """An attachment's real name: what the link says of itself, a file name first; else its address's last part."""
    image = link.find("img")
    said = [link.get("title"), link.get("alt"), link.get("download"), link.get_text(" ", strip=True)]
    said += [image.get("alt"), image.get("title")] if isinstance(image, Tag) else []
    names = [title_of(text) for text in said if text and str(text).strip()]
    named = [name for name in names if name.lower().endswith(DOCUMENT_SUFFIXES)]
    return (named or names or [unquote(urlsplit(url).path.rsplit("/", 1)[-1])])[0]


def documents_of(
    visit: Visit,
    take: Take,
    *,
    article: str,
    url: str,
    title: str,
    published_on: datetime.date | None,
    content: str = "",
) -> Iterator[FilingRef]:
    """The documents of one article: those its page links to, else the page itself if it holds a table.

    `content` is a CSS selector of the part of the page to look in.
    """
    page = visit.article(url, title)
    if page is None:
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
    scope = soup.select_one(content) if content else soup
    seen: set[str] = set()
    for link in (scope or soup).select("a[href]"):
        target = link_of(page.url, str(link["href"]))
        if target is None or target in seen or not is_document(target):
            continue
        seen.add(target)
        name = name_of(link, target)
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
    if seen:
        return
    if (scope or soup).find("table"):
        yield FilingRef(
            article=article, url=url, title=title, page_url=url, published_on=published_on, sha256=page.sha256
        )
    else:
        visit.note(_nothing(url, title, "its page has neither a document nor a table"))


def _nothing(url: str, title: str, why: str) -> Finding:
    return Finding(code="nothing_to_take", severity=Severity.WARNING, message=f"{title}: {why}", evidence=url)
