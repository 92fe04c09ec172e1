"""What is written into a page's form fields and text boxes: seen on the page, but no part of its content."""

from __future__ import annotations

import pypdfium2
import pypdfium2.raw as pdfium

from extract.pdf import foreign

_EMPTY = 2
"""Bytes of an empty text: its end mark in UTF-16."""


def with_fields(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, index: int) -> pypdfium2.PdfPage:
    """Page `index`, what its filled fields and text boxes show drawn into its content, as a viewer shows them."""
    handle = foreign.handle(page.raw)
    if not any(_is_written(handle, i) for i in range(foreign.count_annotations(handle))):
        return page
    foreign.flatten(handle, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def _is_written(page: int, index: int) -> bool:
    annotation = foreign.get_annotation(page, index)
    if not annotation:
        return False
    try:
        kind = foreign.get_annotation_type(annotation)
        if kind == pdfium.FPDF_ANNOT_FREETEXT:
            return _has_text(annotation, b"Contents")
        of_a_field = foreign.has_annotation_key(annotation, b"Parent") and not foreign.has_annotation_key(
            annotation, b"FT"
        )
        return kind == pdfium.FPDF_ANNOT_WIDGET and bool(of_a_field or _has_text(annotation, b"V"))
    finally:
        foreign.close_annotation(annotation)


def _has_text(annotation: int, key: bytes) -> bool:
    return int(foreign.get_annotation_text(annotation, key, None, 0)) > _EMPTY
