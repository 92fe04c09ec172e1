"""A trial of one address: what family it is of, what its list shows, what a few articles hold. Nothing is kept."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import TypeAdapter

from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.portals import AnyPortal
from extract.portals.families import Recognised, departments_named, recognise
from extract.portals.portal import Entry, FilingRef, ListSeen, Portal, Post, WebPage


class Pages(Protocol):
    """Asks for pages, politely."""

    def get(self, url: str, post: Post | None = None) -> WebPage: ...


@dataclass(slots=True)
class Trial:
    """What was found; also the visit that the adapter sees."""

    pages: Pages
    list_pages: int
    base: Path = field(default_factory=Path)
    today: datetime.date = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).date())
    recognised: Recognised | None = None
    lists: dict[str, ListSeen] = field(default_factory=dict)
    articles: int = 0
    documents: list[FilingRef] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def page(self, url: str, post: Post | None = None) -> WebPage:
        return self.pages.get(url, post)

    def article(self, url: str, title: str, severity: Severity = Severity.CRITICAL) -> WebPage | None:
        self.articles += 1
        try:
            return self.pages.get(url)
        except FetchError as error:
            self.note(Finding(code=error.code, severity=severity, message=f"the page of {title}: {error}"))
            return None

    def known_list(self, address: str) -> ListSeen | None:  # noqa: ARG002
        return None

    def listed(self, seen: ListSeen) -> None:
        self.lists[seen.address] = seen

    def remembered(self, entry: Entry, article: str) -> tuple[FilingRef, ...] | None:  # noqa: ARG002
        return None

    def note(self, finding: Finding) -> None:
        self.findings.append(finding)

    def unseen(self, url: str) -> None:
        pass

    def missed(self, finding: Finding) -> None:
        self.findings.append(finding)

    @property
    def links(self) -> int:
        return sum(each.links for each in self.lists.values())

    @property
    def wanted(self) -> int:
        return sum(each.wanted for each in self.lists.values())

    @property
    def length(self) -> int:
        return sum(each.length for each in self.lists.values())

    def titles(self, portal: Portal, *, wanted: bool) -> list[str]:
        entries = [entry for each in self.lists.values() for entry in each.entries]
        return [entry.title for entry in entries if portal.take.may_want(entry.title) == wanted]


def tried(
    url: str, pages: Pages, *, articles: int, list_pages: int, settings: dict[str, Any]
) -> tuple[Trial, Portal | None]:
    """Tries an address: its family, its list, and the documents of its first wanted articles.

    `settings` are added to what is declared for it.
    """
    trial = Trial(pages, list_pages)
    try:
        page = pages.get(url)
        if page.gone:
            raise FetchError(f"{url} answers HTTP {page.status}", code="list_gone")
        trial.recognised = recognise(page)
        if trial.recognised.portal is None:
            message = f"{url}: {trial.recognised.why}"
            raise FetchError(message, code="not_a_list")
        declared = trial.recognised.portal | settings
        portal: Portal = TypeAdapter[Portal](AnyPortal).validate_python(declared)
    except FetchError as error:
        trial.note(Finding(code=error.code, severity=Severity.CRITICAL, message=str(error), evidence=error.evidence))
        return trial, None
    try:
        for number, refs in enumerate(portal.discover(trial), start=1):
            trial.documents += refs
            if number >= articles:
                break
    except FetchError as error:
        trial.note(Finding(code=error.code, severity=Severity.CRITICAL, message=str(error), evidence=error.evidence))
    return trial, portal


def mixes_departments(titles: Sequence[str]) -> bool:
    """Whether a list's titles name several publishers."""
    return len(departments_named(list(titles))) > 1
