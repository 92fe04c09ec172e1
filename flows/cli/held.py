"""`yusuan held`, `show`, `accept`, `reject`, `retry`: what waits for a person, its rows, and the decision on it."""

from __future__ import annotations

import datetime
import json
import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from extract.document import Finding
    from warehouse.decide.held import HeldFiling
    from warehouse.read.shown import ShownFiling

commands = typer.Typer()

_SAME_IN_EVERY_ROW = {"filing_id", "fiscal_year", "region_code", "region", "department", "fiscal_year_start",
    "filing_kind", "source_url"}  # fmt: skip

AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]
FilingId = Annotated[str, typer.Argument(metavar="ID", help="Id of the filing, as `yusuan held` shows it.")]


@commands.command()
def held(as_json: AsJson = False) -> None:
    """List the filings that wait for a person, each with the reasons and the evidence."""
    from warehouse.decide.held import held_filings

    with _engine(read_only=True).connect() as connection:
        filings = held_filings(connection)
    if as_json:
        typer.echo(_json([as_dict(filing) for filing in filings]))
        return
    if not filings:
        typer.echo("nothing is held")
    for filing in filings:
        print_filing(filing)


@commands.command()
def show(
    filing_id: FilingId,
    as_json: AsJson = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print it as one HTML file, pictures included.")] = False,
) -> None:
    """Show one filing's rows beside the text they were read from, and what was found odd in it.

    Of a filing that waits for a person its staged rows and why it waits, of a published one what the marts show.
    """
    if as_html:
        typer.echo(_single_page(filing_id))
        return
    from warehouse.decide.held import held_filings, held_findings, held_rows
    from warehouse.read.shown import shown_filing

    with _engine(read_only=True).connect() as connection:
        waiting = held_filings(connection, filing_id)
        if not waiting:
            _print_shown(shown_filing(connection, filing_id), as_json)
            return
        rows = held_rows(connection, filing_id)
        findings = held_findings(connection, filing_id)
    (filing,) = waiting
    if as_json:
        typer.echo(_json({**as_dict(filing), "findings": [asdict(one) for one in findings], "rows": rows}))
        return
    print_filing(filing)
    for finding in findings:
        _print_finding(finding)
    for name, found in rows.items():
        if found:
            _print_rows(name, found)


def _single_page(filing_id: str) -> str:
    from desk.pictures import Cache, Pictures
    from desk.settings import DeskSettings
    from desk.single import single_page
    from extract.fetch.archive import Archive
    from extract.settings import FetchSettings
    from warehouse.server.settings import load_settings

    folder = load_settings().home / "desk" / "pictures"
    pictures = Pictures(Archive(FetchSettings().archive), Cache(folder, DeskSettings().cache_bytes))
    with _engine(read_only=True).connect() as connection:
        return single_page(connection, pictures, filing_id)


By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
Version = Annotated[
    int | None,
    typer.Option("--version", metavar="VERSION", help="The version that was looked at. Default: the newest."),
]


Section = Annotated[
    int | None,
    typer.Option("--section", metavar="SEQ", help="Decide on this section only, as `yusuan held` numbers it."),
]


@commands.command()
def accept(
    filing_id: FilingId,
    by: By,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it may be published all the same.")],
    expectation: Annotated[
        list[str] | None,
        typer.Option("--expectation", metavar="NAME", help="Accept this one only; may be given again. Default: all."),
    ] = None,
    until: Annotated[
        datetime.datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Last day on which later versions may rely on it."),
    ] = None,
    version: Version = None,
    section: Section = None,
    as_json: AsJson = False,
) -> None:
    """Publish a held filing, or one held section, all the same; money that no line explains becomes a residual line,
    flagged as such.

    Who decided, why, and what was accepted is kept in audit.acceptance. Later versions that fail in exactly the same
    are published under it, until its last day if it has one; what is published then stays. A budget statement gets no
    such line: the page does not say to which of its lines the money belongs, and the difference stays to be seen in
    mart.filing and mart.control_total.
    """
    from warehouse.decide.accepting import accept as decide

    outcome = decide(
        _engine(),
        filing_id,
        by=by,
        because=because,
        expectations=expectation or (),
        until=until.date() if until else None,
        version=version,
        section=section,
    )
    facts = {
        "filing_id": filing_id,
        "status": outcome.status,
        "version": outcome.version,
        "accepted" if outcome.status == "published" else "still_held_by": list(outcome.reasons),
        "residual_lines": outcome.counts.get("residuals", 0),
    }
    if as_json:
        typer.echo(_json(facts))
    elif outcome.status == "held":
        typer.echo(f"kept; {filing_id} version {outcome.version} is still held by")
        for reason in outcome.reasons:
            typer.echo(f"  {reason}")
    else:
        part = "published" if outcome.status == "published" else "published in part"
        typer.echo(f"{filing_id} version {outcome.version} is {part}, accepted by {by}")
        for reason in outcome.reasons:
            typer.echo(f"  {'accepted ' if outcome.status == 'published' else 'still held'} {reason}")
        typer.echo(f"  residual lines: {facts['residual_lines']}")


@commands.command("accept-load")
def accept_load(
    load_id: Annotated[int, typer.Argument(metavar="LOAD", help="Load, as a run's summary names it.")],
    by: By,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why so much may change.")],
    as_json: AsJson = False,
) -> None:
    """Publish what a load was stopped from changing: too much of a year (YUSUAN_CHANGED_SHARE), or sections that are
    published now. Of readers and layouts with new versions it is accepted for the rest of the year, too."""
    from warehouse.decide.accepting import accept_load as decide

    outcomes = decide(_engine(), load_id, by=by, because=because)
    if as_json:
        typer.echo(_json([asdict(outcome) for outcome in outcomes]))
        return
    for outcome in outcomes:
        version = f" version {outcome.version}" if outcome.version else ""
        typer.echo(f"{outcome.filing_id}{version} is {outcome.status}")
        if outcome.status == "held":
            for reason in outcome.reasons:
                typer.echo(f"  {reason}")


@commands.command()
def reject(
    filing_id: FilingId,
    by: By,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it stays out.")],
    version: Version = None,
    section: Section = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a held version, or section, stays out: it waits no longer. What was published before stays; a new
    version is judged afresh."""
    from warehouse.decide.held import reject as decide

    rejected = decide(_engine(), filing_id, by=by, because=because, version=version, section=section)
    if as_json:
        said = {"filing_id": filing_id, "status": "rejected", "version": rejected, "section": section}
        typer.echo(_json(said))
    else:
        part = "" if section is None else f"section {section} of "
        typer.echo(f"{part}{filing_id} version {rejected} is rejected and stays out")


@commands.command()
def retry(filing_id: FilingId, section: Section = None, as_json: AsJson = False) -> None:
    """Judge a held filing's rows again, e.g. when what held it was another filing; to read it again: `yusuan rerun`.

    All sections are judged together, as totals of one may be of the lines of another. Exit code 0: it is published, of
    --section: that section is; 1: it, or some of it, is held still.
    """
    from warehouse.decide.held import retry as judge_again

    outcome, waits = judge_again(_engine(), filing_id, section=section)
    if as_json:
        typer.echo(_json(asdict(outcome)))
    else:
        states = {"published": "is published", "partial": "is published in part"}
        state = states.get(outcome.status, "is held still")
        typer.echo(f"{filing_id} version {outcome.version} {state}")
        for reason in outcome.reasons:
            typer.echo(f"  {reason}")
    raise typer.Exit(int(waits))


def _engine(*, read_only: bool = False) -> Engine:
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    return open_database(load_settings()).engine(Login.LOADER, read_only=read_only)


def print_filing(filing: HeldFiling) -> None:
    from transform.vocabulary import ROW_TO_ADD

    year = filing.fiscal_year or "year unknown"
    part = "  published in part" if filing.status == "partial" else ""
    typer.echo(f"{filing.filing_id}  version {filing.version}  {filing.department}  {year}{part}")
    typer.echo(f"  held since {filing.held_since.astimezone():%Y-%m-%d %H:%M}  {filing.title or ''}".rstrip())
    for section in filing.sections:
        pages = f", pages {section.first_page}–{section.last_page}" if section.first_page else ""
        typer.echo(f"  section {section.section_seq} is {section.status}: {section.title or 'no title'}{pages}")
    for reason in filing.reasons:
        accepted = f" (accepted by {reason.accepted_by})" if reason.accepted_by else ""
        which = "" if reason.sections is None else f" (section {', '.join(map(str, reason.sections))})"
        typer.echo(f"  {reason.expectation}: {reason.message}{which}{accepted}")
        if reason.evidence:
            typer.echo(f"    printed: {_short(reason.evidence)}")
    asked = (row for reason in filing.reasons for row in ROW_TO_ADD.findall(reason.message))
    for place, spelling in dict.fromkeys(asked):
        command = f"yusuan vocabulary add {shlex.quote(spelling)} --means CONCEPT --place {place} --by NAME"
        typer.echo(f"  say what it means: {command}")
        typer.echo(f"    the concepts there: yusuan vocabulary list --place {place}")
    if all(reason.acceptable for reason in filing.reasons):
        typer.echo(f'  publish it: yusuan accept {filing.filing_id} --by NAME --because "…"')
    else:
        typer.echo("  cannot be accepted as it stands: correct the catalogue or the layout, and load it again")
    typer.echo(f'  keep it out: yusuan reject {filing.filing_id} --by NAME --because "…"')


def _print_shown(shown: ShownFiling, as_json: bool) -> None:
    if as_json:
        typer.echo(_json(asdict(shown)))
        return
    filing = shown.filing
    typer.echo(f"{filing['filing_id']}  version {filing['version']}  {filing['status']}  {filing['department']}")
    for name in ("fiscal_year", "kind", "stated_total_yuan", "loaded_total_yuan", "flags", "held_reasons"):
        if filing[name]:
            typer.echo(f"  {name}: {filing[name]}")
    for failure in shown.failures:
        typer.echo(f"  {failure['severity']} {failure['expectation']}: {failure['message']}")
        if failure["evidence"]:
            typer.echo(f"    printed: {_short(failure['evidence'])}")
    for finding in shown.findings:
        typer.echo(f"  {finding['severity']} {finding['code']}: {finding['message']}")
    for name, rows in shown.rows.items():
        if rows:
            _print_rows(name, rows)


def _print_finding(finding: Finding) -> None:
    place = f" (page {finding.page})" if finding.page else f" (line {finding.line})" if finding.line else ""
    typer.echo(f"  {finding.severity} {finding.code}{place}: {finding.message}")
    for line in finding.evidence.splitlines():
        typer.echo(f"    | {line}")


def _print_rows(name: str, rows: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    hidden = {"batch_id", "filing_load_id", "box", "identity", "content_sha256", *_SAME_IN_EVERY_ROW}
    names = [key for key in rows[0] if key not in hidden and any(row[key] not in (None, [], "") for row in rows)]
    table = Table(*names, title=name, title_justify="left")
    for row in rows:
        table.add_row(*(_short(str(row[key] if row[key] is not None else "")) for key in names))
    Console().print(table)


def _short(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def as_dict(filing: HeldFiling) -> dict[str, Any]:
    return {
        "filing_id": filing.filing_id,
        "version": filing.version,
        "title": filing.title,
        "department": filing.department,
        "fiscal_year": filing.fiscal_year,
        "held_since": filing.held_since.isoformat(),
        "status": filing.status,
        "sections": [asdict(section) for section in filing.sections],
        "reasons": [
            {
                "expectation": reason.expectation,
                "message": reason.message,
                "evidence": reason.evidence,
                "acceptable": reason.acceptable,
                "accepted_by": reason.accepted_by,
                "sections": reason.sections,
            }
            for reason in filing.reasons
        ],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
