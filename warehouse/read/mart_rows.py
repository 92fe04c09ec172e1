"""What the mart holds of fiscal years and what a load changed in it: a rerun's dry run and its account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

COUNTED = (
    "filing",
    "project",
    "project_budget",
    "indicator_target",
    "task",
    "department_profile",
    "budget_statement",
)
"""Views of `mart` with one row per fact of a filing and year."""

Rows = Mapping[str, Mapping[int, int]]
"""Rows by view and fiscal year; a view without rows of any of the years is missing."""


@dataclass(frozen=True, slots=True)
class KnownFiling:
    """How the mart knows a filing: its year may be one that only the document prints."""

    filing_id: str
    fiscal_year: int | None
    status: str
    pending_status: str | None
    version: int | None

    @property
    def waits(self) -> frozenset[str]:
        """`held` (in whole or in part), `failed`: what the filing itself or its newer version is."""
        states = {"held" if one == "partial" else one for one in (self.status, self.pending_status or self.status)}
        return frozenset(states & {"held", "failed"})


@dataclass(frozen=True, slots=True)
class FilingChange:
    """A filing whose current version a load changed; None where there was, or is, no version."""

    filing_id: str
    version_before: int | None
    version_after: int | None
    year_before: int | None
    year_after: int | None

    @property
    def years(self) -> frozenset[int]:
        return frozenset(year for year in (self.year_before, self.year_after) if year is not None)


def known_filings(connection: sa.Connection) -> dict[str, KnownFiling]:
    """Every filing of the mart, by its id."""
    rows = connection.execute(
        sa.text("SELECT filing_id, fiscal_year, status, pending_status, version FROM mart.filing ORDER BY filing_id")
    )
    return {row.filing_id: KnownFiling(*row) for row in rows}


def rows_by_year(connection: sa.Connection, years: Iterable[int] | None = None) -> dict[str, dict[int, int]]:
    """Rows of each counted view of `mart` in these years (None: in every year there is)."""
    if years is None:
        return _rows(connection, "fiscal_year IS NOT NULL", [])
    return _rows(connection, "fiscal_year = ANY(:asked)", sorted(set(years)))


def rows_of_filings(connection: sa.Connection, filing_ids: Iterable[str]) -> dict[str, dict[int, int]]:
    """Rows of each counted view of `mart` that these filings have."""
    return _rows(connection, "filing_id = ANY(:asked) AND fiscal_year IS NOT NULL", sorted(set(filing_ids)))


def changes_of(connection: sa.Connection, load_id: int) -> list[FilingChange]:
    """The filings whose current version this load changed, whatever their year."""
    rows = connection.execute(sa.text(_CHANGES), {"load": load_id})
    return [FilingChange(*row) for row in rows]


def rows_of_last_load(connection: sa.Connection, years: Iterable[int], *, before: int) -> dict[str, dict[int, int]]:
    """Rows by view and year as the newest load before load `before` that counted each year has kept them."""
    found: dict[str, dict[int, int]] = {}
    for year in sorted(set(years)):
        row = connection.execute(sa.text(_LAST), {"year": str(year), "before": before}).one_or_none()
        for view, rows in (row.rows if row else {}).items():
            if str(year) in rows:
                found.setdefault(view, {})[year] = int(rows[str(year)])
    return found


def _rows(connection: sa.Connection, predicate: str, asked: list[int] | list[str]) -> dict[str, dict[int, int]]:
    counted: dict[str, dict[int, int]] = {}
    for view in COUNTED if asked or ":asked" not in predicate else ():
        statement = sa.text(f"SELECT fiscal_year, count(*) FROM mart.{view} WHERE {predicate} GROUP BY 1 ORDER BY 1")
        parameters = {"asked": asked} if asked else {}
        rows = {int(year): int(number) for year, number in connection.execute(statement, parameters)}
        if rows:
            counted[view] = rows
    return counted


_CHANGES = """
SELECT filing.filing_id, old.version, new.version, old_year.fiscal_year, new_year.fiscal_year
FROM (SELECT filing_key, max(filing_version_key) FILTER (WHERE to_load_id = :load AND from_load_id <> :load) AS before,
        max(filing_version_key) FILTER (WHERE from_load_id = :load AND to_load_id IS DISTINCT FROM :load) AS after
      FROM dw.publication WHERE from_load_id = :load OR to_load_id = :load GROUP BY filing_key) changed
JOIN dw.dim_filing filing USING (filing_key)
LEFT JOIN dw.dim_filing_version old ON old.filing_version_key = changed.before
LEFT JOIN dw.dim_filing_version new ON new.filing_version_key = changed.after
LEFT JOIN dw.dim_fiscal_year old_year ON old_year.fiscal_year_key = old.fiscal_year_key
LEFT JOIN dw.dim_fiscal_year new_year ON new_year.fiscal_year_key = new.fiscal_year_key
ORDER BY filing.filing_id"""

_LAST = """
SELECT metrics -> 'rows' AS rows FROM audit.load
WHERE load_id < :before AND jsonb_path_exists(metrics, '$.rows.*.keyvalue() ? (@.key == $year)',
  jsonb_build_object('year', CAST(:year AS text)))
ORDER BY load_id DESC LIMIT 1"""
