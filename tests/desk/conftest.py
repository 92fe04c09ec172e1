"""A desk on a warehouse with one real PDF, one filing that is held in part, and one that tries to be a script."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from desk.app import create_app
from desk.settings import DeskSettings
from desk.users import Users
from extract.catalogue import FilingEntry, Publisher
from extract.document import Medium
from extract.fetch.archive import Archive, Sighting
from extract.reading import read_document
from tests.warehouse.builders import LAYOUT, bureau, records, section, several, submission, table
from transform.declaration import Declaration
from transform.layouts import LAYOUTS
from transform.recognition import read_records
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.server.database import Database
from warehouse.server.roles import Login
from warehouse.submission import Submission

SAMPLES = Path(__file__).parents[2] / "samples" / "pdf"
PASSWORD = "a long password"
PDF, PARTLY, SCRIPT = "liwan-2024", "partly", "script"
EVIL = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Sitting:
    """Somebody before the desk."""

    client: TestClient
    database: Database

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, follow_redirects=False, **more)

    def token(self, path: str = "/login") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, **data: str) -> Response:
        return self.client.post(path, data={"csrf": self.token(), **data}, follow_redirects=False)

    def log_in(self, name: str = "wang", password: str = PASSWORD) -> Response:
        return self.post("/login", name=name, password=password)

    def asked(self, statement: str) -> list[tuple[Any, ...]]:
        import sqlalchemy as sa

        engine = self.database.engine(Login.LOADER)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(sa.text(statement))]
        engine.dispose()
        return rows


def filings(archive: Archive) -> list[Submission]:
    path = SAMPLES / "liwan-shangwu-2024.pdf"
    sha256 = archive.put(path, Sighting(url="file"))
    document = read_document(path)
    publisher = Publisher(id="liwan", name="广州市荔湾区商务和投资促进局", region_code="440103", region="广州市荔湾区")
    declared = Declaration(department=publisher.name, fiscal_year=2024)
    pdf = Submission(
        entry=FilingEntry(id=PDF, publisher="liwan", fiscal_year=2024, source="file.pdf"), publisher=publisher,
        sha256=sha256, reader=document.reader, medium=Medium.PDF, pages=len(document.pages),
        characters=document.characters(), records=read_records(document, declared), findings=document.findings,
    )  # fmt: skip
    held = several(table(1, "甲项目", "10.50"), table(2, "乙项目", "4.25", stated="5.25"))
    evil = records(title=EVIL, sections=(section(1, title=EVIL),), **table(1, EVIL, "3.00"))
    return [
        pdf,
        submission(held, filing_id=PARTLY, publisher=bureau("partly")),
        submission(evil, filing_id=SCRIPT, publisher=bureau("script"), title=EVIL),
    ]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def warehouse(new_database: Callable[[], AbstractContextManager[Database]], archive: Archive) -> Iterator[Database]:
    with new_database() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (*LAYOUTS, LAYOUT))
        engine = database.engine(Login.LOADER)
        load_filings(engine, start_load(engine, "for the desk"), filings(archive))
        engine.dispose()
        yield database


@pytest.fixture
def sit(warehouse: Database, archive: Archive) -> Iterator[Callable[..., Sitting]]:
    """Sit down before a desk with these settings; `users` are those of its password file."""
    folder = warehouse.settings.home / "desk"

    apps = []

    def sit_down(*users: str, **settings: Any) -> Sitting:
        for name in users:
            Users(folder / "users").add(name, PASSWORD)
        app = create_app(warehouse, archive, DeskSettings(**settings))
        apps.append(app)
        return Sitting(TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5000)), warehouse)

    yield sit_down
    for app in apps:
        app.state.desk.reader.dispose()
        app.state.desk.loader.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def looking(sit: Callable[..., Sitting]) -> Sitting:
    """Before a desk without users: it may be looked at."""
    return sit()


@pytest.fixture
def wang(sit: Callable[..., Sitting]) -> Sitting:
    """Logged in."""
    sitting = sit("wang")
    assert sitting.log_in().status_code == 303
    return sitting
