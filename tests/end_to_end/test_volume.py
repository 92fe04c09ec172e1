"""The generated warehouse of `benchmarks.volume` is one that loading could have made, and every query answers on it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from benchmarks.generated_warehouse import fill_warehouse
from benchmarks.volume_queries import asked_at_volume

pytestmark = pytest.mark.long


def test_every_query_answers_on_generated_filings(engine: Engine, reader: Engine) -> None:
    rows = fill_warehouse(engine, 12_000)
    assert 10_000 < rows < 20_000
    with reader.connect() as connection:
        totals = "SELECT sum(total_yuan) FROM mart.project UNION ALL SELECT sum(amount_yuan) FROM mart.project_budget"
        projects, lines = connection.execute(text(totals)).scalars()
        assert abs(projects - lines) < 100  # lines of a quarter and three quarters, in cents
        silent = [one.title for one in asked_at_volume() if not connection.execute(text(one.sql)).all()]
        assert all(one.facts for one in asked_at_volume())
    assert len(silent) <= 3, silent  # what one row in thousands says may be missing among so few
