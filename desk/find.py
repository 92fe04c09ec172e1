"""The first page: filings by what is asked of them, how many there are per status, and what waits for a person."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from desk.app import desk_of, inside, redirect, render
from desk.login import check_csrf
from desk.words import LANGUAGES
from warehouse.read.search import ORDERS, STATUSES, WAITING, Search, choices, search

router = APIRouter()
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:?\d\d)?")
_NUMBER = re.compile(r"\d{1,20}(\.\d+)?")
Text = Annotated[str, Query(max_length=200)]


@router.get("/")
def find(
    request: Request, status: Text = "", department: Text = "", province: Text = "", city: Text = "", county: Text = "",
    year: Text = "", kind: Text = "", scope: Text = "", words: Text = "", order: Text = "", after: Text = "",
    last: Text = "",
) -> Response:  # fmt: skip
    desk = desk_of(request)
    user = desk.doorkeeper.user(request)
    order = order if order in ORDERS else "oldest" if status == WAITING else "newest"
    region = next((code for code in (county, city, province) if code.isdecimal() and code.startswith(province)), "")
    form = _NUMBER if order == "largest" else _TIME
    asked = Search(
        status=status if status in (*STATUSES, WAITING) else "",
        department=department, region=region, year=int(year) if year.isdecimal() and len(year) == 4 else None,
        kind=kind, scope=scope, words=words, order=order,
        after=(after, last) if form.fullmatch(after) and last else None,
    )  # fmt: skip
    with desk.reader.connect() as connection:
        found = search(connection, asked)
        offered = choices(connection)
    given = {name: value for name, value in request.query_params.items() if value and name not in ("after", "last")}
    next_page = urlencode({**given, "after": found.after[0], "last": found.after[1]}) if found.after else ""
    return render(
        request, "find.html", user=user, found=found, offered=offered, asked=asked, next_page=next_page,
        statuses=[one for one in STATUSES if one in found.counts], orders=ORDERS,
        region={"province": region[:2], "city": region[:4], "county": region[:6]},
        status_links={one: urlencode({**given, "status": one}) for one in ("", WAITING, *STATUSES)},
    )  # fmt: skip


@router.get("/login")
def login_page(request: Request, next: Text = "/") -> Response:
    return render(request, "login.html", next=inside(next), said="")


@router.post("/login")
def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    check_csrf(request, csrf)
    wait = desk_of(request).doorkeeper.log_in(request, name, password)
    if wait is None:
        return redirect(inside(next))
    status, said = (429, "too_many_tries") if wait else (401, "wrong_login")
    answer = render(request, "login.html", status=status, next=inside(next), said=said, wait=wait)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@router.post("/logout")
def log_out(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    check_csrf(request, csrf)
    language = request.session.get("language")
    request.session.clear()
    if language:
        request.session["language"] = language
    return redirect("/")


@router.post("/language")
def set_language(
    request: Request,
    language: Annotated[str, Form()] = "zh",
    next: Annotated[str, Form(max_length=2000)] = "/",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    check_csrf(request, csrf)
    request.session["language"] = language if language in LANGUAGES else "zh"
    return redirect(inside(next))
