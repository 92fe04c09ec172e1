"""Acceptances: a person's word that named failures of a filing may be published, and how such a filing is published.

An acceptance covers exactly what it was given for: the expectation and its message, figures included. It holds for
later versions of the filing, too, while they fail in nothing else and until its last day; what was published under it
stays published afterwards. Undoing the accepted version ends it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from warehouse.publish import publishing
from warehouse.publish.publishing import Version
from warehouse.publish.publishing_sql import INSERT_RESIDUAL
from warehouse.publish.residuals import FailedControl, Residual, residuals

STANDING = """
SELECT DISTINCT ON (f.expectation, f.message) f.expectation || ': ' || f.message AS reason, f.expectation,
  c.accepted_by, c.because, c.until
FROM audit.acceptance c
JOIN dw.dim_filing_version v USING (filing_version_key)
JOIN audit.filing_load a USING (filing_version_key)
JOIN audit.expectation_failure f ON f.filing_load_id = a.filing_load_id AND f.severity = 'critical'
  AND f.expectation = ANY(string_to_array(c.expectations, ','))
WHERE v.filing_key = :filing AND (c.until IS NULL OR c.until >= CURRENT_DATE) AND NOT EXISTS (
  SELECT FROM audit.decision d WHERE d.filing_version_key = c.filing_version_key AND d.decision = 'undone'
    AND d.decided_at > c.accepted_at)
ORDER BY f.expectation, f.message, c.acceptance_id DESC"""

FAILED_CONTROLS = """
SELECT section_seq, unit, funding_source, stated_yuan - loaded_yuan AS difference, page, source_line, source_text
FROM {rows}control
WHERE filing_load_id = :key AND NOT holds AND total_of IN ('filing', 'unit') AND line IS NULL
  AND COALESCE(statement, 'project_expenditure') = 'project_expenditure'
ORDER BY row_id"""

PLACES = """
SELECT DISTINCT unit, funding_source FROM {rows}budget
WHERE filing_load_id = :key AND statement = 'project_expenditure' ORDER BY 1, 2"""

INSERT = """
INSERT INTO audit.acceptance
  (filing_version_key, load_id, expectations, accepted_by, because, until, residual_yuan)
VALUES (:version, :load, :expectations, :by, :because, :until, :residual)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Who accepted which expectations of a filing, why, and the last day it holds (None: no end)."""

    expectations: tuple[str, ...]
    by: str
    because: str
    until: datetime.date | None


def standing_acceptances(
    connection: sa.Connection, filing_key: int, reasons: Sequence[str]
) -> tuple[Acceptance, ...] | None:
    """The acceptances that together cover all the reasons (`expectation: message`); None if one is not covered."""
    standing = {row.reason: row for row in connection.execute(sa.text(STANDING), {"filing": filing_key})}
    if not set(reasons) <= standing.keys():
        return None
    given: dict[tuple[str, str, datetime.date | None], set[str]] = {}
    for reason in reasons:
        row = standing[reason]
        given.setdefault((row.accepted_by, row.because, row.until), set()).add(row.expectation)
    return tuple(
        Acceptance(expectations=tuple(sorted(names)), by=by, because=because, until=until)
        for (by, because, until), names in given.items()
    )


def publish_accepted(
    connection: sa.Connection,
    version: Version,
    filing_load_id: int,
    load_id: int,
    acceptances: Iterable[Acceptance],
    *,
    rows: Callable[[str], str],
) -> dict[str, int]:
    """Publish a version that failed, whose facts are in, with residual lines for the money no line explains; how many.

    `acceptances` are recorded for the version; `rows` says where its staged rows lie.
    """
    lines = _residuals(connection, filing_load_id, publishing.department_of(connection, version.key), rows)
    of_filing = {"filing_loads": [filing_load_id], "versions": [version.key]}
    for line in lines:
        connection.execute(sa.text(INSERT_RESIDUAL), of_filing | _residual_parameters(line))
    publishing.make_current(connection, [version.key], load_id)
    residual = sum((line.amount for line in lines), Decimal(0))
    for acceptance in acceptances:
        record_acceptance(connection, version, load_id, acceptance, residual)
    return {"residuals": len(lines)}


def record_acceptance(
    connection: sa.Connection, version: Version, load_id: int, acceptance: Acceptance, residual: Decimal = Decimal(0)
) -> None:
    """Keep who accepted what of this version; `residual` is the money in yuan that no line explains."""
    connection.execute(
        sa.text(INSERT),
        {
            "version": version.key,
            "load": load_id,
            "expectations": ",".join(acceptance.expectations),
            "by": acceptance.by,
            "because": acceptance.because,
            "until": acceptance.until,
            "residual": residual,
        },
    )


def _residuals(
    connection: sa.Connection, filing_load_id: int, department: str, rows: Callable[[str], str]
) -> tuple[Residual, ...]:
    key = {"key": filing_load_id}
    failed = connection.execute(sa.text(rows(FAILED_CONTROLS)), key)
    controls = [FailedControl(**row._mapping) for row in failed]
    places = connection.execute(sa.text(rows(PLACES)), key).all()
    return residuals(
        controls,
        department=department,
        units=[unit for unit, _ in places],
        funding_sources=[source for _, source in places if source],
    )


def _residual_parameters(line: Residual) -> dict[str, Any]:
    return {
        "section": line.control.section_seq,
        "unit": line.unit,
        "funding_source": line.funding_source,
        "amount": line.amount,
        "page": line.control.page,
        "source_line": line.control.source_line,
        "source_text": line.control.source_text,
    }
