"""The filing ids of an article's documents: what takes another's place in its article inherits its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extract.catalogue import Publisher
from extract.document import Finding, Severity
from extract.fetch.collected import filing_id_of
from extract.fetch.listings import GONE, Listed, Status
from extract.portals.portal import FilingRef


def identities_of(
    publisher: Publisher, refs: Sequence[FilingRef], known: Mapping[str, Listed], of_article: Sequence[Listed]
) -> tuple[dict[str, str], dict[str, Listed]]:
    """For the documents of one article: filing id by key, and the former document whose place a new one takes.

    `known` are the publisher's documents by key, `of_article` those of this article.
    """
    keys = {ref.key for ref in refs}
    identities = {key: known[key].filing_id for key in keys if key in known}
    taken = set(identities.values())
    left = GONE | {Status.NO_DOCUMENT}
    former = [each for each in of_article if each.key not in keys and each.status not in left]
    newcomers = [ref for ref in refs if ref.key not in identities]
    heirs: dict[str, Listed] = {}
    for ref in newcomers:
        same_name = [listed for listed in former if listed.name == ref.name]
        found = same_name or (former if len(former) == len(newcomers) == 1 else [])
        if len(found) == 1 and found[0].filing_id not in taken:
            heirs[ref.key] = found[0]
            identities[ref.key] = found[0].filing_id
        else:
            identities[ref.key] = filing_id_of(publisher, ref.key)
        taken.add(identities[ref.key])
    return identities, heirs


def replaced(ref: FilingRef, heir: Listed) -> Finding:
    """What is said of a document that took another's place."""
    return Finding(
        code="attachment_replaced",
        severity=Severity.WARNING,
        message=f"{ref.title}: {heir.name or heir.url} gave way to {ref.name or ref.url}",
        evidence=f"{heir.url} → {ref.url}",
    )
