"""docs/traps.md tells the truth: each query on the samples gives the answer shown, and the wrong one another."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, text

from flows.reference import DOCS

PAGE = (DOCS / "traps.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (.+)\n([\s\S]*?)(?=^## |\Z)", re.MULTILINE)
QUERY = re.compile(r"```sql\n(-- (wrong|right)[\s\S]*?)```\n```text\n([\s\S]*?)```")
TRAPS = {title: QUERY.findall(body) for title, body in SECTION.findall(PAGE) if "```sql" in body}


@pytest.mark.parametrize("title", TRAPS)
def test_the_answers_shown_are_those_of_the_samples(samples: Engine, title: str) -> None:
    with samples.connect() as connection:
        for query, _, shown in TRAPS[title]:
            rows = connection.execute(text(query)).all()
            assert [" | ".join(str(value) for value in row) for row in rows] == shown.splitlines()


@pytest.mark.parametrize("title", TRAPS)
def test_the_wrong_query_gives_another_answer_than_the_right_one(title: str) -> None:
    (_, first, wrong), (_, second, right) = TRAPS[title]
    assert (first, second) == ("wrong", "right")
    assert wrong != right


def test_every_query_of_the_page_is_looked_at() -> None:
    assert sum(len(queries) for queries in TRAPS.values()) == PAGE.count("```sql")
