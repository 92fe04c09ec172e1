"""What a load keeps about itself beside its filings: what was found at publishers, and the run's own figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from extract.document import Finding
from warehouse.schema import METADATA

LOAD_FINDING = METADATA.tables["audit.load_finding"]


def keep_findings(engine: sa.Engine, load_id: int, publisher: str | None, findings: Sequence[Finding]) -> None:
    """Keep what was found at a publisher (None: in the run itself) in `audit.load_finding`."""
    rows = [
        {
            "load_id": load_id,
            "publisher": publisher,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "evidence": finding.evidence,
        }
        for finding in findings
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(LOAD_FINDING.insert(), rows)


def keep_metrics(engine: sa.Engine, load_id: int, metrics: Mapping[str, Any]) -> None:
    """Add figures to `audit.load.metrics`; a figure that is there already is replaced."""
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE audit.load SET metrics = metrics || CAST(:metrics AS jsonb) WHERE load_id = :load"),
            {"load": load_id, "metrics": json.dumps(metrics, ensure_ascii=False)},
        )
