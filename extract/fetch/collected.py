"""The filings that a publisher's listing amounts to, each with its catalogue entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.catalogue import FilingEntry, Publisher
from extract.departments import Department
from extract.document import Finding, Medium
from extract.fetch.attribution import Attributing
from extract.fetch.listings import DECLARED, Listed, Listing, Member
from extract.titles import fiscal_year_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A filing whose bytes are in the archive."""

    entry: FilingEntry
    sha256: str
    source_url: str
    publisher: Publisher
    """Whose filing it is: the catalogue's publisher, or the department that its portal lists it for."""
    doubts: tuple[Finding, ...] = ()
    """Why the filing is to be held whatever it holds."""
    first: tuple[str, str] | None = None
    """The portal's publisher and the filing id under which the same bytes stood first, if elsewhere."""
    declared: str | None = None
    """The id of the declared filing that this is, or is a document of; None if the portal listed it."""


def filings_of(
    publisher: Publisher,
    declared: Sequence[FilingEntry],
    listing: Listing,
    departments: Iterable[Department] = (),
) -> tuple[Collected, ...]:
    """The filings of a listing that have bytes a reader knows, each content once; declared ones keep their entry."""
    attributing = Attributing(publisher, departments)
    entries = {DECLARED + entry.id: entry for entry in declared}
    winners = listing.winners()
    found: list[Collected] = []
    for listed in listing.documents:
        if listed.key.startswith(DECLARED):
            if entry := entries.get(listed.key):
                found += _declared(entry, listed, publisher)
            continue
        for member in _contents(listed):
            if winners.get(member.sha256, listed.key) == listed.key:
                address = listed.known_as or listed.url
                url = f"{address}#{member.path}" if member.path else address
                whose, doubt = attributing.of(listed, member)
                entry = _entry(whose, listed, member, url)
                doubts = (doubt,) if doubt else ()
                found.append(
                    Collected(
                        entry=entry,
                        sha256=member.sha256,
                        source_url=url,
                        publisher=whose,
                        doubts=doubts,
                        first=member.first,
                    )
                )
    return tuple(found)


def _declared(entry: FilingEntry, listed: Listed, publisher: Publisher) -> Iterable[Collected]:
    """A declared filing; of an archive, its one document or, if there are several, each as a filing of its own."""
    url = entry.source_url or listed.url
    if listed.medium is not Medium.ZIP:
        return (
            [Collected(entry=entry, sha256=listed.sha256, source_url=url, publisher=publisher, declared=entry.id)]
            if listed.sha256
            else []
        )
    only = len(listed.members) == 1
    return [
        Collected(
            entry=entry if only else entry.model_copy(update={"id": member.filing_id, "title": _title(listed, member)}),
            sha256=member.sha256,
            source_url=f"{url}#{member.path}",
            publisher=publisher,
            declared=entry.id,
        )
        for member in listed.members
    ]


def _contents(listed: Listed) -> Iterable[Member]:
    if listed.medium is Medium.ZIP:
        return listed.members
    if listed.sha256 is None or listed.medium is None:
        return ()
    return (Member(path="", sha256=listed.sha256, filing_id=listed.filing_id, first=listed.first),)


def _entry(publisher: Publisher, listed: Listed, member: Member, url: str) -> FilingEntry:
    """The catalogue entry of a discovered filing: its year is what the portal's titles say, the document decides."""
    return FilingEntry(
        id=member.filing_id,
        publisher=publisher.id,
        title=_title(listed, member),
        fiscal_year=fiscal_year_of(*filter(None, (member.path, listed.name)), listed.title),
        year_basis="read",
        source=url,
        source_url=url,
    )


def _title(listed: Listed, member: Member) -> str:
    """The article's title with the name of the document in it, if that says more."""
    name = member.path or listed.name
    return f"{listed.title}（{name}）" if name not in ("", listed.title) else listed.title


def filing_id_of(publisher: Publisher, key: str) -> str:
    """Opaque and stable: of the publisher and what the portal itself calls the document, not of title or year."""
    digest = hashlib.sha256(f"{publisher.id}\n{key}".encode()).hexdigest()
    return f"{publisher.id[:50]}-{digest[:12]}"
