"""The classification that a filing's statements print, checked against each other: one code has one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from extract.document import Finding, Severity
from transform.records import Classification
from transform.statements.heads import plain


def agreed_classifications(
    printed: Sequence[Classification],
) -> tuple[tuple[Classification, ...], tuple[Finding, ...]]:
    """One record for each code of each scheme, sorted. Where tables print several names, the one printed most often
    (the longer one among equals: names are cut short, not lengthened) stands, and a finding says so."""
    by_code: dict[tuple[str, str], list[Classification]] = {}
    for line in printed:
        by_code.setdefault((line.scheme, line.code), []).append(line)
    agreed: list[Classification] = []
    findings: list[Finding] = []
    for _, lines in sorted(by_code.items()):
        names = Counter(plain(line.name) for line in lines)
        best = max(names, key=lambda name: (names[name], len(name), name))
        chosen = next(line for line in lines if plain(line.name) == best)
        agreed.append(chosen)
        if len(names) > 1:
            others = "、".join(sorted(set(names) - {best}))
            other = next(line for line in lines if plain(line.name) != best)
            findings.append(
                Finding(
                    code="classification_name_differs",
                    severity=Severity.WARNING,
                    message=f"{chosen.scheme} {chosen.code} is {best} in one table and {others} in another",
                    page=other.source.page,
                    line=other.source.line,
                    evidence=other.source.text,
                )
            )
    return tuple(agreed), tuple(findings)
