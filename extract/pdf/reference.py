"""Plain pdfplumber: the slow way to the same tables, kept as the reference that the reader is tested against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pdfplumber

Table = list[list[str | None]]


def reference_tables(path: Path) -> Iterator[list[Table]]:
    """For each page its tables as pdfplumber finds them; without `dedupe_chars` bold by double strike is read twice."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            yield page.dedupe_chars().extract_tables()
            page.close()
