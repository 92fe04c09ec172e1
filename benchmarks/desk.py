"""`python -m benchmarks.desk [ROWS]`: how quick the desk is beside a warehouse of so many indicator rows.

The first page, the one of what waits, a search for words, a filing, and a page's picture, cold and warm: the median of
several, through the application itself, without a network.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient

from benchmarks.generated_warehouse import fill_warehouse
from benchmarks.report import say
from desk.app import create_app
from desk.settings import DeskSettings
from extract.catalogue import FilingEntry, Publisher
from extract.document import Medium
from extract.fetch.archive import Archive, Sighting
from extract.reading import read_document
from transform.declaration import Declaration
from transform.recognition import read_records
from warehouse.loading import load_filing, start_load
from warehouse.migrations import FIRST_TABLES
from warehouse.schema.installation import install_definitions
from warehouse.server.database import Database, embedded_server, open_database
from warehouse.server.roles import Login
from warehouse.server.settings import Settings
from warehouse.submission import Submission

FILE = Path(__file__).parents[1] / "samples/pdf/liwan-shangwu-2024.pdf"
TIMES = 5


def main(rows: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="yusuan-desk-"))
    home.chmod(0o755)  # the server's account has to get in when root runs it
    settings = Settings(home=home, database_url=None)
    try:
        measure(open_database(settings), Archive(home / "archive"), rows)
    finally:
        embedded_server(settings).destroy()


def measure(database: Database, archive: Archive, rows: int) -> None:
    owner = database.engine(Login.OWNER)
    say(f"{fill_warehouse(owner, rows):,} rows beside it")
    with owner.begin() as connection:
        install_definitions(connection, FIRST_TABLES)  # keys that were given by hand are not given again
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    owner.dispose()
    _load(database, archive)
    client = TestClient(create_app(database, archive, DeskSettings()), base_url="http://localhost")
    for name, path in (
        ("first page", "/"),
        ("what waits", "/?status=waiting"),
        ("words", "/?words=培训"),
        ("a filing", "/f/liwan"),
        ("picture", "/f/liwan/v/1/page/1.png"),
        ("marks", "/f/liwan/v/1/page/1/marks"),
    ):
        first, warm = _timed(partial(client.get, path))
        say(f"{name:<12} {first:6.3f} s at first, {warm:6.3f} s warm")


def _load(database: Database, archive: Archive) -> None:
    publisher = Publisher(id="liwan", name="广州市荔湾区商务和投资促进局", region_code="440103", region="广州市荔湾区")
    document = read_document(FILE)
    engine = database.engine(Login.LOADER)
    submission = Submission(
        entry=FilingEntry(id="liwan", publisher="liwan", fiscal_year=2024, source="file.pdf"), publisher=publisher,
        sha256=archive.put(FILE, Sighting(url="file")), reader=document.reader, medium=Medium.PDF,
        pages=len(document.pages), characters=document.characters(), findings=document.findings,
        records=read_records(document, Declaration(department=publisher.name, fiscal_year=2024)),
    )  # fmt: skip
    load_filing(engine, start_load(engine, "benchmark"), submission)
    engine.dispose()


def _timed(ask: Callable[[], Response]) -> tuple[float, float]:
    """Seconds of the first answer, and the median of those after it."""
    took = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        assert ask().status_code == 200
        took.append(time.perf_counter() - began)
    return took[0], statistics.median(took[1:])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
