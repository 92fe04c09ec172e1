"""What persons have corrected of the catalogue, as it lies over the entries that are loaded.

A correction lies over the catalogue from the next load on; it makes the filing's input new, so that it is read and
judged again. The latest of a field counts; none is ever deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from extract.catalogue import FilingEntry, Publisher

DEPARTMENT = """
SELECT o.organization_code AS id, o.organization AS name, r.region_code, r.region
FROM dw.dim_organization o JOIN dw.dim_region r USING (region_key)
WHERE o.level = 'department' AND o.is_current AND o.organization_key > 0 AND {asked} ORDER BY 2, 1"""
_ALL = """
SELECT DISTINCT ON (c.filing_id, c.field) c.filing_id, c.field, c.former, c.value
FROM dw.entry_correction c ORDER BY c.filing_id, c.field, c.entry_correction_key DESC"""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What persons have corrected, by filing and field, and the departments that filings were given to."""

    values: Mapping[str, Mapping[str, tuple[str | None, str]]] = field(default_factory=dict)
    """Of each field what the catalogue said, and what a person says."""
    departments: Mapping[str, Publisher] = field(default_factory=dict)

    def of(self, entry: FilingEntry, publisher: Publisher) -> tuple[FilingEntry, Publisher]:
        """The entry and its publisher as they are corrected.

        A department is corrected only for entries of the publisher that was there: an id that is another's stays so.
        """
        said = self.values.get(entry.id)
        if said is None:
            return entry, publisher
        update: dict[str, object] = {}
        if "fiscal_year" in said:
            update |= {"fiscal_year": int(said["fiscal_year"][1]), "year_basis": "declared"}
        if "scope" in said:
            update["scope"] = said["scope"][1]
        if "publisher" in said and said["publisher"][0] == publisher.id:
            given = self.departments.get(said["publisher"][1])
            if given is not None:
                update["publisher"], publisher = given.id, given
        return entry.model_copy(update=update), publisher

    def year_of(self, filing_id: str) -> int | None:
        """The year that a person gave the filing; None if nobody did."""
        said = self.values.get(filing_id, {}).get("fiscal_year")
        return int(said[1]) if said else None

    def allow(self, entry: FilingEntry, publisher: Publisher) -> frozenset[str]:
        """Which of `publisher` and `scope` a person has set to what this entry says."""
        said = self.values.get(entry.id, {})
        now = {"publisher": publisher.id, "scope": entry.scope}
        return frozenset(name for name, value in now.items() if name in said and said[name][1] == value)


def corrections(connection: sa.Connection) -> Corrections:
    """What is corrected now."""
    values: dict[str, dict[str, tuple[str | None, str]]] = {}
    for row in connection.execute(sa.text(_ALL)):
        values.setdefault(row.filing_id, {})[row.field] = (row.former, row.value)
    codes = sorted({one["publisher"][1] for one in values.values() if "publisher" in one})
    asked = DEPARTMENT.format(asked="o.organization_code = ANY(:codes)")
    rows = connection.execute(sa.text(asked), {"codes": codes}) if codes else ()
    return Corrections(values, {row.id: Publisher(**row._mapping) for row in rows})


def departments(connection: sa.Connection) -> list[Publisher]:
    """Every department that a filing can be given to."""
    return [Publisher(**row._mapping) for row in connection.execute(sa.text(DEPARTMENT.format(asked="true")))]
