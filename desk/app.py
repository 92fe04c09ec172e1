"""The desk's application: what it is made of, and what every page has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from desk.guard import Guard
from desk.login import Doorkeeper, NotLoggedIn, csrf_token
from desk.marks import KINDS
from desk.pictures import Cache, Pictures
from desk.settings import DeskSettings
from desk.users import Users
from desk.words import Words, plain, yuan
from extract.errors import YusuanError
from extract.fetch.archive import Archive
from transform.vocabulary import Vocabulary
from warehouse.decide.vocabulary import in_force
from warehouse.errors import WarehouseError
from warehouse.server.credentials import Credentials
from warehouse.server.database import Database
from warehouse.server.roles import Login

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages are made from."""

    settings: DeskSettings
    reader: sa.Engine
    """The login `yusuan_desk`, which changes nothing."""
    loader: sa.Engine
    """For decisions only."""
    pictures: Pictures
    doorkeeper: Doorkeeper
    pages: Environment
    vocabulary: Callable[[], Vocabulary]
    """The vocabulary in force now."""
    read_again: Callable[[Sequence[int], Sequence[str]], None] | None
    """Begins to read what waits of these fiscal years and publishers again; None: the next run does."""


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def create_app(
    database: Database,
    archive: Archive,
    settings: DeskSettings,
    *,
    vocabulary: Callable[[], Vocabulary] | None = None,
    read_again: Callable[[Sequence[int], Sequence[str]], None] | None = None,
) -> FastAPI:
    """The application on a prepared database. Raises WarehouseError if it would be open to others and has no users."""
    from desk import decide, find, look

    home = database.settings.home
    users = Users(settings.users or home / "desk" / "users")
    doorkeeper = Doorkeeper(settings, users)
    if not settings.is_local and doorkeeper.is_open:
        raise WarehouseError(
            f"the desk would be open to everybody who reaches {settings.host}: add a user (`yusuan desk user add NAME`)"
            " or name the header of a proxy that knows its users (YUSUAN_DESK_PROXY_HEADER)"
        )
    reader, loader = database.engine(Login.DESK), database.engine(Login.LOADER)

    def in_force_now() -> Vocabulary:
        with reader.connect() as connection:
            return in_force(connection, ())

    app = FastAPI(title="yusuan desk", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(
        settings=settings,
        reader=reader,
        loader=loader,
        pictures=Pictures(archive, Cache(home / "desk" / "pictures", settings.cache_bytes)),
        doorkeeper=doorkeeper,
        pages=environment(),
        vocabulary=vocabulary or in_force_now,
        read_again=read_again,
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in (find.router, look.router, decide.router):
        app.include_router(router)
    app.add_middleware(
        SessionMiddleware,
        secret_key=Credentials(home / "credentials").ensure("desk_session"),
        session_cookie="yusuan_desk",
        max_age=int(settings.session_hours * 3600),
        same_site="strict",
        https_only=settings.url.startswith("https:"),
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts(), www_redirect=False)
    app.add_middleware(Guard)
    app.add_exception_handler(NotLoggedIn, _to_login)
    app.add_exception_handler(YusuanError, _explained)
    app.add_exception_handler(AnyHTTPException, _refused)
    return app


def environment() -> Environment:
    """The templates: everything that is shown is escaped."""
    pages = Environment(
        loader=PackageLoader("desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters |= {"yuan": yuan, "plain": plain, "path": lambda text: quote(str(text), safe="")}
    pages.globals |= {"kinds": KINDS}
    return pages


def words_of(request: Request) -> Words:
    return Words(str(request.session.get("language", "zh")))


def render(request: Request, template: str, *, status: int = 200, user: str | None = None, **said: Any) -> HTMLResponse:
    """A page, in the language of the session."""
    desk = desk_of(request)
    said |= {
        "t": words_of(request),
        "user": user,
        "is_open": desk.doorkeeper.is_open,
        "has_login": not desk.settings.proxy_header,
        "csrf": csrf_token(request),
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    }
    return HTMLResponse(desk.pages.get_template(template).render(said), status)


def redirect(path: str, **query: Any) -> RedirectResponse:
    """To a page of ours."""
    return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303)


def inside(path: str) -> str:
    """A path of ours, or the first page for anything else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else "/"


Handler = Callable[[Request, Exception], Response]


def _to_login(request: Request, _: Exception) -> Response:
    """To the login. Whoever comes by a link of another site has no cookie yet (SameSite): our own page asks again."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        return HTMLResponse(desk_of(request).pages.get_template("again.html").render(here=inside(here)))
    return redirect("/login", next=inside(here) if request.method == "GET" else "/")


def _explained(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, WarehouseError) and request.method == "GET" else 409
    return _error(request, status, str(error))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException | AnyHTTPException)
    detail = "not_found" if error.status_code == 404 else str(error.detail)
    return _error(request, error.status_code, words_of(request)(detail))


def _error(request: Request, status: int, message: str) -> Response:
    return render(request, "error.html", status=status, message=message)
