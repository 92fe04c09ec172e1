"""The files of an export hold what the mart holds, to the last digit, and equal data give equal files."""

from __future__ import annotations

import datetime
import filecmp
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from flows.cli.export import _telling
from tests.warehouse.builders import LAYOUT, indicator, money, project, records, submission
from tests.warehouse.test_publishing import load, rows
from transform.records import Records
from warehouse.errors import WarehouseError
from warehouse.export.duckdb_file import DUCKDB, write_duckdb
from warehouse.export.exporting import export_mart
from warehouse.export.folder import DRAFT, MANIFEST, ExportFolder
from warehouse.export.parquet import Partition, partitions
from warehouse.schema.marts import VIEWS
from warehouse.schema.views import View
from warehouse.server.database import Database
from warehouse.server.roles import Login

HARD = '甲,"项目"\n第二行 é 😀'
"""A name that a careless CSV breaks."""


def year(fiscal_year: int, amount: str = "10.50") -> Records:
    return records(
        fiscal_year=fiscal_year,
        projects=(project(1, HARD), project(2, "乙项目", goal="")),
        budget_lines=(money(HARD, amount), money("乙项目", "0.01")),
        indicators=(indicator("乙项目", 1),),
        stated_totals=(),
    )


def load_years(loader: Engine) -> None:
    for one in (2023, 2024):
        load(loader, submission(year(one), filing_id=f"filing-{one}", fiscal_year=one))


@pytest.fixture(scope="module")
def mart(module_database: Database) -> Iterator[Engine]:
    """Two fiscal years, for tests that only read."""
    loader = module_database.engine(Login.LOADER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
        load_years(loader)
    loader.dispose()
    reader = module_database.engine(Login.READER)
    yield reader
    reader.dispose()


@pytest.fixture(scope="module")
def exported(mart: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export_mart(mart, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_duckdb_file_has_the_rows_of_the_mart(mart: Engine, exported: Path, view: View) -> None:
    names = ", ".join(column.name for column in view.columns)
    query = f"SELECT {names} FROM mart.{view.name}"
    with duckdb.connect(str(exported / DUCKDB), read_only=True) as connection:
        found = connection.execute(query).fetchall()
    assert sorted(_in_utc(found), key=repr) == sorted(_in_utc(rows(mart, query)), key=repr)


def _in_utc(found: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """Rows with times in one zone and numbers without the zeros a type adds."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return value.astimezone(datetime.UTC)
        return value.normalize() if isinstance(value, Decimal) else value

    return [tuple(plain(value) for value in row) for row in found]


def test_money_is_exact_and_text_unharmed(exported: Path) -> None:
    table = pq.read_table(exported / "parquet/project_budget/fiscal_year=2024/part-0.parquet")
    assert str(table.schema.field("amount_yuan").type) == "decimal128(18, 2)"
    found = dict(zip(table["project"].to_pylist(), table["amount_yuan"].to_pylist(), strict=True))
    assert found == {HARD: Decimal("105000.00"), "乙项目": Decimal("100.00")}
    projects = pq.read_table(exported / "parquet/project/fiscal_year=2024/part-0.parquet").to_pylist()
    assert {one["project"]: one["goal"] for one in projects} == {HARD: f"{HARD}的目标", "乙项目": ""}
    assert {one["page"] for one in projects} == {None}


def test_arrow_finds_the_years_in_the_paths(exported: Path) -> None:
    found = pyarrow.dataset.dataset(exported / "parquet/project_budget", partitioning="hive").to_table()
    assert sorted(found["fiscal_year"].to_pylist()) == [2023, 2023, 2024, 2024]


def test_comments_and_chinese_labels_are_in_the_duckdb_file(exported: Path) -> None:
    with duckdb.connect(str(exported / DUCKDB), read_only=True) as connection:
        assert connection.execute('SELECT sum("金额（元）") FROM mart_zh.project_budget').fetchall() == [
            (Decimal("210200.00"),)
        ]
        comments = dict(
            connection.execute(
                "SELECT column_name, comment FROM duckdb_columns()"
                " WHERE schema_name = 'mart' AND table_name = 'project_budget'"
            ).fetchall()
        )
        tables = connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall()
    assert comments["amount_yuan"].startswith("金额（元）. Exact. Unit: yuan. Adds over")
    assert all(comments.values())
    assert {name for name, comment in tables if comment} == {view.name for view in VIEWS}


def test_equal_data_give_equal_files(mart: Engine, exported: Path, tmp_path: Path) -> None:
    """Also the DuckDB file, whose own format promises nothing of the kind; another process leaves other memory."""
    command = (
        "import sys; from pathlib import Path; from sqlalchemy import create_engine;"
        "from warehouse.export.exporting import export_mart; export_mart(create_engine(sys.argv[1]), Path(sys.argv[2]))"
    )
    address = mart.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", command, address, str(tmp_path / "other")], check=True)
    with duckdb.connect() as connection:  # so that unused memory holds something
        connection.execute("CREATE TABLE t AS SELECT md5(random()::VARCHAR) AS x FROM range(100000) ORDER BY x")
    export_mart(mart, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(exported)
    assert contents(tmp_path / "other") == contents(exported)


def test_what_has_not_changed_is_not_touched(reader: Engine, loader: Engine, tmp_path: Path) -> None:
    load_years(loader)
    export_mart(reader, tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*") if path.name != MANIFEST}
    again = export_mart(reader, tmp_path)
    assert (again.written, again.removed) == ((), ())
    assert {path: path.stat().st_mtime_ns for path in times} == times
    load(loader, submission(year(2024, "11.00"), filing_id="filing-2024", fiscal_year=2024, sha256="b" * 64))
    changed = export_mart(reader, tmp_path)
    assert "parquet/project_budget/fiscal_year=2024/part-0.parquet" in changed.written
    assert DUCKDB in changed.written
    assert [name for name in changed.written if "fiscal_year=2023" in name] == []


def test_a_year_that_is_gone_loses_its_files(reader: Engine, loader: Engine, engine: Engine, tmp_path: Path) -> None:
    load_years(loader)
    export_mart(reader, tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE dw.publication SET to_load_id = from_load_id WHERE filing_key ="
            " (SELECT filing_key FROM dw.dim_filing WHERE filing_id = 'filing-2023')"
        )
    removed = export_mart(reader, tmp_path).removed
    assert "parquet/project_budget/fiscal_year=2023/part-0.parquet" in removed
    assert not (tmp_path / "parquet/project_budget/fiscal_year=2023").exists()
    assert set(json.loads((tmp_path / MANIFEST).read_text())) == set(contents(tmp_path)) - {MANIFEST}


def test_an_export_that_is_stopped_changes_nothing(
    reader: Engine, loader: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a file of the former one, before the last of the new one is on the disk."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    load_years(loader)
    export_mart(reader, tmp_path)
    former = contents(tmp_path)
    load(loader, submission(year(2024, "11.00"), filing_id="filing-2024", fiscal_year=2024, sha256="b" * 64))
    for step in ("exporting.write_duckdb", "folder._onto_disk"):
        with monkeypatch.context() as patch:
            patch.setattr(f"warehouse.export.{step}", stop)
            with pytest.raises(KeyboardInterrupt):
                export_mart(reader, tmp_path)
        assert contents(tmp_path) == former
    export_mart(reader, tmp_path)
    export_mart(reader, tmp_path / "../fresh")
    assert contents(tmp_path) == contents(tmp_path / "../fresh")


def test_an_export_that_is_killed_while_it_moves_is_brought_to_its_end(
    mart: Engine, exported: Path, tmp_path: Path
) -> None:
    """The manifest of the draft is there: the next export moves the rest, also of files that it would not write."""
    export_mart(mart, tmp_path)
    draft = tmp_path / DRAFT
    (draft / "parquet/project/fiscal_year=2024").mkdir(parents=True)
    (tmp_path / "parquet/project/fiscal_year=2024/part-0.parquet").replace(
        draft / "parquet/project/fiscal_year=2024/part-0.parquet"
    )
    (draft / MANIFEST).write_text((tmp_path / MANIFEST).read_text())
    assert export_mart(mart, tmp_path).written == ()
    assert contents(tmp_path) == contents(exported)


def test_a_full_disk_ends_an_export_with_a_sentence(mart: Engine, exported: Path, tmp_path: Path) -> None:
    """In seconds, while PostgreSQL has still rows to send, and with the former export as it was."""
    shutil.copytree(exported, tmp_path / "out")
    command = (
        "import sys; from pathlib import Path; from resource import RLIMIT_FSIZE, setrlimit;"
        "from sqlalchemy import create_engine; from warehouse.export.exporting import export_mart;"
        "setrlimit(RLIMIT_FSIZE, (int(sys.argv[3]),) * 2);"
        "export_mart(create_engine(sys.argv[1]), Path(sys.argv[2]), desk_url='http://other')"
    )
    address = mart.url.render_as_string(hide_password=False)
    for most in ("500", "20000"):  # a Parquet file does not fit; the DuckDB file does not
        done = subprocess.run(
            [sys.executable, "-c", command, address, str(tmp_path / "out"), most],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stderr.splitlines()[-1].startswith("warehouse.errors.WarehouseError: "), done.stderr
        assert contents(tmp_path / "out") == contents(exported)


def test_a_second_export_at_the_same_time_is_refused(mart: Engine, exported: Path, tmp_path: Path) -> None:
    with ExportFolder.open(tmp_path), pytest.raises(WarehouseError, match="another export is being written"):
        export_mart(mart, tmp_path)
    export_mart(mart, tmp_path)
    assert contents(tmp_path) == contents(exported)


@pytest.mark.parametrize("name", ["../mine", "/tmp/yusuan-mine", "away/mine", "", "parquet/../../mine"])
def test_names_of_a_manifest_are_not_believed(mart: Engine, exported: Path, tmp_path: Path, name: str) -> None:
    folder, away = tmp_path / "out", tmp_path / "away"
    shutil.copytree(exported, folder)
    away.mkdir()
    (folder / "away").symlink_to(away)
    for mine in (tmp_path / "mine", away / "mine"):
        mine.write_text("mine")
    (folder / MANIFEST).write_text(json.dumps({name: ""}))
    with pytest.raises(WarehouseError, match="is no file of an export"):
        export_mart(mart, folder)
    assert (tmp_path / "mine").read_text() == (away / "mine").read_text() == "mine"


def test_an_export_says_where_the_desk_shows_a_figure(mart: Engine, tmp_path: Path) -> None:
    export_mart(mart, tmp_path, desk_url="https://desk.example/")
    table = pyarrow.parquet.read_table(tmp_path / "parquet" / "project_budget")
    with mart.connect() as connection:
        paths = connection.execute(text("SELECT desk_path FROM mart.project_budget")).scalars()
        assert sorted(table["desk_path"].to_pylist()) == sorted(f"https://desk.example{path}" for path in paths)


def test_an_export_may_take_longer_than_a_question(
    mart: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_long(connection: Connection, view: View, schema: pyarrow.Schema, url: str) -> Iterator[Partition]:
        if view.name == "population":
            connection.execute(text("SELECT pg_sleep(3)"))
        return partitions(connection, view, schema, url)

    monkeypatch.setattr("warehouse.export.exporting.partitions", take_long)
    hurried = create_engine(mart.url, connect_args={"options": "-c statement_timeout=2s"})
    assert export_mart(hurried, tmp_path).rows["population"] == 11
    hurried.dispose()


def test_a_year_is_written_group_by_group(
    mart: Engine, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory holds one group at a time; rows, order and groups do not depend on where a block of the COPY ends."""
    name = "parquet/project_budget/fiscal_year=2024/part-0.parquet"
    monkeypatch.setattr("warehouse.export.parquet.ROW_GROUP", 1)
    export_mart(mart, tmp_path / "rows")
    monkeypatch.setattr("warehouse.export.parquet.BLOCK", 1000)
    export_mart(mart, tmp_path / "blocks")
    one, many = pq.ParquetFile(exported / name), pq.ParquetFile(tmp_path / "rows" / name)
    assert (one.metadata.num_row_groups, many.metadata.num_row_groups) == (1, 2)
    assert many.read() == one.read()
    assert contents(tmp_path / "blocks") == contents(tmp_path / "rows")


def test_equal_rows_give_an_equal_duckdb_file_at_size(exported: Path, tmp_path: Path) -> None:
    """Several row groups: DuckDB must neither reorder them nor write what its process had in memory before."""
    for file in exported.rglob("*.parquet"):
        (tmp_path / file.relative_to(exported)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.relative_to(exported)).write_bytes(file.read_bytes())
    large = tmp_path / "parquet/population/part-0.parquet"
    many = pyarrow.concat_tables([pq.read_table(large, partitioning=None)] * 30_000)
    sources = pyarrow.array(f"第{n}号公报" if n % 3 else None for n in range(many.num_rows))
    pq.write_table(many.set_column(many.schema.get_field_index("source"), "source", sources), large)
    files = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*.parquet")}
    first, second = tmp_path / "first.duckdb", tmp_path / "second.duckdb"
    write_duckdb(files, first)
    write_duckdb(dict(reversed(files.items())), second)
    assert first.stat().st_size > 2**23
    assert filecmp.cmp(first, second, shallow=False)


def test_what_duckdb_cannot_write_is_said(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"DuckDB could not write .*No files found"):
        write_duckdb({"parquet/filing/gone.parquet": exported / "gone.parquet"}, tmp_path / "x.duckdb")


def test_somebody_elses_folder_is_left_alone(mart: Engine, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(WarehouseError, match="not empty and not an export"):
        export_mart(mart, tmp_path)
    assert contents(tmp_path) == {"thesis.txt": b"mine"}


def test_a_long_export_says_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with _telling() as tell:
        tell("at once")
        monkeypatch.setattr("flows.cli.export.SECONDS", 0)
        tell("later")
    assert capsys.readouterr().err == "later\n"


def test_the_command(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows", "export", str(tmp_path / "out"), "--json"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["rows"]["population"] == 11
