"""Corrections of what the catalogue says of a filing: its year, its department, whose money it shows.

A correction lies over the catalogue from the next load on (`warehouse.read.corrected`); it makes the filing's input
new, so that it is read and judged again. The latest of a field counts; none is ever deleted.
"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.decide.decisions import deciding
from warehouse.errors import WarehouseError
from warehouse.read.corrected import DEPARTMENT

YEARS = range(1990, 2101)
SCOPES = ("department", "unit", "government")
_KNOWN = """
SELECT COALESCE((
    SELECT c.former FROM dw.entry_correction c WHERE c.filing_id = d.filing_id AND c.field = 'publisher'
    ORDER BY c.entry_correction_key LIMIT 1), o.organization_code) AS publisher, (
  SELECT max(v.filing_version_key) FROM dw.dim_filing_version v WHERE v.filing_key = d.filing_key) AS version_key
FROM dw.dim_filing d JOIN dw.dim_organization o ON o.organization_key = d.department_key WHERE d.filing_id = :filing"""
_ADD = """
INSERT INTO dw.entry_correction (filing_id, field, former, value, corrected_by, because)
VALUES (:filing, :field, :former, :value, :by, :because)"""


def correct(
    engine: sa.Engine, filing_id: str, *, by: str, because: str, fiscal_year: int | None = None,
    scope: str | None = None, publisher: str | None = None,
) -> None:  # fmt: skip
    """Correct what is given of the catalogue's entry; from the next load on it counts.

    Raises WarehouseError if there is no such filing, nothing is given, or a value makes no sense.
    """
    if fiscal_year is not None and fiscal_year not in YEARS:
        raise WarehouseError(f"{fiscal_year} is no fiscal year")
    if scope is not None and scope not in SCOPES:
        raise WarehouseError(f"{scope} is no scope: it is one of {', '.join(SCOPES)}")
    given = {"fiscal_year": fiscal_year, "scope": scope, "publisher": publisher}
    said = {name: str(value) for name, value in given.items() if value is not None}
    if not said:
        raise WarehouseError("say what is to be corrected: year, scope or department")
    with deciding(engine, f"correct {filing_id}", by=by, because=because) as decision:
        connection = decision.connection
        known = connection.execute(sa.text(_KNOWN), {"filing": filing_id}).one_or_none()
        if known is None:
            raise WarehouseError(f"there is no filing {filing_id}; mart.filing lists them")
        if publisher is not None:
            asked = DEPARTMENT.format(asked="o.organization_code = :code")
            if connection.execute(sa.text(asked), {"code": publisher}).first() is None:
                raise WarehouseError(f"there is no department {publisher}")
        for name, value in said.items():
            former = known.publisher if name == "publisher" else None
            place = {"filing": filing_id, "field": name, "former": former, "value": value}
            connection.execute(sa.text(_ADD), {**place, "by": decision.by, "because": decision.because})
        if known.version_key is not None:
            decision.record(known.version_key, "corrected")
