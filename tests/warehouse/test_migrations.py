"""A migrated database is the declared one, and migrating it again changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from flows.reference import FIRST_REVISION
from tests.warehouse.builders import indicator, money, percent, project, records, submission
from tests.warehouse.test_publishing import rows
from transform.records import Subject
from warehouse.errors import WarehouseError
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.migrations import FIRST_TABLES, VERSION_SCHEMA, _config, upgrade
from warehouse.schema import METADATA
from warehouse.schema.creation import creation_script
from warehouse.server.database import Database
from warehouse.server.roles import SCHEMAS
from warehouse.submission import Status

OLDER = f"COMMENT ON TABLE audit.alembic_version IS 'Tables: {FIRST_TABLES}. Definitions of views: older'"
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
        connection.execute(text(OLDER))
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
        connection.execute(text(OLDER))
    upgrade(engine, database.new_password)
    with engine.connect() as connection:
        key = text("SELECT funding_source_key FROM dw.dim_funding_source WHERE funding_source = '财政拨款'")
        assert connection.execute(key).scalars().all() == [77]


def test_the_first_revision_is_what_is_declared() -> None:
    """Until the first release it follows the declarations; `make docs` writes it."""
    assert FIRST_REVISION.read_text(encoding="utf-8") == creation_script()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit.alembic_version SET version_num = '0011'",
        "COMMENT ON TABLE audit.alembic_version IS 'Revision of the tables, by Alembic. Definitions of views: 1f2e'",
    ],
)
def test_tables_of_another_line_of_revisions_are_left_alone_with_a_way_out(
    database: Database, engine: Engine, loader: Engine, change: str
) -> None:
    """A home of a time before the first release: its 0001 was another one."""
    load_filings(loader, start_load(loader, "test"), [submission()])
    with engine.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(WarehouseError, match=r"Nothing was changed.*build the warehouse anew beside it"):
        upgrade(engine, database.new_password)
    assert rows(engine, "SELECT filing_id, status FROM mart.filing") == [("filing-1", "published")]


def test_a_name_of_any_length_is_kept_whole(loader: Engine) -> None:
    """PostgreSQL refuses an index row of more than 2,704 bytes: 910 characters failed a filing."""
    long = "".join(chr(0x4E00 + position * 7919 % 20000) for position in range(2000))
    read = records(
        projects=(project(1, f"甲{long}", unit=f"某{long}中心"),),
        budget_lines=(
            money(f"甲{long}", "3", unit=f"某{long}中心", funding=f"资{long}"),
            replace(
                money("", "1", statement="budget_expenditure", expenditure_type=f"类{long}"),
                project=None, line_code="201", line=f"科{long}", measure=f"栏{long}", classification_scheme="function",
            ),
        ),
        indicators=(
            indicator(
                f"甲{long}", 1, f"指{long}", unit=f"某{long}中心",
                targets=(replace(percent("90"), reading=replace(percent("90").reading, value_unit=f"个{long}")),),
            ),
            indicator(f"任{long}", 1, f"指{long}", subject=Subject.TASK),
        ),
        stated_totals=(),
    )  # fmt: skip
    (outcome,) = load_filings(loader, start_load(loader, "test"), [submission(read)])
    assert (outcome.status, outcome.reasons) == (Status.PUBLISHED, ())
    names = "SELECT DISTINCT unit, project, indicator FROM mart.indicator_target WHERE subject = 'project'"
    assert rows(loader, names) == [(f"某{long}中心", f"甲{long}", f"指{long}")]
    dearer = replace(read.budget_lines[0], amount=money("", "4").amount)
    more = replace(read, budget_lines=(dearer, *read.budget_lines[1:]))
    other = submission(more, filing_id="again", sha256="b" * 64)
    (again,) = load_filings(loader, start_load(loader, "test"), [other])
    assert again.status is Status.PUBLISHED
    assert rows(loader, f"SELECT count(*) FROM dw.dim_project WHERE project = '甲{long}'") == [(1,)]
