"""What a long round came to: rounds by kind, blows by how and where they struck, looks of readers, violations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tests.fire.rounds import Round

Fought = Mapping[str, Sequence[Round]]
"""The rounds by kind."""


def summary(fought: Fought, seconds: float) -> str:
    """The closing tables, in Markdown, and a last line that says it all."""
    every = [one for rounds in fought.values() for one in rounds]
    aimed, landed = sum(one.aimed for one in every), sum(len(one.blows) for one in every)
    violations = sum(len(one.violations) for one in every)
    share = f"{landed / aimed:.0%} of {aimed}" if aimed else "none"
    last = (
        f"{seconds:.0f} s: {len(every)} rounds, {landed} blows that struck ({share}; the others came when all was over)"
        f", {sum(one.polls for one in every)} looks of readers, {violations or 'no'} violation{'s' * (violations > 1)}."
    )
    how = Counter(str(blow.blow) for one in every for blow in one.blows)
    where = Counter(_what(blow.place) for one in every for blow in one.blows)
    return "\n\n".join([_by_kind(fought), _counts("blow", how), _counts("where it struck", where), last])


def _by_kind(fought: Fought) -> str:
    lines = ["| round | rounds | blows | that struck | looks of readers | violations |", "|---|--:|--:|--:|--:|--:|"]
    for name, some in fought.items():
        blows = f"{sum(one.aimed for one in some)} | {sum(len(one.blows) for one in some)}"
        looks, wrong = sum(one.polls for one in some), sum(len(one.violations) for one in some)
        lines.append(f"| {name} | {len(some)} | {blows} | {looks} | {wrong} |")
    return "\n".join(lines)


def _counts(title: str, counts: Counter[str]) -> str:
    lines = [f"| {title} | blows that struck |", "|---|--:|"]
    return "\n".join([*lines, *(f"| {name} | {number} |" for name, number in counts.most_common())])


def _what(place: str) -> str:
    """A place less the table's name: there are some fifty."""
    return place.partition(".")[0]
