"""The desk in a real Chromium, as a person uses it: find, look, click both ways, decide, by mouse and by keyboard."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import axe_core_python
import pytest
import sqlalchemy as sa
import uvicorn

from desk.app import create_app
from desk.settings import DeskSettings
from desk.users import Users
from extract.fetch.archive import Archive
from tests.bi.browser import Page, open_browser
from tests.desk.conftest import PARTLY, PASSWORD, PDF, filings
from tests.warehouse.builders import LAYOUT, bureau, records, submission, table
from transform.layouts import LAYOUTS
from transform.vocabulary import Words
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.server.database import Database
from warehouse.server.roles import Login

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(axe_core_python.__file__).parent / "axe.min.js"
READY = (
    "document.readyState == 'complete' && (!document.getElementById('paper') || document.documentElement.dataset.ready)"
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@dataclass
class Seat:
    """A browser before a desk that is served."""

    page: Page
    url: str
    database: Database

    def go(self, path: str) -> None:
        self.page.send("Page.navigate", url=self.url + path)
        time.sleep(0.3)
        self.page.wait_for(READY, 30)

    def run(self, expression: str) -> object:
        return self.page.evaluate(expression)

    def after(self, expression: str) -> None:
        """Do what leads to another page, and wait for it."""
        self.run(f"window.leaving = true; {expression}")
        self.page.wait_for(f"!window.leaving && {READY}", 60)

    def asked(self, statement: str) -> list[tuple[object, ...]]:
        engine = self.database.engine(Login.LOADER)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(sa.text(statement))]
        engine.dispose()
        return found

    def faults(self) -> list[str]:
        """What axe-core finds wrong with the page as it is, serious or worse."""
        self.run(AXE.read_text(encoding="utf-8"))
        rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
        self.run(f"window.axe.run(document, {rules}).then(r => window.found = JSON.stringify(r.violations))")
        self.page.wait_for("!!window.found", 60)
        found = json.loads(str(self.run("window.found")))
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


@pytest.fixture(scope="module")
def seat(
    new_database: Callable[[], AbstractContextManager[Database]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seat]:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    with new_database() as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (*LAYOUTS, LAYOUT))
        engine = database.engine(Login.LOADER)
        word = records(**table(1, "丙项目", "1.00", stated="2.00"))
        met = submission(word, filing_id="word", publisher=bureau("word"), words=Words((), ("某新词",)))
        load_filings(engine, start_load(engine, "for the desk"), [*filings(archive), met])
        engine.dispose()
        Users(database.settings.home / "desk" / "users").add("wang", PASSWORD)
        server = uvicorn.Server(
            uvicorn.Config(create_app(database, archive, DeskSettings()), port=0, log_level="warning")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            assert CHROMIUM
            with open_browser(CHROMIUM) as page:
                page.send("Page.enable")
                page.send(
                    "Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False
                )
                seat = Seat(page, f"http://127.0.0.1:{port}", database)
                seat.go("/login")
                assert seat.faults() == []
                seat.after(
                    "document.querySelector('[name=name]').value = 'wang';"
                    f"document.querySelector('[name=password]').value = '{PASSWORD}';"
                    "document.querySelector('main button').click()"
                )
                yield seat
        finally:
            server.should_exit = True
            thread.join()


def test_a_filing_is_found_and_each_click_lights_the_other_side(seat: Seat) -> None:
    seat.go("/")
    assert seat.faults() == []
    seat.run("document.querySelector('[name=department]').value = '商务'")
    seat.after("document.querySelector('.filters button').click()")
    assert seat.run("document.querySelectorAll('tbody tr').length") == 1
    seat.after("document.querySelector('tbody a').click()")
    assert seat.run("location.pathname") == f"/f/{PDF}"
    assert seat.run("document.querySelector('#paper img').naturalWidth") > 500
    assert seat.faults() == []
    amounts = seat.run("document.querySelectorAll('.row.amount').length")
    assert isinstance(amounts, int)
    assert amounts > 1
    for number in (0, amounts - 1):
        seat.run(f"row = [...document.querySelectorAll('.row.amount')][{number}]; row.click()")
        seat.page.wait_for("!!document.querySelector('rect.lit')", 5)
        assert seat.run("document.querySelector('rect.lit').dataset.rows.split(' ').includes(row.id)")
        assert seat.run("location.hash.slice(1) == row.id")
        seat.page.wait_for(
            "(() => { const c = document.querySelector('rect.lit').getBoundingClientRect(),"
            " s = document.querySelector('.sheet').getBoundingClientRect();"
            " return c.top >= s.top && c.bottom <= s.bottom })()",
            5,
        )
    seat.run(
        "cell = [...document.querySelectorAll('rect.fact')].find(one => !one.classList.contains('lit'));"
        "cell.dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert seat.run(
        "[...document.querySelectorAll('.row.lit')].every(one => cell.dataset.rows.split(' ').includes(one.id))"
    )
    assert seat.run("getComputedStyle(document.querySelector('.row.lit .detail')).display") == "grid"


def test_rows_and_pages_are_reached_by_keyboard(seat: Seat) -> None:
    seat.go(f"/f/{PDF}")
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{}', bubbles: true}}))"
    for _ in range(2):
        seat.run(press.format("j"))
    assert seat.run("[...document.querySelectorAll('.row')].findIndex(one => one.classList.contains('lit'))") == 1
    assert seat.run("document.activeElement.classList.contains('row')")
    seat.after(press.format("n"))
    assert seat.run("new URLSearchParams(location.search).get('page')") == "2"


def test_a_link_to_a_figure_opens_with_its_cell_lit(seat: Seat) -> None:
    ((path,),) = seat.asked(f"SELECT max(desk_path) FROM mart.project_budget WHERE filing_id = '{PDF}'")
    seat.go(str(path))
    seat.page.wait_for("!!document.querySelector('rect.lit')", 10)
    assert seat.run(f"document.querySelector('rect.lit').dataset.rows.includes('{str(path)[6:]}')")


def test_a_held_section_is_accepted_and_the_mart_changes(seat: Seat) -> None:
    before = seat.asked(f"SELECT sum(amount_yuan) FROM mart.project_budget WHERE filing_id = '{PARTLY}'")
    seat.go("/?status=waiting")
    seat.after(f"document.querySelector('a[href=\"/f/{PARTLY}\"]').click()")
    assert seat.faults() == []
    seat.run("document.querySelector('.decide textarea').value = '已核对原件'")
    seat.after("document.querySelector('button[value=accept]').click()")
    after = seat.asked(f"SELECT sum(amount_yuan) FROM mart.project_budget WHERE filing_id = '{PARTLY}'")
    assert (before, after) == ([(105_000,)], [(157_500,)])
    assert seat.asked("SELECT accepted_by, because FROM audit.acceptance") == [("wang", "已核对原件")]


def test_a_word_is_written_after_its_effect_was_shown(seat: Seat) -> None:
    seat.go("/f/word")
    seat.run(
        "form = document.querySelector('form[action$=\"/word\"]'); form.spelling.value = '某新词';"
        "form.concept.selectedIndex = 1; form.because.value = '同义'"
    )
    seat.after("form.querySelector('button').click()")
    assert seat.faults() == []
    assert seat.asked("SELECT count(*) FROM dw.vocabulary_row") == [(0,)]
    seat.after("document.querySelector('main button').click()")
    assert seat.asked("SELECT spelling, added_by FROM dw.vocabulary_row") == [("某新词", "wang")]
