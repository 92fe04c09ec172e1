"""The star schema: dimensions, facts, staging, audit and the marts.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from warehouse.installation import create_tables, replace_views

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    create_tables(connection)
    replace_views(connection)
