"""Looking at a filing: its sections, the page's picture with every cell marked, and the rows read from it."""

from __future__ import annotations

import re
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from desk.app import Desk, desk_of, redirect, render
from desk.marks import Texts, marks_on
from desk.pictures import Pictures
from desk.seen import MOST, lay_rows, row_of_line, seen_blocks
from extract.catalogue import Publisher
from extract.errors import ArchiveError, ReadError
from warehouse.decide.held import HeldFiling, held_filings
from warehouse.decide.versions import changes_between, filing_versions
from warehouse.read.corrected import departments
from warehouse.read.filing_page import (
    FilingPage,
    filing_page,
    findings_of,
    has_versions,
    place_of_fact,
    rows_of,
    unread_filing,
)
from warehouse.read.page_rows import Row, controls_of

router = APIRouter()
PICTURED = ("pdf", "scan")
ROWS = 400
"""Rows that one view lists."""
_FILING = re.compile(r"[^\x00-\x1f]{1,200}")
Number = Annotated[int | None, Query(ge=1, le=100_000)]


@router.get("/f/{filing_id}")
def newest(request: Request, filing_id: str, page: Number = None, said: str = "") -> Response:
    """The newest version, at the first section that waits."""
    desk = desk_of(request)
    user = desk.doorkeeper.user(request)
    with desk.reader.connect() as connection:
        unread = unread_filing(connection, _checked(filing_id))
        if unread is None:
            raise HTTPException(404)
        if not has_versions(connection, filing_id):
            return render(request, "unread.html", user=user, filing=unread)
        filing = filing_page(connection, filing_id)
    return _view(request, user, filing, _first(filing), page, said=said)


@router.get("/f/{filing_id}/v/{version}")
def one_version(request: Request, filing_id: str, version: str, page: Number = None) -> Response:
    """One version, or two of them side by side (`3..4`)."""
    desk = desk_of(request)
    user = desk.doorkeeper.user(request)
    first, dots, second = version.partition("..")
    if dots:
        return _compared(request, user, filing_id, _number(first), _number(second))
    with desk.reader.connect() as connection:
        filing = filing_page(connection, _checked(filing_id), _number(version))
    return _view(request, user, filing, _first(filing), page)


@router.get("/f/{filing_id}/v/{version}/s/{seq}")
def one_section(
    request: Request, filing_id: str, version: int, seq: int, page: Number = None, start: int | None = None,
    said: str = "",
) -> Response:  # fmt: skip
    desk = desk_of(request)
    user = desk.doorkeeper.user(request)
    with desk.reader.connect() as connection:
        filing = filing_page(connection, _checked(filing_id), version)
    filing.section(seq)
    return _view(request, user, filing, seq, page, start, said=said)


@router.get("/f/{filing_id}/v/{version}/page/{number}.png")
def picture(request: Request, filing_id: str, version: int, number: int, large: bool = False) -> Response:
    """The picture of a page. The digest comes from the warehouse, and the page must be one of its pages."""
    desk = desk_of(request)
    desk.doorkeeper.user(request)
    with desk.reader.connect() as connection:
        head = filing_page(connection, _checked(filing_id), version).head
    if head.medium not in PICTURED or not 1 <= number <= (head.pages or 0):
        raise HTTPException(404)
    try:
        data = desk.pictures.page(head.sha256, number, large=large)
    except (ReadError, ArchiveError) as error:
        raise HTTPException(404, str(error)) from error
    return Response(data, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@router.get("/f/{filing_id}/v/{version}/page/{number}/marks")
def marks(request: Request, filing_id: str, version: int, number: int) -> Response:
    """The marks of a page as an SVG that lies over its picture."""
    desk = desk_of(request)
    user = desk.doorkeeper.user(request)
    with desk.reader.connect() as connection:
        filing = filing_page(connection, _checked(filing_id), version)
        rows = rows_of(connection, filing, page=number)
        texts = page_texts(connection, filing, number)
    if filing.head.medium not in PICTURED or not 1 <= number <= (filing.head.pages or 0):
        raise HTTPException(404)
    return render(request, "marks.html", user=user, **sheet(desk.pictures, filing, number, rows, texts))


@router.get("/cell/{fact}")
def cell(request: Request, fact: str) -> Response:
    """The cell of a figure: its page, with the cell lit up, and whether it still counts."""
    desk = desk_of(request)
    desk.doorkeeper.user(request)
    with desk.reader.connect() as connection:
        place = place_of_fact(connection, fact)
    if place is None:
        raise HTTPException(404)
    path = f"/f/{place.filing_id}/v/{place.version}/s/{place.section_seq}"
    query: dict[str, Any] = {"page": place.page} if place.page else {}
    if not place.is_current:
        query["said"] = "superseded"
    answer = redirect(path, **query)
    answer.headers["Location"] += f"#{fact}"
    return answer


def sheet(pictures: Pictures, filing: FilingPage, number: int, rows: list[Row], texts: Texts) -> dict[str, Any]:
    """A page's size in points and its marks; without the reader's cells where it cannot be read again."""
    try:
        page = pictures.as_read(filing.head.sha256, number)
    except (ReadError, ArchiveError):
        page = None
    found = marks_on(page, rows, texts)
    width = page.width if page and page.width else max((one.box[2] for one in found), default=595.0)
    height = page.height if page and page.height else max((one.box[3] for one in found), default=842.0)
    return {"width": width, "height": height, "marks": found}


def _view(
    request: Request, user: str | None, filing: FilingPage, seq: int | None, number: int | None,
    start: int | None = None, said: str = "",
) -> Response:  # fmt: skip
    desk = desk_of(request)
    head = filing.head
    section = filing.section(seq) if seq is not None else None
    if number is None and section is not None and head.pages:
        number = section.first_page or 1
    if head.pages and number is None:
        number = 1
    if head.pages and number is not None and number > head.pages:
        raise HTTPException(404)
    with desk.reader.connect() as connection:
        if head.pages:
            rows = rows_of(connection, filing, page=number, limit=2000)
        else:
            rows = rows_of(connection, filing, section=seq, limit=2000)
        controls = rows_of(connection, filing, section=seq, limit=5000) if seq is not None else []
        controls = [one for one in controls if one.kind == "control"]
        texts = page_texts(connection, filing, number)
        waiting = held_filings(connection, head.filing_id)
        findings = [one for one in findings_of(connection, filing, -1) if one.section_seq == seq]
    shown = [row for row in rows if seq is None or row.section == seq]
    pictured = head.medium in PICTURED
    seen: dict[str, Any] = {"blocks": [], "start": 0, "more": False}
    if not pictured:
        seen = _seen(desk, filing, number, rows, texts, start, shown)
    held = waiting[0] if waiting and waiting[0].version == head.version else None
    return render(
        request, "filing.html", user=user, filing=filing, head=head, section=section, seq=seq, number=number,
        rows=shown[:ROWS], hidden=max(0, len(shown) - ROWS), pictured=pictured, seen=seen, held=held, said=said,
        of_row={row.name: controls_of(row, controls) for row in shown[:ROWS]}, findings=findings[:60], most=MOST,
        reasons=filing.reasons(seq) if seq is not None else [], whole=filing.reasons(None),
        unknown=list((head.words or {}).get("unknown", ()))[:200],
        acceptable=_acceptable(held, seq),
        departments=_departments(desk) if user else (),
        concepts=_concepts(desk) if user and (head.words or {}).get("unknown") else (),
    )  # fmt: skip


def _seen(
    desk: Desk, filing: FilingPage, number: int | None, rows: list[Row], texts: Texts, start: int | None,
    shown: list[Row],
) -> dict[str, Any]:  # fmt: skip
    """The document's tables as read, beginning where the section's rows do."""
    try:
        document = desk.pictures.document(filing.head.sha256)
    except (ReadError, ArchiveError):
        return {"blocks": [], "start": 0, "more": False}
    paged = number if any(page.number == number for page in document.pages) else None
    begin = row_of_line(document, paged, shown[:20]) if start is None else max(0, start)
    blocks, more = seen_blocks(document, paged, begin)
    lay_rows(blocks, shown, texts)
    lay_rows(blocks, [row for row in rows if row not in shown], Texts((), ()))
    return {"blocks": blocks, "start": begin, "more": more}


def _compared(request: Request, user: str | None, filing_id: str, first: int, second: int) -> Response:
    desk = desk_of(request)
    with desk.reader.connect() as connection:
        older = filing_page(connection, _checked(filing_id), first)
        newer = filing_page(connection, filing_id, second)
        versions = filing_versions(connection, filing_id)
        pair = [one for one in versions if one.version in (first, second)]
        changes = changes_between(connection, filing_id, first, second)
    return render(
        request, "versions.html", user=user, older=older, newer=newer, versions=versions, pair=pair, changes=changes
    )


def page_texts(connection: sa.Connection, filing: FilingPage, number: int | None) -> Texts:
    """What of a page no rule consumed, and what was kept as a note."""
    found = findings_of(connection, filing, number)
    unread = {one.evidence.strip() for one in found if one.code in ("unconsumed_text", "amount_unreadable")}
    notes = {one.evidence for one in found if one.code in ("memo_line", "unknown_label") and one.page == number}
    return Texts(unread, notes)


def _departments(desk: Desk) -> list[Publisher]:
    with desk.reader.connect() as connection:
        return departments(connection)[:3000]


def _acceptable(held: HeldFiling | None, seq: int | None) -> bool:
    """Whether a person may accept all that holds the section, or the filing."""
    of_section = [one for one in (held.reasons if held else ()) if one.sections and seq in one.sections]
    reasons = of_section or (held.reasons if held else ())
    return bool(reasons) and all(one.acceptable for one in reasons)


def _concepts(desk: Desk) -> list[tuple[str, list[str]]]:
    """What a word may mean, by the place where it counts."""
    found: dict[str, set[str]] = {}
    vocabulary = desk.vocabulary()
    for row in (*vocabulary.rows, *vocabulary.added):
        found.setdefault(row.place, set()).add(row.concept)
    return [(place, sorted(names)) for place, names in sorted(found.items())]


def _first(filing: FilingPage) -> int | None:
    """The section that is shown at first: one that is held, else the first with records."""
    for wanted in ("held", "published", "unread"):
        for one in filing.sections:
            if one.status == wanted:
                return int(one.section_seq)
    return int(filing.sections[0].section_seq) if filing.sections else None


def _checked(filing_id: str) -> str:
    if not _FILING.fullmatch(filing_id):
        raise HTTPException(404)
    return filing_id


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise HTTPException(404)
    return int(text)
