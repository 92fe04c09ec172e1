"""Finding filings among all: by publisher, place, year, what they are, what became of them, and the words in them.

A page of results begins after the last one of the page before (keyset), so that the hundredth page costs what the
first does.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

PAGE = 40
"""Filings on one page of results."""

STATUSES = ("published", "partial", "held", "failed", "rejected", "withdrawn")
WAITING = "waiting"
"""What waits for a person: held as a whole, in part, or by a newer version."""
ORDERS = {"newest": "since DESC", "oldest": "since ASC", "largest": "size DESC"}

_WAITS = """(f.status = 'held' OR f.pending_status = 'held' OR (f.status = 'partial' AND f.sections_held > (
  SELECT count(DISTINCT c.section_seq) FROM audit.decision c
  JOIN dw.dim_filing_version r USING (filing_version_key)
  WHERE r.filing_key = d.filing_key AND r.version = f.version AND c.decision = 'rejected')))"""

_FOUND = f"""
SELECT f.filing_id, f.status, {_WAITS} AS waits,
  COALESCE((SELECT w.loaded_at FROM dw.dim_filing_version w
            WHERE w.filing_key = d.filing_key AND w.version = f.pending_version), f.loaded_at) AS since,
  abs(COALESCE(f.stated_total_yuan, f.loaded_total_yuan, 0)) AS size
FROM mart.filing f JOIN dw.dim_filing d ON d.filing_id = f.filing_id
WHERE true {{conditions}}"""

_CONDITIONS = {
    "department": "f.department ILIKE :department",
    "region": "f.region_code LIKE :region",
    "year": "f.fiscal_year = :year",
    "kind": "f.kind = :kind",
    "scope": "f.scope = :scope",
    "words": """(f.title ILIKE :words OR f.filing_id ILIKE :words OR d.filing_key IN (
      SELECT v.filing_key FROM dw.dim_filing_version v WHERE v.filing_version_key IN (
        SELECT p.filing_version_key FROM dw.fact_project p JOIN dw.dim_project n USING (project_key)
        WHERE n.project ILIKE :words
        UNION SELECT i.filing_version_key FROM dw.fact_indicator i JOIN dw.dim_indicator n USING (indicator_key)
        WHERE n.indicator ILIKE :words
        UNION SELECT b.filing_version_key FROM dw.fact_budget b JOIN dw.dim_classification n USING (classification_key)
        WHERE n.line ILIKE :words OR n.line_code ILIKE :words)
      UNION SELECT a.filing_key FROM audit.filing_load a WHERE a.filing_load_id IN (
        SELECT filing_load_id FROM audit.held_project WHERE project ILIKE :words
        UNION SELECT filing_load_id FROM audit.held_indicator WHERE name ILIKE :words
        UNION SELECT filing_load_id FROM audit.held_budget WHERE line ILIKE :words OR line_code ILIKE :words)))""",
}

_SHOWN = """
SELECT filing_id, title, department, region, fiscal_year, kind, scope, status, version, pending_version,
  stated_total_yuan, loaded_total_yuan, difference_yuan, sections, sections_held, held_reasons, held_reasons_zh,
  flags, pages
FROM mart.filing WHERE filing_id = ANY(:ids)"""

_CHOICES = """
SELECT ARRAY(
    SELECT DISTINCT fiscal_year_key FROM dw.dim_filing_version WHERE fiscal_year_key > 0 ORDER BY 1 DESC) AS years,
  ARRAY(SELECT DISTINCT kind FROM dw.dim_filing_version WHERE kind IS NOT NULL ORDER BY 1) AS kinds,
  ARRAY(SELECT DISTINCT scope FROM dw.dim_filing_version WHERE scope IS NOT NULL ORDER BY 1) AS scopes,
  ARRAY(SELECT DISTINCT region_code FROM dw.dim_region WHERE region_code ~ '^[0-9]{6}$' ORDER BY 1) AS regions"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is left empty is not asked."""

    status: str = ""
    """One of `STATUSES`, or `waiting`."""
    department: str = ""
    region: str = ""
    """The first two, four or all six digits of a code of GB/T 2260."""
    year: int | None = None
    kind: str = ""
    scope: str = ""
    words: str = ""
    """In titles, names of projects and indicators, names and codes of classifications."""
    order: str = "newest"
    after: tuple[str, str] | None = None
    """Where the page before ended: what it was ordered by, and the filing."""


@dataclass(frozen=True, slots=True)
class FoundFiling:
    """One filing that was found: the columns of `mart.filing`, since when it is so, and whether it waits."""

    row: Mapping[str, Any]
    since: datetime.datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of filings, how many there are per status on all pages, and where the next page begins."""

    filings: Sequence[FoundFiling]
    counts: Mapping[str, int]
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    years: Sequence[int]
    kinds: Sequence[str]
    scopes: Sequence[str]
    regions: Sequence[str]


def search(connection: sa.Connection, asked: Search) -> Found:
    """The filings that are asked for, one page of them. Counts are of all statuses, whichever is chosen."""
    parameters = _parameters(asked)
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name in _CONDITIONS if name in parameters)
    found = f"WITH found AS MATERIALIZED ({_FOUND.format(conditions=conditions)})"
    order = ORDERS.get(asked.order, ORDERS["newest"])
    column, _, way = order.partition(" ")
    chosen = ["true"]
    if asked.status == WAITING:
        chosen.append("waits")
    elif asked.status in STATUSES:
        chosen.append("status = :status")
        parameters["status"] = asked.status
    if asked.after:
        kind = "numeric" if column == "size" else "timestamptz"
        value, filing_id = asked.after
        parameters |= {"value": value, "last": filing_id}
        beyond = "<" if way == "DESC" else ">"
        chosen.append(f"({column} {beyond} CAST(:value AS {kind}) OR ({column} = CAST(:value AS {kind})"
                      " AND filing_id > :last))")  # fmt: skip
    statement = f"""{found}, page AS (SELECT filing_id, waits, since, CAST({column} AS text) AS place FROM found
      WHERE {" AND ".join(chosen)} ORDER BY {column} {way}, filing_id LIMIT {PAGE + 1})
    SELECT (SELECT jsonb_object_agg(status, n) FROM (SELECT status, count(*) AS n FROM found GROUP BY 1) x) AS counts,
      (SELECT count(*) FROM found WHERE waits) AS waiting,
      ARRAY(SELECT filing_id FROM page) AS ids, ARRAY(SELECT waits FROM page) AS waits,
      ARRAY(SELECT since FROM page) AS since, ARRAY(SELECT place FROM page) AS places"""
    row = connection.execute(sa.text(statement), parameters).one()
    ids = row.ids[:PAGE]
    shown = {one.filing_id: dict(one._mapping) for one in connection.execute(sa.text(_SHOWN), {"ids": ids})}
    more = len(row.ids) > PAGE
    return Found(
        filings=[
            FoundFiling(shown[one], since, waits)
            for one, since, waits in zip(ids, row.since, row.waits, strict=False)
            if one in shown
        ],
        counts={**(row.counts or {}), WAITING: row.waiting},
        after=(row.places[PAGE - 1], ids[-1]) if more else None,
    )


def choices(connection: sa.Connection) -> Choices:
    """The years, kinds, scopes and regions that there are filings of."""
    return Choices(*connection.execute(sa.text(_CHOICES)).one())


def _parameters(asked: Search) -> dict[str, Any]:
    given: dict[str, Any] = {
        "department": _within(asked.department),
        "region": f"{_literal(asked.region)}%" if asked.region else "",
        "year": asked.year,
        "kind": asked.kind,
        "scope": asked.scope,
        "words": _within(asked.words),
    }
    return {name: value for name, value in given.items() if value}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _within(text: str) -> str:
    return f"%{_literal(text.strip())}%" if text.strip() else ""
