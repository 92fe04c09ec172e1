"""What an operator hears of: messages to a webhook, `yusuan status`, and what the audit keeps of a run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.end_to_end.conftest import Yusuan
from warehouse.server.roles import Login

CATALOGUE = """
publishers:
  - id: pub-a
    name: 广州市某某局
    region_code: "440103"
    region: 广州市荔湾区
    portal: {{adapter: folder, address: {folder}}}
filings:
  - {{id: broken, publisher: pub-a, fiscal_year: 2024, source: broken.pdf}}
"""

TABLE = "第{0}号车辆台账\n甲车 {0}.00 2.00\n乙车 3.00 4.00\n丙车 5.00 6.00\n"
"""A text that no layout reads."""


@dataclass
class Webhook:
    """A receiver of messages on loopback."""

    address: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.messages.append(json.loads(body))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Webhook(f"json://127.0.0.1:{server.server_address[1]}/")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    for number in range(6):
        (folder / f"notice-{number}.txt").write_text(
            f"第{number}号车辆台账\n甲车 {number}.00 2.00\n乙车 3.00 4.00\n丙车 5.00 6.00\n", encoding="utf-8"
        )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R>>")
    path = tmp_path / "catalogue.yaml"
    path.write_text(CATALOGUE.format(folder=folder), encoding="utf-8")
    return path


def _audit(yusuan: Yusuan, query: str) -> list[tuple[Any, ...]]:
    engine = yusuan.database.engine(Login.LOADER)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def test_what_is_held_failed_or_vanished_is_told_kept_and_a_problem(
    yusuan: Yusuan, webhook: Webhook, catalogue: Path
) -> None:
    yusuan.environment["YUSUAN_NOTIFY"] = webhook.address
    assert json.loads(yusuan("status", "--json").stdout)["problems"] == ["no run has ended yet"]

    outcomes = yusuan.summary("run", "--catalogue", catalogue, exit_code=1)
    [message] = webhook.messages
    assert "1 failed" in message["title"]
    assert "6 held" in message["title"]
    assert all(filing in message["message"] for filing in outcomes)
    [(metrics,)] = _audit(yusuan, "SELECT metrics FROM audit.load")
    assert (metrics["publishers"], metrics["fetched"], metrics["read"]) == (1, 7, 7)
    assert (Path(yusuan.environment["YUSUAN_HOME"]) / "validation" / "load-1.html").exists()

    for number in range(5):
        (catalogue.parent / "published" / f"notice-{number}.txt").unlink()
    webhook.status = 500
    answer = yusuan("run", "--catalogue", catalogue)
    assert (answer.returncode, "did not take the message" in answer.stderr) == (1, True)
    assert "far_fewer_filings" in webhook.messages[1]["message"]
    codes = {code for (code,) in _audit(yusuan, "SELECT code FROM audit.load_finding WHERE load_id = 2")}
    assert {"far_fewer_filings", "page_vanished", "not_notified"} <= codes

    status = yusuan("status")
    assert status.returncode == 1
    assert "far_fewer_filings" in status.stdout
    assert "6 held" in status.stdout
