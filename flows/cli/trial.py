"""`yusuan try`: what would become of a document, judged in a warehouse of its own that is gone afterwards."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from transform.records import Kind, Scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from transform.vocabulary import Spelling
    from warehouse.server.settings import Settings

commands = typer.Typer()

_ID = "try"
_SECTIONS = """
SELECT section_seq, status, part, kind, title, first_page, last_page, lines, projects, indicators, stated_total_yuan,
  loaded_total_yuan, amounts_accounted, held_reasons
FROM mart.section WHERE filing_id = :id ORDER BY section_seq"""


@commands.command("try")
def try_file(
    file: Annotated[
        Path, typer.Argument(help="The document: PDF, HTML, Office or plain text.", exists=True, dir_okay=False)
    ],
    region_code: Annotated[str, typer.Option("--region", help="GB/T 2260 code of the region, six digits.")],
    publisher: Annotated[str, typer.Option("--publisher", help="The publisher's full official name.")],
    kind: Annotated[Kind | None, typer.Option("--kind", help="Kind of filing. Default: recognise it.")] = None,
    scope: Annotated[Scope | None, typer.Option("--scope", help="Whose money it shows. Default: read it.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=1990, max=2100, help="Fiscal year. Default: read it from the document.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False,
) -> None:
    """Read, cut, recognise and judge a document without publishing it.

    Shows each section, what was read of it, why it would be held, and the rows that the vocabulary lacks. The document
    is loaded by the words that are in force here into a PostgreSQL of its own, which is removed in the end: what
    compares it with other filings finds none. Exit code as of `yusuan load`.
    """
    from warehouse.server.database import embedded_server, locate_database
    from warehouse.server.roles import Login

    wanted: dict[str, object] = {"--region": region_code, "--publisher": _ID, "--department": publisher, "--id": _ID}
    wanted |= {"--kind": kind, "--scope": scope, "--year": year}
    options = [part for name, value in wanted.items() if value is not None for part in (name, str(value))]
    command = [sys.executable, "-m", "flows", "load", str(file.absolute()), *options, *(["--json"] if as_json else [])]
    words = _words()
    with tempfile.TemporaryDirectory(prefix="yusuan-try-") as folder:
        settings = _settings(Path(folder) / "home")
        try:
            done = subprocess.run(
                command,
                cwd=folder,  # no .env there names another database
                env=_environment(settings, _written(words, Path(folder))),
                stdout=subprocess.PIPE if as_json else None,
                check=False,
            )
            if embedded_server(settings).status().running:
                engine = locate_database(settings).engine(Login.LOADER, read_only=True)
                _show(engine, done.stdout, as_json=as_json)
                engine.dispose()
        finally:
            embedded_server(settings).destroy()
    raise typer.Exit(done.returncode)


def _words() -> Sequence[Spelling]:
    """The rows in force here beside the bundled ones: the deployment's, and those that persons added, if a warehouse is
    there to ask."""
    import sqlalchemy as sa

    from flows.settings import RunSettings
    from flows.words import deployment_rows
    from warehouse.decide.vocabulary import added_rows
    from warehouse.server.database import embedded_server, locate_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    settings = load_settings()
    rows = deployment_rows(RunSettings().vocabulary)
    if settings.database_url is None and not embedded_server(settings).status().running:
        return rows
    with locate_database(settings).engine(Login.LOADER, read_only=True).connect() as connection:
        made = sa.inspect(connection).has_table("vocabulary_row", schema="dw")
        return (*rows, *(added_rows(connection) if made else ()))


def _written(words: Sequence[Spelling], folder: Path) -> Path | None:
    if not words:
        return None
    path = folder / "vocabulary.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(words[0])])
        writer.writerows(astuple(word) for word in words)
    return path


def _settings(home: Path) -> Settings:
    """Those of a warehouse of its own: nothing that names the one that is here, nor its passwords."""
    from warehouse.server.settings import Settings

    own = {"database_url": None, "port": None, "loader_password": None, "reader_password": None, "desk_password": None}
    return Settings.model_validate({"home": home, "embedded": True, **own})


def _environment(settings: Settings, vocabulary: Path | None) -> dict[str, str]:
    """Ours, with a warehouse of its own and nothing of the one that is here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YUSUAN_", "PREFECT_"))}
    words = {"YUSUAN_VOCABULARY": str(vocabulary)} if vocabulary else {}
    root = str(Path(__file__).resolve().parents[2])
    return kept | words | {"YUSUAN_HOME": str(settings.home), "PYTHONPATH": root}


def _show(engine: Engine, summary: bytes | None, *, as_json: bool) -> None:
    import sqlalchemy as sa

    from flows.cli.held import as_dict, print_filing
    from warehouse.decide.held import held_filings

    with engine.connect() as connection:
        sections = [dict(row) for row in connection.execute(sa.text(_SECTIONS), {"id": _ID}).mappings()]
        waiting = held_filings(connection)
    if as_json:
        found = {"summary": json.loads(summary or b"null"), "sections": sections, "held": list(map(as_dict, waiting))}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for section in sections:
        typer.echo(_line(section))
    for filing in waiting:
        print_filing(filing)


def _line(section: dict[str, Any]) -> str:
    """One section in one line: what it is, where, and how much was read of it."""
    pages = "–".join(dict.fromkeys(str(page) for page in (section["first_page"], section["last_page"]) if page))
    counts = [f"{section[name]} {name}" for name in ("lines", "projects", "indicators") if section[name]]
    total = section["loaded_total_yuan"]
    told = [section["kind"] or section["part"], section["title"], f"page {pages}" if pages else None, *counts]
    told.append(f"{total:,.2f} yuan" if total is not None else None)
    return f"  {section['section_seq']:>3} {section['status'] or '':<9} " + " · ".join(str(one) for one in told if one)
