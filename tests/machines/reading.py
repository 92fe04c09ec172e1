"""`python -m tests.machines.reading FILE …`: what each filing reads as, as one digest; to be run on different machines.

Of a file that is no filing, its characters, each with its box in tenths of a point.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from pathlib import Path

from extract.document import Document, Grid
from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records


def digest(path: Path) -> str:
    """Of the document with its boxes in tenths of a point, and of its records."""
    document = read_document(path)
    records = read_records(document, Declaration(department="某局", fiscal_year=2024))
    said = [list(_seen(document)), dataclasses.asdict(records)]
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _seen(document: Document) -> list[object]:
    cells = [
        cell
        for page in document.pages
        for block in page.blocks
        for cell in (block.cells if isinstance(block, Grid) else [block])
    ]
    sides = ("x0", "top", "x1", "bottom")
    return [(cell.text, cell.box and [round(getattr(cell.box, side), 1) for side in sides]) for cell in cells]


if __name__ == "__main__":
    print(json.dumps({name: digest(Path(name)) for name in sys.argv[1:]}))
