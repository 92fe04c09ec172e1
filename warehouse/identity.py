"""Whose a filing is, and whose money it declares to show: no load changes that.

An id that was mistyped, or copied from another entry, would else replace another publisher's figures, or a department's
consolidated ones by those of its own office.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher
from extract.departments import UNKNOWN_PUBLISHER
from extract.document import Finding, Severity
from warehouse import load_record
from warehouse.errors import WarehouseError
from warehouse.read.corrected import corrections
from warehouse.staging.area import Batch
from warehouse.submission import Outcome, Status

MIXED = "mixed"
"""Scope of a filing whose sections differ in it: a declaration is compared with each on the page."""
IDENTITY_KEPT = "identity_kept"
"""Code of the finding of a load that would have changed whose a filing is."""

_NEWEST = f"""CROSS JOIN LATERAL (
  SELECT v.department_key, v.scope FROM dw.dim_filing_version v WHERE v.filing_key = filing.filing_key
  ORDER BY v.version DESC LIMIT 1
) newest
JOIN dw.dim_organization known ON known.organization_key = newest.department_key
  AND NOT starts_with(known.organization_code, '{UNKNOWN_PUBLISHER}')"""

KNOWN = f"""
SELECT filing.filing_id, known.organization_code AS publisher, known.organization AS department, newest.scope
FROM dw.dim_filing filing {_NEWEST}
WHERE filing.filing_id = ANY(:filings)"""

STAGED = f"""
SELECT f.filing_id, f.publisher_id AS asked_publisher, f.department AS asked_department,
  known.organization_code AS publisher, known.organization AS department
FROM {{rows}}filing f JOIN dw.dim_filing filing ON filing.filing_id = f.filing_id {_NEWEST}
WHERE f.filing_load_id = ANY(:filing_loads) AND known.organization_code <> f.publisher_id
  AND NOT EXISTS (SELECT FROM dw.entry_correction c
    WHERE c.filing_id = f.filing_id AND c.field = 'publisher' AND c.value = f.publisher_id)
ORDER BY 1 LIMIT 1"""


class IdentityChangedError(WarehouseError):
    """Another load has published the filing under another publisher in the meantime."""


def refuse_strangers(
    engine: sa.Engine, load_id: int, filings: Sequence[tuple[FilingEntry, Publisher]]
) -> list[Outcome | None]:
    """For each filing the `failed` Outcome that refuses it, both publishers named; None: it may be loaded.

    A filing is its publisher's once it has a version, published or held; one that nobody named a publisher for is
    nobody's yet. A refusal is kept as a finding of the load;
    nothing is noted of the filing itself, which is somebody else's.
    """
    with engine.connect() as connection:
        rows = connection.execute(sa.text(KNOWN), {"filings": [entry.id for entry, _ in filings]})
        known = {row.filing_id: row for row in rows}
        corrected = corrections(connection)
    outcomes: list[Outcome | None] = []
    for entry, publisher in filings:
        may = corrected.allow(entry, publisher)
        reason = _why_not(known[entry.id], entry, publisher, may) if entry.id in known else None
        if reason is None:
            outcomes.append(None)
            continue
        finding = Finding(code=IDENTITY_KEPT, severity=Severity.CRITICAL, message=reason)
        load_record.keep_findings(engine, load_id, publisher.id, [finding])
        outcomes.append(Outcome(filing_id=entry.id, status=Status.FAILED, reasons=(reason,)))
    return outcomes


def check_identity(connection: sa.Connection, batch: Batch, filing_loads: Collection[int]) -> None:
    """What `refuse_strangers` asks, again for staged filings that are locked: two first loads may have met.

    Raises IdentityChangedError.
    """
    for row in connection.execute(sa.text(batch.rows(STAGED)), {"filing_loads": list(filing_loads)}):
        known, asked = (row.publisher, row.department), (row.asked_publisher, row.asked_department)
        raise IdentityChangedError(_refusal(row.filing_id, known, asked))


def _why_not(known: sa.Row[Any], entry: FilingEntry, publisher: Publisher, may: Collection[str]) -> str | None:
    """`may`: what of it a person has corrected to what is declared now."""
    if known.publisher != publisher.id and "publisher" not in may:
        return _refusal(entry.id, (known.publisher, known.department), (publisher.id, publisher.name))
    if "scope" in may or entry.scope is None or known.scope is None or known.scope in (entry.scope, MIXED):
        return None
    return (
        f"{entry.id} is a filing of scope {known.scope}, not {entry.scope}: a load does not change whose money a filing"
        " shows; give the other one an id of its own"
    )


def _refusal(filing_id: str, known: tuple[str, str], asked: tuple[str, str]) -> str:
    return (
        f"{filing_id} is a filing of {known[0]} ({known[1]}), not of {asked[0]} ({asked[1]}): "
        "a load does not change whose a filing is; give the new filing an id of its own"
    )
