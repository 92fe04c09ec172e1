"""The department that a page names, beside the one that the catalogue declares.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for schema, table in (("staging", "filing"), ("audit", "held_filing")):
        name = "读取部门. Department that the page names; null if it names none."
        agrees = "部门相符. Whether both names may be of one department; null if only one is."
        op.add_column(table, sa.Column("read_department", sa.Text(), comment=name), schema=schema)
        op.add_column(table, sa.Column("department_agrees", sa.Boolean(), comment=agrees), schema=schema)
