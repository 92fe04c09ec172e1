"""Upgrades: a reader or a layout reads a year otherwise than its last version did, and a person lets that pass, once.

The acceptance is of the new versions of readers and layouts, for the fiscal year. It covers each filing of that year
whose bytes are those of its current version and that is read by nothing new but these, in this load and in later ones;
not one that a person has undone or rejected since.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from warehouse.gate.expectations import ASKED_LATER
from warehouse.gate.expectations_across import YEAR_KEPT

OF_CHANGES = frozenset({YEAR_KEPT, *(one.id for one in ASKED_LATER)})
"""The expectations that ask whether a version may replace the current one, not whether it is right in itself."""

_PROGRAMS = "string_to_array(concat_ws(' ', {0}.reader, {0}.layout), ' ')"
_NEW = f"""unnest({_PROGRAMS.format("s")}) AS new (program)
  WHERE new.program <> ALL ({_PROGRAMS.format("current")})"""
_CURRENT = """JOIN dw.publication p ON p.filing_key = {filing} AND p.to_load_id IS NULL
JOIN dw.dim_filing_version current ON current.filing_version_key = p.filing_version_key
  AND current.sha256 = s.sha256"""

STOPPED = """
SELECT d.filing_id, array_agg(DISTINCT f.expectation ORDER BY f.expectation) AS expectations
FROM audit.filing_load a
JOIN audit.expectation_failure f ON f.filing_load_id = a.filing_load_id AND f.expectation = ANY(:of_changes)
JOIN dw.dim_filing_version v ON v.filing_version_key = a.filing_version_key AND v.status = 'held'
JOIN dw.dim_filing d ON d.filing_key = a.filing_key
WHERE a.load_id = :load AND a.status = 'held' AND NOT EXISTS (
  SELECT FROM dw.dim_filing_version w WHERE w.filing_key = v.filing_key AND w.version > v.version)
GROUP BY 1 ORDER BY 1"""

KEEP = f"""
INSERT INTO audit.upgrade (load_id, fiscal_year_key, program, accepted_by, because)
SELECT DISTINCT CAST(:load AS int), s.fiscal_year_key, upgrade.program, CAST(:by AS text), CAST(:because AS text)
FROM dw.dim_filing d
JOIN LATERAL (SELECT * FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key
  ORDER BY w.version DESC LIMIT 1) s ON true
{_CURRENT.format(filing="d.filing_key")}
CROSS JOIN LATERAL (SELECT new.program FROM {_NEW}) upgrade
WHERE d.filing_id = ANY(:filings) AND s.fiscal_year_key = current.fiscal_year_key"""

COVERING = f"""
SELECT u.accepted_by, u.because
FROM {{rows}}filing s
{_CURRENT.format(filing=":filing")}
JOIN audit.upgrade u ON u.fiscal_year_key = current.fiscal_year_key
WHERE s.filing_load_id = :attempt AND u.program IN (SELECT new.program FROM {_NEW})
AND NOT EXISTS (
  SELECT FROM {_NEW} AND NOT EXISTS (
    SELECT FROM audit.upgrade known
    WHERE known.fiscal_year_key = current.fiscal_year_key AND known.program = new.program))
AND NOT EXISTS (
  SELECT FROM audit.decision c JOIN dw.dim_filing_version v USING (filing_version_key)
  WHERE v.filing_key = :filing AND c.decision IN ('undone', 'rejected') AND c.decided_at > u.accepted_at)
ORDER BY u.upgrade_id DESC LIMIT 1"""


class Upgrade(NamedTuple):
    """Who let a reader's or layout's new version change a year, and why."""

    by: str
    because: str


def accepted_upgrade(
    connection: sa.Connection, filing_key: int, attempt: int, *, rows: Callable[[str], str]
) -> Upgrade | None:
    """The acceptance that covers what this attempt (a filing_load_id, its staged rows in `rows`) changes, if one does.

    Its year is the one that the current version has.
    """
    row = connection.execute(sa.text(rows(COVERING)), {"filing": filing_key, "attempt": attempt}).one_or_none()
    return Upgrade(*row) if row else None


def stopped_filings(connection: sa.Connection, load_id: int) -> dict[str, tuple[str, ...]]:
    """The filings that wait because a load would change what is published, with the expectations that say so."""
    found = connection.execute(sa.text(STOPPED), {"load": load_id, "of_changes": sorted(OF_CHANGES)})
    return {row.filing_id: tuple(row.expectations) for row in found}


def keep_upgrades(connection: sa.Connection, load_id: int, filing_ids: list[str], *, by: str, because: str) -> None:
    """Keep for their years the new versions of readers and layouts that have read these filings' same bytes."""
    parameters = {"load": load_id, "filings": filing_ids, "by": by, "because": because}
    connection.execute(sa.text(KEEP), parameters)
