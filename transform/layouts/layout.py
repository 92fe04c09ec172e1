"""What a layout declares: how it is recognised, what reads it, and the floors its filings must reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extract.document import Document
from transform.declaration import Declaration
from transform.records import Kind, Records
from transform.sections.families import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way of printing one kind of filing; see docs/layouts.md.

    `version` is part of a filing version's identity: raise it with every change that alters records.
    """

    name: str
    version: int
    kind: Kind
    family: Family
    """The runs of a document that it may read."""
    titles: tuple[str, ...]
    """Regular expressions for the title, met by text without blanks."""
    vocabulary: tuple[tuple[str, ...], ...]
    """Words of the form itself that must be on the page, without blanks: one of each group."""
    read: Callable[[Document, Declaration], Records]
    """Reads a run: the document with nothing but the blocks of one or several sections, each with its heading. It may
    leave `sections` empty when the run is one."""
    coverage_floor: Decimal
    """Least share of the characters that must end in typed fields, 0 to 1; below it the gate holds the filing."""
    row_floors: Mapping[str, int]
    """Least number of rows by field of Records (`projects`, `budget_lines`, `indicators`, …)."""
