"""What every portal adapter is: declared data plus one method, `discover`.

An adapter lists; it does not fetch documents, decide what changed or keep anything. It sees the network only through a
`Visit`, which is polite, confined and remembers.
"""

from __future__ import annotations

import datetime
import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from extract.document import Finding, Severity
from extract.titles import fiscal_year_of

DOCUMENT_SUFFIXES = (
    *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".zip", ".txt"),
    *(".rar", ".7z", ".ofd", ".rtf", ".csv"),  # no reader yet: better a finding than nothing
)


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Take(Declared):
    """Which of a portal's documents are taken: by title (any of the patterns) and fiscal year."""

    titles: tuple[Pattern, ...] = ("绩效目标", "绩效自评", "部门预算", "部门决算", "整体支出")
    exclude: tuple[Pattern, ...] = ()
    years: tuple[int, ...] = ()
    """Empty: every year. A title that names no year is taken."""

    def wants(self, *titles: str) -> bool:
        """Whether any of the titles (attachment's name, article's title) is asked for, and none excluded."""
        year = fiscal_year_of(*titles)
        return (
            any(re.search(pattern, title) for pattern in self.titles for title in titles)
            and not any(re.search(pattern, title) for pattern in self.exclude for title in titles)
            and (not self.years or year is None or year in self.years)
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


class Visit(Protocol):
    """A portal as an adapter sees it."""

    base: Path
    """Folder of the catalogue, for relative paths."""
    list_pages: int
    """Most list pages to follow."""

    def page(self, url: str) -> WebPage:
        """A list page, as it is now. Raises FetchError."""

    def article(self, url: str, title: str, severity: Severity = Severity.CRITICAL) -> WebPage | None:
        """An article's page, asked for conditionally and archived; None if it cannot be had (noted, so severely)."""

    def note(self, finding: Finding) -> None:
        """Something odd about the list."""


class Portal(Declared):
    """Base of the adapters; each narrows `adapter` to its own name."""

    adapter: str
    address: str
    take: Take = Take()
    allow_private: bool = False
    """The portal's host may have a private or loopback address (an intranet, a test)."""
    legacy_tls: bool = False
    """The portal's host still speaks TLS 1.0 or needs old ciphers."""
    verified: Annotated[str, Field(description="when and how the address was last checked online")] = (
        "not verified online"
    )

    def addresses(self) -> tuple[str, ...]:
        """The addresses whose hosts `allow_private` and `legacy_tls` speak of."""
        return (self.address,)

    @abstractmethod
    def discover(self, visit: Visit) -> Iterator[FilingRef]:
        """Every document listed now. Raises FetchError where the list breaks off; what was yielded before counts."""
