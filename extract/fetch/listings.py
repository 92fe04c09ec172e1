"""What a publisher listed on one visit, and what changed since the visit before: the memory of fetching."""

from __future__ import annotations

import datetime
from collections import defaultdict
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from extract.document import Finding, Medium, Severity
from extract.portals.portal import ListSeen

DECLARED = "declared:"
"""Begins the key of a filing that the catalogue itself names."""
_ALARM_SHARE = 0.5
"""A list with less than this share of what it had is an alarm, not a success."""


class Status(StrEnum):
    """How a document stood on a visit."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    VANISHED = "vanished"
    """No longer listed, and its address answers 404."""
    UNLISTED = "unlisted"
    """No longer listed, but still at its address."""
    BLOCKED = "blocked"
    NO_DOCUMENT = "no_document"
    """A link that may have led to a document and led to a web page."""
    FAILED = "failed"


GONE = frozenset({Status.VANISHED, Status.UNLISTED})


class _Remembered(BaseModel):
    model_config = ConfigDict(frozen=True)


class Member(_Remembered):
    """A document inside an archive file."""

    path: str
    sha256: str
    filing_id: str
    heading: str = ""
    """What it begins with, where that is asked for who published it."""
    first: tuple[str, str] | None = None
    """The portal's publisher and the filing id under which these bytes stood first, if elsewhere."""


class Listed(_Remembered):
    """One document of a publisher as of one visit. `sha256` is the newest content we ever had of it."""

    key: str
    article: str
    filing_id: str
    url: str
    title: str
    name: str = ""
    page_url: str | None = None
    published_on: datetime.date | None = None
    first_seen: AwareDatetime
    status: Status
    sha256: str | None = None
    medium: Medium | None = None
    members: tuple[Member, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    checked_on: datetime.date | None = None
    """When its server was last asked for it and answered."""
    pictures: tuple[str, ...] = ()
    """Addresses of its pages, where it is a row of pictures."""
    said: tuple[tuple[str, str], ...] = ()
    """Who published it, in the words of each source."""
    heading: str = ""
    """What the document begins with, where that is asked for who published it."""
    first: tuple[str, str] | None = None
    """The portal's publisher and the filing id under which these bytes stood first, if elsewhere."""
    known_as: str = ""
    """The address under which the filing is known, where `url` changes from visit to visit."""


class KnownPage(_Remembered):
    """An article's page as last seen."""

    url: str
    title: str
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    checked_on: datetime.date | None = None


class Refusal(_Remembered):
    """A host that refused us, so many visits in a row, and until when it is left alone."""

    host: str
    times: int
    until: AwareDatetime


class Listing(_Remembered):
    """One visit to one publisher."""

    publisher: str
    visited_at: AwareDatetime
    complete: bool
    """The list was read to its end; if not, what was known before still counts as listed."""
    baseline: int
    """How many documents are expected to be listed: what the last visit without an alarm listed."""
    documents: tuple[Listed, ...] = ()
    pages: tuple[KnownPage, ...] = ()
    lists: tuple[ListSeen, ...] = ()
    """The portal's lists as they were read last."""
    refusals: tuple[Refusal, ...] = ()

    def listed(self) -> int:
        """How many documents the portal lists; those that the catalogue itself names do not count."""
        left = GONE | {Status.NO_DOCUMENT}
        return sum(1 for each in self.documents if each.status not in left and not each.key.startswith(DECLARED))

    def winners(self) -> dict[str, str]:
        """For each content that was published several times, the key of the document that stands for it: the first."""
        groups = ((sha256, group[0].key) for sha256, group in _same_bytes(self).items())
        return dict(groups)

    def by_key(self) -> dict[str, Listed]:
        return {listed.key: listed for listed in self.documents}


def compare(before: Listing | None, after: Listing) -> tuple[Finding, ...]:
    """What changed at a publisher between two visits, each change once, in the order of the newer listing."""
    known = before.by_key() if before else {}
    found = [finding for listed in after.documents if (finding := _change(known.get(listed.key), listed))]
    found += _edited_pages(before, after)
    found += _fewer_wanted(before, after)
    found += _twice(before, after)
    alarm = shrunk(before, after)
    return tuple([alarm, *found] if alarm else found)


def shrunk(before: Listing | None, after: Listing) -> Finding | None:
    """The alarm when a complete list has far fewer documents than it used to."""
    listed = after.listed()
    nothing = Status.NO_DOCUMENT
    documents = before.documents if before else ()
    known = sum(1 for each in documents if not each.key.startswith(DECLARED) and each.status is not nothing)
    expected = min(before.baseline, known) if before else 0  # a baseline may stem from when declared ones counted
    if not after.complete or (expected - listed < 2 and listed) or listed >= expected * _ALARM_SHARE:
        return None
    message = f"{after.publisher} lists {listed} documents, it used to list {expected}"
    return Finding(code="far_fewer_filings", severity=Severity.CRITICAL, message=message, evidence=after.publisher)


def _change(before: Listed | None, after: Listed) -> Finding | None:
    if before is None:
        return None
    if after.status in GONE and before.status not in GONE:
        vanished = after.status is Status.VANISHED
        how = "is gone from its page and its address" if vanished else "is no longer listed, its address still answers"
        code = "page_vanished" if vanished else "filing_unlisted"
        return _finding(code, Severity.WARNING, f"{after.title} {how}", after.url)
    if before.sha256 and after.sha256 and before.sha256 != after.sha256:
        code, what = ("attachment_replaced", "was replaced") if "|" in after.key else ("article_edited", "was edited")
        return _finding(
            code, Severity.WARNING, f"{_full(after)} {what}", f"{after.url}: {before.sha256} → {after.sha256}"
        )
    shown = [(one.title, one.name, str(one.published_on)) for one in (before, after)]
    if shown[0] != shown[1]:
        evidence = " → ".join(" ".join(part for part in one if part) for one in shown)
        return _finding("article_edited", Severity.INFO, f"{_full(after)}: the list shows it differently", evidence)
    return None


def _edited_pages(before: Listing | None, after: Listing) -> list[Finding]:
    known = {page.url: page for page in before.pages} if before else {}
    own = {listed.url for listed in after.documents}  # a page that is a document itself was compared as one
    return [
        _finding("article_edited", Severity.INFO, f"the page of {page.title} was edited", page.url)
        for page in after.pages
        if page.url in known and page.url not in own and known[page.url].sha256 != page.sha256
    ]


def _fewer_wanted(before: Listing | None, after: Listing) -> list[Finding]:
    """Lists with fewer wanted links than on the last visit, though some."""
    known = {each.address: each for each in before.lists} if before else {}
    pairs = [
        (known[each.address], each) for each in after.lists if each.address in known and each.read_on and not each.exact
    ]
    return [
        _finding(
            "fewer_wanted_links",
            Severity.WARNING,
            f"{now.address} lists {now.wanted} wanted links, it listed {then.wanted}",
            "; ".join(entry.title for entry in then.entries if entry.url not in {one.url for one in now.entries})[:500],
        )
        for then, now in pairs
        if 0 < now.wanted < then.wanted
    ]


def _twice(before: Listing | None, after: Listing) -> list[Finding]:
    reported = _same_bytes(before) if before else {}
    return [
        _finding(
            "same_filing_twice",
            Severity.INFO,
            f"{_full(first)} is published {len(group)} times with the same bytes; loaded once, as {first.filing_id}",
            "; ".join(each.page_url or each.url for each in group),
        )
        for sha256, group in _same_bytes(after).items()
        if {each.key for each in group} != {each.key for each in reported.get(sha256, [])}
        for first in group[:1]
    ]


def _same_bytes(listing: Listing) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = defaultdict(list)
    for listed in sorted(listing.documents, key=_precedence):
        contents = {member.sha256 for member in listed.members} or {listed.sha256} - {None}
        for sha256 in contents:
            groups[str(sha256)].append(listed)
    return {sha256: group for sha256, group in groups.items() if len(group) > 1}


def _precedence(listed: Listed) -> tuple[bool, datetime.datetime, str, str]:
    """Which of several documents with the same bytes stands for them: a declared one, else the first ever seen."""
    return not listed.key.startswith(DECLARED), listed.first_seen, str(listed.published_on), listed.key


def _full(listed: Listed) -> str:
    return listed.title if listed.name in ("", listed.title) else f"{listed.title}（{listed.name}）"


def _finding(code: str, severity: Severity, message: str, evidence: str) -> Finding:
    return Finding(code=code, severity=severity, message=message, evidence=evidence)
