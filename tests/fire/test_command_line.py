"""The embedded server is killed under `yusuan run`: a clear message, and the next command starts it again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fire.command_line import ROOT
from warehouse.server.embedded import EmbeddedServer


@pytest.mark.long
def test_a_run_whose_server_is_killed_says_so_and_the_next_one_starts_it(server_home: Path, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("YUSUAN_", "PREFECT_"))},
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "YUSUAN_ARCHIVE": str(tmp_path / "archive"),
        "YUSUAN_HOME": str(server_home),
        "YUSUAN_RETRIES": "1",
        "YUSUAN_RETRY_SECONDS": "0.1",
    }
    arguments = [sys.executable, "-m", "flows", "run", "--json"]
    struck = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert struck.stderr is not None
    said = []
    for line in struck.stderr:
        said.append(line)
        if "reading" in line:  # the load has begun, nothing is published yet
            os.kill(EmbeddedServer(server_home).status().pid or 0, signal.SIGKILL)
            break
    _, rest = struck.communicate(timeout=200)
    message = "".join(said) + rest
    assert struck.returncode == 1, message
    assert "Traceback" not in message
    _, _, explained = message.rpartition("\nyusuan: ")
    assert "the database at 127.0.0.1" in explained, message
    assert len(explained.splitlines()) <= 4, message

    again = subprocess.run(
        arguments, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=200, check=False
    )
    assert again.returncode == 0, again.stderr
    statuses = {one["status"] for one in json.loads(again.stdout)["outcomes"]}
    assert "published" in statuses
    assert "failed" not in statuses
