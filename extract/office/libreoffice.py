"""DOC and WPS by way of LibreOffice, where it is installed: converted to DOCX in a profile of its own, then read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from extract.document import Document, Medium
from extract.errors import ReadError
from extract.office.word import read_docx

READER = "doc-2"

_SECONDS = 90
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="/org.openoffice.Office.Common/Security/Scripting" oor:op="fuse">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for name, value in (
            ("MacroSecurityLevel", "3"),
            ("DisableMacrosExecution", "true"),
            ("BlockUntrustedRefererLinks", "true"),
            ("DisableActiveContent", "true"),
        )
    )
    + "</oor:items>"
)
"""No macros, no linked content from elsewhere."""


def read_doc(data: bytes) -> Document:
    """Read a DOC or WPS file. Raises ReadError (`no_converter` where LibreOffice is missing, `damaged`)."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReadError(
            "no_converter",
            "DOC and WPS files are read by way of LibreOffice, which is not installed: install it, rerun",
        )
    with tempfile.TemporaryDirectory(prefix="yusuan-") as name:
        folder = Path(name)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        (folder / "filing.doc").write_bytes(data)
        home = os.environ | {"HOME": str(folder)}  # it can write nowhere else
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--nologo", "--norestore", "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(folder), str(folder / "filing.doc")),
        ]
        try:
            told = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                cwd=folder,
                env=home,
            )
        except subprocess.TimeoutExpired as error:
            raise ReadError("timeout", f"LibreOffice took more than {_SECONDS} seconds") from error
        converted = folder / "filing.docx"
        if not converted.exists():
            said = told.stderr.decode("utf-8", "replace").strip().splitlines()
            raise ReadError("damaged", f"LibreOffice cannot convert it: {said[-1] if said else told.returncode}")
        return replace(read_docx(converted.read_bytes()), medium=Medium.DOC, reader=READER)
