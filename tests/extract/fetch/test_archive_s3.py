"""The archive on an S3-compatible server: real HTTP on loopback, real signatures, no mock of the client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from extract.errors import ArchiveError
from extract.fetch.archive import Archive, Sighting

CONTENT = "部门整体预算绩效目标申报表".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def archive(endpoint: str, tmp_path: Path) -> Archive:
    bucket = f"archive-{tmp_path.name.replace('_', '-').lower()}"[:60]
    archive = Archive(
        f"s3://{bucket}/filings",
        cache=tmp_path / "cache",
        key="test",
        secret="test",
        client_kwargs={"endpoint_url": endpoint, "region_name": "eu-west-1"},
        skip_instance_cache=True,
    )
    archive._fs.mkdir(bucket)
    return archive


def test_objects_and_sightings_on_s3(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "filing.pdf"
    file.write_bytes(CONTENT)
    first, second = Sighting(url="http://a.example/1.pdf"), Sighting(url="http://b.example/2.pdf")
    assert archive.put(file, first) == SHA256 == archive.put(CONTENT, second)
    assert archive.path(SHA256).read_bytes() == CONTENT
    assert archive.sightings(SHA256) == (first, second)
    archive.write_listing("a-office", b"one")
    archive.write_listing("a-office", b"two")
    assert archive.last_listing("a-office") == b"two"
    assert list(archive.verify()) == []


def test_verify_on_s3_finds_changed_and_missing_objects(archive: Archive) -> None:
    archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    archive._fs.pipe_file(archive._object(SHA256), CONTENT[::-1])
    with pytest.raises(ArchiveError, match="has changed"):
        archive.path(SHA256)
    assert [finding.code for finding in archive.verify()] == ["object_changed"]
    assert [finding.code for finding in archive.verify()] == ["object_missing"]
    archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
    assert list(archive.verify()) == []
    assert archive.get(SHA256) == CONTENT


def test_a_store_that_is_gone_is_one_clear_error(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_address[1]  # nobody listens there once it is closed
    archive = Archive(
        "s3://bucket/filings",
        cache=tmp_path,
        key="test",
        secret="test",
        client_kwargs={"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "eu-west-1"},
        config_kwargs={"retries": {"total_max_attempts": 1}},
        skip_instance_cache=True,
    )
    archive._fs.retries = 1
    with pytest.raises(ArchiveError, match=r"bucket/filings cannot be read or written.*run again"):
        archive.put(CONTENT, Sighting(url="http://a.example/1.pdf"))
