"""Spellings that persons add to the vocabulary: kept with name and reason, taken back the same way, never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from transform.vocabulary import BUNDLED, Spelling, Vocabulary, VocabularyError, Words, fold
from warehouse.errors import WarehouseError

ROWS = "SELECT place, concept, spelling, kind FROM dw.vocabulary_row WHERE withdrawn_at IS NULL ORDER BY 1, 3, 4"
ADD = (
    "INSERT INTO dw.vocabulary_row (place, concept, spelling, kind, added_by, because)"
    " VALUES (:place, :concept, :spelling, :kind, :by, :because)"
)
WITHDRAW = (
    "UPDATE dw.vocabulary_row SET withdrawn_by = :by, withdrawn_at = now()"
    " WHERE withdrawn_at IS NULL AND spelling = :spelling AND place = :place"
)
MET = """
SELECT DISTINCT ON (v.filing_key) d.filing_id, o.organization_code AS publisher, v.fiscal_year_key AS fiscal_year,
  v.words -> 'unknown' ? :word AS unknown
FROM dw.dim_filing_version v JOIN dw.dim_filing d USING (filing_key)
JOIN dw.dim_organization o ON o.organization_key = v.department_key
ORDER BY v.filing_key, v.version DESC"""
SECTIONS_HELD = """
SELECT COALESCE(sum(v.sections_held), 0) FROM dw.dim_filing d JOIN LATERAL (
  SELECT w.sections_held FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key ORDER BY w.version DESC LIMIT 1
) v ON true WHERE d.filing_id = ANY(:ids)"""


@dataclass(frozen=True, slots=True)
class Met:
    """A filing whose newest version met a spelling that no row knew."""

    filing_id: str
    publisher: str
    fiscal_year: int


def added_rows(connection: sa.Connection) -> tuple[Spelling, ...]:
    """The rows that persons added and nobody took back."""
    return tuple(Spelling(*row) for row in connection.execute(sa.text(ROWS)))


def place_of(concept: str, place: str | None, vocabulary: Vocabulary) -> str:
    """The place in which a concept is known; `place` decides where there are several.

    Raises WarehouseError naming the places, or the concepts of a place.
    """
    places = sorted({row.place for row in (*vocabulary.rows, *vocabulary.added) if row.concept == concept})
    if place is not None and place in places:
        return place
    if place is not None:
        known = sorted({row.concept for row in vocabulary.in_place(place)})
        said = f"its concepts are {', '.join(known)}" if known else "no row counts there"
        raise WarehouseError(f"{place} knows no concept {concept}: {said}")
    if len(places) == 1:
        return places[0]
    said = f"it counts in {', '.join(places)}: say --place" if places else "see `yusuan vocabulary list`"
    raise WarehouseError(f"the concept {concept} is not known by itself; {said}")


def add_row(connection: sa.Connection, row: Spelling, *, by: str, because: str, vocabulary: Vocabulary) -> None:
    """Add a row. Raises WarehouseError if its spelling means something in its place already."""
    known = vocabulary.row(row.place, row.spelling, row.kind)
    if known is not None and known.kind == row.kind:
        raise WarehouseError(f"{row.spelling} means {known.concept} in {row.place} already")
    try:
        vocabulary.with_rows([row])
    except VocabularyError as error:
        raise WarehouseError(str(error)) from error
    named = {"place": row.place, "concept": row.concept, "spelling": row.spelling, "kind": row.kind}
    connection.execute(sa.text(ADD), {**named, "by": by, "because": because})


def withdraw_row(connection: sa.Connection, place: str, spelling: str, *, by: str) -> None:
    """Take an added row back. Raises WarehouseError if nobody has added it."""
    parameters = {"place": place, "spelling": spelling, "by": by}
    if not connection.execute(sa.text(WITHDRAW), parameters).rowcount:
        raise WarehouseError(f"nobody has added {spelling} in {place}")


def filings_that_met(connection: sa.Connection, spelling: str) -> Sequence[Met]:
    """The filings whose newest version met the spelling without knowing it."""
    rows = connection.execute(sa.text(MET), {"word": fold(spelling)})
    return [Met(row.filing_id, row.publisher, row.fiscal_year) for row in rows if row.unknown]


def sections_held(connection: sa.Connection, filing_ids: Sequence[str]) -> int:
    """How many sections of the newest versions of these filings are held."""
    return int(connection.execute(sa.text(SECTIONS_HELD), {"ids": list(filing_ids)}).scalar_one())


def words_of(kept: Mapping[str, Any]) -> Words:
    """The words of a version, as `dw.dim_filing_version` keeps them."""
    used = tuple(Spelling(**row) for row in kept.get("used", ()))
    return Words(used, tuple(kept.get("unknown", ())))


def in_force(connection: sa.Connection, deployment: Sequence[Spelling]) -> Vocabulary:
    """The bundled rows with those of the deployment, and over both those that persons added."""
    return BUNDLED.with_rows((*deployment, *added_rows(connection)))
