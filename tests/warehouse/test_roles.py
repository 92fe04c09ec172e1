"""What each role may do, and what it cannot."""

from __future__ import annotations

from sqlalchemy import Engine, text


def test_reader_reads_a_rebuilt_view(engine: Engine, reader: Engine) -> None:
    for number in (1, 2):
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW IF EXISTS mart.probe"))
            connection.execute(text(f"CREATE VIEW mart.probe AS SELECT {number} AS number"))
        with reader.connect() as connection:
            assert connection.execute(text("SELECT number FROM probe")).scalar_one() == number
