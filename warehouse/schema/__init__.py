"""Every table of the warehouse, declared once, in the order in which they can be created."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.schema.audit import AUDIT
from warehouse.schema.declarations import Table
from warehouse.schema.dimensions import DIMENSIONS
from warehouse.schema.facts import FACTS
from warehouse.schema.reference import REFERENCE
from warehouse.schema.staging import HELD, STAGING
from warehouse.schema.statement_facts import STATEMENT_FACTS

TABLES: tuple[Table, ...] = (*DIMENSIONS, *REFERENCE, *AUDIT, *FACTS, *STATEMENT_FACTS, *STAGING, *HELD)


def build_metadata() -> sa.MetaData:
    """The SQLAlchemy metadata of all declared tables."""
    metadata = sa.MetaData()
    for table in TABLES:
        table.build(metadata)
    return metadata


METADATA = build_metadata()
