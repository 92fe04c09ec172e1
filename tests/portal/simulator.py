"""The server: routes to replies, each reply as well- or ill-behaved as it is told to be."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    """What a client asked: path with query, headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: str = ""
    """Of a POST."""

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass
class Reply:
    """A whole answer. With `tagged`, it has an ETag and answers conditional requests with 304."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tagged: bool = True


Misbehaviour = Callable[[BaseHTTPRequestHandler], None]
"""Writes to the connection whatever it likes."""
Route = Reply | Callable[[Request], Reply | Misbehaviour]


class Simulator:
    """`routes` by path with query, else by path; `requests` is what was asked, in order, on `connections`."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.gzip_always = False
        self.unplugged = False
        self.other = Reply(b"not here", 404)
        """What is answered where there is no route."""
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                simulator.connections += 1
                super().setup()

            def do_GET(self) -> None:
                simulator._serve(self)

            def do_POST(self) -> None:
                simulator._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that hangs up is what many tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, *, conditional: bool | None = None) -> list[str]:
        """The paths asked for, without robots.txt."""
        return [
            request.path
            for request in self.requests
            if request.path != "/robots.txt" and (conditional is None or request.conditional == conditional)
        ]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(int(headers.get("content-length", 0))).decode() if handler.command == "POST" else ""
        request = Request(handler.path, headers, body)
        self.requests.append(request)
        if self.unplugged:
            handler.close_connection = True
            return
        route = self.routes.get(handler.path, self.routes.get(handler.path.split("?")[0], self.other))
        answer = route if isinstance(route, Reply) else route(request)
        with suppress(OSError):  # the client may hang up on us
            if isinstance(answer, Reply):
                self._answer(handler, request, answer)
            else:
                handler.close_connection = True
                answer(handler)

    def _answer(self, handler: BaseHTTPRequestHandler, request: Request, reply: Reply) -> None:
        headers = {"Content-Type": "text/html", **reply.headers}
        status, body = reply.status, reply.body
        if status == 200 and reply.tagged:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                status, body = 304, b""
        if self.gzip_always and body:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if status != 304 and "Content-Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def running() -> Iterator[Simulator]:
    simulator = Simulator()
    try:
        yield simulator
    finally:
        simulator.close()


def misbehaving(act: Misbehaviour) -> Route:
    """A route that writes to the connection itself."""
    return lambda _request: act


def redirect(to: str, *, status: int = 302, cookie: str | None = None) -> Reply:
    headers = {"Location": to} | ({"Set-Cookie": cookie} if cookie else {})
    return Reply(b"", status, headers)


def raw(*pieces: bytes, pause: float = 0.0, forever: bool = False) -> Route:
    """The pieces as they are, with a pause after each; `forever` repeats the last one until the client hangs up."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)
        while forever:
            handler.wfile.write(pieces[-1])
            handler.wfile.flush()
            time.sleep(pause)

    return misbehaving(act)
