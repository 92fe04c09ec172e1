"""ZIP archives: nested, named in GB18030, and hostile."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from extract.document import Finding
from extract.fetch.unpacking import UnpackedMember, UnpackLimits, unpack


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def unpacked(data: bytes, folder: Path, limits: UnpackLimits | None = None) -> tuple[dict[str, bytes], list[str]]:
    """Contents by path, and the codes of the findings."""
    archive = folder / "archive.zip"
    archive.write_bytes(data)
    inside = folder / "inside"
    inside.mkdir()
    found = list(unpack(archive, inside, limits))
    contents = {each.path: each.file.read_bytes() for each in found if isinstance(each, UnpackedMember)}
    assert {path.parent for path in inside.rglob("*")} <= {inside}, "nothing is written anywhere else"
    return contents, [each.code for each in found if isinstance(each, Finding)]


def test_archives_within_archives(tmp_path: Path) -> None:
    inner = packed({"b.txt": b"b"})
    contents, codes = unpacked(packed({"dir/a.txt": b"a", "inner.zip": inner}), tmp_path)
    assert (contents, codes) == ({"dir/a.txt": b"a", "inner.zip!b.txt": b"b"}, [])


def test_names_as_windows_wrote_them(tmp_path: Path) -> None:
    name = "绩效目标表.txt"
    data = packed({"x" * len(name.encode("gb18030")): b"a"})
    data = data.replace(b"x" * len(name.encode("gb18030")), name.encode("gb18030"))
    contents, _ = unpacked(data, tmp_path)
    assert list(contents) == [name]
    assert unpacked(packed({name: b"a"}), _second(tmp_path))[0] == {name: b"a"}


def _second(folder: Path) -> Path:
    (folder / "second").mkdir()
    return folder / "second"


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "a/../../x", "C:\\x", "..\\x", "n" * 600])
def test_a_path_that_leads_out_is_not_followed(tmp_path: Path, name: str) -> None:
    contents, codes = unpacked(packed({name: b"evil", "good.txt": b"good"}), tmp_path)
    assert (contents, codes) == ({"good.txt": b"good"}, ["unsafe_path"])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert unpacked(stream.getvalue(), tmp_path) == ({}, ["member_is_link"])


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert unpacked(packed({"bomb": b"\0" * 20_000_000}), tmp_path) == ({}, ["member_bomb"])


def test_nesting_ends(tmp_path: Path) -> None:
    data = packed({"a.txt": b"a"})
    for _ in range(5):
        data = packed({"inner.zip": data})
    assert unpacked(data, tmp_path) == ({}, ["archive_too_deep"])


def test_members_that_overlap_are_a_bomb(tmp_path: Path) -> None:
    data = packed({"a": b"a" * 1000, "b": b"b" * 1000}, zipfile.ZIP_STORED)
    second = data.rindex(b"PK\x01\x02")
    overlapping = data[: second + 42] + struct.pack("<I", 10) + data[second + 46 :]
    assert unpacked(overlapping, tmp_path) == ({}, ["archive_overlapping"])


def test_too_many_members_and_too_many_bytes_stop(tmp_path: Path) -> None:
    data = packed({f"{number}.txt": b"x" * 100 for number in range(20)})
    assert unpacked(data, tmp_path, UnpackLimits(members=5))[1] == ["archive_too_large"]
    contents, codes = unpacked(data, _second(tmp_path), UnpackLimits(total_bytes=1000))
    assert (len(contents), codes) == (10, ["archive_too_large"])


def test_an_encrypted_member_is_said_to_be(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": b"a"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert unpacked(bytes(data), tmp_path) == ({}, ["member_encrypted"])


@pytest.mark.parametrize("cut", [10, 50, 110])
def test_a_damaged_archive_is_a_finding(tmp_path: Path, cut: int) -> None:
    assert unpacked(packed({"a.txt": b"a" * 100})[:cut], tmp_path) == ({}, ["archive_damaged"])


def test_a_damaged_member_leaves_the_others(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": b"a" * 100, "b.txt": b"b"}, zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    contents, codes = unpacked(bytes(data), tmp_path)
    assert (contents, codes) == ({"b.txt": b"b"}, ["member_damaged"])


def test_what_the_packer_left_behind_is_left_out(tmp_path: Path) -> None:
    contents, codes = unpacked(packed({"__MACOSX/._a": b"x", ".DS_Store": b"x", "a.txt": b"a"}), tmp_path)
    assert (list(contents), codes) == (["a.txt"], ["archive_furniture", "archive_furniture"])
