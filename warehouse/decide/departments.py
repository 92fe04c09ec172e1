"""The departments that persons added, by all their names, for portals that list documents of many."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa

from extract.departments import Department
from warehouse.errors import WarehouseError

_ADD = """
INSERT INTO dw.department_name (department_id, region_code, region, name, kind, declared_by)
VALUES (:id, :region_code, :region, :name, :kind, :by) ON CONFLICT (department_id, name) DO NOTHING"""
_OFFICIAL = "SELECT name, region_code FROM dw.department_name WHERE department_id = :id AND kind = 'official'"
_ALL = """
SELECT department_id, region_code, region, name, kind FROM dw.department_name
ORDER BY department_id, department_name_key"""


def add_department(engine: sa.Engine, department: Department, *, by: str) -> int:
    """Keep the names of a department; returns how many were new. Adding them again is safe.

    Raises WarehouseError if it is known under another official name or region.
    """
    names = [(department.name, "official")]
    names += [(name, "former") for name in department.former] + [(name, "short") for name in department.short]
    with engine.begin() as connection:
        known = connection.execute(sa.text(_OFFICIAL), {"id": department.id}).one_or_none()
        if known and (known.name, known.region_code) != (department.name, department.region_code):
            raise WarehouseError(
                f"{department.id} is known as {known.name} of region {known.region_code}: give its other names with "
                "--former or --short, or another --id"
            )
        said = {"id": department.id, "region_code": department.region_code, "region": department.region, "by": by}
        return sum(
            connection.execute(sa.text(_ADD), said | {"name": name, "kind": kind}).rowcount for name, kind in names
        )


def added_departments(connection: sa.Connection) -> tuple[Department, ...]:
    """What persons added, in the order of their ids."""
    found = []
    for _, rows in groupby(connection.execute(sa.text(_ALL)), key=lambda row: row.department_id):
        names = list(rows)
        official = next(row for row in names if row.kind == "official")
        found.append(
            Department(
                id=official.department_id,
                name=official.name,
                region_code=official.region_code,
                region=official.region,
                former=tuple(row.name for row in names if row.kind == "former"),
                short=tuple(row.name for row in names if row.kind == "short"),
            )
        )
    return tuple(found)
