"""A file's pages, whoever can read them: PDFium, and plain pdfplumber for what PDFium refuses or finds empty.

PDFium takes the page tree at its word. Where the file's bytes show more pages than the tree counts, pdfminer, which
walks the tree itself, is asked how many there are: a page must not be lost in silence.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2

from extract.errors import ReadError
from extract.pdf.content import PageContent, opened, page_content
from extract.pdf.lost_characters import UNKNOWN, missing_from

if TYPE_CHECKING:
    from pdfplumber.page import Page

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_FINAL = frozenset({"encrypted", "truncated"})
"""Refusals that no other parser may overrule."""


class Source:
    """The pages of the file at `path`, until `stack` is closed. Raises ReadError as `opened` does."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path, self._stack = path, stack
        self._document: pypdfium2.PdfDocument | None = None
        self.title = ""
        try:
            self._document = stack.enter_context(opened(path))
        except ReadError as refused:
            if refused.code in _FINAL or not self._plain:
                raise
            self.count = len(self._plain)
            return
        self.count = len(self._document)
        if _shown(path) > self.count:
            self.count = max(self.count, len(self._plain))
        title = self._document.get_metadata_value("Title").strip()
        self.title = "" if title.startswith("<") else title  # hexadecimal bytes of who knows which encoding

    @cached_property
    def _plain(self) -> Sequence[Page]:
        from extract.pdf.plain import plainly_opened  # seldom needed, and slow to import

        return self._stack.enter_context(plainly_opened(self._path))

    def content(self, index: int) -> tuple[PageContent, bool]:
        """What stands on page `index` (from 0), and whether plain pdfplumber read it. Raises ReadError."""
        empty: PageContent | None = None
        refused: ReadError | None = None
        if self._document is not None and index < len(self._document):
            try:
                empty = page_content(self._document, index)
            except ReadError as error:
                if error.code != "truncated":
                    raise
                refused = error
            if empty is not None and empty.objects:
                return (replace(empty, lost=self._lost(index, empty)) if empty.silent else empty), False
        return self._plainly(index, empty, refused)

    def _lost(self, index: int, content: PageContent) -> str:
        """What PDFium did not give of a page with texts that it gives no character for."""
        from extract.pdf.plain import plain_content

        if len(self._plain) != self.count:
            return UNKNOWN
        try:
            return missing_from(content.characters, plain_content(self._plain[index]).characters)
        except ReadError:
            return UNKNOWN

    def _plainly(self, index: int, empty: PageContent | None, refused: ReadError | None) -> tuple[PageContent, bool]:
        """The page by pdfplumber; what PDFium said of it if pdfplumber has no more, or counts the pages otherwise."""
        from extract.pdf.plain import plain_content

        if empty is None and refused is None:
            return plain_content(self._plain[index]), True
        if len(self._plain) == self.count:
            try:
                content = plain_content(self._plain[index])
            except ReadError:
                if empty is None:
                    raise
                return empty, False
            if empty is None or content.texts:
                return content, True
        if empty is None:
            assert refused is not None
            raise refused
        return empty, False


def _shown(path: Path) -> int:
    """How many pages the file's bytes show; packed ones do not show, replaced ones still do."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return sum(1 for _ in _PAGE.finditer(data))
