"""When a known document is asked for again: by its age, this year's each night, all within a declared span."""

from __future__ import annotations

import datetime
import hashlib

from extract.titles import fiscal_year_of

_LAST_YEAR = 7
"""Days between two questions for a document of last year, or of a year that nothing tells."""


def is_due(
    key: str,
    checked_on: datetime.date | None,
    today: datetime.date,
    span: int,
    *titles: str,
    published_on: datetime.date | None = None,
) -> bool:
    """Whether a document is to be asked for today. Those of one age come due spread over the days, not all on one."""
    days = _interval(today, span, titles, published_on)
    if checked_on is None or days <= 1:
        return True
    passed = (today - checked_on).days
    turn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    return passed >= days or passed < 0 or (passed > 0 and (today.toordinal() + turn) % days == 0)


def _interval(today: datetime.date, span: int, titles: tuple[str, ...], published_on: datetime.date | None) -> int:
    """Days between two questions."""
    years = [year for year in (fiscal_year_of(*titles), published_on.year if published_on else None) if year]
    if years and max(years) >= today.year:
        return min(1, span)
    if not years or max(years) == today.year - 1:
        return min(_LAST_YEAR, span)
    return span
