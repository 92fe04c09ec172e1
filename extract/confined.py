"""`confine`: from here on this process can read code, its one file and a folder of its own, and reach nothing else.

A document may take its reader over: PDFium, libarchive and LibreOffice are C, and limits of time and memory do not keep
them from reading the archive or sending it away. Three measures of the kernel do, each where it is to be had:

- `files` (Landlock, Linux 5.13 or later): code, the document and the scratch folder; nothing else can be opened, and no
  process outside be traced.
- `calls` (seccomp, with libseccomp): no socket, no new process, no signal to another, no tracing, no new namespace. A
  reader that starts a program (LibreOffice) may do that and speak to it, but no descendant leaves its process group, so
  none outlives it.
- `user` (started as root): the user `nobody`, where that user can reach the code.

bubblewrap is not used: it needs user namespaces, which containers refuse; these three work inside one.
"""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import mimetypes
import os
import shutil
import site
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyseccomp import SyscallFilter

NOBODY: Final = 65534
_CODE: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/opt",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ssl/openssl.cnf",
)
_NAMES: Final = ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/locale.alias")
_MACHINE: Final = ("/proc/self", "/proc/filesystems", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys")
_CORES: Final = ("/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_OFFICE: Final = ("/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice")
_FONTS: Final = ("/etc/fonts", "/var/cache/fontconfig")
_SYSTEM: Final = (*_CODE, *_NAMES, *_MACHINE, *_CORES, *_OFFICE, *_FONTS)
"""What the interpreter, its libraries and LibreOffice open. No folder where a secret is kept."""
PIPES: Final = Path("/tmp")
"""Where it makes and removes its socket, wherever its temporary folder is; files of its user there it could remove."""
_DEVICES: Final = ("/dev/null", "/dev/zero")
_NEVER: Final = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kcmp"),
    *("kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "setsid", "setpgid", "setns", "unshare", "mount"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd"),
    *("keyctl", "add_key", "request_key", "shmget", "shmat", "semget", "msgget"),
)
_PROGRAMS: Final = ("execve", "execveat", "fork", "vfork", "socketpair")
_AF_UNIX, _CLONE_THREAD, _PDEATHSIG, _SIGKILL = 1, 0x10000, 1, 9


def confine(
    *, packages: Sequence[str], scratch: Path | None = None, file: Path | None = None, programs: bool = False
) -> None:
    """Take every measure that is to be had, for good.

    `packages` are top-level packages of ours whose modules are still to be imported; `scratch` is the one folder that
    can be written, and is this process's alone; `file` can be read; `programs` lets it start others. To be called
    before a second thread is started.
    """
    filtering = _filter(programs=programs)  # libraries are looked up while that can be done
    if not mimetypes.inited:
        mimetypes.init()  # reads whatever web servers are installed, and fails where it cannot
    for name in packages:
        importlib.import_module(name)
    if _changes_user():
        if scratch:
            for path in (scratch, *scratch.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    ctypes.CDLL(None).prctl(_PDEATHSIG, _SIGKILL)  # who waits for this process is gone: so is it
    if _landlock_version():
        _close_files([*_code(packages), *([file] if file else [])], scratch, [PIPES] if programs else [])
    if filtering:
        filtering.load()


def child_environment() -> dict[str, str]:
    """What such a process needs and nothing else: no secret of ours is in its reach."""
    root = str(Path(__file__).resolve().parent.parent)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    return kept | {"PYTHONPATH": root, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def at_hand(file: Path, scratch: Path) -> Path:
    """Where a process that is confined to `scratch` can read the file: in there, if it will be of another user."""
    return Path(shutil.copyfile(file, scratch / file.name)) if _changes_user() else file


def measures() -> dict[str, str]:
    """Each measure and why it is not to be had on this machine (empty: it holds), for `yusuan status`."""
    return {
        "files": "" if _landlock_version() else "this kernel has no Landlock",
        "calls": "" if _filter(programs=False) else "libseccomp is not installed",
        "user": "" if os.getuid() or _changes_user() else "the user nobody cannot reach the code",
    }


def _changes_user() -> bool:
    return os.getuid() == 0 and all(map(_open_to_all, [*_code(()), Path(__file__), Path(sys.executable)]))


def _open_to_all(path: Path) -> bool:
    """Whether every user can go through the folders to it, and read it."""
    place = path.resolve()
    needed = 0o005 if place.is_dir() else 0o004
    return place.stat().st_mode & needed == needed and all(folder.stat().st_mode & 0o001 for folder in place.parents)


def _code(packages: Sequence[str]) -> list[Path]:
    """Folders of the interpreter, of libraries, and of our own packages that are still imported from."""
    folders = [Path(name) for name in (sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages())]
    for name in {__name__.partition(".")[0], *packages}:
        spec = importlib.util.find_spec(name)
        folders += [Path(place) for place in (spec.submodule_search_locations if spec else None) or ()]
    return [folder for folder in dict.fromkeys(folders) if folder.exists()]


@cache
def _landlock_version() -> int:
    try:
        from landlock import LandlockError, landlock_abi_version
    except ImportError:
        return 0
    try:
        return int(landlock_abi_version())
    except LandlockError:
        return 0


def _close_files(readable: Sequence[Path], scratch: Path | None, pipes: Sequence[Path]) -> None:
    from landlock import FSAccess, Ruleset

    rules = Ruleset()
    read = FSAccess.READ_FILE | FSAccess.READ_DIR | FSAccess.EXECUTE
    for path in (*map(Path, _SYSTEM), *readable):
        if path.exists():
            rules.allow(path, rules=read if path.is_dir() else read & FSAccess.all_file())
    for device in _DEVICES:
        rules.allow(device, rules=FSAccess.READ_FILE | FSAccess.WRITE_FILE)
    if scratch:
        rules.allow(scratch)
    for folder in pipes:
        rules.allow(folder, rules=FSAccess.MAKE_SOCK | FSAccess.REMOVE_FILE)
    rules.apply()


def _filter(*, programs: bool) -> SyscallFilter | None:
    """The filter of calls, not yet in force."""
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return None
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refused = pyseccomp.ERRNO(errno.EPERM)
    for call in _NEVER if programs else (*_NEVER, *_PROGRAMS):
        if pyseccomp.resolve_syscall(pyseccomp.system_arch(), call) >= 0:  # ARM has no fork
            rules.add_rule(refused, call)
    rules.add_rule(refused, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    rules.add_rule(refused, "tgkill", pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))
    if programs:
        rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.NE, _AF_UNIX))
    else:
        rules.add_rule(refused, "socket")
        rules.add_rule(refused, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be looked at: clone is taken instead
    return rules
