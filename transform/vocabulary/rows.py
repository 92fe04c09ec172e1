"""Rows of the vocabulary, and the CSV they are kept in: `place,concept,spelling,kind,zh,en,seen`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from importlib.resources import files


class VocabularyError(ValueError):
    """A row that cannot be used; the message names the file, the line and what to write."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which one concept is printed in one place."""

    place: str
    """Where it counts, e.g. `statement.measure`."""
    concept: str
    """What it means there; the name that code or the mart knows it by."""
    spelling: str
    """As printed; compared by `fold`."""
    kind: str = ""
    """The kind of filing or of table it is limited to; empty: all."""
    zh: str = ""
    en: str = ""
    seen: str = ""
    """Where it was seen: a province, a ministry's model, or what the row was made for."""


_COLUMNS = tuple(field.name for field in fields(Spelling))
_NEEDED = ("place", "concept", "spelling")


def read_rows(text: str, name: str) -> tuple[Spelling, ...]:
    """The rows of a CSV with a head; `name` is what messages call it.

    Columns after `spelling` may be missing. Raises VocabularyError naming the line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restval="")
    unknown = sorted(set(reader.fieldnames or ()) - set(_COLUMNS))
    missing = [column for column in _NEEDED if column not in (reader.fieldnames or ())]
    if unknown or missing:
        said = f"unknown columns {', '.join(unknown)}" if unknown else f"no column {', '.join(missing)}"
        raise VocabularyError(f"{name}: {said}; the head is {','.join(_COLUMNS)}")
    return tuple(_checked(reader, name))


def _checked(rows: Iterable[dict[str, str]], name: str) -> Iterator[Spelling]:
    for number, row in enumerate(rows, start=2):
        if None in row:
            raise VocabularyError(f"{name}, line {number}: more cells than the head has columns")
        for column in _NEEDED:
            if not row[column].strip():
                raise VocabularyError(f"{name}, line {number}: {column} is empty")
        yield Spelling(**{column: row.get(column, "").strip() for column in _COLUMNS})


def bundled_rows() -> tuple[Spelling, ...]:
    """The rows that come with yusuan, file by file."""
    folder = files("transform.vocabulary")
    tables = sorted((one for one in folder.iterdir() if one.name.endswith(".csv")), key=lambda one: one.name)
    return tuple(row for table in tables for row in read_rows(table.read_text(encoding="utf-8"), table.name))
