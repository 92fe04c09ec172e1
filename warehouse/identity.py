"""Whose a filing is: no load changes that.

An id that was mistyped, or copied from another entry, would else replace another publisher's figures.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher
from extract.departments import UNKNOWN_PUBLISHER
from extract.document import Finding, Severity
from warehouse import load_record
from warehouse.errors import WarehouseError
from warehouse.staging.area import Batch
from warehouse.submission import Outcome, Status

IDENTITY_KEPT = "identity_kept"
"""Code of the finding of a load that would have changed whose a filing is."""

_NEWEST = f"""CROSS JOIN LATERAL (
  SELECT v.department_key FROM dw.dim_filing_version v WHERE v.filing_key = filing.filing_key
  ORDER BY v.version DESC LIMIT 1
) newest
JOIN dw.dim_organization known ON known.organization_key = newest.department_key
  AND NOT starts_with(known.organization_code, '{UNKNOWN_PUBLISHER}')"""

KNOWN = f"""
SELECT filing.filing_id, known.organization_code AS publisher, known.organization AS department
FROM dw.dim_filing filing {_NEWEST}
WHERE filing.filing_id = ANY(:filings)"""

STAGED = f"""
SELECT f.filing_id, f.publisher_id AS asked_publisher, f.department AS asked_department,
  known.organization_code AS publisher, known.organization AS department
FROM {{rows}}filing f JOIN dw.dim_filing filing ON filing.filing_id = f.filing_id {_NEWEST}
WHERE f.filing_load_id = ANY(:filing_loads) AND known.organization_code <> f.publisher_id
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
        known = {row.filing_id: (row.publisher, row.department) for row in rows}
    outcomes: list[Outcome | None] = []
    for entry, publisher in filings:
        asked = publisher.id, publisher.name
        if known.get(entry.id, asked)[0] == publisher.id:
            outcomes.append(None)
            continue
        reason = _refusal(entry.id, known[entry.id], asked)
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


def _refusal(filing_id: str, known: tuple[str, str], asked: tuple[str, str]) -> str:
    return (
        f"{filing_id} is a filing of {known[0]} ({known[1]}), not of {asked[0]} ({asked[1]}): "
        "a load does not change whose a filing is; give the new filing an id of its own"
    )
