"""A headless Chromium by its own protocol: open a page as somebody who has logged in, wait for it, take its picture."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)


class Page:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._sent = 0

    def send(self, method: str, **parameters: Any) -> Any:
        """Call a method of the protocol. Raises RuntimeError with the browser's words if it refuses."""
        self._sent += 1
        self._connection.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=120))
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def evaluate(self, expression: str) -> Any:
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 120) -> None:
        """Wait until a JavaScript expression is true. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"not true after {seconds} s: {expression}")
            time.sleep(0.5)

    def open(self, url: str, cookies: dict[str, str], width: int, height: int) -> None:
        for name, value in cookies.items():
            self.send("Network.setCookie", name=name, value=value, url=url)
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Page.navigate", url=url)

    def picture(self, target: Path) -> None:
        target.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def open_browser(program: str) -> Iterator[Page]:
    """A fresh Chromium with nothing remembered, gone when the `with` ends."""
    with tempfile.TemporaryDirectory(prefix="yusuan-browser-", ignore_cleanup_errors=True) as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            address = Path(profile, "DevToolsActivePort")
            end = time.monotonic() + 60
            while not (address.exists() and address.read_text().count("\n")):
                if time.monotonic() > end:
                    raise TimeoutError("Chromium does not start")
                time.sleep(0.2)
            port = address.read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
                (tab,) = [one for one in json.load(answer) if one["type"] == "page"]
            with connect(tab["webSocketDebuggerUrl"], max_size=None) as connection:
                yield Page(connection)
        finally:
            process.terminate()
            process.wait(30)
