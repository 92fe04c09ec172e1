"""What the bundled filings give, as one digest each, beside the versions of the reader and the layout that gave it.

    python -m tests.samples.record_digests      writes golden/records.json anew

A filing whose input is known is not read again. So records may change only together with a version (DESIGN part 3).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

GOLDEN = Path(__file__).parent / "golden" / "records.json"
KINDS = Path(__file__).parent / "filings"
"""A small filing of each kind, in several media."""
SAMPLES = Path(__file__).parents[2] / "samples"


def digests() -> dict[str, dict[str, str]]:
    """For each bundled file and each of `KINDS`: versions and a digest of every record it gives."""
    folders = {"texts": SAMPLES / "texts", "pdf": SAMPLES / "pdf", "kinds": KINDS}
    return {
        f"{name}/{path.name}": _digest(path) for name, folder in folders.items() for path in sorted(folder.iterdir())
    }


def _digest(path: Path) -> dict[str, str]:
    document = read_document(path)
    records = read_records(document, Declaration(department="某局", fiscal_year=2024))
    assert isinstance(records, Records), path
    said = json.dumps(_less_boxes(dataclasses.asdict(records)), default=str, ensure_ascii=False, sort_keys=True)
    return {
        "reader": document.reader,
        "layout": " ".join(records.layouts),
        "records": hashlib.sha256(said.encode()).hexdigest(),
    }


def _less_boxes(value: Any) -> Any:
    """Coordinates are floats of the platform's own rounding; the text and the page stay."""
    if isinstance(value, dict):
        return {key: _less_boxes(item) for key, item in value.items() if key != "box"}
    return [_less_boxes(item) for item in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(digests(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
