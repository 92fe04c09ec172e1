"""What nights with nothing new ask of a portal, and cost us: every request counted, over a whole span of nights.

    python -m benchmarks.nightly_fetch [PORTALS [FILINGS]]      4 portals with 1,200 filings each, of ten years

The portals are one server on loopback in a process of its own: a list of pages that says how many entries it has, each
with an article and its attachment. A first visit fetches everything; then a night passes after the other, as many as
`YUSUAN_RECHECK_DAYS`, with one new filing in the last. The pause between two requests to one host is set to 0. The
archive is in memory where there is /dev/shm: on a disk the first visit waits for its syncs. Writes its table into
benchmarks/README.md. Exit code 1 if a night asked for more than it should, or if a known filing was not asked for.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
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
SIZE, YEARS = 20, 10
FIRST_DAY = datetime.date(2026, 3, 1)


def serve(filings: int, pipe: Connection) -> None:
    """`/PORTAL/index.html` and `index_2.html` …, `/PORTAL/NUMBER.html` and `.pdf`, each with a tag."""
    asked: Counter[str] = Counter()
    new = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            nonlocal new
            status, body, tag = 200, b"", ""
            name = self.path.rsplit("/", 1)[-1]
            if name == "counts":
                body = json.dumps(asked).encode()
                asked.clear()
            elif name == "new":
                new += 1
            elif name.startswith("index"):
                asked["list"] += 1
                body = page(int(name[6:-5]) - 1 if "_" in name else 0, filings + new)
            elif name.endswith((".pdf", ".html")):
                kind = "attachment" if name.endswith(".pdf") else "article"
                tag = f'"{self.path}"'
                known = self.headers["If-None-Match"] == tag
                asked[f"{kind} {'conditional' if known else 'whole'}"] += 1
                content = f"%PDF-1.4\n{self.path}" if kind == "attachment" else f"<a href='{name[:-5]}.pdf'>表.pdf</a>"
                status, body = (304, b"") if known else (200, content.encode())
            else:
                asked["robots"] += 1
                status = 404
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    def page(number: int, total: int) -> bytes:
        """The newest first: filing N is of the N-th part of the years."""
        shown = range(total - 1 - number * SIZE, max(-1, total - 1 - (number + 1) * SIZE), -1)
        years = {n: FIRST_DAY.year - YEARS + 1 + min(n * YEARS // filings, YEARS - 1) for n in shown}
        items = "".join(f"<li><a href='{n}.html'>某局{year}年部门预算{n}</a></li>" for n, year in years.items())
        return f"<ul>{items}</ul><script>var totalPage = Math.ceil({total}/{SIZE});</script>".encode()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    pipe.send(server.server_address[1])
    server.serve_forever()


def publishers_of(portal: str, count: int) -> tuple[Publisher, ...]:
    declared = [
        {
            "id": f"district-{number}",
            "name": f"某区{number}",
            "region_code": "440114",
            "region": "某区",
            "portal": {"adapter": "columns", "address": f"{portal}/{number}/index.html", "allow_private": True},
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
    publishers, process = publishers_of(portal, count), psutil.Process()

    def counts() -> Counter[str]:
        told: dict[str, int] = httpx.get(f"{portal}/counts", trust_env=False).json()
        return Counter(told)

    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        archive, base = Archive(folder), Path(folder)

        def night(day: datetime.date) -> tuple[Counter[str], float, list[Collection]]:
            """Requests by kind, processor seconds of ours, what the visits came to."""
            courtesy, own = Courtesy(settings), time.process_time()
            visits = [
                collect(publisher, (), archive, settings, courtesy, base=base, today=day) for publisher in publishers
            ]
            return counts(), time.process_time() - own, visits

        first, first_own, visits = night(FIRST_DAY)
        whole = all(len(visit.filings) == filings and not visit.findings for visit in visits)
        before = process.memory_info().rss // MB
        nights: list[tuple[Counter[str], float]] = []
        for number in range(1, settings.recheck_days + 1):
            asked, own, visits = night(FIRST_DAY + datetime.timedelta(days=number))
            nights.append((asked, own))
            whole &= all(not visit.findings and visit.fetched == 0 for visit in visits)
            print(f"night {number}: {sum(asked.values())} requests, {own:.1f} s", flush=True)
        after = process.memory_info().rss // MB
        httpx.get(f"{portal}/new", trust_env=False)
        last, _, visits = night(FIRST_DAY + datetime.timedelta(days=settings.recheck_days + 1))
        found = all(visit.fetched == 1 for visit in visits)
    server.terminate()
    per = [sum(asked.values()) / count for asked, _ in nights]
    total = sum((asked for asked, _ in nights), Counter())
    rows = [
        ("first visit", first, first_own, 1),
        (f"a night of the {len(nights)} after it, mean", total, 0.0, len(nights)),
    ]
    lines = [
        f"{count} portals with {filings:,} known filings each, {filings // YEARS} of each year; requests of one.",
        "",
        "| | list pages | articles | attachments | whole | all |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for what, asked, _, times in rows:
        each = {name: number / count / times for name, number in asked.items()}
        kinds = [
            sum(v for name, v in each.items() if name.startswith(kind)) for kind in ("list", "article", "attachment")
        ]
        fetched = sum(v for name, v in each.items() if name.endswith("whole"))
        lines.append(f"| {what} | " + " | ".join(f"{v:,.1f}" for v in (*kinds, fetched, sum(each.values()))) + " |")
    own = sum(seconds for _, seconds in nights) / len(nights) / count
    lines += [
        "",
        f"The quietest night asked {min(per):,.0f}, the busiest {max(per):,.0f} (lists are read to their end weekly). "
        f"With one new filing: {last['list'] / count:.1f} list pages, and it was fetched. Our processor: "
        f"{first_own / count:.1f} s a portal for the first visit, {own:.2f} s for a night. "
        f"Memory before and after the nights: {before}, {after} MB.",
    ]
    text = "\n".join(lines)
    print(text)
    write_section("A night with nothing new", "python -m benchmarks.nightly_fetch", text)
    within = total["attachment conditional"] >= count * filings and not any(n.endswith("whole") for n in total)
    return 0 if whole and found and within and after - before <= 20 else 1


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given + [4, 1200][len(given) :])))
