"""Whether a rerun that somebody asks for can be meant."""

from __future__ import annotations

from extract.catalogue import Catalogue
from flows.errors import FlowError


def check_choice(catalogue: Catalogue, years: list[int], publishers: list[str]) -> None:
    """Raise FlowError if a publisher is unknown, or if neither a declared filing nor a portal can be of these years."""
    unknown = sorted(set(publishers) - {publisher.id for publisher in catalogue.publishers})
    if unknown:
        raise FlowError(f"the catalogue declares no publisher {', '.join(unknown)}")
    named = [one for one in catalogue.publishers if not publishers or one.id in publishers]
    ids = {one.id for one in named}
    declared = {entry.fiscal_year for entry in catalogue.filings if entry.publisher in ids and entry.fiscal_year}
    if not declared & set(years) and not any(one.portal for one in named):
        raise FlowError(
            f"no filing of {', '.join(map(str, years))} to read again; the catalogue declares "
            f"{', '.join(map(str, sorted(declared))) or 'no years'}"
        )
