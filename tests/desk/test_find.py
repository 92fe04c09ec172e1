"""Finding filings: by what they are, by words in them, page by page."""

from __future__ import annotations

import pytest

from tests.desk.conftest import EVIL, PARTLY, PDF, SCRIPT, Sitting
from warehouse.read import search as searching
from warehouse.read.search import Search, search
from warehouse.server.roles import Login


def found(sitting: Sitting, **asked: object) -> list[str]:
    engine = sitting.database.engine(Login.DESK)
    with engine.connect() as connection:
        filings = [str(one.row["filing_id"]) for one in search(connection, Search(**asked)).filings]  # type: ignore[arg-type]
    engine.dispose()
    return sorted(filings)


def test_the_first_page_counts_each_status_and_what_waits(looking: Sitting) -> None:
    page = looking.get("/").text
    assert "待处理 <b>1</b>" in page
    assert "已发布 <b>2</b>" in page
    assert "部分发布 <b>1</b>" in page


@pytest.mark.parametrize(
    ("asked", "filings"),
    [
        ({}, [PDF, PARTLY, SCRIPT]),
        ({"status": "waiting"}, [PARTLY]),
        ({"status": "published"}, [PDF, SCRIPT]),
        ({"department": "商务"}, [PDF]),
        ({"department": "%"}, []),
        ({"region": "44"}, [PDF, PARTLY, SCRIPT]),
        ({"region": "4401"}, [PDF, PARTLY, SCRIPT]),
        ({"region": "45"}, []),
        ({"year": 2024}, [PDF, PARTLY, SCRIPT]),
        ({"year": 2023}, []),
        ({"kind": "budget_statement"}, []),
        ({"words": "甲项目"}, [PARTLY]),
        ({"words": "乙项目"}, [PARTLY]),
        ({"words": "满意度"}, [PDF]),
        ({"words": "no such word"}, []),
    ],
)
def test_filings_are_found_by(looking: Sitting, asked: dict[str, object], filings: list[str]) -> None:
    assert found(looking, **asked) == sorted(filings)


@pytest.mark.parametrize("order", ["newest", "oldest", "largest"])
def test_each_page_begins_after_the_one_before(looking: Sitting, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    engine = looking.database.engine(Login.DESK)
    seen: list[str] = []
    after: tuple[str, str] | None = None
    with engine.connect() as connection:
        for _ in range(5):
            page = search(connection, Search(order=order, after=after))
            seen += [str(one.row["filing_id"]) for one in page.filings]
            if (after := page.after) is None:
                break
    engine.dispose()
    assert sorted(seen) == sorted([PDF, PARTLY, SCRIPT])


@pytest.mark.parametrize(
    "query", ["year=x", "order=drop", "after=x&last=y", "status=' OR 1=1", "words=%25'%3B--", "province=%27", "city=44"]
)
def test_a_query_that_makes_no_sense_is_answered(looking: Sitting, query: str) -> None:
    assert looking.get(f"/?{query}").status_code == 200


def test_a_name_that_is_a_script_is_shown(looking: Sitting) -> None:
    page = looking.get("/").text
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
