"""Who publishes what, as the catalogue declares it: region, department and filing, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher
from extract.regions import region_of

REGION = """
INSERT INTO dw.dim_region (region_code, region, province, city) SELECT :region_code, :region, :province, :city
WHERE NOT EXISTS (SELECT FROM dw.dim_region WHERE region_code = :region_code AND region = :region)
ON CONFLICT DO NOTHING"""

CLOSE_DEPARTMENT = """
UPDATE dw.dim_organization o SET is_current = false, valid_to = CURRENT_DATE
FROM dw.dim_region r
WHERE o.organization_code = :publisher AND o.is_current AND r.region_code = :region_code AND r.region = :region
  AND (o.organization, o.region_key) <> (:department, r.region_key)"""

DEPARTMENT = """
INSERT INTO dw.dim_organization (organization_code, organization, level, parent_key, region_key, valid_from)
SELECT :publisher, :department, 'department', -1, r.region_key,
  COALESCE((SELECT max(valid_to) FROM dw.dim_organization WHERE organization_code = :publisher), '-infinity')
FROM dw.dim_region r
WHERE r.region_code = :region_code AND r.region = :region
  AND NOT EXISTS (SELECT FROM dw.dim_organization
    WHERE organization_code = :publisher AND (is_current OR successor_code <> ''))
ON CONFLICT (md5(organization_code), md5(organization), region_key, valid_from) DO UPDATE
SET is_current = true, valid_to = 'infinity'"""

FILING = """
INSERT INTO dw.dim_filing
  (filing_id, title, kind, year_basis, fiscal_year_key, region_key, department_key, source_url)
SELECT :filing_id, :title, :kind, :year_basis, :fiscal_year, o.region_key, o.organization_key, :source_url
FROM dw.dim_organization o WHERE o.organization_code = :publisher
ORDER BY COALESCE(
  o.valid_from <= make_date(NULLIF(:fiscal_year, 0), 1, 1) AND make_date(NULLIF(:fiscal_year, 0), 1, 1) < o.valid_to
  AND EXISTS (
    SELECT FROM dw.dim_organization n WHERE n.organization_code = o.organization_code AND n.is_declared
      AND n.valid_from > make_date(NULLIF(:fiscal_year, 0), 1, 1)), false) DESC,
  o.is_current DESC, o.valid_from DESC
LIMIT 1
ON CONFLICT (filing_id) DO UPDATE SET
  title = excluded.title, kind = excluded.kind, year_basis = excluded.year_basis,
  fiscal_year_key = excluded.fiscal_year_key, region_key = excluded.region_key,
  department_key = excluded.department_key, source_url = excluded.source_url"""


KEYS = "SELECT filing_id, filing_key FROM dw.dim_filing WHERE filing_id = ANY(:filings)"


def register_filings(connection: sa.Connection, filings: Iterable[tuple[FilingEntry, Publisher]]) -> dict[str, int]:
    """The filings' keys by filing_id; regions, departments and filings are added or corrected as declared, in order.

    A department whose declared name or region changed gets a new description (SCD2); its published facts keep the old.
    Where a person has declared the date of a change (`organizations`), the filing gets the description of its year.
    """
    keys: dict[str, int] = {}
    for publisher, declared in groupby(filings, key=itemgetter(1)):
        placed = region_of(publisher.region_code)
        who = {
            "publisher": publisher.id,
            "department": publisher.name,
            "region_code": publisher.region_code,
            "region": publisher.region,
            "province": placed.province,
            "city": placed.city,
        }
        for statement in (REGION, CLOSE_DEPARTMENT, DEPARTMENT):
            connection.execute(sa.text(statement), who)
        entries = [_declared(entry) | who for entry, _ in declared]
        connection.execute(sa.text(FILING), entries)
        found = connection.execute(sa.text(KEYS), {"filings": [entry["filing_id"] for entry in entries]})
        keys.update((row.filing_id, row.filing_key) for row in found)
    return keys


def _declared(entry: FilingEntry) -> dict[str, Any]:
    return {
        "filing_id": entry.id,
        "title": entry.title,
        "kind": entry.kind,
        "year_basis": entry.year_basis,
        "fiscal_year": entry.fiscal_year or 0,
        "source_url": entry.source_url or (entry.source if entry.source.startswith("http") else None),
    }
