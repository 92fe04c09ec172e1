"""Single flipped bits in published PDFs: how many are noticed before a figure is believed, and what it costs.

    python -m benchmarks.damage FOLDER [FLIPS] [SEED]      a folder of PDF filings; 300 flips, seed 1

Each flip changes one bit of one file; files take turns, and every second flip hits what stands outside all streams
(dictionaries, lists of pages, cross-references), which no checksum covers. A flip that the examination of the bytes
does not notice is read and compared with the sound file's records: equal, held for another reason (a critical finding
that the sound file has not, an unreadable file, a stated total that no longer holds), or published with other figures,
which must not be. The examination's time is compared with the reading's. Writes its section of benchmarks/README.md;
exit code 1 if a flip was published with other figures, a sound file is called damaged, or the examination takes more
than a fifth of the reading.
"""

from __future__ import annotations

import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import say, write_section
from extract.children import end_children
from extract.document import Document, Severity
from extract.errors import ReadError
from extract.pdf.soundness import damage
from extract.reading import read_document
from transform.checks.reconciliation import reconcile
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import Records

FLIPS, SEED = 300, 1
SHARE = 0.2
"""Of the reading's time that the examination may take."""


@dataclass(frozen=True)
class Reading:
    """What one file gave: its figures, and what would hold it."""

    figures: Counter[str]
    reasons: Counter[str]


def reading(document: Document) -> Reading:
    records = read_records(document, Declaration(department="某局"))
    findings = (*document.findings, *records.findings)
    reasons = Counter(finding.code for finding in findings if finding.severity is Severity.CRITICAL)
    reasons["total"] = sum(not held for held in _totals(records))
    return Reading(_figures(records), reasons)


def _outside_streams(data: bytes) -> list[int]:
    """Places of the bytes between streams."""
    places: list[int] = []
    at = 0
    for stream in re.finditer(rb"stream\r?\n.*?endstream", data, re.DOTALL):
        places += range(at, stream.start())
        at = stream.end()
    return places + list(range(at, len(data)))


def _totals(records: Records) -> list[bool]:
    lines = records.budget_lines
    return [
        reconcile(total.amount, [lines[place].amount for place in total.members]).holds
        for total in records.stated_totals
        if total.members is not None
    ]


def _figures(records: Records) -> Counter[str]:
    """Every figure beside what it is of; where on the page it stands does not count."""
    lines = [
        f"{line.statement} {line.unit} {line.project} {line.line} {line.measure} {line.amount.yuan}"
        for line in records.budget_lines
    ]
    targets = [
        f"{indicator.name} {[(target.horizon, target.text) for target in indicator.targets]}"
        for indicator in records.indicators
    ]
    return Counter(lines + targets)


def main(folder: Path, flips: int, seed: int) -> int:
    paths = sorted(folder.glob("*.pdf"))
    chance = random.Random(seed)
    outside = {path: _outside_streams(path.read_bytes()) for path in paths}
    begun = time.process_time()
    false = [path.name for path in paths if list(damage(path))]
    examining = (time.process_time() - begun) / len(paths) + _import_seconds()
    say(f"{len(paths)} sound files, {len(false)} called damaged {false}; {examining:.3f} s each")
    sound: dict[Path, Reading] = {}
    taken: list[float] = []

    def sound_reading(path: Path) -> Reading:
        if path not in sound:
            before = _seconds_of_children()
            document = read_document(path)
            taken.append(_seconds_of_children() - before)
            sound[path] = reading(document)
        return sound[path]

    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(flips):
            path = paths[number % len(paths)]
            data = bytearray(path.read_bytes())
            place = chance.choice(outside[path]) if number // len(paths) % 2 else chance.randrange(len(data))
            bit = chance.randrange(8)
            data[place] ^= 1 << bit
            broken = Path(scratch) / path.name
            broken.write_bytes(data)
            outcome = _outcome(broken, path, sound_reading)
            outcomes[outcome] += 1
            if outcome.startswith("published with"):
                say(f"{path.name}, byte {place}, bit {bit}: {outcome}: {bytes(data[place - 40 : place + 40])!r}")
    share = examining / statistics.mean(taken)
    text = f"{flips} flips over {len(paths)} files (seed {seed}):\n\n| outcome | flips |\n|---|--:|\n"
    text += "".join(f"| {outcome} | {count} |\n" for outcome, count in outcomes.most_common())
    text += f"\nSound files called damaged: {len(false)}. "
    text += f"The examination takes {share:.1%} of the reading's processor time."
    print(text)
    write_section("Damaged PDFs", "python -m benchmarks.damage FOLDER [FLIPS] [SEED]", text)
    wrong = sum(count for outcome, count in outcomes.items() if outcome.startswith("published with"))
    return 1 if wrong or false or share > SHARE else 0


def _seconds_of_children() -> float:
    """Processor time that the readers' children have used, which a busy machine does not change."""
    end_children()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _import_seconds() -> float:
    """Processor time that a reader's child takes to load the examination."""
    code = (
        "import time, extract.pdf.reader; begun = time.process_time();"
        " import extract.pdf.soundness; print(time.process_time() - begun)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return float(told)


def _outcome(path: Path, original: Path, sound_reading: Callable[[Path], Reading]) -> str:
    if list(damage(path)):
        return "damaged"
    sound = sound_reading(original)
    try:
        read = reading(read_document(path))
    except ReadError:
        return "not readable"
    if new := read.reasons - sound.reasons:
        return f"held: {', '.join(sorted(new))}"
    return "published, the same figures" if read.figures == sound.figures else "published with other figures"


if __name__ == "__main__":
    given = [int(option) for option in sys.argv[2:]]
    sys.exit(main(Path(sys.argv[1]), *given, *(FLIPS, SEED)[len(given) :]))
