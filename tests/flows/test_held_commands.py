"""`yusuan held`, `show` and `accept` on a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from flows.cli import app
from tests.warehouse.builders import LAYOUT, submission
from tests.warehouse.test_held import SHORT
from tests.warehouse.test_publishing import load
from warehouse.server.database import Database


@pytest.fixture
def run(database: Database, loader: Engine, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator:
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
    load(loader, submission(SHORT))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    runner = CliRunner()

    def invoke(*arguments: str) -> str:
        result = runner.invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_held_says_why_and_what_to_do(run) -> None:
    said = run("held")
    assert "filing-1  version 1  某市某区工业和信息化局  2024" in said
    assert "control_filing: filing states 7,390,000.00 yuan, its 3 lines sum to 150,000.00" in said
    assert "printed: 合计 739.00" in said
    assert "yusuan accept filing-1 --by NAME" in said


def test_show_prints_the_staged_rows_beside_the_printed_text(run) -> None:
    shown = json.loads(run("show", "filing-1", "--json"))
    assert [row["project"] for row in shown["rows"]["project"]] == ["甲项目", "乙项目"]
    assert shown["rows"]["budget"][0]["source_text"] == "10.50"
    assert "budget" in run("show", "filing-1")


def test_accept_publishes_and_nothing_is_held_any_more(run) -> None:
    accepted = json.loads(run("accept", "filing-1", "--by", "王工", "--because", "annex missing", "--json"))
    assert (accepted["status"], accepted["residual_lines"]) == ("published", 1)
    assert json.loads(run("held", "--json")) == []
    assert run("held") == "nothing is held\n"


def test_versions_and_undo_speak_of_what_was_published(run, loader: Engine) -> None:
    run("accept", "filing-1", "--by", "王工", "--because", "annex missing", "--until", "2999-12-31")
    said = run("versions", "filing-1")
    assert "version 1  published  current" in said
    assert "accepted by 王工: annex missing (until 2999-12-31)" in said
    shown = json.loads(run("show", "filing-1", "--json"))
    assert (shown["filing"]["status"], len(shown["rows"]["project"])) == ("published", 2)
    assert "critical control_filing: filing states" in run("show", "filing-1")
    assert "is withdrawn" in run("undo", "filing-1", "--by", "王工", "--because", "a mistake")
    assert json.loads(run("undo", "filing-1", "--by", "王工", "--because", "no mistake", "--json"))["version"] == 1
    load(loader, submission(reader="text-2"))
    (_, second) = json.loads(run("versions", "filing-1", "--json"))
    gone, *_ = second["changes"]
    assert (second["because"], gone["change"], gone["before"]) == (["reader"], "removed", "7240000.00 元")


def test_reject_ends_the_waiting(run) -> None:
    assert "version 1 is rejected and stays out" in run("reject", "filing-1", "--by", "王工", "--because", "a draft")
    assert run("held") == "nothing is held\n"
