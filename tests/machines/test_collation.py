"""How PostgreSQL sorts texts changes no figure: the embedded server by code points, another by a language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from tests.conftest import FAST
from tests.end_to_end.conftest import FACTS
from tests.end_to_end.loading import load_samples
from tests.servers import OtherServer
from warehouse.server.database import open_database
from warehouse.server.roles import Login
from warehouse.server.settings import Settings

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture
def chinese(server_home: Path) -> Iterator[Engine]:
    """An empty warehouse on the machine's PostgreSQL, its texts sorted as a Chinese dictionary does."""
    if not INSTALLED:
        pytest.skip("needs a PostgreSQL with ICU beside the embedded one: apt-get install postgresql")
    locale = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh")
    server = OtherServer(server_home, configuration=FAST, programs=INSTALLED[-1].parent, locale=locale)
    server.start()
    database = open_database(Settings(home=server_home, database_url=SecretStr(server.url(Login.OWNER))))
    engine = database.engine(Login.OWNER)
    yield engine
    engine.dispose()


def facts(engine: Engine) -> list[list[str]]:
    def told(query: str) -> list[Any]:
        with engine.connect() as connection:
            return sorted(repr(tuple(row)) for row in connection.execute(text(query)))

    return [told(query) for query in FACTS]


def test_a_warehouse_sorted_by_a_language_holds_the_same_facts(engine: Engine, chinese: Engine) -> None:
    with chinese.connect() as connection:
        assert connection.execute(text("SELECT '一' > '二'")).scalar_one()  # yi after er
    for one in (engine, chinese):
        load_samples(one)
    assert facts(chinese) == facts(engine)
    assert all(facts(engine))
