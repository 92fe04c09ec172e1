"""ZIP, RAR and 7z archives unpacked within limits on count, size, ratio, depth and paths; names in GB18030 as Windows
wrote them.

A member's name is only ever shown, never used as a path: members go to numbered files in a folder of the caller's.
"""

from __future__ import annotations

import contextlib
import io
import json
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from extract.confined import child_environment
from extract.document import Finding, Medium, Severity
from extract.encoding import decode
from extract.fetch.unpacking_child import MISSING
from extract.media import PACKED, medium_of

_CHUNK = 1 << 16
_SECONDS = 180
_CENTRAL_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_FURNITURE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """The most that one archive may hold, nested ones included."""

    members: int = 1000
    depth: int = 3
    """Archives within archives; 1 is the archive itself."""
    member_bytes: int = 200_000_000
    total_bytes: int = 500_000_000
    ratio: int = 200
    """Unpacked to packed bytes of a member of more than `ratio_floor` bytes."""
    ratio_floor: int = 1_000_000
    name_characters: int = 500


@dataclass(frozen=True, slots=True)
class UnpackedMember:
    """`path` as the archive names it, with `!` between an archive and what is inside it; `file` has the bytes."""

    path: str
    file: Path


@dataclass(slots=True)
class _Spent:
    members: int = 0
    total_bytes: int = 0
    files: int = 0
    stopped: bool = False
    paths: Counter[str] = field(default_factory=Counter)


def unpack(archive: Path, folder: Path, limits: UnpackLimits | None = None) -> Iterator[UnpackedMember | Finding]:
    """The files in an archive, one by one, and a finding for each that was not unpacked.

    Files are written to `folder`, which the caller empties; each may be removed once it has been used.
    """
    yield from _unpack(archive.read_bytes(), "", folder, limits or UnpackLimits(), 1, _Spent())


def _unpack(
    data: bytes, prefix: str, folder: Path, limits: UnpackLimits, depth: int, spent: _Spent
) -> Iterator[UnpackedMember | Finding]:
    where = prefix.rstrip("!") or "the archive"
    if depth > limits.depth:
        yield _refused("archive_too_deep", f"{where} is nested deeper than {limits.depth} archives", where)
        return
    if data.startswith(PACKED):
        yield from _packed(data, prefix, folder, limits, depth, spent)
        return
    if data.count(_CENTRAL_ENTRY) > 2 * limits.members:
        yield _refused("archive_too_large", f"{where} has more than {limits.members} members", where)
        return
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        yield _refused("archive_damaged", f"{where} cannot be opened as ZIP: {error}", where)
        return
    with package:
        members = sorted(package.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset + _LOCAL_HEADER + info.compress_size for info in members]
        if any(end > later.header_offset for end, later in zip(ends, members[1:], strict=False)):
            yield _refused("archive_overlapping", f"members of {where} overlap, as in a bomb; nothing unpacked", where)
            return
        for info in members:
            if spent.stopped:
                return
            yield from _member(package, info, prefix, folder, limits, depth, spent)


def _member(
    package: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    prefix: str,
    folder: Path,
    limits: UnpackLimits,
    depth: int,
    spent: _Spent,
) -> Iterator[UnpackedMember | Finding]:
    name = _name(info)
    path = prefix + name
    if info.is_dir():
        return
    spent.members += 1
    if spent.members > limits.members:
        spent.stopped = True
        yield _refused("archive_too_large", f"more than {limits.members} members; the rest was left", path)
        return
    if (why := _unwanted(info, name, limits)) is not None:
        yield Finding(code=why[0], severity=why[1], message=f"{path}: {why[2]}; not unpacked", evidence=path)
        return
    if spent.total_bytes + info.file_size > limits.total_bytes:
        spent.stopped = True
        yield _refused("archive_too_large", f"more than {limits.total_bytes:,} bytes; the rest was left", path)
        return
    try:
        content = _read(package, info)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        yield _refused("member_damaged", f"{path} cannot be unpacked: {error}", path)
        return
    yield from _arrived(content, path, folder, limits, depth, spent)


def _arrived(
    content: bytes, path: str, folder: Path, limits: UnpackLimits, depth: int, spent: _Spent
) -> Iterator[UnpackedMember | Finding]:
    spent.total_bytes += len(content)
    if medium_of(content) is Medium.ZIP:
        yield from _unpack(content, f"{path}!", folder, limits, depth + 1, spent)
        return
    spent.files += 1
    spent.paths[path] += 1
    if spent.paths[path] > 1:  # an archive may hold several files of one name
        path = f"{path} ({spent.paths[path]})"
    file = folder / f"{spent.files:05}"
    file.write_bytes(content)
    yield UnpackedMember(path, file)


def _packed(
    data: bytes, prefix: str, folder: Path, limits: UnpackLimits, depth: int, spent: _Spent
) -> Iterator[UnpackedMember | Finding]:
    """The members of a RAR or 7z archive, which a process of its own unpacks."""
    where = prefix.rstrip("!") or "the archive"
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        packed = Path(inner) / "archive"
        packed.write_bytes(data)
        left = {
            **asdict(limits),
            "members": limits.members - spent.members,
            "total_bytes": limits.total_bytes - spent.total_bytes,
        }
        command = [sys.executable, "-m", "extract.fetch.unpacking_child", str(packed), inner, json.dumps(left)]
        environment = child_environment() | {"LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, env=environment, check=False)
        except subprocess.TimeoutExpired:
            yield _refused("archive_damaged", f"{where} took longer than {_SECONDS} s to unpack", where)
            return
        if done.returncode == MISSING:
            message = f"{where} is RAR or 7z: install libarchive (libarchive13), then fetch it again"
            yield _refused("archive_tool_missing", message, where)
            return
        for line in done.stdout.splitlines():
            told = json.loads(line)
            name = _clean(told["name"])
            path = prefix + name
            spent.members += 1
            if "code" in told:
                yield _refused(told["code"], f"{path or where}: {told['why']}", path or where)
                spent.stopped = spent.stopped or (bool(told.get("end")) and told["code"] != "member_encrypted")
            elif (why := _unsafe(name, limits)) is not None:
                yield Finding(code=why[0], severity=why[1], message=f"{path}: {why[2]}; not unpacked", evidence=path)
            else:
                yield from _arrived((Path(inner) / told["file"]).read_bytes(), path, folder, limits, depth, spent)
        if done.returncode:
            yield _refused("archive_damaged", f"{where} ended its unpacking: {done.stderr[-200:]!r}", where)


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """At most as many bytes as the directory says (zipfile stops there), checked against the checksum."""
    parts = []
    with package.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            parts.append(chunk)
    return b"".join(parts)


def _unwanted(info: zipfile.ZipInfo, name: str, limits: UnpackLimits) -> tuple[str, Severity, str] | None:
    """Why a member is not unpacked: code, severity, reason."""
    if (unsafe := _unsafe(name, limits)) is not None:
        return unsafe
    if stat.S_ISLNK(info.external_attr >> 16):
        return "member_is_link", Severity.WARNING, "is a link, not a file"
    if info.flag_bits & _ENCRYPTED:
        return "member_encrypted", Severity.CRITICAL, "is protected by a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "member_method", Severity.CRITICAL, f"is packed by method {info.compress_type}, which is not supported"
    if info.file_size > limits.member_bytes:
        return "member_too_large", Severity.CRITICAL, f"has {info.file_size:,} bytes"
    if info.file_size > limits.ratio_floor and info.file_size > limits.ratio * max(info.compress_size, 1):
        return "member_bomb", Severity.CRITICAL, f"would grow {info.file_size // max(info.compress_size, 1)} times"
    return None


def _unsafe(name: str, limits: UnpackLimits) -> tuple[str, Severity, str] | None:
    """What is wrong with a member's name."""
    if any(part in name for part in _FURNITURE):
        return "archive_furniture", Severity.INFO, "left by the operating system that packed it"
    parts = name.split("/")
    if len(name) > limits.name_characters or name.startswith("/") or ".." in parts or name[1:2] == ":":
        return "unsafe_path", Severity.WARNING, "its name leads out of the archive"
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag zipfile read it as CP437, which keeps the bytes."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        with contextlib.suppress(UnicodeEncodeError):
            name = decode(name.encode("cp437")).text
    return _clean(name)


def _clean(name: str) -> str:
    return "".join(character for character in name.replace("\\", "/") if character.isprintable())


def _refused(code: str, message: str, evidence: str) -> Finding:
    return Finding(code=code, severity=Severity.CRITICAL, message=message, evidence=evidence)
