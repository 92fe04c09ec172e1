"""The ways people connect: psql, SQLAlchemy's reflection, pandas, and what Power BI and Tableau ask of a server."""

from __future__ import annotations

import os
import subprocess
from decimal import Decimal

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from tests.warehouse.builders import submission
from tests.warehouse.test_publishing import load, rows
from warehouse.schema.marts import VIEWS
from warehouse.server.database import Database
from warehouse.server.programs import psql_program
from warehouse.server.roles import Login


def test_psql(database: Database, loader: Engine) -> None:
    load(loader, submission())
    url = database.url(Login.READER).set(drivername="postgresql")
    command = [str(psql_program()), "--no-psqlrc", "--tuples-only", "--no-align", "--command"]
    answer = subprocess.run(
        [*command, "SELECT project, sum(amount_yuan) FROM project_budget GROUP BY 1 ORDER BY 1 DESC", _address(url)],
        env={**os.environ, "PGPASSWORD": str(url.password)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["甲项目|105000.00", "乙项目|45000.00"]


def _address(url: sa.URL) -> str:
    """Without the password, which does not belong on a command line."""
    return sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def test_reflection_finds_the_views_with_types_and_comments(reader: Engine) -> None:
    inspector = sa.inspect(reader)
    assert set(inspector.get_view_names(schema="mart")) == {view.name for view in VIEWS}
    view = sa.Table("project_budget", sa.MetaData(), schema="mart", autoload_with=reader)
    assert isinstance(view.c.amount_yuan.type, sa.Numeric)
    assert isinstance(view.c.fiscal_year_start.type, sa.Date)
    assert (view.c.project.comment or "").startswith("项目. ")
    chinese = {column["name"] for column in inspector.get_columns("project_budget", schema="mart_zh")}
    assert {"项目", "金额（元）", "预算年度"} <= chinese


def test_pandas_gets_exact_amounts(loader: Engine, reader: Engine) -> None:
    load(loader, submission())
    with reader.connect() as connection:
        frame = pd.read_sql(
            sa.text("SELECT * FROM mart.project_budget ORDER BY project DESC, amount_yuan DESC"),
            connection,
            coerce_float=False,
        )
    assert frame["amount_yuan"].tolist() == [Decimal("105000.00"), Decimal("42500.00"), Decimal("2500.00")]
    assert {type(amount) for amount in frame["amount_yuan"]} == {Decimal}  # a float would be equal to it
    assert frame["flags"].tolist() == ["", "", ""]


def test_the_standard_catalogue_lists_what_may_be_read_and_nothing_else(reader: Engine) -> None:
    """Power BI and Tableau build their lists of tables and columns from information_schema."""
    listed = rows(
        reader,
        "SELECT table_schema, table_name, table_type FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2",
    )
    names = sorted(view.name for view in VIEWS)
    assert listed == [(schema, name, "VIEW") for schema in ("mart", "mart_zh") for name in names]
    columns = rows(
        reader,
        "SELECT column_name FROM information_schema.columns"
        " WHERE (table_schema, table_name) = ('mart', 'task') ORDER BY ordinal_position",
    )
    assert [name for (name,) in columns] == [
        column.name for view in VIEWS if view.name == "task" for column in view.columns
    ]


def test_the_reader_finds_the_mart_without_naming_it_and_cannot_write(reader: Engine) -> None:
    assert rows(reader, "SELECT count(*) FROM project") == [(0,)]
    with pytest.raises(sa.exc.DBAPIError, match=r"read-only|permission denied"), reader.begin() as connection:
        connection.execute(sa.text("CREATE TABLE mart.mine (n int)"))
