"""What the README shows is what a reader gets: the table of the first run, and the answer to the query."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import ROOT, Yusuan

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN, ANSWER = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
[QUERY] = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


def words(text: str) -> list[list[str]]:
    """The lines' words, so that trailing blanks and the lines of a table do not matter."""
    return [found for line in text.splitlines() if (found := re.findall(r"[^\s|─+-][^\s|]*", line))]


@pytest.fixture(scope="module")
def printed(yusuan: Yusuan) -> str:
    answer = yusuan("run")
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_first_run_prints_the_table_shown(printed: str) -> None:
    shown = words(SHOWN)
    assert len(shown) == 10
    assert [line for line in words(printed) if line in shown] == shown


def test_the_query_gives_the_answer_shown(yusuan: Yusuan, printed: str) -> None:
    answer = yusuan("db", "psql", "-c", QUERY)
    assert answer.returncode == 0, answer.stderr
    assert words(answer.stdout) == words(ANSWER)
