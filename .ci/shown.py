"""`shown.py README RUN`: fails unless the lines of the README's first table stand in the output RUN, in their order."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def words(text: str) -> list[list[str]]:
    """The lines' words, so that trailing blanks and the lines of a table do not matter."""
    return [found for line in text.splitlines() if (found := re.findall(r"[^\s|─+-][^\s|]*", line))]


readme, run = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
shown = words(re.findall(r"```text\n(.*?)```", readme, re.DOTALL)[0])
printed = [line for line in words(run) if line in shown]
missing = [" ".join(line) for line in shown if line not in printed]
if printed != shown:
    sys.exit("the README shows, and was not printed:\n" + "\n".join(missing or ["(other order)"]))
