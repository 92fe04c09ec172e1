"""A backup brings everything back: rows, keys that go on, roles' privileges, and what a load knows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from tests.warehouse import builders
from warehouse.errors import WarehouseError
from warehouse.loading import load_filing
from warehouse.loads import finish_load, start_load
from warehouse.read.mart_rows import COUNTED
from warehouse.schema import TABLES
from warehouse.server.backup import back_up, copy_settings, restore
from warehouse.server.database import Database, open_database
from warehouse.server.embedded import SUPERUSER, EmbeddedServer
from warehouse.server.roles import SCHEMAS
from warehouse.staging.batch import staging_batch
from warehouse.staging.rows import copy_rows, staged_rows


def _load(loader: Engine, filing_id: str = "filing-1") -> tuple[str, int | None]:
    load_id = start_load(loader, "test")
    outcome = load_filing(
        loader, load_id, builders.submission(filing_id=filing_id, publisher=builders.bureau(filing_id))
    )
    finish_load(loader, load_id)
    return outcome.status.value, outcome.version


def _everything(engine: Engine) -> dict[str, list[Any]]:
    lasting = [table.full_name for table in TABLES if not table.unlogged]
    names = [*lasting, *(f"mart.{view}" for view in COUNTED)]
    with engine.connect() as connection:
        return {
            name: list(connection.execute(text(f"SELECT CAST(t AS text) FROM {name} t ORDER BY 1")).scalars())
            for name in names
        }


def _drop(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {', '.join(SCHEMAS)} CASCADE"))


def test_dump_drop_restore_load_again_and_nothing_has_changed(
    database: Database, engine: Engine, loader: Engine, reader: Engine, tmp_path: Path
) -> None:
    assert _load(loader) == ("published", 1)
    before = _everything(engine)
    assert back_up(engine.url, tmp_path / "warehouse.dump") > 0
    assert [path.name for path in tmp_path.iterdir()] == ["warehouse.dump"]
    _drop(engine)
    restore(engine, tmp_path / "warehouse.dump", database.new_password)
    open_database(database.settings)
    assert _everything(engine) == before
    assert _load(loader) == ("unchanged", 1)
    assert _load(loader, "filing-2") == ("published", 1)
    with reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM mart.filing")).scalar_one() == 2


def test_what_is_staged_at_the_moment_is_not_backed_up(
    database: Database, engine: Engine, loader: Engine, tmp_path: Path
) -> None:
    """Rows of loads that went on elsewhere came back as those of a load that was killed."""
    with staging_batch(loader) as batch:
        with loader.begin() as connection:
            copy_rows(connection, batch, {998: staged_rows(builders.submission(), "of a load")})
        back_up(engine.url, tmp_path / "warehouse.dump")
    restore(engine, tmp_path / "warehouse.dump", database.new_password, replace=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM staging.filing")).scalar_one() == 0


def test_what_came_after_the_backup_is_gone_only_if_one_says_replace(
    database: Database, engine: Engine, loader: Engine, tmp_path: Path
) -> None:
    _load(loader)
    before = _everything(engine)
    back_up(engine.url, tmp_path / "warehouse.dump")
    _load(loader, "filing-2")
    with pytest.raises(WarehouseError, match="--replace"):
        restore(engine, tmp_path / "warehouse.dump", database.new_password)
    restore(engine, tmp_path / "warehouse.dump", database.new_password, replace=True)
    assert _everything(engine) == before


def test_a_file_that_is_no_backup_changes_nothing(
    database: Database, engine: Engine, loader: Engine, tmp_path: Path
) -> None:
    _load(loader)
    before = _everything(engine)
    (tmp_path / "broken").write_bytes(b"PGDMP then nothing")
    with pytest.raises(WarehouseError, match="pg_restore failed; nothing was changed"):
        restore(engine, tmp_path / "broken", database.new_password, replace=True)
    with pytest.raises(WarehouseError, match="there is no backup"):
        restore(engine, tmp_path / "nothing", database.new_password)
    assert _everything(engine) == before


def test_a_backup_that_is_cut_off_replaces_nothing(
    engine: Engine, database: Database, loader: Engine, tmp_path: Path
) -> None:
    _load(loader)
    back_up(engine.url, tmp_path / "warehouse.dump")
    whole = (tmp_path / "warehouse.dump").read_bytes()
    (tmp_path / "cut.dump").write_bytes(whole[: len(whole) * 9 // 10])
    before = _everything(engine)
    with pytest.raises(WarehouseError, match="pg_restore failed; nothing was changed"):
        restore(engine, tmp_path / "cut.dump", database.new_password, replace=True)
    assert _everything(engine) == before


def test_a_server_older_than_pg_restore_is_not_given_settings_it_does_not_know() -> None:
    """PostgreSQL 15 and 16 refused `SET transaction_timeout`, which newer pg_restores write: no backup came back."""
    rest = b"-- Name: dw; Type: SCHEMA\nSET transaction_timeout = 0;\n"
    dump, script = io.BytesIO(b"SET lock_timeout = 0;\nSET transaction_timeout = 0;\n\n" + rest), io.BytesIO()
    copy_settings(dump, script, {"lock_timeout"})
    assert script.getvalue() + dump.read() == b"SET lock_timeout = 0;\n\n" + rest


def test_what_fails_after_the_old_warehouse_was_dropped_is_said_without_the_list_of_what_was_dropped(
    postgres: EmbeddedServer, engine: Engine, database: Database, tmp_path: Path
) -> None:
    back_up(engine.url, tmp_path / "warehouse.dump")
    address = postgres.url(SUPERUSER, engine.url.database or "").replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        says = "LANGUAGE plpgsql AS $$ BEGIN RAISE 'no table today'; END $$"
        connection.execute(f"CREATE FUNCTION public.refuse() RETURNS event_trigger {says}".encode())
        connection.execute(
            "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE')"
            " EXECUTE FUNCTION public.refuse()"
        )
    before = _everything(engine)
    with pytest.raises(WarehouseError, match=r"^psql failed; nothing was changed: ERROR:  no table today"):
        restore(engine, tmp_path / "warehouse.dump", database.new_password, replace=True)
    assert _everything(engine) == before
