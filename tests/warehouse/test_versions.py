"""Versions of a filing: what changed, taking a publication back, and the marts as they were after a past load."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import LAYOUT, OTHER, indicator, money, percent, project, records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform.records import TotalOf
from warehouse.decide.accepting import accept
from warehouse.decide.held import reject
from warehouse.decide.versions import filing_versions, undo
from warehouse.errors import WarehouseError
from warehouse.loading import record_failure
from warehouse.loads import start_load
from warehouse.schema.marts import VIEWS
from warehouse.server.database import Database
from warehouse.server.roles import Login

BASE = records()
DEARER = records(
    projects=(project(1, "甲项目"), project(2, "乙项目", goal="另一目标"), project(3, "丙项目")),
    budget_lines=(money("甲项目", "12.00"), *BASE.budget_lines[1:], money("丙项目", "1.00", funding=OTHER)),
    indicators=(
        indicator("甲项目", 1, targets=(percent("95"),)),
        indicator("甲项目", 2, "群众满意度", level1="满意度"),
        indicator("丙项目", 1),
    ),
    stated_totals=(),
)
SHORT = records(stated_totals=(total(TotalOf.FILING, "739.00"),))
WHO = {"by": "王工", "because": "the annex is missing"}
DATED = [view for view in VIEWS if view.changes_with_loads]


def changes(engine: Engine, version: int) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        asked = filing_versions(connection, "filing-1")[version - 1]
    return [(one.kind, one.change, one.where, one.what, one.before, one.after) for one in asked.changes]


def test_a_version_says_line_by_line_what_it_changes(loader: Engine) -> None:
    load(loader, submission())
    load(loader, submission(DEARER, sha256="b" * 64))
    spent = "project_expenditure / 本级"
    assert changes(loader, 2) == [
        ("project", "changed", "本级 / 乙项目", "goal", "乙项目的目标", "另一目标"),
        ("project", "added", "本级 / 丙项目", "project", None, "丙项目的目标"),
        ("amount", "changed", f"{spent} / 甲项目 / 财政拨款", "amount", "10.50 万元", "12.00 万元"),
        ("amount", "added", f"{spent} / 丙项目 / 其他资金", "amount", None, "1.00 万元"),
        ("target", "changed", "project / 本级 / 甲项目 / 完成率 / annual", "target_text", "90%以上", "95%以上"),
        ("target", "changed", "project / 本级 / 甲项目 / 满意度 / annual", "indicator", "满意度", "群众满意度"),
        ("target", "added", "project / 本级 / 丙项目 / 完成率 / annual", "target", None, "90%以上"),
        ("total", "removed", "filing", "total", "150000.00", None),
        ("total", "removed", "filing / 财政拨款", "total", "147500.00", None),
        ("total", "removed", "unit / 本级", "total", "150000.00", None),
        ("total", "removed", "project / 本级 / 乙项目", "total", "45000.00", None),
    ]


def test_a_held_version_is_compared_with_the_published_one(loader: Engine) -> None:
    load(loader, submission())
    load(loader, submission(SHORT, sha256="b" * 64))
    assert changes(loader, 2)[0] == ("total", "changed", "filing", "stated_yuan", "150000.00", "7390000.00")
    assert {(kind, change) for kind, change, *_ in changes(loader, 2)} == {("total", "changed"), ("total", "removed")}


def test_equal_records_of_another_reader_change_nothing(loader: Engine) -> None:
    load(loader, submission())
    load(loader, submission(reader="text-2"))
    with loader.connect() as connection:
        first, second = filing_versions(connection, "filing-1")
    assert (first.because, second.because, second.changes) == ((), ("reader",), ())
    assert (first.is_current, second.is_current, first.loads, second.loads) == (False, True, ((1, 2),), ((2, None),))


def test_an_undo_brings_the_former_version_back_and_an_undo_of_it_the_later_one(loader: Engine, reader: Engine) -> None:
    money_shown = "SELECT version, (SELECT sum(amount_yuan) FROM mart.project_budget) FROM mart.filing"
    load(loader, submission())
    load(loader, submission(DEARER, sha256="b" * 64))
    assert undo(loader, "filing-1", **WHO) == 1
    assert rows(reader, money_shown) == [(1, Decimal("150000.00"))]
    assert undo(loader, "filing-1", **WHO) == 2
    assert rows(reader, money_shown) == [(2, Decimal("175000.00"))]
    assert undo(loader, "filing-1", to=1, **WHO) == 1
    assert rows(reader, money_shown) == [(1, Decimal("150000.00"))]
    assert rows(loader, "SELECT decision, decided_by, because FROM audit.decision ORDER BY 1 LIMIT 1") == [
        ("restored", "王工", "the annex is missing")
    ]


def test_a_first_publication_that_is_undone_is_withdrawn_and_comes_back(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    assert undo(loader, "filing-1", **WHO) is None
    assert rows(reader, "SELECT status, held_reasons FROM mart.filing") == [
        ("withdrawn", "withdrawn by 王工: the annex is missing")
    ]
    assert rows(reader, "SELECT count(*) FROM mart.project") == [(0,)]
    assert load(loader, submission()).status == "unchanged"
    assert undo(loader, "filing-1", **WHO) == 1
    assert rows(reader, "SELECT status, projects, held_reasons FROM mart.filing") == [("published", 2, "")]


def test_an_undone_version_does_not_return_by_itself_and_a_new_one_is_judged_afresh(loader: Engine) -> None:
    load(loader, submission())
    load(loader, submission(DEARER, sha256="b" * 64))
    undo(loader, "filing-1", **WHO)
    assert load(loader, submission(DEARER, sha256="b" * 64)).status == "unchanged"
    assert rows(loader, "SELECT version FROM mart.filing") == [(1,)]
    assert load(loader, submission(DEARER, sha256="c" * 64)).version == 3


@pytest.mark.parametrize(
    ("filing_id", "to", "message"),
    [
        ("filing-2", None, "there is no filing filing-2"),
        ("filing-1", 1, "version 1 of filing-1 is the current one already"),
        ("filing-1", 2, "version 2 of filing-1 was never published; there is 1"),
    ],
)
def test_an_undo_that_means_nothing_is_refused(loader: Engine, filing_id: str, to: int | None, message: str) -> None:
    load(loader, submission())
    load(loader, submission(SHORT, sha256="b" * 64))
    with pytest.raises(WarehouseError, match=message):
        undo(loader, filing_id, to=to, **WHO)
    assert rows(loader, "SELECT version, pending_version FROM mart.filing") == [(1, 2)]


@pytest.fixture(scope="module")
def history(module_database: Database) -> Iterator[tuple[Engine, dict[int, dict[str, list[Any]]]]]:
    """The reader's engine, and a dump of every dated mart view after each of a dozen loads and decisions."""
    loader, reader = module_database.engine(Login.LOADER), module_database.engine(Login.READER)
    other = {"filing_id": "filing-2", "fiscal_year": 2023, "sha256": "2" * 64}
    broken = submission(filing_id="filing-3")
    steps = (
        lambda: load(loader, submission()),
        lambda: load(loader, submission(records(fiscal_year=2023), **other)),
        lambda: load(loader, submission(DEARER, sha256="b" * 64)),
        lambda: load(loader, submission(SHORT, sha256="c" * 64)),
        lambda: record_failure(loader, start_load(loader, "test"), broken.entry, broken.publisher, "truncated"),
        lambda: undo(loader, "filing-1", **WHO),
        lambda: accept(loader, "filing-1", **WHO),
        lambda: undo(loader, "filing-2", **WHO),
        lambda: load(loader, submission(SHORT, filing_id="filing-3", sha256="3" * 64)),
        lambda: reject(loader, "filing-3", **WHO),
        lambda: undo(loader, "filing-1", **WHO),
        lambda: undo(loader, "filing-2", **WHO),
    )
    dumps: dict[int, dict[str, list[Any]]] = {0: {view.name: [] for view in DATED}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
        for step in steps:
            step()
            ((load_id,),) = rows(reader, "SELECT max(load_id) FROM mart.load")
            dumps[load_id] = {view.name: dump(reader, f"mart.{view.name}") for view in DATED}
    yield reader, dumps
    loader.dispose()
    reader.dispose()


def dump(engine: Engine, relation: str) -> list[Any]:
    return [row for (row,) in rows(engine, f"SELECT shown::text FROM {relation} shown ORDER BY 1")]


def test_each_step_of_the_history_shows_in_the_marts(history: Any) -> None:
    _, dumps = history
    assert len(dumps) == 13
    assert len({str(shown["filing"]) for shown in dumps.values()}) == 13
    assert all(shown["project"] for load_id, shown in dumps.items() if load_id)


@pytest.mark.parametrize("view", [view.name for view in DATED])
def test_a_mart_as_of_a_past_load_is_what_it_showed_then(history: Any, view: str) -> None:
    reader, dumps = history
    for load_id, shown in dumps.items():
        assert dump(reader, f"mart.{view}_as_of({load_id})") == shown[view], f"after load {load_id}"


def test_the_reader_of_a_past_load_sees_nothing_behind_it(history: Any) -> None:
    reader, _ = history
    with reader.connect() as connection, pytest.raises(Exception, match="permission denied for schema dw"):
        connection.execute(text("SELECT * FROM dw.publication"))
