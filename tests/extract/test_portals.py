"""Every adapter keeps the same promises; every shipped catalogue can be read."""

from __future__ import annotations

import datetime
import inspect
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter, ValidationError

from extract.catalogue import Publisher, read_catalogue
from extract.document import Finding, Severity
from extract.errors import CatalogueError, FetchError
from extract.portals import ADAPTERS, AnyPortal
from extract.portals.portal import Entry, FilingRef, ListSeen, Portal, Post, WebPage
from extract.portals.take import Take
from extract.titles import fiscal_year_of

ROOT = Path(__file__).parents[2]
SCREEN = 160
"""Lines of an adapter's file."""
ADDRESS = "https://www.example.gov.cn/bm/gkmlpt/index"
NEEDED: dict[str, dict[str, Any]] = {
    "addresses": {"documents": [{"url": "https://www.example.gov.cn/a.pdf"}]},
    "folder": {"address": "filings"},
    "records": {"hops": [{"url": "https://www.example.gov.cn/list?p={n}", "fields": {"url": "url", "title": "title"}}]},
}


class Deserted:
    """A visit to a portal where nothing is."""

    base = ROOT / "no-such-folder"
    list_pages = 10
    today = datetime.date(2026, 11, 30)

    def page(self, url: str, post: Post | None = None) -> WebPage:
        return WebPage(url, 404, b"")

    def known_list(self, address: str) -> ListSeen | None:
        return None

    def listed(self, seen: ListSeen) -> None:
        pass

    def unseen(self, url: str) -> None:
        pass

    def missed(self, finding: Finding) -> None:
        raise AssertionError(finding)

    def remembered(self, entry: Entry, article: str) -> tuple[FilingRef, ...] | None:
        return None

    def article(self, url: str, title: str, severity: Severity = Severity.CRITICAL) -> WebPage | None:
        return WebPage(url, 404, b"")

    def note(self, finding: Finding) -> None:
        raise AssertionError(finding)


def portal_of(adapter: type[Portal]) -> Portal:
    name = get_args(adapter.model_fields["adapter"].annotation)[0]
    declared = {"adapter": name, "address": ADDRESS, **NEEDED.get(name, {})}
    found: Portal = TypeAdapter(AnyPortal).validate_python(declared)
    assert type(found) is adapter
    return found


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_adapter_is_one_declared_screen(adapter: type[Portal]) -> None:
    source = Path(inspect.getfile(adapter))
    assert source.stem == get_args(adapter.model_fields["adapter"].annotation)[0], "the file is named as the adapter"
    assert len(source.read_text(encoding="utf-8").splitlines()) <= SCREEN
    assert inspect.getdoc(adapter)
    assert adapter.discover.__annotations__["return"] == "Iterator[tuple[FilingRef, ...]]"


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_adapter_says_so_when_its_portal_is_deserted(adapter: type[Portal]) -> None:
    portal = portal_of(adapter)
    if portal.adapter == "addresses":
        assert [len(refs) for refs in portal.discover(Deserted())] == [1]
        return
    with pytest.raises(FetchError):
        list(portal.discover(Deserted()))


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_adapter_refuses_what_it_does_not_know(adapter: type[Portal]) -> None:
    portal = portal_of(adapter)
    with pytest.raises(ValidationError):
        adapter.model_validate(portal.model_dump() | {"selectr": "li"})
    with pytest.raises(ValidationError, match="not a regular expression"):
        adapter.model_validate(portal.model_dump() | {"take": {"titles": ["("]}})


@pytest.mark.parametrize("path", sorted((ROOT / "catalogues").glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_catalogues_are_valid_and_say_what_was_verified(path: Path) -> None:
    portals = [publisher.portal for publisher in read_catalogue(path).publishers if publisher.portal]
    assert all(portal.seen and portal.verified == "not verified online" for portal in portals)


def test_the_starter_catalogue_has_the_eleven_districts_of_guangzhou_and_the_departments_of_the_samples() -> None:
    publishers: tuple[Publisher, ...] = read_catalogue(ROOT / "catalogues" / "guangzhou.yaml").publishers
    codes = [103, 104, 105, 106, 111, 112, 113, 114, 115, 117, 118]
    assert {publisher.region_code for publisher in publishers if publisher.name.endswith("区人民政府")} == {
        f"440{code}" for code in codes
    }
    samples = [
        publisher
        for publisher in read_catalogue(ROOT / "samples" / "catalogue.yaml").publishers
        if not publisher.name.startswith("虚构县")
    ]
    starter = {(publisher.name, publisher.region_code) for publisher in publishers}
    assert {(publisher.name, publisher.region_code) for publisher in samples} <= starter
    hosts = {urlsplit(publisher.portal.address).hostname for publisher in publishers if publisher.portal}
    wrong = {f"www.{name}.gov.cn" for name in ("liwan", "tianhe", "baiyun", "huangpu", "nansha", "zengcheng")}
    assert len(hosts) == 10
    assert not hosts & wrong


@pytest.mark.parametrize("wrong", ["kind: nosuch", "money_unit: 角", "fiscal_year: 20255"])
def test_a_catalogue_that_declares_what_there_is_not_is_refused(tmp_path: Path, wrong: str) -> None:
    declared = {"id": "ours-2024", "publisher": "ours", "year_basis": "read", "source": "x.pdf"}
    name, _, value = wrong.partition(": ")
    lines = "".join(f"    {key}: {text}\n" for key, text in (declared | {name: value}).items())
    path = tmp_path / "catalogue.yaml"
    publisher = 'publishers:\n  - {id: ours, name: 某局, region_code: "440103", region: 荔湾区}\n'
    path.write_text(f"{publisher}filings:\n  -\n{lines}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"filings.0.{name}"):
        read_catalogue(path)


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/", "https://a.example/x", "ftp://a.example/", "simplecache::http://a"]
)
def test_a_folder_is_no_way_round_polite_fetching(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyPortal).validate_python({"adapter": "folder", "address": address})
    for good in ("filings", "/srv/filings", "s3://bucket/filings", "memory://filings"):
        TypeAdapter(AnyPortal).validate_python({"adapter": "folder", "address": good})


def test_take_asks_the_attachments_name_for_the_year_before_the_articles() -> None:
    take = Take(titles=("预算",), years=(2024,))
    assert take.wants("2024年预算.pdf", "2023年和2024年预算")
    assert not take.wants("2023年预算.pdf", "2024年预算")


@pytest.mark.parametrize(
    ("titles", "year"),
    [
        (("2024年部门预算",), 2024),
        (("2024部门预算公开",), 2024),
        (("二〇二四年度部门决算",), 2024),
        (("二○二三年",), 2023),
        (("２０２４年部门预算",), 2024),
        (("附件.pdf", "2024年部门预算"), 2024),
        (("2023年决算及2024年预算",), None),
        (("2021-2023年规划",), None),
        (("穗财〔2024〕42号",), None),
        (("部门预算",), None),
        (("12024年",), None),
    ],
)
def test_the_fiscal_year_of_a_title(titles: tuple[str, ...], year: int | None) -> None:
    assert fiscal_year_of(*titles) == year
