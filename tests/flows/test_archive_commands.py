"""`yusuan archive` in a process of its own: what it prints and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from extract.fetch.archive import Archive, Sighting

CATALOGUE = """
publishers:
  - {id: an-office, name: 某局, region_code: "440114", region: 花都区}
"""


def yusuan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"YUSUAN_ARCHIVE": str(folder / "archive"), "YUSUAN_CATALOGUE": str(folder / "c.yaml")}
    command = [sys.executable, "-m", "flows", "archive", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "c.yaml").write_text(CATALOGUE, encoding="utf-8")
    return Archive(tmp_path / "archive")


def test_verify_names_what_changed(archive: Archive, tmp_path: Path) -> None:
    sha256 = archive.put(b"whole", Sighting(url="http://a.example/1.pdf"))
    whole = yusuan(tmp_path, "verify")
    assert (whole.returncode, whole.stdout) == (0, f"1 objects in {tmp_path / 'archive'}, 0 missing or changed\n")
    archive.path(sha256).write_bytes(b"changed")
    broken = yusuan(tmp_path, "verify", "--json")
    assert broken.returncode == 1
    (told,) = json.loads(broken.stdout)["broken"]
    assert (told["code"], told["addresses"]) == ("object_changed", "http://a.example/1.pdf")


def test_sightings_of_a_document(archive: Archive, tmp_path: Path) -> None:
    sha256 = archive.put(b"whole", Sighting(url="http://a.example/1.pdf"))
    seen = yusuan(tmp_path, "sightings", sha256)
    assert json.loads(seen.stdout)["url"] == "http://a.example/1.pdf"
    assert yusuan(tmp_path, "sightings", "0" * 64).returncode == 1
    assert "not a sha256" in yusuan(tmp_path, "sightings", "../x").stderr


def test_accept_list_of_a_publisher_never_visited(archive: Archive, tmp_path: Path) -> None:
    assert "never visited" in yusuan(tmp_path, "accept-list", "an-office").stderr
    assert "declares no publisher" in yusuan(tmp_path, "accept-list", "other").stderr
