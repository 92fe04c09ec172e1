"""`yusuan db …` as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest


@pytest.fixture
def home(server_home: Path) -> Path:
    return server_home


def yusuan(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *arguments],
        env={**os.environ, "YUSUAN_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_nothing_to_a_login_and_back(home: Path) -> None:
    before = yusuan(home, "db", "status")
    assert (before.returncode, "does not run" in before.stdout) == (1, True)

    started = yusuan(home, "db", "start", "--json")
    assert started.returncode == 0, started.stderr
    facts = json.loads(started.stdout)
    assert facts["running"] is True

    again = yusuan(home, "db", "status", "--json")
    assert (again.returncode, json.loads(again.stdout)) == (0, facts)

    for role, login in (("reader", "bi_reader"), ("loader", "yusuan_loader"), ("owner", "yusuan_owner")):
        printed = yusuan(home, "db", "url", "--role", role).stdout.strip()
        with psycopg.connect(printed) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == (login,)
    explained = yusuan(home, "db", "url").stdout
    assert {"bi_reader", str(facts["port"])} <= set(explained.split())
    assert "yusuan_owner:" not in explained

    asked = yusuan(home, "db", "psql", "-A", "-t", "-c", "SELECT current_user")
    assert (asked.returncode, asked.stdout.strip()) == (0, "bi_reader")

    assert yusuan(home, "db", "stop").stdout == "stopped\n"
    assert yusuan(home, "db", "stop").stdout == "it was not running\n"


def test_url_of_a_database_that_does_not_run(home: Path) -> None:
    done = yusuan(home, "db", "url")
    assert (done.returncode, done.stdout) == (1, "")
    assert "yusuan db start" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_of_ones_own(home: Path, environment: dict[str, str]) -> None:
    ours = {name: value for name, value in environment.items() if name.startswith("YUSUAN_") and name != "YUSUAN_HOME"}
    assert yusuan(home, "db", "start", **ours).returncode == 0
    assert "answers" in yusuan(home, "db", "status", **ours).stdout
    refused = yusuan(home, "db", "stop", **ours)
    assert refused.returncode == 1
    assert "YUSUAN_DATABASE_URL is set" in refused.stderr
