"""`read_pdf`: a PDF's pages as lines and grids, with findings for what could not be read as data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extract.document import Block, Box, Document, Finding, Line, Medium, Page, Severity
from extract.errors import ReadError
from extract.pdf.characters import Characters, overlapping
from extract.pdf.content import PageContent
from extract.pdf.continuation import join_pages
from extract.pdf.geometry import View
from extract.pdf.grounds import ruled_groups
from extract.pdf.gutters import with_unruled
from extract.pdf.layers import has_hidden_layers
from extract.pdf.rules import CellGroup, bounds
from extract.pdf.source import Source
from extract.pdf.tables import grids_of
from extract.pdf.writing import write

READER = "pdf-5"
PLAIN_READER = f"{READER}+pdfplumber"
"""Of a document some of whose pages plain pdfplumber read."""
IMPORTED_LATE = ("extract.pdf.soundness", "extract.pdf.plain", "numpy.ma")
"""What reading imports when it comes to that; a process that forks readers has imported it before."""
UNREADABLE_SHARE = UNSEEN_SHARE = 0.05
"""Of a page's glyphs; with more of them without a character, or (a table's) off the page, the rest is not data."""
OVERPRINTED = 3
"""Characters on others, from which on it is no accident of spacing."""
IMAGE_SHARE, IMAGE_TEXT = 0.5, 10
"""A page covered by images to more than this share, with fewer characters than that, is a picture of a page."""
BESIDE_SHARE, LITTLE_TEXT = 0.15, 150
"""With so large an image and fewer characters it may be one with a header typed over it, or a title over a picture of a
table."""
LOGO_SHARE, BLANK_OBJECTS = 0.05, 50
"""A page without text, with no larger image and no more objects than these, is an empty page with a frame or a logo."""
_TAIL = 2_048


def read_pages(path: Path, pages: range) -> tuple[Document, int]:
    """Those of `pages` (from 0) that the file has, each as it stands, not joined over breaks; and how many it has.

    Raises ReadError (see `content.opened`; also `truncated`, `too_large`, `too_many_objects`) naming the file or page.
    """
    read: list[Page] = []
    plain = False
    with ExitStack() as stack:
        source = Source(path, stack)
        findings = list(file_findings(path))
        if pages.start == 0:
            findings += _damage(path)
        for index in range(pages.start, min(pages.stop, source.count)):
            content, plainly = source.content(index)
            page, found = read_page(content, index + 1)
            read.append(page)
            findings += [*([_plainly_read(index + 1)] if plainly else []), *found]
            plain = plain or plainly
    document = Document(
        medium=Medium.PDF,
        reader=PLAIN_READER if plain else READER,
        pages=tuple(read),
        findings=tuple(findings),
        title=source.title or None,
    )
    return document, source.count


def _damage(path: Path) -> Iterator[Finding]:
    from extract.pdf.soundness import damage  # slow to import, and needed once for a document

    return damage(path)


def read_pdf(path: Path) -> Document:
    """The whole document, in this process and without its limits: for files one trusts, and for tests."""
    return join_pages(read_pages(path, range(sys.maxsize))[0])


def read_page(content: PageContent, number: int) -> tuple[Page, list[Finding]]:
    """Page `number` (from 1) and what is odd about it."""
    view, drawing = content.view, content.drawing
    findings = list(_page_findings(content, number))
    characters = _legible(content.characters)
    groups, level = ruled_groups(drawing, number)
    groups = with_unruled(characters, groups, level)
    grids, owner, groups = grids_of(groups, characters, number)
    findings += [_doubtful(group, number) for group in groups if group.doubtful]
    findings += _unseen(content, number, tables=bool(grids))
    blocks: list[Block] = [*grids, *_lines(characters, owner, number)]
    blocks.sort(key=_place)
    return Page(number=number, blocks=tuple(blocks), width=view.width, height=view.height), findings


def file_findings(path: Path) -> Iterator[Finding]:
    """What the file says as a whole: ReadError `truncated` without an end mark, a finding for layers that are switched
    off, which PDFium reads like others."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        if b"%%EOF" not in tail:
            raise ReadError("truncated", f"{path.name} ends after {size:,} bytes without an end mark; fetch it again")
    if has_hidden_layers(path):
        yield Finding(
            code="hidden_layers",
            severity=Severity.CRITICAL,
            message="the file has layers that are switched off; their text and rules are read as if they were seen: "
            "compare it, or print it to a PDF without layers",
        )


def _doubtful(group: CellGroup, number: int) -> Finding:
    _, top, _, bottom = bounds(group)
    return Finding(
        code="uncertain_rows",
        severity=Severity.CRITICAL,
        message="no rules part a table's rows, or lines beside it, and the text does not tell where one ends: compare",
        page=number,
        evidence=f"{top:.0f} to {bottom:.0f} points from the top",
    )


def _plainly_read(number: int) -> Finding:
    return Finding(
        code="read_by_pdfplumber",
        severity=Severity.CRITICAL,
        message="the file is damaged, PDFium gives nothing of the page: it was read by plain pdfplumber, which cannot "
        "tell hidden text; compare it with the original, or fetch it again",
        page=number,
    )


def _page_findings(content: PageContent, number: int) -> Iterator[Finding]:
    characters = content.characters
    drawn = int(np.count_nonzero(~characters.blank))
    glyphs = max(drawn, characters.unreadable)
    pictured = _share(content.drawing.images, content.view)
    if glyphs and characters.unreadable / glyphs > UNREADABLE_SHARE:
        yield Finding(
            code="unreadable_text",
            severity=Severity.CRITICAL,
            message="the page's font gives no characters for its glyphs; needs the ocr extra",
            page=number,
            evidence=f"{characters.unreadable} of {glyphs} glyphs",
        )
    elif (not drawn and (pictured > LOGO_SHARE or content.objects > BLANK_OBJECTS)) or (
        drawn < IMAGE_TEXT and pictured > IMAGE_SHARE
    ):
        yield Finding(
            code="page_without_text",
            severity=Severity.CRITICAL,
            message="the page is a picture without text; needs the ocr extra",
            page=number,
            evidence=f"{drawn} characters, images on {min(pictured, 1):.0%} of the page",
        )
    elif drawn < LITTLE_TEXT and pictured > BESIDE_SHARE:
        yield Finding(
            code="picture_beside_text",
            severity=Severity.CRITICAL,
            message="a large picture stands beside a little text: what it shows needs the ocr extra",
            page=number,
            evidence=f"{drawn} characters, images on {min(pictured, 1):.0%} of the page",
        )
    if content.lost:
        yield Finding(
            code="characters_lost",
            severity=Severity.CRITICAL,
            message="the page shows characters that were not read: their font is not in the file, or is damaged; "
            "compare it with the original, or ask its publisher for a PDF with its fonts",
            page=number,
            evidence=f"{len(content.lost)}: {content.lost[:80]}",
        )
    over = overlapping(characters)
    if len(over) >= OVERPRINTED:
        yield Finding(
            code="overlapping_text",
            severity=Severity.CRITICAL,
            message="texts stand on one another, as when a sheet cuts off what is too long for its cell: which "
            "character is whose cannot be told",
            page=number,
            evidence=over[:80],
        )
    if characters.slanted:
        yield Finding(
            code="slanted_text",
            severity=Severity.INFO,
            message="text at a slant, or light and large, and letters of seals were left out: no text of the page",
            page=number,
            evidence=characters.slanted[:80],
        )
    if characters.struck:
        yield Finding(
            code="struck_text",
            severity=Severity.WARNING,
            message="text with a line through it was left out",
            page=number,
            evidence=characters.struck[:80],
        )
    if characters.cut:
        yield Finding(
            code="cut_text",
            severity=Severity.CRITICAL if characters.cut_figures else Severity.WARNING,
            message="the page cuts off texts that are too long for their place, as a sheet does: what is not seen was "
            "left out; compare it with the original, or fetch another publication",
            page=number,
            evidence=characters.cut[:80],
        )
    hidden = int(np.count_nonzero(characters.invisible & ~characters.blank))
    if hidden:
        only = hidden == drawn
        yield Finding(
            code="hidden_layer" if only else "invisible_text",
            severity=Severity.WARNING,
            message="the page's text is a hidden layer of a scan; it was read as it is, the ocr extra reads the scan"
            if only
            else "the page has hidden text beside the visible; the hidden text was left out",
            page=number,
            evidence=f"{hidden} of {drawn} characters",
        )


def _unseen(content: PageContent, number: int, tables: bool) -> Iterator[Finding]:
    """Text that was left out because nobody sees it: all of a page's or much of a table's is more likely damage. And
    single glyphs without a character, any of which may be a figure's."""
    characters = content.characters
    if characters.illegible and characters.unreadable <= UNREADABLE_SHARE * len(characters):
        yield Finding(
            code="illegible_characters",
            severity=Severity.CRITICAL if tables else Severity.WARNING,
            message="the page's fonts give no characters for some glyphs, which are lost or stand as others: compare",
            page=number,
            evidence=f"{characters.illegible} glyphs",
        )
    drawn, unseen = int(np.count_nonzero(~characters.blank)), characters.unseen
    nothing = content.texts > 0 and not (len(characters) or characters.unreadable or characters.slanted)
    if unseen or nothing:
        much = unseen > UNSEEN_SHARE * (drawn + unseen)
        yield Finding(
            code="unseen_text",
            severity=Severity.CRITICAL if nothing or not drawn or (much and tables) else Severity.INFO,
            message="text beyond the page's edges or without height was left out; if it should be seen, the file is "
            "damaged: compare it with the original, or fetch it again",
            page=number,
            evidence=f"{unseen} characters beside {drawn}" if unseen else "no character is drawn",
        )


def _share(images: NDArray[np.float64], view: View) -> float:
    """Share of the page that its largest image covers."""
    if not len(images) or not view.width or not view.height:
        return 0.0
    width = np.clip(images[:, 2], 0, view.width) - np.clip(images[:, 0], 0, view.width)
    height = np.clip(images[:, 3], 0, view.height) - np.clip(images[:, 1], 0, view.height)
    return float((width * height).max() / (view.width * view.height))


def _legible(characters: Characters) -> Characters:
    """Without the hidden text, unless the page has no other."""
    if not characters.invisible.any() or (characters.invisible | characters.blank).all():
        return characters
    return characters.where(~characters.invisible)


def _lines(characters: Characters, owner: NDArray[np.int64], number: int) -> list[Line]:
    """The text that stands in no cell."""
    outside = np.where(owner < 0, 0, -1)
    return [
        Line(text=line.text, page=number, box=Box(line.x0, line.top, line.x1, line.bottom))
        for line in write(characters, outside, keep_gaps=True)
    ]


def _place(block: Block) -> tuple[float, float]:
    assert block.box is not None
    return block.box.top, block.box.x0
