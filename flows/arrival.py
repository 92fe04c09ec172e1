"""From a catalogue's entry to bytes in the archive."""

from __future__ import annotations

from pathlib import Path

from extract.archive import Archive, Sighting
from extract.catalogue import FilingEntry, Publisher
from extract.errors import FetchError


def archive_filing(archive: Archive, entry: FilingEntry, publisher: Publisher, folder: Path) -> str:
    """Archive the filing's bytes with the record of where they were seen; returns their sha256.

    A source without a scheme is a file, relative to `folder` (the catalogue's). Raises FetchError if there is none.
    """
    if "://" in entry.source:
        raise FetchError(f"{entry.id}: fetching {entry.source} is not supported yet; give a file")
    path = folder / entry.source
    sighting = Sighting(url=entry.source, publisher=publisher.id, filing_id=entry.id, title=entry.title)
    try:
        return archive.put(path, sighting)
    except OSError as error:
        raise FetchError(
            f"cannot read {path}: {error.strerror}; correct the filing's source in the catalogue"
        ) from error
