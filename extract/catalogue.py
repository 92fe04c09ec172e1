"""The catalogue: which publishers there are, and which of their filings are declared.

One YAML file. Paths in it are relative to the file. A `filing_id` is an opaque, stable name: correcting a filing's
year or title does not change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from extract.declared import Declared
from extract.departments import Department
from extract.errors import CatalogueError
from extract.portals import AnyPortal
from extract.regions import is_region

_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both make nothing but plain values; the one in C, where PyYAML was built with it, is ten times as fast."""

HostName = Annotated[str, Field(pattern=r"^([0-9a-z._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$")]
"""A host in lower case, with a port if it is neither 80 nor 443: `files.intranet:8080`."""


def _known_region(code: str) -> str:
    if not is_region(code):
        raise ValueError(f"{code} is no code of GB/T 2260, neither in force nor former")
    return code


RegionCode = Annotated[str, Field(pattern=r"^\d{6}$"), AfterValidator(_known_region)]
"""GB/T 2260, in force or former: six digits."""
FilingId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")]

FilingKind = Literal[
    "project_target_table",
    "project_target_form",
    "department_target_form",
    "region_target_form",
    "budget_statement",
    "government_statement",
    "self_evaluation",
    "monitoring",
]
"""As `transform.records.Kind`, less `mixed`, which no section is."""
FilingScope = Literal["department", "unit", "government"]
"""As `transform.records.Scope`."""
MoneyUnit = Literal["元", "千元", "万元", "亿元"]


class Publisher(Declared):
    """A department that publishes."""

    id: FilingId
    name: str
    """Full official name; becomes `department` in the mart."""
    region_code: RegionCode
    region: str
    """Name of the region, e.g. 广州市花都区."""
    portal: AnyPortal | None = None
    """Where to look for filings; None: only the declared ones."""
    private_hosts: tuple[HostName, ...] = ()
    """Hosts that may have a private or loopback address, for the portal's documents and the declared filings alike."""
    legacy_tls_hosts: tuple[HostName, ...] = ()
    """Hosts that may speak TLS 1.0 with old ciphers."""


class FilingEntry(Declared):
    """One declared filing of one publisher for one fiscal year."""

    id: FilingId
    publisher: FilingId
    title: str | None = None
    kind: FilingKind | None = None
    """As in `mart.filing.kind`; None: recognise it. A declared kind that the page contradicts holds the filing."""
    scope: FilingScope | None = None
    """Whose money it shows, as in `mart.filing.scope`; None: read it from title and cover. A declared scope that they
    contradict holds the filing."""
    fiscal_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    year_basis: Literal["declared", "assumed", "read"] = "declared"
    """`read`: from the document; `fiscal_year` is then what the portal's title says, if it says any."""
    money_unit: MoneyUnit | None = None
    """A check on what the filing prints; it never replaces a missing unit."""
    source: str
    """File path relative to the catalogue, or http(s) address."""
    source_url: str | None = None
    """Where the publisher printed it, when `source` is a local copy."""

    @model_validator(mode="after")
    def _year_has_a_basis(self) -> FilingEntry:
        if self.fiscal_year is None and self.year_basis != "read":
            raise ValueError("give fiscal_year, or year_basis: read")
        return self


class Catalogue(Declared):
    """Publishers and filings, each reference resolved."""

    publishers: tuple[Publisher, ...]
    filings: tuple[FilingEntry, ...] = ()
    departments: tuple[Department, ...] = ()
    """Departments that portals of many list documents of, each with the names it has and had."""

    @model_validator(mode="after")
    def _references_resolve(self) -> Catalogue:
        ids = [publisher.id for publisher in self.publishers]
        known = {publisher.id: publisher.name for publisher in self.publishers}
        differing = [each.id for each in self.departments if known.get(each.id, each.name) != each.name]
        if differing:
            raise ValueError(f"department and publisher of one id with different names: {', '.join(differing)}")
        for name, values in (
            ("publisher", ids),
            ("filing", [filing.id for filing in self.filings]),
            ("department", [each.id for each in self.departments]),
        ):
            repeated = sorted(value for value, times in Counter(values).items() if times > 1)
            if repeated:
                raise ValueError(f"{name} id declared twice: {', '.join(repeated)}")
        unknown = sorted({filing.publisher for filing in self.filings} - set(ids))
        if unknown:
            raise ValueError(f"filings name publishers that are not declared: {', '.join(unknown)}")
        return self

    def table(self, further: Iterable[Department] = ()) -> tuple[Department, ...]:
        """Every department that is known by name: declared ones, `further` ones, and publishers that list their own."""
        own = [
            Department(id=each.id, name=each.name, region_code=each.region_code, region=each.region)
            for each in self.publishers
            if each.portal is None or each.portal.departments is None
        ]
        names: dict[str, Department] = {}
        for each in (*own, *self.departments, *further):  # a later one adds its names to those of an earlier
            before = names.get(each.id)
            names[each.id] = (
                before.model_copy(
                    update={
                        "former": tuple(dict.fromkeys((*before.former, *each.former))),
                        "short": tuple(dict.fromkeys((*before.short, *each.short))),
                    }
                )
                if before
                else each
            )
        return tuple(names.values())

    def publisher_of(self, entry: FilingEntry) -> Publisher:
        return next(publisher for publisher in self.publishers if publisher.id == entry.publisher)


def read_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue file.

    Raises CatalogueError naming the file and every entry that is wrong.
    """
    try:
        declared = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise CatalogueError(f"cannot read catalogue {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(f"catalogue {path} is not valid YAML: {error}") from error
    try:
        return Catalogue.model_validate(declared)
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'catalogue'}: {e['msg']}" for e in error.errors())
        raise CatalogueError(f"catalogue {path}: {where}") from error
