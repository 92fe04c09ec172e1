"""Whether the warehouse knows what stands in a document, and if not, what has changed since it was read."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher
from transform.vocabulary import BUNDLED, Vocabulary
from warehouse.decide.vocabulary import words_of
from warehouse.layouts import layout_versions
from warehouse.submission import Outcome, Status, identity_of, unrecognised_by

NEW, BYTES, READER, LAYOUT, VOCABULARY, DECLARATION = "new", "bytes", "reader", "layout", "vocabulary", "declaration"
CAUSES = (NEW, BYTES, READER, LAYOUT, VOCABULARY, DECLARATION)
"""Why a filing is to be read: it has no version yet, or its newest one came of something else."""

NEWEST = """
SELECT v.version, v.status, v.identity, v.sha256, v.reader, v.layout, v.held_reasons, v.is_partial, v.words
FROM dw.dim_filing_version v JOIN dw.dim_filing d USING (filing_key)
WHERE d.filing_id = :filing ORDER BY v.version DESC LIMIT 1"""


def compared(
    connection: sa.Connection,
    *,
    entry: FilingEntry,
    publisher: Publisher,
    sha256: str,
    readers: Iterable[str],
    vocabulary: Vocabulary = BUNDLED,
) -> Outcome | tuple[str, ...]:
    """An `unchanged` Outcome if this input is known, so that nothing need be read; else what has changed, of CAUSES.

    Known is what has the identity of the filing's newest version and was read by one of `readers` (the names with
    versions there are now), by layouts whose versions are still registered and by words that mean what they meant.
    Of a document that no layout fitted a changed declaration counts as `layout`: which of the two it is cannot be told.
    """
    row = connection.execute(sa.text(NEWEST), {"filing": entry.id}).one_or_none()
    if row is None:
        return (NEW,)
    layouts = layout_versions()
    words = words_of(row.words)
    identity = identity_of(
        sha256=row.sha256,
        entry=entry,
        publisher=publisher,
        reader=row.reader,
        layout=row.layout or unrecognised_by(layouts),
        used=words.used,
    )
    changed = {
        BYTES: row.sha256 != sha256,
        READER: row.reader not in set(readers),
        LAYOUT: not layouts.issuperset(row.layout.split()) if row.layout else row.identity != identity,
        VOCABULARY: not words.read_alike(vocabulary),
        DECLARATION: bool(row.layout) and row.identity != identity,
    }
    if causes := tuple(cause for cause in CAUSES if changed.get(cause)):
        return causes
    reasons = tuple(row.held_reasons.splitlines()) if row.status == "held" or row.is_partial else ()
    return Outcome(filing_id=entry.id, status=Status.UNCHANGED, version=row.version, reasons=reasons)


def known_version(
    connection: sa.Connection,
    *,
    entry: FilingEntry,
    publisher: Publisher,
    sha256: str,
    readers: Iterable[str],
    vocabulary: Vocabulary = BUNDLED,
) -> Outcome | None:
    """What stands for this input if it is known (see `compared`). None: read it."""
    found = compared(
        connection, entry=entry, publisher=publisher, sha256=sha256, readers=readers, vocabulary=vocabulary
    )
    return found if isinstance(found, Outcome) else None
