"""Forgetting a filing that was a mistake: a wrong address, a page that is no filing, one that could never be read.

It leaves the marts and the lists; what was read of it, and who forgot it and why, stays in `dw` and `audit`. An undo or
a new input brings it back.
"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.decide.decisions import deciding_in_turn
from warehouse.errors import WarehouseError
from warehouse.publish import publishing

_KNOWN = """
SELECT d.filing_key, a.status, (
  SELECT max(v.filing_version_key) FROM dw.dim_filing_version v WHERE v.filing_key = d.filing_key) AS version_key
FROM dw.dim_filing d LEFT JOIN LATERAL (SELECT status FROM audit.filing_load a
  WHERE a.filing_key = d.filing_key ORDER BY a.filing_load_id DESC LIMIT 1) a ON true
WHERE d.filing_id = :filing"""
_WAITS_NO_MORE = (
    "UPDATE dw.dim_filing_version SET status = 'rejected' WHERE filing_version_key = :version AND status = 'held'"
)
_ATTEMPT = """
INSERT INTO audit.filing_load (load_id, filing_key, filing_version_key, status, reasons, finished_at)
VALUES (:load, :filing, :version, 'forgotten', :reasons, clock_timestamp())"""


def forget(engine: sa.Engine, filing_id: str, *, by: str, because: str) -> None:
    """Take a filing out of the marts and out of what waits, in one transaction, whatever became of it.

    Raises WarehouseError if there is no such filing, or it is forgotten already, or `by` or `because` is empty.
    """
    with deciding_in_turn(engine, filing_id, f"forget {filing_id}", by=by, because=because) as decision:
        connection = decision.connection
        known = connection.execute(sa.text(_KNOWN), {"filing": filing_id}).one_or_none()
        if known is None or known.status is None:
            raise WarehouseError(f"there is no filing {filing_id}; mart.filing lists them")
        if known.status == "forgotten":
            raise WarehouseError(f"{filing_id} is forgotten already")
        publishing.lock_filings(connection, [known.filing_key])
        publishing.end_current(connection, [known.filing_key], decision.load_id)
        if known.version_key is not None:
            connection.execute(sa.text(_WAITS_NO_MORE), {"version": known.version_key})
            decision.record(known.version_key, "forgotten")
        reasons = f"forgotten by {decision.by}: {decision.because}"
        place = {"load": decision.load_id, "filing": known.filing_key, "version": known.version_key}
        connection.execute(sa.text(_ATTEMPT), {**place, "reasons": reasons})
