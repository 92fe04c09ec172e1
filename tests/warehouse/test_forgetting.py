"""A filing that was a mistake is forgotten: out of the marts, in the audit, and back by an undo or a new input."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import PUBLISHER, bureau, entry, records, submission, table
from warehouse.decide.forgetting import forget
from warehouse.decide.held import held_filings
from warehouse.decide.versions import undo
from warehouse.errors import WarehouseError
from warehouse.loading import load_filing, record_failure
from warehouse.loads import start_load


def shown(reader: Engine) -> list[tuple[str, str]]:
    with reader.connect() as connection:
        found = connection.execute(text("SELECT filing_id, status FROM mart.filing ORDER BY 1"))
        return [(row.filing_id, row.status) for row in found]


def test_a_filing_is_forgotten_whatever_became_of_it(loader: Engine, reader: Engine) -> None:
    load = start_load(loader, "by hand")
    load_filing(loader, load, submission(filing_id="good"))
    load_filing(
        loader,
        load,
        submission(records(**table(1, "甲", "1.00", stated="2.00")), filing_id="held", publisher=bureau(1)),
    )
    record_failure(loader, load, entry("failed"), PUBLISHER, "it is a picture of a cat")
    assert shown(reader) == [("failed", "failed"), ("good", "published"), ("held", "held")]
    for filing in ("good", "held", "failed"):
        forget(loader, filing, by="王", because="不是预算文件")
    assert shown(reader) == []
    with loader.connect() as connection:
        assert held_filings(connection) == []
        for view in ("section", "project", "project_budget", "indicator_target", "control_total"):
            assert connection.execute(text(f"SELECT count(*) FROM mart.{view}")).scalar_one() == 0
        kept = connection.execute(text("SELECT reasons FROM audit.filing_load WHERE status = 'forgotten'")).scalars()
        assert set(kept) == {"forgotten by 王: 不是预算文件"}
        assert connection.execute(text("SELECT count(*) FROM mart.filing_as_of(1)")).scalar_one() == 3
    with pytest.raises(WarehouseError, match="forgotten already"):
        forget(loader, "failed", by="王", because="x")
    assert undo(loader, "good", by="王", because="看错了") == 1
    assert shown(reader) == [("good", "published")]


def test_what_is_not_there_is_not_forgotten(loader: Engine) -> None:
    with pytest.raises(WarehouseError, match="no filing nothing"):
        forget(loader, "nothing", by="王", because="x")
    with pytest.raises(WarehouseError, match="a person and a reason"):
        forget(loader, "nothing", by="王", because=" ")
