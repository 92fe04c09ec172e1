"""What a reader's child hands over, as JSON.

The child has read a hostile document and may be in its hands; so nothing is unpickled, and what comes back is checked
against the document's own types before anything uses it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from extract.document import Box, Cell, Document, Finding, Grid, Line, Page
from extract.errors import ReadError

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """`document` may hold a range of the file's pages; `pages_in_file` says how many there are (None: no pages)."""

    document: Document
    pages_in_file: int | None = None


_FIELDS = {
    noun: tuple((field.name, field.default) for field in fields(noun))
    for noun in (Handover, Document, Page, Grid, Line, Cell, Box, Finding)
}


def to_json(handover: Handover) -> bytes:
    """UTF-8 JSON, fields at their defaults left out."""
    text = json.dumps(handover, default=_members, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair is no character


def from_json(data: bytes) -> Handover:
    """What `to_json` wrote. Raises ReadError `crashed` when the data is anything else."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(data)
    except ValidationError as error:
        reason = error.errors(include_input=False)[0]["msg"]
        raise ReadError("crashed", f"the reader handed over something that is no document: {reason}") from None


def _members(noun: Any) -> dict[str, Any]:
    return {name: value for name, default in _FIELDS[type(noun)] if (value := getattr(noun, name)) != default}


@cache
def _adapter() -> TypeAdapter[Handover]:
    from pydantic import TypeAdapter

    return TypeAdapter(Handover)
