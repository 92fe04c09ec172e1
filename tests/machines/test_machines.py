"""The same filing gives the same records on every machine: other fonts, locales, clocks, rights, processors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pylopdf_fonts_zh_cn as noto
import pytest
import reportlab

from tests.extract.pdf.foreign_fonts import composite, simple

ROOT = Path(__file__).parents[2]
FILING = ROOT / "samples" / "pdf" / "liwan-shangwu-2024.pdf"
OLDEST = "SSE41 SSE42 POPCNT AVX F16C FMA3 AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
"""What NumPy may use of a processor beyond the least that it is built for."""
FONTS: Mapping[str, Sequence[Path]] = {
    "no font": (),
    "one font": (noto.sans_path(),),
    "many fonts": (noto.sans_path(), noto.serif_path(), *sorted((Path(reportlab.__file__).parent / "fonts").iterdir())),
}


def read(paths: Sequence[Path], *before: str, **variables: str) -> list[str]:
    """The digests of what the files read as, in a process of its own that `before` starts."""
    command = [*before, sys.executable, "-m", "tests.machines.reading", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return [found[str(path)] for path in paths]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A filing, and files whose fonts are not embedded."""
    folder = tmp_path_factory.mktemp("files")
    return [
        FILING,
        composite(folder / "song.pdf", "SimSun", "GBK-EUC-H"),
        composite(folder / "turned.pdf", "STSong-Light", "UniGB-UCS2-H", turned=True),
        composite(folder / "upright.pdf", "STSong-Light", "UniGB-UCS2-V"),
        composite(folder / "numbers.pdf", "TimesNewRomanPSMT", "Identity-H"),
        simple(folder / "latin.pdf", "ArialMT", "TrueType"),
        simple(folder / "standard.pdf", "Helvetica", "Type1", text="1,234.50", widths=False),
    ]


@pytest.fixture(scope="module")
def here(files: list[Path]) -> list[str]:
    return read(files)


def namespaces_are_missing() -> str:
    """Why a test cannot have a mount namespace of its own; nothing if it can."""
    if os.geteuid():
        return "needs root, for a mount namespace"
    if not (shutil.which("unshare") and shutil.which("mount")):
        return "needs unshare and mount: apt-get install util-linux mount"
    refused = subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode
    return "this machine gives no mount namespace" if refused else ""


NO_NAMESPACE = namespaces_are_missing()


@pytest.mark.skipif(bool(NO_NAMESPACE), reason=NO_NAMESPACE or "never")
@pytest.mark.parametrize("fonts", FONTS)
def test_fonts_of_the_machine_change_nothing(files: list[Path], here: list[str], fonts: str) -> None:
    hide = "for folder in /usr/share/fonts /usr/share/X11; do [ ! -d $folder ] || mount -t tmpfs none $folder; done"
    give = "mount -t tmpfs none /usr/local/share; mkdir /usr/local/share/fonts"
    copies = [f"cp '{path}' /usr/local/share/fonts" for path in FONTS[fonts]]
    inside = "; ".join(["set -e", hide, give, *copies, 'exec "$@"'])
    before = ["unshare", "--mount", "--propagation", "private", "bash", "-c", inside, "-"]
    assert read(files, *before) == here


@pytest.mark.skipif(bool(NO_NAMESPACE), reason=NO_NAMESPACE or "never")
def test_a_machine_without_shared_memory_reads_the_same(here: list[str]) -> None:
    inside = 'mount -t tmpfs -o size=4k,ro none /dev/shm; exec "$@"'
    before = ["unshare", "--mount", "--propagation", "private", "bash", "-c", inside, "-"]
    assert read([FILING], *before) == here[:1]


@pytest.mark.skipif(bool(NO_NAMESPACE) or not shutil.which("ip"), reason=NO_NAMESPACE or "needs ip: iproute2")
def test_a_loopback_without_ipv4_is_named(tmp_path: Path) -> None:
    inside = 'ip link set lo up; ip address del 127.0.0.1/8 dev lo; exec "$@"'
    tmp_path.chmod(0o755)
    done = subprocess.run(
        ["unshare", "--net", "bash", "-c", inside, "-", sys.executable, "-m", "flows", "db", "start"],
        cwd=ROOT,
        env=os.environ | {"YUSUAN_HOME": str(tmp_path), "YUSUAN_DATABASE_URL": "", "YUSUAN_PORT": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "this machine has no address 127.0.0.1" in done.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc", "TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2"},
        {"NPY_DISABLE_CPU_FEATURES": OLDEST, "OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
    ],
    ids=["locale C", "another zone", "no home", "an old processor"],
)
def test_settings_of_the_machine_change_nothing(here: list[str], variables: dict[str, str]) -> None:
    assert read([FILING], **variables) == here[:1]


@pytest.mark.parametrize("mask", ["000", "077"])
def test_the_mask_of_new_files_changes_nothing(here: list[str], mask: str) -> None:
    assert read([FILING], "bash", "-c", f'umask {mask}; exec "$@"', "-") == here[:1]


@pytest.mark.skipif(not shutil.which("taskset"), reason="needs taskset: apt-get install util-linux")
def test_one_processor_reads_the_same(here: list[str]) -> None:
    assert read([FILING], "taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))) == here[:1]


def test_a_path_with_blanks_and_chinese_characters_reads_the_same(tmp_path: Path, here: list[str]) -> None:
    folder = tmp_path / "2024年 部门 预算 'é\""
    folder.mkdir()
    copy = folder / "附件 1：绩效目标.pdf"
    shutil.copy(FILING, copy)
    assert read([copy], LC_ALL="C") == here[:1]
