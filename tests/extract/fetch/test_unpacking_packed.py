"""RAR and 7z archives: opened like ZIP, with the same limits."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from extract.document import Finding
from extract.fetch.unpacking import UnpackedMember, UnpackLimits, unpack
from extract.media import Medium, medium_of
from tests.extract.fetch.test_unpacking import packed
from tests.extract.fetch.visits import Collector, collector, contents, pdf, publisher, simulator
from tests.portal.simulator import Simulator
from tests.portal.sites import Article, ColumnsSite

__all__ = ["collector", "simulator"]
libarchive = pytest.importorskip("libarchive", reason="the system has no libarchive", exc_type=Exception)


def rar(files: dict[str, bytes]) -> bytes:
    """A RAR 4 archive of stored files, names in GB18030."""

    def block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, b"\0" * 6)
    for name, content in files.items():
        raw, size = name.encode("gb18030"), len(content)
        body = struct.pack("<IIBIIBBHI", size, size, 2, zlib.crc32(content), 0x58000000, 20, 0x30, len(raw), 0x20)
        out += block(0x74, 0x8000, body + raw, content)
    return out + block(0x7B, 0x4000, b"")


def seven(files: dict[str, bytes]) -> bytes:
    parts: list[bytes] = []

    def write(data: bytes) -> int:
        parts.append(bytes(data))
        return len(data)

    with libarchive.custom_writer(write, "7zip") as archive:
        for name, content in files.items():
            archive.add_file_from_memory(name, len(content), content)
    return b"".join(parts)


def unpacked(data: bytes, folder: Path, limits: UnpackLimits | None = None) -> tuple[dict[str, bytes], list[str]]:
    file = folder / "given"
    file.write_bytes(data)
    found, codes = {}, []
    for each in unpack(file, folder, limits):
        if isinstance(each, UnpackedMember):
            found[each.path] = each.file.read_bytes()
        else:
            assert isinstance(each, Finding)
            codes.append(each.code)
    return found, codes


def test_members_of_a_rar_have_their_chinese_names(tmp_path: Path) -> None:
    data = rar({"01教育局/预算.pdf": pdf("1"), "b.pdf": pdf("2")})
    assert medium_of(data) is Medium.ZIP
    assert unpacked(data, tmp_path) == ({"01教育局/预算.pdf": pdf("1"), "b.pdf": pdf("2")}, [])


def test_members_of_a_7z_and_archives_within(tmp_path: Path) -> None:
    data = seven({"a.pdf": pdf("1"), "in.zip": packed({"b.pdf": pdf("2")}), "in.rar": rar({"c.pdf": pdf("3")})})
    assert unpacked(data, tmp_path) == ({"a.pdf": pdf("1"), "in.zip!b.pdf": pdf("2"), "in.rar!c.pdf": pdf("3")}, [])


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (UnpackLimits(members=2), "archive_too_large"),
        (UnpackLimits(member_bytes=1000), "member_bomb"),
        (UnpackLimits(total_bytes=2500), "member_bomb"),
        (UnpackLimits(ratio=2, ratio_floor=100), "member_bomb"),
    ],
)
def test_the_limits_of_zip_hold_for_7z(tmp_path: Path, limits: UnpackLimits, code: str) -> None:
    found, codes = unpacked(seven({f"{n}.txt": b"\0" * 2000 for n in range(4)}), tmp_path, limits)
    assert codes == [code]
    assert len(found) < 4


def test_what_leads_out_or_is_damaged_is_refused(tmp_path: Path) -> None:
    assert unpacked(rar({"../evil.pdf": pdf("x"), "a.pdf": pdf("a")}), tmp_path) == (
        {"a.pdf": pdf("a")},
        ["unsafe_path"],
    )
    assert unpacked(rar({"a.pdf": pdf("a" * 999)})[:300], tmp_path)[1] == ["archive_damaged"]


def test_a_rar_of_an_article_is_as_many_filings_as_it_has_documents(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(
        simulator, [Article(1, "2024年部门预算", {"附件.rar": rar({"1.pdf": pdf("1"), "2.pdf": pdf("2")})})]
    )
    collection = collector.visit(publisher(adapter="columns", address=site.address))
    assert contents(collector, collection) == [pdf("1"), pdf("2")]
    assert collection.findings == ()
