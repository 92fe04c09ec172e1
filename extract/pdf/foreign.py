"""PDFium's functions with plain integers for handles and addresses.

A table page costs thousands of calls. Called through `map` with prebuilt ranges of addresses, results landing in NumPy
arrays, one call costs a quarter of a microsecond; through ctypes' own pointers and attributes it costs two.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

_HANDLE, _INT, _ADDRESS = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
Function = Callable[..., Any]


def _bound(function: Any, result: Any, *arguments: Any) -> Function:
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, *arguments)(address or 0)


# annotations of a page
count_annotations = _bound(pdfium.FPDFPage_GetAnnotCount, _INT, _HANDLE)
get_annotation = _bound(pdfium.FPDFPage_GetAnnot, _HANDLE, _HANDLE, _INT)
close_annotation = _bound(pdfium.FPDFPage_CloseAnnot, None, _HANDLE)
get_annotation_type = _bound(pdfium.FPDFAnnot_GetSubtype, _INT, _HANDLE)
get_annotation_text = _bound(
    pdfium.FPDFAnnot_GetStringValue, ctypes.c_ulong, _HANDLE, ctypes.c_char_p, _ADDRESS, ctypes.c_ulong
)
has_annotation_key = _bound(pdfium.FPDFAnnot_HasKey, _INT, _HANDLE, ctypes.c_char_p)
flatten = _bound(pdfium.FPDFPage_Flatten, _INT, _HANDLE, _INT)

# characters of a text page, by index
count_characters = _bound(pdfium.FPDFText_CountChars, _INT, _HANDLE)
get_unicode = _bound(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
get_text = _bound(pdfium.FPDFText_GetText, _INT, _HANDLE, _INT, _INT, _ADDRESS)
get_loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _ADDRESS)
get_char_matrix = _bound(pdfium.FPDFText_GetMatrix, _INT, _HANDLE, _INT, _ADDRESS)
get_char_origin = _bound(pdfium.FPDFText_GetCharOrigin, _INT, _HANDLE, _INT, _ADDRESS, _ADDRESS)
get_font_size = _bound(pdfium.FPDFText_GetFontSize, ctypes.c_double, _HANDLE, _INT)
is_generated = _bound(pdfium.FPDFText_IsGenerated, _INT, _HANDLE, _INT)
has_no_unicode = _bound(pdfium.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
get_text_object = _bound(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
get_font = _bound(pdfium.FPDFTextObj_GetFont, _HANDLE, _HANDLE)
is_embedded = _bound(pdfium.FPDFFont_GetIsEmbedded, _INT, _HANDLE)
get_glyph_width = _bound(pdfium.FPDFFont_GetGlyphWidth, _INT, _HANDLE, ctypes.c_uint, ctypes.c_float, _ADDRESS)
get_render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, _INT, _HANDLE)

# objects of a page or form, by index
count_page_objects = _bound(pdfium.FPDFPage_CountObjects, _INT, _HANDLE)
get_page_object = _bound(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
count_form_objects = _bound(pdfium.FPDFFormObj_CountObjects, _INT, _HANDLE)
get_form_object = _bound(pdfium.FPDFFormObj_GetObject, _HANDLE, _HANDLE, ctypes.c_ulong)
get_object_type = _bound(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)
get_object_matrix = _bound(pdfium.FPDFPageObj_GetMatrix, _INT, _HANDLE, _ADDRESS)
get_bounds = _bound(pdfium.FPDFPageObj_GetBounds, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, _INT, _HANDLE, _ADDRESS, _ADDRESS)
get_fill_color = _bound(pdfium.FPDFPageObj_GetFillColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
get_stroke_color = _bound(pdfium.FPDFPageObj_GetStrokeColor, _INT, _HANDLE, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
has_transparency = _bound(pdfium.FPDFPageObj_HasTransparency, _INT, _HANDLE)
get_clip = _bound(pdfium.FPDFPageObj_GetClipPath, _HANDLE, _HANDLE)
count_clips = _bound(pdfium.FPDFClipPath_CountPaths, _INT, _HANDLE)
count_clip_segments = _bound(pdfium.FPDFClipPath_CountPathSegments, _INT, _HANDLE, _INT)
get_clip_segment = _bound(pdfium.FPDFClipPath_GetPathSegment, _HANDLE, _HANDLE, _INT, _INT)
count_marks = _bound(pdfium.FPDFPageObj_CountMarks, _INT, _HANDLE)
get_mark = _bound(pdfium.FPDFPageObj_GetMark, _HANDLE, _HANDLE, ctypes.c_ulong)
get_mark_value_type = _bound(pdfium.FPDFPageObjMark_GetParamValueType, _INT, _HANDLE, ctypes.c_char_p)
remove_mark_value = _bound(pdfium.FPDFPageObjMark_RemoveParam, _INT, _HANDLE, _HANDLE, ctypes.c_char_p)
count_segments = _bound(pdfium.FPDFPath_CountSegments, _INT, _HANDLE)
get_segment = _bound(pdfium.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
get_segment_point = _bound(pdfium.FPDFPathSegment_GetPoint, _INT, _HANDLE, _ADDRESS, _ADDRESS)
get_segment_type = _bound(pdfium.FPDFPathSegment_GetType, _INT, _HANDLE)
get_segment_close = _bound(pdfium.FPDFPathSegment_GetClose, _INT, _HANDLE)

OBJECT_TEXT = pdfium.FPDF_PAGEOBJ_TEXT
OBJECT_PATH = pdfium.FPDF_PAGEOBJ_PATH
OBJECT_IMAGE = pdfium.FPDF_PAGEOBJ_IMAGE
OBJECT_SHADING = pdfium.FPDF_PAGEOBJ_SHADING
OBJECT_FORM = pdfium.FPDF_PAGEOBJ_FORM
SEGMENT_MOVE = pdfium.FPDF_SEGMENT_MOVETO
SEGMENT_CURVE = pdfium.FPDF_SEGMENT_BEZIERTO
RENDER_FILL = pdfium.FPDF_TEXTRENDERMODE_FILL
RENDER_INVISIBLE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE


def handle(pointer: Any) -> int:
    """The address behind a handle of pypdfium2's raw API."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def addresses(array: NDArray[Any], column: int = 0) -> range:
    """The addresses of one column's fields in a C-contiguous array of rows, to be written to by PDFium."""
    start = array.ctypes.data + column * array.itemsize
    step = array.itemsize * array.shape[1]
    return range(start, start + step * len(array), step)


def call(function: Function, *arguments: Iterable[Any]) -> None:
    """Call `function` with each set of arguments, for what it writes and not for what it returns."""
    deque(map(function, *arguments), maxlen=0)


def integers(values: Any, count: int) -> NDArray[np.int64]:
    return np.fromiter(values, np.int64, count)
