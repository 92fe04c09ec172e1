"""Versions are found by the digest of their bytes: each staged filing is looked for under other names.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("dim_filing_version_sha256_idx", "dim_filing_version", ["sha256"], schema="dw")
