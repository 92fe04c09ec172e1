"""Which pages of a PDF must be read as pictures, and a document with those pages so read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.document import Document, Grid, Medium, Page
from extract.scan.extra import READER, UNREAD

BESIDE_TEXT = "picture_beside_text"
UNUSABLE = frozenset({"page_without_text", "unreadable_text", "hidden_layer", BESIDE_TEXT})
"""Findings of the PDF reader that say a page's text is missing, not text, or somebody else's recognition."""

_MUCH_MORE = 3


def pictures(document: Document) -> list[int]:
    """Numbers (from 1) of the pages without text that can be used."""
    return sorted({finding.page for finding in document.findings if finding.page and finding.code in UNUSABLE})


def with_pictures(document: Document, scanned: Sequence[Document]) -> Document:
    """The document with the pages that `scanned` gives in place of its own, and with what was found on them.

    A page whose picture shows no text stays as it is, unless that is what was found; so does one with text of its own
    whose picture shows no table and little more text: a photograph, a cover.
    """
    pages = {page.number: page for part in scanned for page in part.pages}
    beside = {finding.page for finding in document.findings if finding.code == BESIDE_TEXT}
    covers = {
        page.number for page in document.pages if page.number in beside and not _adds(pages.get(page.number), page)
    }
    pages = {number: page for number, page in pages.items() if number not in covers}
    empty = {finding.page for finding in document.findings if finding.code == "page_without_text"}
    pages = {number: page for number, page in pages.items() if page.blocks or number in empty}
    findings = [finding for finding in document.findings if finding.page not in pages]
    findings = [finding for finding in findings if not (finding.code == BESIDE_TEXT and finding.page in covers)]
    findings += [finding for part in scanned for finding in part.findings if finding.page in pages]
    written = {page.number for page in document.pages if page.blocks}
    return replace(
        document,
        medium=Medium.SCAN if written <= pages.keys() else document.medium,
        reader=f"{document.reader}+{READER}",
        pages=tuple(pages.get(page.number, page) for page in document.pages),
        findings=tuple(sorted(findings, key=lambda finding: finding.page or 0)),
    )


def _adds(scanned: Page | None, page: Page) -> bool:
    """Whether a page's picture shows a table, or much more than the text beside it."""
    if scanned is None:
        return False
    tables = sum(1 for block in scanned.blocks if isinstance(block, Grid))
    own = sum(1 for block in page.blocks if isinstance(block, Grid))
    return tables > own or _length(scanned) > _MUCH_MORE * _length(page)


def _length(page: Page) -> int:
    return Document(medium=Medium.SCAN, reader=READER, pages=(page,)).characters()


def without_reader(document: Document) -> Document:
    """The document as it stands where scans cannot be read; it is read again once they can (see `reader`)."""
    return replace(document, reader=f"{document.reader}+{UNREAD}")
