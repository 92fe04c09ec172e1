"""The filings that a publisher's listing amounts to, each with its catalogue entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.catalogue import FilingEntry, Publisher
from extract.document import Medium
from extract.listings import DECLARED, Listed, Listing, Member
from extract.titles import fiscal_year_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A filing whose bytes are in the archive."""

    entry: FilingEntry
    sha256: str
    source_url: str


def filings_of(publisher: Publisher, declared: Sequence[FilingEntry], listing: Listing) -> tuple[Collected, ...]:
    """The filings of a listing that have bytes a reader knows, each content once; declared ones keep their entry."""
    entries = {DECLARED + entry.id: entry for entry in declared}
    winners = listing.winners()
    found = []
    for listed in listing.documents:
        if listed.key.startswith(DECLARED):
            if listed.sha256 and (entry := entries.get(listed.key)):
                found.append(Collected(entry=entry, sha256=listed.sha256, source_url=entry.source_url or listed.url))
            continue
        for member in _contents(listed):
            if winners.get(member.sha256, listed.key) == listed.key:
                url = f"{listed.url}#{member.path}" if member.path else listed.url
                entry = _entry(publisher, listed, member, url)
                found.append(Collected(entry=entry, sha256=member.sha256, source_url=url))
    return tuple(found)


def _contents(listed: Listed) -> Iterable[Member]:
    if listed.medium is Medium.ZIP:
        return listed.members
    if listed.sha256 is None or listed.medium is None:
        return ()
    return (Member(path="", sha256=listed.sha256, filing_id=listed.filing_id),)


def _entry(publisher: Publisher, listed: Listed, member: Member, url: str) -> FilingEntry:
    """The catalogue entry of a discovered filing: its year is what the portal's titles say, the document decides."""
    names = [name for name in (member.path, listed.name) if name]
    title = f"{listed.title}（{names[0]}）" if names and names[0] != listed.title else listed.title
    return FilingEntry(
        id=member.filing_id,
        publisher=publisher.id,
        title=title,
        fiscal_year=fiscal_year_of(*names, listed.title),
        year_basis="read",
        source=url,
        source_url=url,
    )


def filing_id_of(publisher: Publisher, key: str) -> str:
    """Opaque and stable: of the publisher and what the portal itself calls the document, not of title or year."""
    digest = hashlib.sha256(f"{publisher.id}\n{key}".encode()).hexdigest()
    return f"{publisher.id[:50]}-{digest[:12]}"
