"""Which pages of a PDF must be read as pictures, and a document with those pages so read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.document import Document, Medium
from extract.scan.extra import READER, UNREAD

UNUSABLE = frozenset({"page_without_text", "unreadable_text", "hidden_layer"})
"""Findings of the PDF reader that say a page's text is missing, not text, or somebody else's recognition."""


def pictures(document: Document) -> list[int]:
    """Numbers (from 1) of the pages without text that can be used."""
    return sorted({finding.page for finding in document.findings if finding.page and finding.code in UNUSABLE})


def with_pictures(document: Document, scanned: Sequence[Document]) -> Document:
    """The document with the pages that `scanned` gives in place of its own, and with what was found on them.

    A page whose picture shows no text stays as it is, unless that is what was found.
    """
    pages = {page.number: page for part in scanned for page in part.pages}
    empty = {finding.page for finding in document.findings if finding.code == "page_without_text"}
    pages = {number: page for number, page in pages.items() if page.blocks or number in empty}
    findings = [finding for finding in document.findings if finding.page not in pages]
    findings += [finding for part in scanned for finding in part.findings if finding.page in pages]
    written = {page.number for page in document.pages if page.blocks}
    return replace(
        document,
        medium=Medium.SCAN if written <= pages.keys() else document.medium,
        reader=f"{document.reader}+{READER}",
        pages=tuple(pages.get(page.number, page) for page in document.pages),
        findings=tuple(sorted(findings, key=lambda finding: finding.page or 0)),
    )


def without_reader(document: Document) -> Document:
    """The document as it stands where scans cannot be read; it is read again once they can (see `reader`)."""
    return replace(document, reader=f"{document.reader}+{UNREAD}")
