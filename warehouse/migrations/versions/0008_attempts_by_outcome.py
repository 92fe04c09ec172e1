"""A filing's attempts by their outcome: each night adds one, which most often says `unchanged`.

The list of filings looks for the others, and read all nights of each filing to find them.

Revision ID: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index(
        "filing_load_filing_key_status_filing_load_id_idx",
        "filing_load",
        ["filing_key", "status", "filing_load_id"],
        schema="audit",
    )
    op.drop_index("filing_load_filing_key_idx", "filing_load", schema="audit")
