"""Deciding: accept, reject, judge again and undo, and what a printed word means; always with a name and a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from desk.app import desk_of, redirect, render
from desk.login import check_csrf
from transform.vocabulary import Spelling
from warehouse.decide.accepting import accept
from warehouse.decide.corrections import correct
from warehouse.decide.forgetting import forget
from warehouse.decide.held import reject, retry
from warehouse.decide.versions import undo
from warehouse.decide.vocabulary import add_row, filings_that_met, place_of, sections_held
from warehouse.errors import WarehouseError
from warehouse.read.filing_page import filing_page

router = APIRouter()
Text = Annotated[str, Form(max_length=2000)]


@router.post("/f/{filing_id}/decide")
def decide(
    request: Request, filing_id: str, action: Text, csrf: Text = "", because: Text = "", section: Text = "",
    version: Text = "",
) -> Response:  # fmt: skip
    """Carry out one decision, on the version that was looked at, and show the filing as it is then."""
    check_csrf(request, csrf)
    desk = desk_of(request)
    by = desk.doorkeeper.decider(request)
    if not because.strip():
        raise WarehouseError("a decision needs a reason")
    seq = int(section) if section.isdecimal() else None
    seen = int(version) if version.isdecimal() else None
    if action == "accept":
        accept(desk.loader, filing_id, by=by, because=because, version=seen, section=seq)
    elif action == "reject":
        reject(desk.loader, filing_id, by=by, because=because, version=seen, section=seq)
    elif action == "retry":
        retry(desk.loader, filing_id, section=seq, by=by, because=because)
    elif action == "undo":
        undo(desk.loader, filing_id, by=by, because=because)
    elif action == "forget":
        forget(desk.loader, filing_id, by=by, because=because)
        return redirect("/")
    else:
        raise HTTPException(404)
    return redirect(request.url_for("newest", filing_id=filing_id).path, said="done")


@router.post("/f/{filing_id}/correct")
def correct_entry(
    request: Request, filing_id: str, year: Text = "", scope: Text = "", publisher: Text = "", because: Text = "",
    csrf: Text = "",
) -> Response:  # fmt: skip
    """Correct the catalogue's year, scope or department, and read the filing again."""
    check_csrf(request, csrf)
    desk = desk_of(request)
    by = desk.doorkeeper.decider(request)
    with desk.reader.connect() as connection:
        head = filing_page(connection, filing_id).head
    if year and not (year.isdecimal() and len(year) == 4):
        raise WarehouseError(f"{year} is no fiscal year")
    correct(
        desk.loader, filing_id, by=by, because=because, fiscal_year=int(year) if year else None, scope=scope or None,
        publisher=publisher or None,
    )  # fmt: skip
    years = [int(year)] if year else [head.fiscal_year] if head.fiscal_year else []
    if desk.read_again and years:
        desk.read_again(years, [head.publisher])
    said = "reading_again" if desk.read_again and years else "done"
    return redirect(request.url_for("newest", filing_id=filing_id).path, said=said)


@router.post("/f/{filing_id}/word")
def word(
    request: Request, filing_id: str, spelling: Text, concept: Text, because: Text = "", csrf: Text = "",
    confirmed: Text = "",
) -> Response:  # fmt: skip
    """Say first what a vocabulary row would free; write it when that is confirmed, and read again what it frees."""
    check_csrf(request, csrf)
    desk = desk_of(request)
    by = desk.doorkeeper.decider(request)
    if not because.strip():
        raise WarehouseError("a decision needs a reason")
    place, _, meaning = concept.rpartition(" ")
    vocabulary = desk.vocabulary()
    row = Spelling(place_of(meaning, place or None, vocabulary), meaning, spelling.strip(), "")
    if not row.spelling:
        raise WarehouseError("say which word")
    with desk.reader.connect() as connection:
        met = filings_that_met(connection, row.spelling)
        ids = [one.filing_id for one in met]
        sections = sections_held(connection, ids)
    if confirmed != "yes":
        user = desk.doorkeeper.user(request)
        return render(
            request, "word.html", user=user, filing_id=filing_id, row=row, concept=concept, because=because, met=met,
            sections=sections,
        )  # fmt: skip
    with desk.loader.begin() as connection:
        add_row(connection, row, by=by, because=because.strip(), vocabulary=vocabulary)
    if met and desk.read_again:
        desk.read_again(
            sorted({one.fiscal_year for one in met if one.fiscal_year}), sorted({one.publisher for one in met})
        )
    said = "reading_again" if met and desk.read_again else "done"
    return redirect(request.url_for("newest", filing_id=filing_id).path, said=said)
