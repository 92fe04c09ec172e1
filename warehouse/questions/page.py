"""All questions with their answers on one warehouse, as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from warehouse.questions import Answer, Question, ask, questions

SHOWN = 10
"""Rows of an answer that the page shows."""
_LONGEST = 48

HEAD = """<!-- written by `make docs` -->

# Questions

What analysts ask, each one plain query on `mart`, with its answer on the filings of `samples/`. `yusuan ask` lists
them, `yusuan ask 5` answers one on your warehouse (`--sql` prints the query, `--json` its rows for a program). The
queries are the files of `warehouse/questions/`.
"""


def questions_page(connection: sa.Connection) -> str:
    """The whole page, answered by the warehouse that `connection` reads."""
    return "\n".join((HEAD, *(line for one in questions() for line in _section(one, ask(connection, one))))) + "\n"


def text_of(name: str, value: Any) -> str:
    """A value of the column `name` as people read it: thousands apart but in years, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool) and not name.endswith("year"):
        return f"{value:,}" if not -10_000 < value < 10_000 else str(value)
    return str(value)


def _section(question: Question, answer: Answer) -> Iterator[str]:
    yield f"## {question.number}. {question.english}\n"
    yield f"{question.chinese}\n"
    yield f"Returns {question.returns[0].lower()}{question.returns[1:]}\n"
    yield f"Adds over: {question.adds_over}\n"
    yield f"```sql\n{question.sql}\n```\n"
    if not answer.rows:
        yield "On the samples: no rows.\n"
        return
    yield f"| {' | '.join(answer.columns)} |\n|{'---|' * len(answer.columns)}"
    for row in answer.rows[:SHOWN]:
        yield f"| {' | '.join(_cell(name, value) for name, value in zip(answer.columns, row, strict=True))} |"
    if len(answer.rows) > SHOWN:
        yield f"\n{len(answer.rows)} rows, the first {SHOWN} of them shown."
    yield ""


def _cell(name: str, value: Any) -> str:
    text = " ".join(text_of(name, value).split()).replace("|", r"\|")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
