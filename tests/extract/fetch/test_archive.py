"""The archive keeps every byte, once, with every sighting; and says so when it no longer does."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from extract.errors import ArchiveError
from extract.fetch.archive import Archive, Sighting

CONTENT = "项目支出绩效目标表".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "memory":
        return Archive(f"memory://{tmp_path.name}", cache=tmp_path / "cache")
    return Archive(tmp_path / "archive")


def test_an_object_is_kept_once_and_every_sighting_of_it(archive: Archive) -> None:
    first = Sighting(
        url="http://a.example/1.pdf", title="一", status=200, headers={"etag": '"1"'}, publisher="a-office"
    )
    second = Sighting(url="http://b.example/2.pdf", title="二", status=200)
    assert archive.put(CONTENT, first) == SHA256 == archive.put(CONTENT, second)
    assert archive.get(SHA256) == CONTENT
    assert archive.path(SHA256).read_bytes() == CONTENT
    assert archive.sightings(SHA256) == (first, second)
    assert list(archive.verify()) == []


def test_a_file_is_archived_as_its_bytes_are(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "filing.txt"
    file.write_bytes(CONTENT)
    assert archive.put(file, Sighting(url="filing.txt")) == SHA256
    assert archive.get(SHA256) == CONTENT


def test_verify_names_a_changed_object_and_lets_it_be_fetched_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    archive.path(SHA256).write_bytes(CONTENT[::-1])
    with pytest.raises(ArchiveError, match="has changed"):
        archive.get(SHA256)
    (finding,) = archive.verify()
    assert (finding.code, finding.evidence) == ("object_changed", "http://a.example/1.pdf")
    assert not archive.has(SHA256)
    archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    assert archive.get(SHA256) == CONTENT
    assert len(list((tmp_path / "damaged").iterdir())) == 1, "the changed bytes are kept as evidence"


def test_verify_names_a_missing_object(archive: Archive) -> None:
    archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    archive._fs.rm(archive._object(SHA256))
    (finding,) = archive.verify()
    assert (finding.code, finding.evidence) == ("object_missing", "http://a.example/1.pdf")
    with pytest.raises(ArchiveError, match="not in the archive"):
        archive.get(SHA256)


def test_a_write_that_was_cut_short_leaves_no_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)

    def cut(_: int) -> None:
        raise OSError("power is gone")

    monkeypatch.setattr("extract.fetch.archive.os.fsync", cut)
    with pytest.raises(ArchiveError, match=r"power is gone.*run again"):
        archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    assert not archive.has(SHA256)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_many_writers_of_one_object_agree(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sightings = [Sighting(url=f"http://a.example/{number}") for number in range(20)]
    threads = [threading.Thread(target=archive.put, args=(CONTENT, sighting)) for sighting in sightings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert archive.get(SHA256) == CONTENT
    assert len(archive.sightings(SHA256)) == 20


def test_an_object_name_cannot_leave_the_archive(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="not a sha256"):
        archive.get("../../etc/passwd")


def test_the_newest_listing_of_a_publisher_is_the_last_one_written(archive: Archive) -> None:
    assert archive.last_listing("a-office") is None
    archive.write_listing("a-office", b"one")
    archive.write_listing("a-office", b"two")
    archive.write_listing("b-office", b"other")
    assert archive.last_listing("a-office") == b"two"
