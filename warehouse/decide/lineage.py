"""A person's word that a project continues another one: recorded with name and reason, and taken back the same way."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.errors import WarehouseError

KNOWN = sa.text("SELECT project_id FROM dw.dim_project WHERE project_id IN (:project_id, :previous_project_id)")
DECLARE = sa.text(
    "INSERT INTO dw.project_crosswalk (project_id, previous_project_id, declared_by, because)"
    " VALUES (:project_id, :previous_project_id, :by, :because)"
    " ON CONFLICT (project_id, previous_project_id)"
    " DO UPDATE SET declared_by = excluded.declared_by, because = excluded.because, declared_at = now()"
)
WITHDRAW = sa.text(
    "DELETE FROM dw.project_crosswalk WHERE project_id = :project_id AND previous_project_id = :previous_project_id"
)


def declare_same(
    connection: sa.Connection, project_id: int, previous_project_id: int, *, by: str, because: str
) -> None:
    """Record that `project_id` continues `previous_project_id`; both as `mart.project_lineage` shows them.

    Raises WarehouseError if one of them does not exist, or if they are one already.
    """
    ids = {"project_id": project_id, "previous_project_id": previous_project_id}
    if project_id == previous_project_id:
        raise WarehouseError(f"project {project_id} is one project already: same unit, same normalised name")
    missing = set(ids.values()) - set(connection.execute(KNOWN, ids).scalars())
    if missing:
        raise WarehouseError(f"no project has the id {', '.join(map(str, sorted(missing)))}; see mart.project_lineage")
    connection.execute(DECLARE, {**ids, "by": by, "because": because})


def withdraw_same(connection: sa.Connection, project_id: int, previous_project_id: int) -> None:
    """Take the declaration back. Raises WarehouseError if there is none."""
    ids = {"project_id": project_id, "previous_project_id": previous_project_id}
    if not connection.execute(WITHDRAW, ids).rowcount:
        raise WarehouseError(f"nobody has declared that project {project_id} continues {previous_project_id}")
