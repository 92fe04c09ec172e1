"""What analysts ask: each question is one plain SQL file on `mart`, explained by the comment it begins with.

The comment's first line is the question in English, its second in Chinese; then come `Returns:` and `Adds over:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from warehouse.errors import WarehouseError

_HEADER = re.compile(r"(?P<english>.+)\n(?P<chinese>.+)\nReturns: (?P<returns>[\s\S]+?)\nAdds over: (?P<adds>[\s\S]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `sql` is a single SELECT on `mart` whose rows are in a total order."""

    number: int
    name: str
    english: str
    chinese: str
    returns: str
    adds_over: str
    sql: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that a question gets on one warehouse."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@cache
def questions() -> tuple[Question, ...]:
    """All questions, by number."""
    sources = (file for file in files(__name__).iterdir() if file.name.endswith(".sql"))
    return tuple(sorted((_read(one.name, one.read_text("utf-8")) for one in sources), key=lambda one: one.number))


def find_question(asked: str) -> Question:
    """The question of this number or name. Raises WarehouseError if there is none."""
    for question in questions():
        if asked in (str(question.number), question.name):
            return question
    raise WarehouseError(f"there is no question {asked!r}; `yusuan ask` lists them")


def ask(connection: sa.Connection, question: Question) -> Answer:
    """The answer of the warehouse that `connection` reads."""
    result = connection.execute(sa.text(question.sql))
    return Answer(tuple(result.keys()), tuple(tuple(row) for row in result))


def _read(file_name: str, text: str) -> Question:
    number, _, name = file_name.removesuffix(".sql").partition("_")
    lines = text.splitlines()
    length = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    header = _HEADER.fullmatch("\n".join(line.removeprefix("-- ") for line in lines[:length]))
    if header is None:
        raise WarehouseError(f"warehouse/questions/{file_name}: the comment at its head lacks one of its four parts")
    return Question(
        number=int(number),
        name=name,
        english=header["english"],
        chinese=header["chinese"],
        returns=" ".join(header["returns"].split("\n")),
        adds_over=" ".join(header["adds"].split("\n")),
        sql="\n".join(lines[length:]),
    )
