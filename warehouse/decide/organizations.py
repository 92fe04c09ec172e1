"""What became of organisations, declared with its date: renamed, merged, or a unit that goes on elsewhere.

A description that facts point at is never rewritten: a change ends one and begins another (SCD2). A filing is described
as of the first day of its fiscal year. What no declaration names stays as it is: a load retires nobody.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import sqlalchemy as sa
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from warehouse.errors import WarehouseError

AT = """
SELECT organization_key, organization FROM dw.dim_organization
WHERE organization_code = :code AND valid_from <= :date AND :date < valid_to ORDER BY valid_from DESC LIMIT 1"""

END = """
UPDATE dw.dim_organization SET valid_to = :date, is_current = false
WHERE organization_key = :key"""

BEGIN_EARLIER = """
UPDATE dw.dim_organization SET valid_from = :date, is_declared = true
WHERE organization_code = :code AND organization = :name AND valid_from >= :date
  AND valid_from = (SELECT min(valid_from) FROM dw.dim_organization WHERE organization_code = :code
                    AND valid_from >= :date)"""

MOVE = """
UPDATE dw.dim_organization SET valid_from = :date, is_declared = true WHERE organization_key = :key"""

ADD = """
INSERT INTO dw.dim_organization
  (organization_code, organization, level, parent_key, region_key, valid_from, valid_to, is_current, is_declared)
SELECT organization_code, :name, level, parent_key, region_key, {begin}, {end}, {is_current}, {is_declared}
FROM dw.dim_organization WHERE organization_key = :key
ON CONFLICT (md5(organization_code), md5(organization), region_key, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, is_current = excluded.is_current"""
ADD_BEFORE = ADD.format(begin="valid_from", end=":date", is_current="false", is_declared="false")
ADD_AFTER = ADD.format(begin=":date", end="valid_to", is_current="is_current", is_declared="true")

RETIRE = """
UPDATE dw.dim_organization SET valid_to = :date, is_current = false, is_declared = true, successor_code = :successor
WHERE organization_code = :code AND valid_to > :date"""

SAME_PROJECTS = """
INSERT INTO dw.project_crosswalk (project_id, previous_project_id, declared_by, because)
SELECT DISTINCT now.project_id, was.project_id, :by, :because
FROM dw.dim_project now JOIN dw.dim_project was USING (normalised_name)
WHERE now.organization_code = :successor AND was.organization_code = :code AND now.project_id <> was.project_id
ON CONFLICT (project_id, previous_project_id) DO NOTHING"""


class Change(BaseModel):
    """One change of one organisation: a publisher's id, or publisher/unit. Exactly one of the three kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organization: str
    date: datetime.date
    """First day on which it holds."""
    was: str | None = None
    became: str | None = None
    """Renamed: the full official names before and after."""
    merged_into: str | None = None
    """Id of the publisher that took it over."""
    continues_as: str | None = None
    """publisher/unit under which a unit goes on, moved to another department or renamed."""

    @model_validator(mode="after")
    def _is_one_change(self) -> Change:
        kinds = [self.was is not None and self.became is not None, bool(self.merged_into), bool(self.continues_as)]
        if sum(kinds) != 1 or (self.was is None) != (self.became is None):
            raise ValueError("give either was and became, or merged_into, or continues_as")
        if self.date > datetime.datetime.now(tz=datetime.UTC).date():
            raise ValueError("a change is declared once its day has come")
        return self


class Changes(BaseModel):
    """The file: its changes, oldest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    changes: tuple[Change, ...]


def read_changes(path: Path) -> tuple[Change, ...]:
    """Read and check a file of changes. Raises WarehouseError naming the file and every entry that is wrong."""
    try:
        declared = Changes.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise WarehouseError(f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WarehouseError(f"{path} is not valid YAML: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise WarehouseError(f"{path}: {wrong}") from error
    return tuple(sorted(declared.changes, key=lambda change: change.date))


def declare_changes(engine: sa.Engine, changes: tuple[Change, ...], *, by: str) -> None:
    """Apply the changes, all or none; what is applied already changes nothing.

    Raises WarehouseError if an organisation is unknown or was not called so at the time.
    """
    with engine.begin() as connection:
        for change in changes:
            if change.was is not None and change.became is not None:
                _rename(connection, change, change.was, change.became)
            else:
                _retire(connection, change, by)


def _rename(connection: sa.Connection, change: Change, was: str, became: str) -> None:
    code = {"code": change.organization}
    before = connection.execute(sa.text(AT), code | {"date": change.date - datetime.timedelta(days=1)}).one_or_none()
    after = connection.execute(sa.text(AT), code | {"date": change.date}).one_or_none()
    if before is None or after is None:
        raise WarehouseError(f"the warehouse knows no organisation {change.organization} on {change.date}")
    if before.organization == was and after.organization == became:
        return
    if before.organization_key != after.organization_key or before.organization not in (was, became):
        raise WarehouseError(f"{change.organization} was called {before.organization} before {change.date}, not {was}")
    dated = code | {"date": change.date, "key": before.organization_key}
    if before.organization == became:  # the catalogue has said the new name from the beginning
        connection.execute(sa.text(ADD_BEFORE), dated | {"name": was})
        connection.execute(sa.text(MOVE), dated)
        return
    later = dated | {"name": became}
    if not connection.execute(sa.text(BEGIN_EARLIER), later).rowcount:  # else the catalogue has said it since
        connection.execute(sa.text(ADD_AFTER), later)
    connection.execute(sa.text(END), dated)


def _retire(connection: sa.Connection, change: Change, by: str) -> None:
    successor = change.merged_into or change.continues_as
    names = {"code": change.organization, "successor": successor, "date": change.date}
    known = sa.text(
        "SELECT count(DISTINCT organization_code) FROM dw.dim_organization"
        " WHERE organization_code IN (:code, :successor)"
    )
    if connection.execute(known, names).scalar_one() != 2:
        raise WarehouseError(f"the warehouse knows not both of {change.organization} and {successor}: load them first")
    connection.execute(sa.text(RETIRE), names)
    because = f"{change.organization} goes on as {successor} from {change.date}"
    connection.execute(sa.text(SAME_PROJECTS), names | {"by": by, "because": because})
