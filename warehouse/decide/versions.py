"""The versions of a filing: what became of each, what changed from one to the next, and taking a publication back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from warehouse.decide.decisions import Decision, deciding_in_turn
from warehouse.errors import WarehouseError
from warehouse.publish import publishing
from warehouse.read.differences import Change, Lines, compare, held_lines, published_lines

VERSIONS = """
SELECT v.filing_version_key, v.version, v.status, v.loaded_at, v.sha256, v.reader, v.layout, v.held_reasons,
  ARRAY(SELECT ARRAY[p.from_load_id, p.to_load_id] FROM dw.publication p
        WHERE p.filing_version_key = v.filing_version_key ORDER BY p.publication_key) AS spans,
  (SELECT a.filing_load_id FROM audit.filing_load a
   WHERE a.filing_version_key = v.filing_version_key AND a.status = 'held' ORDER BY 1 LIMIT 1) AS held_attempt,
  ARRAY(
    SELECT said FROM (
      SELECT accepted_at AS at, 'accepted by ' || accepted_by || ': ' || because
        || COALESCE(' (until ' || until || ')', '') AS said
      FROM audit.acceptance c WHERE c.filing_version_key = v.filing_version_key
      UNION ALL
      SELECT decided_at, decision || ' by ' || decided_by || ': ' || because
      FROM audit.decision c WHERE c.filing_version_key = v.filing_version_key
    ) decisions ORDER BY at) AS decisions
FROM dw.dim_filing_version v JOIN dw.dim_filing d USING (filing_key)
WHERE d.filing_id = :filing ORDER BY v.version"""

HISTORY = """
SELECT p.filing_version_key, v.version, v.is_partial, p.from_load_id, p.to_load_id
FROM dw.publication p JOIN dw.dim_filing_version v USING (filing_version_key)
WHERE p.filing_key = :filing ORDER BY p.publication_key"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingVersion:
    """One version of a filing."""

    version: int
    status: str
    """`published` (now or once), `held` or `rejected`."""
    is_current: bool
    loads: tuple[tuple[int, int | None], ...]
    """Spans in which it was current: from one load to before another (None: still)."""
    loaded_at: datetime.datetime
    sha256: str
    reader: str
    layout: str | None
    held_reasons: tuple[str, ...]
    decisions: tuple[str, ...]
    because: tuple[str, ...]
    """What made it a new version: `bytes`, `reader`, `layout` or `catalogue`; empty for the first."""
    changes: tuple[Change, ...]
    """What it says otherwise than the version before; empty for the first."""


def filing_versions(connection: sa.Connection, filing_id: str) -> list[FilingVersion]:
    """The versions of a filing, oldest first, each compared with the one before.

    Raises WarehouseError if the filing has none.
    """
    rows = connection.execute(sa.text(VERSIONS), {"filing": filing_id}).all()
    if not rows:
        raise WarehouseError(f"{filing_id} has no version; `yusuan held` and mart.filing list the filings there are")
    found: list[FilingVersion] = []
    former: sa.Row[Any] | None = None
    before: Lines | None = None
    for row in rows:
        lines = _lines(connection, row)
        found.append(
            FilingVersion(
                version=row.version,
                status=row.status,
                is_current=any(end is None for _, end in row.spans),
                loads=tuple((begin, end) for begin, end in row.spans),
                loaded_at=row.loaded_at,
                sha256=row.sha256,
                reader=row.reader,
                layout=row.layout,
                held_reasons=tuple(row.held_reasons.splitlines()),
                decisions=tuple(row.decisions),
                because=_because(former, row) if former else (),
                changes=compare(before, lines) if before is not None else (),
            )
        )
        former, before = row, lines
    return found


def changes_between(connection: sa.Connection, filing_id: str, older: int, newer: int) -> tuple[Change, ...]:
    """What version `newer` says otherwise than version `older`. Raises WarehouseError if one of them is not there."""
    rows = {row.version: row for row in connection.execute(sa.text(VERSIONS), {"filing": filing_id})}
    if missing := [str(number) for number in (older, newer) if number not in rows]:
        raise WarehouseError(f"{filing_id} has no version {', '.join(missing)}")
    return compare(_lines(connection, rows[older]), _lines(connection, rows[newer]))


def undo(engine: sa.Engine, filing_id: str, *, by: str, because: str, to: int | None = None) -> int | None:
    """Make what was current before the last change current again, or version `to`; in one transaction.

    Returns the version that is current now; None if a first publication was undone: it is withdrawn. An undo is a
    change like any other, so that undoing it brings back what it took away. Raises WarehouseError if nothing of the
    filing was ever published, or `to` was not, or is current, or if its bytes are published under another name.
    """
    command = f"undo {filing_id}" if to is None else f"undo {filing_id} to version {to}"
    with deciding_in_turn(engine, filing_id, command, by=by, because=because) as decision:
        return _undo(decision, filing_id, to)


def _undo(decision: Decision, filing_id: str, to: int | None) -> int | None:
    connection = decision.connection
    filing = {"filing": filing_id}
    statement = sa.text("SELECT filing_key FROM dw.dim_filing WHERE filing_id = :filing")
    filing_key = connection.execute(statement, filing).scalar()
    if filing_key is None:
        raise WarehouseError(f"there is no filing {filing_id}; mart.filing lists them")
    publishing.lock_filings(connection, [filing_key])
    spans = connection.execute(sa.text(HISTORY), {"filing": filing_key}).all()
    if not spans:
        raise WarehouseError(f"nothing of {filing_id} was ever published: there is nothing to undo")
    current = spans[-1] if spans[-1].to_load_id is None else None
    target = _named(filing_id, spans, to) if to is not None else _before(spans)
    if target and current and target.filing_version_key == current.filing_version_key:
        raise WarehouseError(f"version {target.version} of {filing_id} is the current one already")
    publishing.end_current(connection, [filing_key], decision.load_id)
    if current:
        decision.record(current.filing_version_key, "undone")
    if target is None:
        decision.record_attempt(spans[-1].filing_version_key, "withdrawn", "withdrawn")
        return None
    decision.refuse_twin(filing_id, target.filing_version_key)
    decision.refuse_copy(filing_id, target.filing_version_key)
    publishing.make_current(connection, [target.filing_version_key], decision.load_id)
    decision.record(target.filing_version_key, "restored")
    status = "partial" if target.is_partial else "published"
    decision.record_attempt(target.filing_version_key, status, "restored")
    return int(target.version)


def _before(spans: Sequence[sa.Row[Any]]) -> sa.Row[Any] | None:
    """What was current before the last change; None if nothing was."""
    if spans[-1].to_load_id is not None:
        return spans[-1]
    if len(spans) > 1 and spans[-2].to_load_id == spans[-1].from_load_id:
        return spans[-2]
    return None


def _named(filing_id: str, spans: Sequence[sa.Row[Any]], version: int) -> sa.Row[Any]:
    if named := [span for span in spans if span.version == version]:
        return named[-1]
    published = ", ".join(str(number) for number in sorted({span.version for span in spans}))
    raise WarehouseError(f"version {version} of {filing_id} was never published; there is {published}")


def _lines(connection: sa.Connection, row: sa.Row[Any]) -> Lines:
    if row.spans:
        return published_lines(connection, row.filing_version_key)
    return held_lines(connection, row.held_attempt)


def _because(former: sa.Row[Any], row: sa.Row[Any]) -> tuple[str, ...]:
    """A version is bytes, reader, layout and catalogue entry: what differs, else the entry."""
    changed = tuple(
        name
        for name, column in (("bytes", "sha256"), ("reader", "reader"), ("layout", "layout"))
        if getattr(former, column) != getattr(row, column)
    )
    return changed or ("catalogue",)
