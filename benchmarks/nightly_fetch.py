"""What a night with nothing new costs us: lists and conditional requests, our own processor time, memory.

    python -m benchmarks.nightly_fetch [PUBLISHERS [FILINGS]]      500 publishers with 40 filings each

The portals are one gkmlpt server on loopback in a process of its own, so the processor time is ours alone, without any
wait for the network. The pause between two requests to one host is set to 0: all publishers share this one host, and
nobody has to be spared. Beside it stand the same conditional requests by a bare httpx client, which checks and
remembers nothing; it takes turns with ours, publisher by publisher, so that both meet the same machine. The archive is
in memory where there is /dev/shm: on a disk the first visit waits for 80,000 syncs. Writes its table into
benchmarks/README.md. Exit code 1 if the night made any other request or its memory grew.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import psutil

from benchmarks.report import write_section
from extract.catalogue import Catalogue, Publisher
from extract.fetch.archive import Archive
from extract.fetch.collecting import Collection, collect
from extract.fetch.courtesy import Courtesy
from extract.settings import FetchSettings

MB = 1 << 20
MEMORY = Path("/dev/shm")


@dataclass
class Spent:
    """Seconds by the clock and of our own processor time."""

    wall: float = 0.0
    own: float = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        wall, own = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.own += time.process_time() - own


def serve(filings: int, pipe: Connection) -> None:
    """The portals: `/N/gkmlpt/index`, its list, its articles and their attachments, each with a tag."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            parts = self.path.split("/")
            status, body, tag = 200, b"", ""
            if self.path == "/counts":
                body = json.dumps(asked).encode()
                asked.clear()
            elif self.path.endswith((".pdf", ".html")):
                tag = f'"{parts[1]}-{parts[3]}"'
                known = self.headers["If-None-Match"] == tag
                asked[f"{parts[2]} {'conditional' if known else 'whole'}"] += 1
                start = "%PDF-1.4" if parts[2] == "attachment" else "<html><body>"
                status, body = (304, b"") if known else (200, f"{start}\n{self.path}".encode())
            elif self.path.endswith("/index"):
                asked["list"] += 1
                body = b"<script>window._CONFIG = {SID: '200001'}</script>"
            elif "page=1&" in self.path:
                asked["list"] += 1
                body = json.dumps({"articles": [article(parts[1], n) for n in range(filings)], "classify": {}}).encode()
            else:
                asked["robots" if self.path == "/robots.txt" else "list"] += 1
                status = 404
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    def article(department: str, number: int) -> dict[str, object]:
        attachment = {"id": number, "name": "绩效目标表.pdf", "url": f"/{department}/attachment/{number}.pdf"}
        title, url = f"2024年部门预算项目绩效目标{number}", f"/{department}/article/{number}.html"
        return {"id": number, "title": title, "date": 1_700_000_000, "url": url, "attachment": [attachment]}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    pipe.send(server.server_address[1])
    server.serve_forever()


def publishers_of(portal: str, count: int) -> tuple[Publisher, ...]:
    declared = [
        {
            "id": f"department-{number}",
            "name": f"某局{number}",
            "region_code": "440114",
            "region": "某区",
            "portal": {"adapter": "gkmlpt", "address": f"{portal}/{number}/gkmlpt/index", "allow_private": True},
        }
        for number in range(count)
    ]
    return Catalogue.model_validate({"publishers": declared}).publishers


def main(count: int, filings: int) -> int:
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(filings, there), daemon=True)
    server.start()
    portal = f"http://127.0.0.1:{here.recv()}"
    settings = FetchSettings(interval=0)
    publishers = publishers_of(portal, count)
    process = psutil.Process()

    def counts() -> dict[str, int]:
        told: dict[str, int] = httpx.get(f"{portal}/counts", trust_env=False).json()
        return told

    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        archive, base = Archive(folder), Path(folder)

        def night(what: str, after: Callable[[Publisher], None]) -> tuple[Spent, list[int], list[Collection]]:
            """What it took, memory in MB before, at the middle and after, and what went wrong."""
            courtesy, odd, spent = Courtesy(settings), [], Spent()
            memory = [process.memory_info().rss // MB]
            for number, publisher in enumerate(publishers, start=1):
                with spent.measured():
                    collection = collect(publisher, (), archive, settings, courtesy, base=base)
                after(publisher)
                if collection.findings or len(collection.filings) != filings:
                    odd.append(collection)
                if number == count // 2:
                    memory.append(process.memory_info().rss // MB)
                if number % max(1, count // 10) == 0:
                    print(f"{what}: {number} of {count} publishers, {spent.wall:.0f} s", flush=True)
            return spent, [*memory, process.memory_info().rss // MB], odd

        asked: Counter[str] = Counter()
        bare = Spent()
        with httpx.Client(trust_env=False) as client:

            def same_by_bare_client(publisher: Publisher) -> None:
                asked.update(counts())
                department = publisher.id.removeprefix("department-")
                with bare.measured():
                    for one in range(filings):
                        for name in (f"article/{one}.html", f"attachment/{one}.pdf"):
                            tag = f'"{department}-{name.partition("/")[2]}"'
                            client.get(f"{portal}/{department}/{name}", headers={"If-None-Match": tag})
                counts()  # those were not ours

            first, _, first_odd = night("first visit", lambda _: None)
            counts()
            ours, memory, odd = night("nothing new", same_by_bare_client)
    server.terminate()
    total, whole = count * filings, sum(times for what, times in asked.items() if what.endswith("whole"))
    rows = [
        ("first visit: everything fetched and archived", first),
        ("a night with nothing new", ours),
        ("the same conditional requests by a bare httpx client", bare),
    ]
    text = "\n".join(
        [
            f"{count} publishers, {total:,} known filings, one thread, no pause between requests.",
            "",
            "| | wall time | own processor time | per filing | times bare |",
            "|---|--:|--:|--:|--:|",
            *(
                f"| {what} | {spent.wall:.0f} s | {spent.own:.1f} s | {1000 * spent.own / total:.2f} ms "
                f"| {spent.own / bare.own:.1f} |"
                for what, spent in rows
            ),
            "",
            f"Requests of the night: {asked.get('list', 0):,} for lists, {asked.get('article conditional', 0):,} "
            f"conditional for articles and {asked.get('attachment conditional', 0):,} for attachments, {whole:,} for "
            f"anything whole, {asked.get('robots', 0)} robots.txt. "
            f"Memory before, in the middle and after: {', '.join(map(str, memory))} MB.",
        ]
    )
    print(text)
    write_section("A night with nothing new", "python -m benchmarks.nightly_fetch", text)
    kept = not whole and asked.get("attachment conditional") == total and not odd and not first_odd
    return 0 if kept and memory[-1] - memory[0] <= 20 else 1


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given + [500, 40][len(given) :])))
