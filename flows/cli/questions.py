"""`yusuan ask`: the questions analysts bring, answered by the warehouse."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from warehouse.questions import Answer, Question

commands = typer.Typer()


@commands.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="Its number or name. Default: list all questions.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query instead of running it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows for a program.")] = False,
    page: Annotated[bool, typer.Option("--page", help="Print all questions with their answers as Markdown.")] = False,
) -> None:
    """Answer a question that analysts bring, by one query on the mart; without a question list all of them."""
    from warehouse.questions import ask as answer_of
    from warehouse.questions import find_question, questions

    if question is None and not page:
        for one in questions():
            typer.echo(f"{one.number:>2}  {one.english}\n    {one.chinese}  ({one.name})")
        return
    if question is not None and sql:
        typer.echo(find_question(question).sql)
        return

    from warehouse.questions.page import questions_page
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    asked = find_question(question) if question is not None else None
    with open_database(load_settings()).engine(Login.READER).connect() as connection:
        if asked is None:
            typer.echo(questions_page(connection), nl=False)
            return
        answer = answer_of(connection, asked)
    if as_json:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        _print(asked, answer)


def _print(question: Question, answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table

    from warehouse.questions.page import text_of

    table = Table(title=f"{question.english}\n{question.chinese}", title_justify="left")
    for place, name in enumerate(answer.columns):
        number = any(isinstance(row[place], (Decimal, int)) for row in answer.rows)
        table.add_column(name, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in answer.rows:
        table.add_row(*(text_of(name, value) for name, value in zip(answer.columns, row, strict=True)))
    Console().print(table)
    typer.echo(f"{len(answer.rows)} rows. Adds over: {question.adds_over}")
