"""One version of a filing as a person looks at it: its sections, and each row with the place it was read from.

Rows of sections that are published are facts of `dw` and have a lasting name (`b12`: a `fact_budget`, …); those of
sections that wait are the kept rows of `audit.held_*`, whose names last as long as the attempt does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from warehouse.errors import WarehouseError
from warehouse.read.page_rows import HELD_ROWS, PUBLISHED_ROWS, Row, row_of

_HEAD = """
SELECT d.filing_id, d.filing_key, v.filing_version_key AS version_key, v.version, v.status, v.is_partial, v.title,
  v.kind, v.scope, o.organization AS department, o.organization_code AS publisher, r.region, r.region_code,
  NULLIF(v.fiscal_year_key, 0) AS fiscal_year, v.year_basis, v.sha256, v.reader, v.medium, v.layout, v.pages,
  v.coverage, v.amounts, v.amounts_accounted, v.stated_total_yuan, v.loaded_total_yuan, v.source_url, v.held_reasons,
  v.flags, v.loaded_at, v.words,
  EXISTS (SELECT FROM dw.publication p WHERE p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL)
    AS is_current,
  (SELECT w.version FROM dw.publication p JOIN dw.dim_filing_version w USING (filing_version_key)
   WHERE p.filing_key = d.filing_key AND p.to_load_id IS NULL) AS current_version,
  ARRAY(SELECT w.version FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key ORDER BY 1) AS versions,
  (SELECT max(a.filing_load_id) FROM audit.filing_load a JOIN audit.held_filing h USING (filing_load_id)
   WHERE a.filing_version_key = v.filing_version_key) AS attempt
FROM dw.dim_filing d JOIN dw.dim_filing_version v USING (filing_key)
JOIN dw.dim_organization o ON o.organization_key = v.department_key
JOIN dw.dim_region r ON r.region_key = v.region_key
WHERE d.filing_id = :filing AND v.version = COALESCE(:version, (
  SELECT max(w.version) FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key))"""

_UNREAD = """
SELECT d.filing_id, o.organization AS department, r.region, f.reasons, f.sha256, f.finished_at
FROM dw.dim_filing d JOIN dw.dim_organization o ON o.organization_key = d.department_key
JOIN dw.dim_region r ON r.region_key = d.region_key
LEFT JOIN LATERAL (SELECT a.reasons, a.sha256, a.finished_at FROM audit.filing_load a
  WHERE a.filing_key = d.filing_key AND a.status = 'failed' ORDER BY a.filing_load_id DESC LIMIT 1) f ON true
WHERE d.filing_id = :filing"""

_SECTIONS = """
SELECT s.*, NULLIF(s.fiscal_year_key, 0) AS fiscal_year, EXISTS (
    SELECT FROM audit.decision c JOIN dw.dim_filing_version w USING (filing_version_key)
    JOIN dw.dim_filing_version mine ON mine.filing_version_key = s.filing_version_key
    WHERE w.filing_key = mine.filing_key AND w.identity = mine.identity AND c.decision = 'rejected'
      AND c.section_seq = s.section_seq) AS rejected
FROM dw.filing_section s WHERE s.filing_version_key = :version ORDER BY s.section_seq"""

_FAILURES = """
SELECT f.expectation, f.severity, f.message, f.evidence, f.staged_table, f.row_id, f.sections
FROM audit.expectation_failure f JOIN audit.filing_load a USING (filing_load_id)
WHERE a.filing_version_key = :version AND a.filing_load_id = COALESCE(:attempt, (
  SELECT min(b.filing_load_id) FROM audit.filing_load b WHERE b.filing_version_key = :version))
ORDER BY f.failure_id"""

_FINDINGS = """
SELECT f.origin, f.code, f.severity, f.message, f.section_seq, f.page, f.source_line, f.evidence
FROM audit.finding f WHERE f.filing_load_id = COALESCE(:attempt, (
  SELECT min(b.filing_load_id) FROM audit.filing_load b WHERE b.filing_version_key = :version))
  AND (f.code <> 'unconsumed_text' OR f.page IS NOT DISTINCT FROM :page)
ORDER BY f.finding_id LIMIT 2000"""

_DECISIONS = """
SELECT at, version, section_seq, decision, who, because FROM (
  SELECT c.accepted_at AS at, v.version, c.section_seq, 'accepted' AS decision, c.accepted_by AS who, c.because
  FROM audit.acceptance c JOIN dw.dim_filing_version v USING (filing_version_key) WHERE v.filing_key = :filing
  UNION ALL
  SELECT c.decided_at, v.version, c.section_seq, c.decision, c.decided_by, c.because
  FROM audit.decision c JOIN dw.dim_filing_version v USING (filing_version_key) WHERE v.filing_key = :filing
) said ORDER BY at DESC"""

_OF_FACT = """
SELECT d.filing_id, v.version, f.section_seq, f.page, f.box, f.source_text, EXISTS (
  SELECT FROM dw.publication p WHERE p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL
) AS is_current
FROM {table} f JOIN dw.dim_filing_version v USING (filing_version_key) JOIN dw.dim_filing d USING (filing_key)
WHERE f.{key} = :key"""

FACTS: Mapping[str, tuple[str, str]] = {
    "b": ("dw.fact_budget", "budget_key"),
    "p": ("dw.fact_project", "project_fact_key"),
    "i": ("dw.fact_indicator", "indicator_fact_key"),
    "t": ("dw.fact_task", "task_key"),
    "d": ("dw.fact_department", "department_fact_key"),
    "c": ("dw.control_total", "control_key"),
}
"""The letter of a fact's name, its table and key."""

_HAS_VERSIONS = sa.text(
    "SELECT EXISTS (SELECT FROM dw.dim_filing_version v JOIN dw.dim_filing d USING (filing_key)"
    " WHERE d.filing_id = :filing)"
)


@dataclass(frozen=True, slots=True)
class FilingPage:
    """One version of a filing, its sections, and what was found odd about it."""

    head: sa.Row[Any]
    sections: Sequence[sa.Row[Any]]
    failures: Sequence[sa.Row[Any]]
    decisions: Sequence[sa.Row[Any]]

    def section(self, seq: int) -> sa.Row[Any]:
        """Raises WarehouseError if there is no such section."""
        for one in self.sections:
            if one.section_seq == seq:
                return one
        raise WarehouseError(f"{self.head.filing_id} version {self.head.version} has no section {seq}")

    def reasons(self, seq: int | None) -> list[sa.Row[Any]]:
        """What holds this section, or (None) all of the filing."""
        return [
            one
            for one in self.failures
            if one.severity == "critical" and (one.sections is None if seq is None else seq in (one.sections or ()))
        ]


def has_versions(connection: sa.Connection, filing_id: str) -> bool:
    """Whether anything was ever read of the filing: one whose document failed at first has no page."""
    return bool(connection.execute(_HAS_VERSIONS, {"filing": filing_id}).scalar_one())


def filing_page(connection: sa.Connection, filing_id: str, version: int | None = None) -> FilingPage:
    """A version of a filing (None: the newest). Raises WarehouseError if there is none."""
    asked = {"filing": filing_id, "version": version}
    head = connection.execute(sa.text(_HEAD), asked).one_or_none()
    if head is None:
        raise WarehouseError(f"there is no filing {filing_id}" + (f" version {version}" if version else ""))
    of_version = {"version": head.version_key, "attempt": head.attempt}
    return FilingPage(
        head=head,
        sections=connection.execute(sa.text(_SECTIONS), {"version": head.version_key}).all(),
        failures=connection.execute(sa.text(_FAILURES), of_version).all(),
        decisions=connection.execute(sa.text(_DECISIONS), {"filing": head.filing_key}).all(),
    )


def unread_filing(connection: sa.Connection, filing_id: str) -> sa.Row[Any] | None:
    """A filing of which no version could be read, and why; None if there is no such filing."""
    return connection.execute(sa.text(_UNREAD), {"filing": filing_id}).one_or_none()


def findings_of(connection: sa.Connection, page: FilingPage, number: int | None) -> Sequence[sa.Row[Any]]:
    """What reader and layout found odd, and of one page (None: all) the text that no rule consumed."""
    asked = {"version": page.head.version_key, "attempt": page.head.attempt, "page": number}
    return connection.execute(sa.text(_FINDINGS), asked).all()


def rows_of(
    connection: sa.Connection, filing: FilingPage, *, page: int | None = None, section: int | None = None,
    limit: int = 5000, offset: int = 0,
) -> list[Row]:  # fmt: skip
    """The rows on a page, or of a section, in the order in which they are printed; controls come last."""
    head = filing.head
    published = [one.section_seq for one in filing.sections if one.status == "published"] if _has_facts(head) else []
    waiting = [one.section_seq for one in filing.sections if one.section_seq not in published]
    asked: dict[str, Any] = {"page": page, "section": section, "limit": limit, "offset": offset}
    found: list[Row] = []
    if published:
        asked_here = asked | {"version": head.version_key, "sections": published}
        for kind, statement in PUBLISHED_ROWS.items():
            found += [row_of(kind, one) for one in connection.execute(sa.text(statement), asked_here)]
    if waiting and head.attempt is not None:
        asked_here = asked | {"attempt": head.attempt, "sections": waiting}
        failing = _failing(filing)
        for kind, statement in HELD_ROWS.items():
            for one in connection.execute(sa.text(statement), asked_here):
                found.append(row_of(kind, one, failing.get((one.staged_table, one.row_id), ())))
    return found


def place_of_fact(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    """Where the fact `name` stands (`b12`), and whether its version is the current one; None if there is none."""
    table, key = FACTS.get(name[:1], ("", ""))
    if not table or not name[1:].isdecimal() or len(name) > 19:
        return None
    return connection.execute(sa.text(_OF_FACT.format(table=table, key=key)), {"key": int(name[1:])}).one_or_none()


def _has_facts(head: sa.Row[Any]) -> bool:
    return bool(head.status == "published")


def _failing(filing: FilingPage) -> Mapping[tuple[str, int], tuple[str, ...]]:
    said: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for one in filing.failures:
        said[one.staged_table, one.row_id].append(f"{one.expectation}: {one.message}")
    return {key: tuple(messages) for key, messages in said.items()}
