"""A migrated database is the declared one, and migrating it again changes nothing."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from tests.warehouse.builders import indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import rows
from transform.records import Horizon
from warehouse import migrations
from warehouse.loading import load_filings, start_load
from warehouse.migrations import VERSION_SCHEMA, _config, upgrade
from warehouse.schema import METADATA
from warehouse.server.database import Database
from warehouse.server.roles import SCHEMAS
from warehouse.submission import Status

TABLE_SCHEMAS = {"dw", "staging", "audit"}


def test_migrated_database_is_the_declared_one(engine: Engine) -> None:
    """Tables, columns, types, defaults, comments, keys and indexes: what differs needs a migration."""

    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return name in TABLE_SCHEMAS if kind == "schema" else True

    with engine.connect() as connection:
        options = {
            "include_schemas": True,
            "include_name": is_ours,
            "compare_type": True,
            "compare_server_default": True,
            "version_table_schema": VERSION_SCHEMA,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_every_table_and_column_explains_itself(engine: Engine) -> None:
    query = """
        SELECT c.oid::regclass || coalesce('.' || a.attname, '')
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY(:schemas)
        CROSS JOIN LATERAL (
            SELECT NULL AS attname, obj_description(c.oid) AS comment
            UNION ALL
            SELECT attname, col_description(c.oid, attnum)
            FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
        ) a
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
            AND c.relname <> 'alembic_version' AND coalesce(a.comment, '') = ''
        ORDER BY 1
    """
    with engine.connect() as connection:
        assert connection.execute(text(query), {"schemas": list(SCHEMAS)}).scalars().all() == []


def test_foreign_keys_are_not_null(engine: Engine) -> None:
    """But for the end of a publication, which is empty while the version is current."""
    query = """
        SELECT conrelid::regclass || '.' || attname
        FROM pg_constraint
        JOIN pg_namespace n ON n.oid = connamespace AND nspname = 'dw'
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey) AND NOT attnotnull
        WHERE contype = 'f'
    """
    with engine.connect() as connection:
        assert connection.execute(text(query)).scalars().all() == ["dw.publication.to_load_id"]


def test_money_and_measures_are_exact(engine: Engine) -> None:
    """No column of any schema is a binary float."""
    query = """
        SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns
        WHERE table_schema = ANY(:schemas) AND data_type IN ('real', 'double precision')
    """
    with engine.connect() as connection:
        assert connection.execute(text(query), {"schemas": list(SCHEMAS)}).scalars().all() == []


def test_upgrade_of_a_current_database_changes_nothing(database: Database, engine: Engine) -> None:
    assert upgrade(engine, database.new_password) is False


def test_revisions_are_one_line() -> None:
    """Two branches of migrations would leave `head` undecided."""
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1


def test_views_and_members_follow_the_declarations_at_the_next_upgrade(database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        # a database of an earlier release: one view less, a label of then, and no digest of ours
        connection.execute(text("DROP VIEW mart.task CASCADE"))
        connection.execute(text("UPDATE dw.dim_statement SET label_zh = '旧' WHERE statement = 'project_expenditure'"))
        connection.execute(text("COMMENT ON TABLE audit.alembic_version IS 'older'"))
    assert upgrade(engine, database.new_password) is True
    with engine.connect() as connection:
        label = text("SELECT label_zh FROM dw.dim_statement WHERE statement = 'project_expenditure'")
        assert connection.execute(label).scalar_one() != "旧"
        readable = text("SELECT has_table_privilege('bi_reader', 'mart.task', 'SELECT')")
        assert connection.execute(readable).scalar_one() is True
    assert upgrade(engine, database.new_password) is False


def test_a_member_that_a_load_met_before_it_was_declared_keeps_its_key(database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE dw.dim_funding_source SET funding_source_key = 77 WHERE funding_source = '财政拨款'")
        )
        connection.execute(text("COMMENT ON TABLE audit.alembic_version IS 'older'"))
    upgrade(engine, database.new_password)
    with engine.connect() as connection:
        key = text("SELECT funding_source_key FROM dw.dim_funding_source WHERE funding_source = '财政拨款'")
        assert connection.execute(key).scalars().all() == [77]


UNPARTITIONED = re.compile(r"CREATE TABLE (dw\.fact_(?:budget|indicator)) \(.*?\n\)\n*;", re.DOTALL)
KEYS = """
SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'dw'::regnamespace ORDER BY 1, 2"""


def test_facts_of_the_first_release_move_to_their_years(database: Database, engine: Engine, loader: Engine) -> None:
    filings = [
        submission(records(fiscal_year=year), filing_id=f"of-{year}", fiscal_year=year)
        for year in (1999, 2024, 2025, 2040)
    ]
    load_filings(loader, start_load(loader, "test"), filings)
    before, keys = _facts(engine), rows(engine, KEYS)
    first = (Path(migrations.__file__).parent / "versions/0001_star_schema.sql").read_text(encoding="utf-8")
    _back_to_0002(engine)
    with engine.begin() as connection:  # back to the tables of then
        for found in UNPARTITIONED.finditer(first):
            (table,) = found.groups()
            connection.execute(text(f"ALTER TABLE {table} SET SCHEMA public"))
            moved = table.replace("dw.", "public.")
            connection.exec_driver_sql(found[0])
            connection.execute(text(f"INSERT INTO {table} SELECT * FROM {moved}"))
            connection.execute(text(f"DROP TABLE {moved} CASCADE"))
        connection.execute(text("UPDATE audit.alembic_version SET version_num = '0001'"))
    assert upgrade(engine, database.new_password) is True
    assert _facts(engine) == before
    assert rows(engine, KEYS) == keys
    assert rows(
        engine, "SELECT DISTINCT tableoid::regclass::text FROM dw.fact_indicator ORDER BY 1"
    ) == [(f"dw_years.fact_indicator_{years}",) for years in ("2024", "2025", "after", "before")]  # fmt: skip
    assert load_filings(loader, start_load(loader, "test"), filings)[0].status is Status.UNCHANGED
    load_filings(loader, start_load(loader, "test"), [submission(filing_id="later")])


def test_projects_of_the_second_release_are_marked_and_compared(
    database: Database, engine: Engine, loader: Engine
) -> None:
    """What loading keeps of promises and names, an upgrade finds in the facts there are."""
    names = {2024: "企业技术改造补贴资金", 2025: "企业技术改造扶持资金", 2027: "企业技术改造扶持经费"}
    promises = (
        percent("90"),
        dataclasses.replace(percent("95"), promise_seq=2),
        dataclasses.replace(percent("99"), horizon=Horizon.CYCLE),
    )
    for year, name in names.items():
        read = records(
            fiscal_year=year,
            projects=(project(1, name),),
            budget_lines=(money(name, "3"),),
            indicators=(
                indicator(name, 1, targets=promises),
                indicator(name, 2, targets=promises[2:]),
            ),
            stated_totals=(),
        )
        load_filings(loader, start_load(loader, "test"), [submission(read, filing_id=f"of-{year}", fiscal_year=year)])
    alike = "SELECT * FROM dw.project_likeness ORDER BY 1, 2"
    columns = "fiscal_year_key, indicator_seq, horizon, promise_seq, is_first"
    first = f"SELECT {columns} FROM dw.fact_indicator ORDER BY 1, 2, 3, 4"
    before = rows(engine, alike), rows(engine, first)
    assert [len(before[0]), sum(is_first for *_, is_first in before[1])] == [1, 6]
    _back_to_0002(engine)
    assert upgrade(engine, database.new_password) is True
    assert (rows(engine, alike), rows(engine, first)) == before


def _back_to_0002(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in ("filing", "project", "budget", "control", "indicator", "target"):
            connection.exec_driver_sql(
                f"""
                DROP TABLE staging.{name};
                CREATE UNLOGGED TABLE staging.{name}
                  (LIKE audit.held_{name} INCLUDING COMMENTS INCLUDING DEFAULTS, PRIMARY KEY (filing_load_id, row_id));
                COMMENT ON TABLE staging.{name} IS '{name}';
                CREATE INDEX {name}_batch_id_idx ON staging.{name} (batch_id);
                CREATE INDEX held_{name}_batch_id_idx ON audit.held_{name} (batch_id)
                """
            )
        connection.exec_driver_sql(
            """
            ALTER TABLE staging.filing DROP COLUMN read_department, DROP COLUMN department_agrees;
            DROP INDEX dw.dim_filing_version_sha256_idx;
            ALTER TABLE audit.held_filing DROP COLUMN read_department, DROP COLUMN department_agrees;
            DROP INDEX audit.filing_load_filing_key_status_filing_load_id_idx;
            CREATE INDEX filing_load_filing_key_idx ON audit.filing_load (filing_key);
            DROP FUNCTION dw.analyze_facts, dw.analyze_staging, dw.empty_staging;
            DROP TABLE dw.project_likeness CASCADE;
            DROP INDEX dw.dim_project_project_id_idx, dw.dim_filing_version_department_key_idx;
            DROP STATISTICS dw.fact_project_filing_project, dw.fact_budget_filing_project,
              dw.fact_indicator_filing_project;
            ALTER TABLE dw.fact_indicator DROP COLUMN is_first CASCADE;
            UPDATE audit.alembic_version SET version_num = '0002'
            """
        )


def _facts(engine: Engine) -> dict[str, list[Any]]:
    tables = ("dw.fact_budget", "dw.fact_indicator", "mart.project_budget", "mart.indicator_target")
    return {name: list(rows(engine, f"SELECT t::text FROM {name} t ORDER BY 1")) for name in tables}
