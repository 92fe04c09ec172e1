"""What a page links to: addresses, titles, names, dates, read without trust."""

from __future__ import annotations

import datetime
import re
from urllib.parse import parse_qsl, unquote_to_bytes, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from extract.encoding import decode
from extract.errors import FetchError
from extract.portals.portal import DOCUMENT_SUFFIXES

_MOST_TAGS = 100_000
_LONGEST_TITLE = 500
_DATE = re.compile(r"(20\d\d|19\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_VOLATILE = re.compile(
    r"(access_?|auth_?|security-?|csrf_?)?(token|sign|signature|sig|nonce|ticket)|expires?|timestamp|time|ts|t|_|r|rand|"
    r"random|v|ossaccesskeyid|accesskeyid|auth_key|jsessionid|sessionid|sid|x-(amz|oss|obs)-.*",
    re.IGNORECASE,
)
"""Parameters of an address that change from visit to visit and name nothing."""
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_FILE_PATH = re.compile(
    r"/attachment/|/files?/|/attach(ment)?s?/|/upload(s|file|files)?/|/download|download\.|/down\b|down(file|load)?\.|"
    r"file-?download|getfile|/fj/|/doc/file",
    re.IGNORECASE,
)
"""In the address of something that is fetched rather than looked at."""
_PAGE_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml")


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
    if not href.strip() or href.strip().startswith("#"):
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


def is_download(url: str) -> bool:
    """Whether an address without a document's suffix is that of a file all the same; its bytes must say."""
    parts = urlsplit(url)
    return bool(_FILE_PATH.search(parts.path)) and not parts.path.lower().endswith(_PAGE_SUFFIXES)


def settled(url: str) -> str:
    """The address without what changes from visit to visit: tokens, signatures, times, session ids."""
    head, mark, query = _SESSION.sub("", url).partition("?")
    kept = [part for part in query.split("&") if not _VOLATILE.fullmatch(part.partition("=")[0])]
    return head + mark * bool(kept) + "&".join(kept)


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
