"""The star schema: dimensions, facts, staging and audit, as first released.

The SQL beside this file is written from the declarations (`warehouse.schema.creation`) until the first release; from
then on it stays as it is, and what changes comes as a further revision. Views and the members of dimensions are not in
it: they follow the declarations at every upgrade (`warehouse.schema.installation`).

Revision ID: 0001
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # By the driver itself: many statements at once, and no sign in them is a parameter.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
