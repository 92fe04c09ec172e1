"""Statistics of the number that stands for a project within a filing, which is now one whose hashes are spread.

Of `version << 32 + project` PostgreSQL's hash, the upper half XOR the lower, was the same for six projects at a time,
so that joins compared every row with six and more.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for fact in ("fact_project", "fact_budget", "fact_indicator"):
        op.execute(f"DROP STATISTICS dw.{fact}_filing_project")
        op.execute(
            f"CREATE STATISTICS dw.{fact}_filing_project ON (filing_version_key * 2654435761 + project_key)"
            f" FROM dw.{fact}"
        )
    op.execute("ANALYZE dw.fact_project, dw.fact_budget, dw.fact_indicator")
