"""`yusuan ask` and `yusuan same` as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from warehouse.questions import find_question

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def yusuan(environment: dict[str, str]) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_ask_lists_answers_and_shows_its_query(yusuan: Run) -> None:
    assert " 5  Satisfaction targets below 90 %\n    低于90%的满意度指标  (low_satisfaction)" in yusuan("ask").stdout
    assert yusuan("ask", "low_satisfaction", "--sql").stdout.strip() == find_question("5").sql
    assert json.loads(yusuan("ask", "5", "--json").stdout) == []
    unknown = yusuan("ask", "99")
    assert unknown.returncode == 1
    assert "there is no question '99'" in unknown.stderr


def test_same_wants_a_reason_and_projects_that_exist(yusuan: Run) -> None:
    silent = yusuan("same", "1", "2", "--by", "王工")
    assert silent.returncode == 2
    assert "--because" in silent.stderr
    unknown = yusuan("same", "1", "2", "--by", "王工", "--because", "改名")
    assert unknown.returncode == 1
    assert "no project has the id 1, 2" in unknown.stderr
