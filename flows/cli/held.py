"""`yusuan held`, `yusuan show`, `yusuan accept`: what waits for a person, its rows, and the decision to publish it."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from extract.document import Finding
    from warehouse.held import HeldFiling

commands = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]
FilingId = Annotated[str, typer.Argument(metavar="ID", help="Id of the filing, as `yusuan held` shows it.")]


@commands.command()
def held(as_json: AsJson = False) -> None:
    """List the filings that wait for a person, each with the reasons and the evidence."""
    from warehouse.held import held_filings

    with _engine().connect() as connection:
        filings = held_filings(connection)
    if as_json:
        typer.echo(_json([_as_dict(filing) for filing in filings]))
        return
    if not filings:
        typer.echo("nothing is held")
    for filing in filings:
        _print_filing(filing)


@commands.command()
def show(filing_id: FilingId, as_json: AsJson = False) -> None:
    """Show a held filing: its reasons, what was found odd, and its staged rows beside the text they were read from."""
    from warehouse.held import held_filings, held_findings, held_rows

    with _engine().connect() as connection:
        rows = held_rows(connection, filing_id)
        findings = held_findings(connection, filing_id)
        (filing,) = held_filings(connection, filing_id)
    if as_json:
        typer.echo(_json({**_as_dict(filing), "findings": [asdict(one) for one in findings], "rows": rows}))
        return
    _print_filing(filing)
    for finding in findings:
        _print_finding(finding)
    for name, found in rows.items():
        if found:
            _print_rows(name, found)


@commands.command()
def accept(
    filing_id: FilingId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it may be published all the same.")],
    until: Annotated[
        datetime.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Day the acceptance ends.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish a held filing all the same; money that no line explains becomes a residual line, flagged as such.

    Who decided, why, and what was accepted is kept in audit.acceptance.
    """
    from warehouse.held import accept as decide

    outcome = decide(_engine(), filing_id, by=by, because=because, until=until.date() if until else None)
    facts = {
        "filing_id": filing_id,
        "status": outcome.status,
        "version": outcome.version,
        "accepted": list(outcome.reasons),
        "residual_lines": outcome.counts["residuals"],
    }
    if as_json:
        typer.echo(_json(facts))
        return
    typer.echo(f"{filing_id} version {outcome.version} is published, accepted by {by}")
    for reason in outcome.reasons:
        typer.echo(f"  accepted  {reason}")
    typer.echo(f"  residual lines: {facts['residual_lines']}")


def _engine() -> Engine:
    from warehouse.database import open_database
    from warehouse.roles import Login
    from warehouse.settings import load_settings

    return open_database(load_settings()).engine(Login.LOADER)


def _print_filing(filing: HeldFiling) -> None:
    year = filing.fiscal_year or "year unknown"
    typer.echo(f"{filing.filing_id}  version {filing.version}  {filing.department}  {year}")
    typer.echo(f"  held since {filing.held_since.astimezone():%Y-%m-%d %H:%M}  {filing.title or ''}".rstrip())
    for reason in filing.reasons:
        typer.echo(f"  {reason.expectation}: {reason.message}")
        if reason.evidence:
            typer.echo(f"    printed: {_short(reason.evidence)}")
    if all(reason.acceptable for reason in filing.reasons):
        typer.echo(f'  publish it: yusuan accept {filing.filing_id} --by NAME --because "…"')
    else:
        typer.echo("  cannot be accepted as it stands: correct the catalogue or the layout, and load it again")


def _print_finding(finding: Finding) -> None:
    place = f" (page {finding.page})" if finding.page else f" (line {finding.line})" if finding.line else ""
    typer.echo(f"  {finding.severity} {finding.code}{place}: {finding.message}")
    for line in finding.evidence.splitlines():
        typer.echo(f"    | {line}")


def _print_rows(name: str, rows: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    hidden = {"batch_id", "filing_load_id", "box", "identity", "content_sha256"}
    names = [key for key in rows[0] if key not in hidden and any(row[key] not in (None, [], "") for row in rows)]
    table = Table(*names, title=name, title_justify="left")
    for row in rows:
        table.add_row(*(_short(str(row[key] if row[key] is not None else "")) for key in names))
    Console().print(table)


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _as_dict(filing: HeldFiling) -> dict[str, Any]:
    return {
        "filing_id": filing.filing_id,
        "version": filing.version,
        "title": filing.title,
        "department": filing.department,
        "fiscal_year": filing.fiscal_year,
        "held_since": filing.held_since.isoformat(),
        "reasons": [
            {
                "expectation": reason.expectation,
                "message": reason.message,
                "evidence": reason.evidence,
                "acceptable": reason.acceptable,
            }
            for reason in filing.reasons
        ],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
