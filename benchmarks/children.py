"""What the process of a document costs over reading it: `python -m benchmarks.children [FILINGS] [PAGES]`.

So many PDFs of so many typeset pages (200 of 20) are read in this process and by `read_document`, one child at a time,
in turns, so that a busy machine disturbs both alike. Writes its section of benchmarks/README.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.pdf_reading import repeated, typeset
from benchmarks.report import say, write_section
from extract.pdf.reader import read_pdf
from extract.reading import ReadLimits, read_document

AIM = 1.3


def main(filings: int = 200, pages: int = 20) -> int:
    ways: dict[str, Callable[[Path], object]] = {
        "in this process": read_pdf,
        "in children": lambda path: read_document(path, ReadLimits(workers=1)),
    }
    seconds = dict.fromkeys(ways, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "typeset.pdf"
        typeset(sample)
        path = repeated(sample, pages, Path(folder) / "filing.pdf")
        read_pdf(path)
        for number in range(1, filings + 1):
            for name, read in ways.items():
                began = time.perf_counter()
                read(path)
                seconds[name] += time.perf_counter() - began
            if number % 20 == 0:
                say(f"{number} of {filings} filings")
    inside, children = seconds.values()
    text = f"{filings} filings of {pages} pages, one at a time: {1000 * inside / filings:.0f} ms each in this process, "
    text += f"{1000 * children / filings:.0f} ms in a child each: {children / inside:.2f} times (aim {AIM})."
    say(text)
    write_section("A process for each document", "python -m benchmarks.children [FILINGS] [PAGES]", text)
    return 0 if children <= AIM * inside else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
