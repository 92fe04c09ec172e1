"""Looking at a filing: its sections, its rows, the page's picture with each cell in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.pictures import Cache, Pictures
from desk.single import single_page
from extract.fetch.archive import Archive
from tests.desk.conftest import EVIL, PARTLY, PDF, SCRIPT, Sitting
from warehouse.server.roles import Login


def fact_of(sitting: Sitting, table: str = "fact_budget", key: str = "budget_key", where: str = "true") -> int:
    statement = (
        f"SELECT min({key}) FROM dw.{table} f JOIN dw.dim_filing_version v USING (filing_version_key)"
        f" JOIN dw.dim_filing d USING (filing_key) WHERE d.filing_id = '{PDF}' AND {where}"
    )
    return int(sitting.asked(statement)[0][0])


def test_a_filing_shows_its_sections_with_status_totals_and_reasons(looking: Sitting) -> None:
    page = looking.get(f"/f/{PARTLY}").text
    assert page.count('class="dot s-published"') == 1
    assert page.count('class="dot s-held"') == 1
    assert "52,500.00" in page
    assert "Δ 10,000.00" in page
    assert "全文件合计与明细不符" in page


def test_a_held_section_shows_its_rows_and_the_control_that_fails(looking: Sitting) -> None:
    page = looking.get(f"/f/{PARTLY}/v/1/s/2").text
    assert "乙项目" in page
    assert "甲项目" not in page
    assert 'class="row control fails"' in page
    assert "42,500.00" in page


def test_a_figure_leads_to_its_cell_on_the_picture(looking: Sitting) -> None:
    fact = f"b{fact_of(looking)}"
    answer = looking.get(f"/cell/{fact}")
    where = answer.headers["location"]
    assert re.fullmatch(rf"/f/{PDF}/v/1/s/1\?page=1#{fact}", where), where
    page = looking.get(where).text
    assert f'id="{fact}"' in page
    svg = looking.get(f"/f/{PDF}/v/1/page/1/marks").text
    (rect,) = re.findall(rf'<rect class="fact"[^>]*data-rows="[^"]*\b{fact}\b[^"]*"', svg)
    ((box, printed),) = looking.asked(f"SELECT box, amount_printed FROM dw.fact_budget WHERE budget_key = {fact[1:]}")
    assert f'x="{box[0]:.1f}" y="{box[1]:.1f}"' in rect
    assert printed in page


def test_the_marks_tell_facts_controls_and_what_else_is_printed(looking: Sitting) -> None:
    svg = looking.get(f"/f/{PDF}/v/1/page/1/marks").text
    assert {"fact", "holds", "label", "furniture"} <= set(re.findall(r'<rect class="(\w+)', svg))


def test_the_picture_is_drawn_once_and_kept(looking: Sitting) -> None:
    first = looking.get(f"/f/{PDF}/v/1/page/1.png")
    assert first.headers["content-type"] == "image/png"
    assert first.content.startswith(b"\x89PNG")
    kept = list((looking.database.settings.home / "desk" / "pictures").iterdir())
    assert [one.name.split("-")[1:] for one in kept] == [["1", "page"]]
    kept[0].write_bytes(b"kept")
    assert looking.get(f"/f/{PDF}/v/1/page/1.png").content == b"kept"


def test_a_row_says_what_was_printed_what_was_read_and_its_controls(looking: Sitting) -> None:
    page = looking.get(f"/f/{PDF}").text
    row = page[page.index(f'id="b{fact_of(looking)}"') :].partition("</li>")[0]
    assert "万元" in row
    assert re.search(r"[\d,]+\.\d\d <small>元", row)
    assert 'class="ctl holds"' in row


def test_a_target_says_how_it_was_read(looking: Sitting) -> None:
    fact = fact_of(looking, "fact_indicator", "indicator_fact_key", "f.operator = '>=' AND f.page = 1")
    page = looking.get(f"/f/{PDF}").text
    row = page[page.index(f'id="i{fact}"') :].partition("</li>")[0]
    assert "比较符: <b>&gt;=</b>" in row


@pytest.mark.parametrize(
    "path",
    [
        "/f/nothing",
        "/f/..%2F..%2Fetc%2Fpasswd",
        "/f/%2e%2e",
        f"/f/{PDF}/v/9",
        f"/f/{PDF}/v/1/s/99",
        f"/f/{PDF}/v/1..9",
        f"/f/{PDF}/v/1/page/99.png",
        f"/f/{PDF}/v/1/page/0.png",
        f"/f/{PDF}/v/1?page=99",
        f"/f/{PARTLY}/v/1/page/1.png",
        "/cell/b0",
        "/cell/b99999999999999999999999",
        "/cell/x1",
        "/cell/b1'--",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/openapi.json",
        "/docs",
    ],
)
def test_what_is_not_there_is_not_found(looking: Sitting, path: str) -> None:
    answer = looking.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_project_that_is_a_script_is_shown_and_not_run(looking: Sitting) -> None:
    page = looking.get(f"/f/{SCRIPT}").text
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_one_file_shows_the_same_for_a_mail(looking: Sitting, archive: Archive, tmp_path: Path) -> None:
    engine = looking.database.engine(Login.DESK)
    with engine.connect() as connection:
        pictures = Pictures(archive, Cache(tmp_path / "pictures", 1 << 24))
        page = single_page(connection, pictures, PDF)
        evil = single_page(connection, pictures, SCRIPT)
    engine.dispose()
    fact = f"b{fact_of(looking)}"
    assert f'<li id="{fact}"' in page
    assert f'href="#cell-{fact}"' in page
    assert page.count("data:image/png;base64,") == page.count('<svg class="marks"') >= 1
    assert "<script" not in page
    assert EVIL not in evil
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in evil


def test_english_by_a_switch(looking: Sitting) -> None:
    looking.post("/language", language="en")
    page = looking.get(f"/f/{PARTLY}").text
    assert '<html lang="en">' in page
    assert "Judge again" not in page  # nobody may decide
    assert "Control that fails" in page
