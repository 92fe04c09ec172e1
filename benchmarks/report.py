"""benchmarks/README.md: one section per benchmark, each written by the benchmark that measured it.

A page of docs/ whose figures are a benchmark's has the same section.
"""

from __future__ import annotations

import platform
import re
from pathlib import Path

README = Path(__file__).with_name("README.md")
_HEAD = "# Measurements\n\nEach section is written by the command it names; run the command to measure anew.\n"


def say(text: str) -> None:
    """A line of progress, shown at once."""
    print(text, flush=True)


def write_section(title: str, command: str, text: str, page: Path = README) -> None:
    """Put the section in place of the one of the same title, or at the end."""
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    section = f"## {title}\n\n`{command}` ({machine})\n\n{text.strip()}\n"
    old = page.read_text(encoding="utf-8") if page.exists() else _HEAD
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    new = pattern.sub(lambda _: section + "\n", old) if pattern.search(old) else f"{old.rstrip()}\n\n{section}"
    page.write_text(new.rstrip() + "\n", encoding="utf-8")
