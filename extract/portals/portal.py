"""What every portal adapter is: declared data plus one method, `discover`.

An adapter lists; it does not fetch documents, decide what changed or keep anything. It sees the network only through a
`Visit`, which is polite, confined and remembers.
"""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from extract.declared import Declared
from extract.departments import Attribution
from extract.document import Finding, Severity
from extract.portals.take import Take

DOCUMENT_SUFFIXES = (
    *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".zip", ".txt", ".rar", ".7z"),
    *(".ofd", ".ceb", ".rtf", ".csv"),  # no reader yet: better a finding than nothing
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRef:
    """One document that a portal lists."""

    article: str
    """The portal's own name of the article (its id, or its address)."""
    part: str = ""
    """The document within the article, as the portal names it (attachment id or address); '' is the page itself."""
    url: str
    title: str
    """The article's title as listed."""
    name: str = ""
    """The attachment's name."""
    page_url: str | None = None
    published_on: datetime.date | None = None
    sha256: str | None = None
    """Set when the visit has archived it already (an article's page)."""
    pictures: tuple[str, ...] = ()
    """Addresses of the pages, where the document is a row of pictures."""
    candidate: bool = False
    """Only its bytes say whether it is a document: a web page in its place is none, and no loss."""
    said: tuple[tuple[str, str], ...] = ()
    """Who published it, in the words of each source: (`field`, `column`, `article`, words)."""
    remembered: bool = False
    """Known and not to be asked for on this visit."""

    @property
    def key(self) -> str:
        """Names the document within its publisher, from visit to visit."""
        return f"{self.article}|{self.part}" if self.part else self.article


@dataclass(frozen=True, slots=True)
class WebPage:
    """A list or article page as it arrived. `sha256` is set for an article, which is archived."""

    url: str
    status: int
    content: bytes
    sha256: str | None = None

    @property
    def gone(self) -> bool:
        return self.status in (404, 410)


class Entry(BaseModel):
    """One article or document of a list."""

    model_config = ConfigDict(frozen=True)

    url: str
    title: str
    published_on: datetime.date | None = None
    department: str = ""
    """What a field or column of the list says of who published it."""
    detail: str = ""
    """What else the list says of it, in the adapter's own form."""


class ListSeen(BaseModel):
    """A list as it was read on one visit."""

    model_config = ConfigDict(frozen=True)

    address: str
    read_on: datetime.date | None = None
    """When it was last read to its end; None: it was not."""
    pages: int = 0
    """Pages that were read on this visit."""
    length: int = 0
    """Pages that the list has, as far as they could be read."""
    links: int = 0
    """Entries of the list, without what stands on each of its pages."""
    wanted: int = 0
    promised_pages: int = 0
    promised_links: int = 0
    """How many the portal says there are; 0 if it does not."""
    exact: bool = False
    """Given by an interface, with nothing else between."""
    entries: tuple[Entry, ...] = ()

    @property
    def skipped(self) -> int:
        """Entries that their titles left out."""
        return self.links - self.wanted


@dataclass(frozen=True, slots=True)
class Post:
    """The body of a list's request, where it is no GET: of a form (pairs) or JSON."""

    body: str
    content_type: str = "application/x-www-form-urlencoded"
    referer: str = ""


@dataclass(slots=True)
class Tally:
    """What a visit asked and found, for people."""

    requests: int = 0
    articles: int = 0
    lists: list[ListSeen] = field(default_factory=list)


class Visit(Protocol):
    """A portal as an adapter sees it."""

    base: Path
    """Folder of the catalogue, for relative paths."""
    list_pages: int
    """Most list pages to follow."""
    today: datetime.date

    def page(self, url: str, post: Post | None = None) -> WebPage:
        """A list page, as it is now. Raises FetchError."""

    def article(self, url: str, title: str, severity: Severity = Severity.CRITICAL) -> WebPage | None:
        """An article's page, asked for conditionally and archived; None if it cannot be had (noted, so severely).

        Raises FetchError where its host has ended the visit.
        """

    def known_list(self, address: str) -> ListSeen | None:
        """The list as it was read last; None if it is to be read to its end."""

    def listed(self, seen: ListSeen) -> None:
        """Keep what the list showed."""

    def remembered(self, entry: Entry, article: str) -> tuple[FilingRef, ...] | None:
        """The documents of an article that is known and need not be asked for again yet; None: ask."""

    def note(self, finding: Finding) -> None:
        """Something odd about the list."""

    def unseen(self, url: str) -> None:
        """What an article's address answered was something else: it is asked for again on the next visit."""

    def missed(self, finding: Finding) -> None:
        """A part of the list that could not be read: what is known and was not seen stays as it is."""


class Portal(Declared):
    """Base of the adapters; each narrows `adapter` to its own name."""

    adapter: str
    address: str
    take: Take = Take()
    allow_private: bool = False
    """The portal's host may have a private or loopback address (an intranet, a test)."""
    interval: Annotated[float, Field(ge=0, le=600)] = 0
    """Seconds between two requests to the portal's host, where it wants more than `YUSUAN_INTERVAL`."""
    legacy_tls: bool = False
    """The portal's host still speaks TLS 1.0 or needs old ciphers."""
    tls_renegotiation: Literal["safe", "legacy"] = "safe"
    """`legacy`: the portal's host knows no secure renegotiation (RFC 5746)."""
    tls_curve: Literal["P-256"] | None = None
    """The one curve that the portal's host can agree on."""
    departments: Attribution | None = None
    """The portal lists documents of many departments: who says whose each is. None: all are the publisher's."""
    least: Annotated[int, Field(ge=0)] = 1
    """Wanted links that the list must hold; a page with fewer is an alarm from the first visit on."""
    seen: str = ""
    """Who saw the address answer, and when, where that was somebody else."""
    verified: Annotated[str, Field(description="when and how the address was last checked online")] = (
        "not verified online"
    )

    def addresses(self) -> tuple[str, ...]:
        """The addresses whose hosts `allow_private`, `interval` and the TLS settings speak of."""
        return (self.address,)

    @abstractmethod
    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:
        """Every document listed now, an article's together. Raises FetchError where the list breaks off; what was
        yielded before counts."""
