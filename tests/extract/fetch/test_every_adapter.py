"""Every adapter against a site of its family: complete, the same twice, polite when refused, each loss said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest

from extract.catalogue import Publisher
from extract.portals import ADAPTERS
from tests.extract.fetch.visits import Collector, codes, collector, contents, pdf, publisher, simulator
from tests.portal.families import FAMILIES, FamilySite
from tests.portal.interfaces import INTERFACES
from tests.portal.simulator import Reply, Request, Simulator
from tests.portal.sites import Article, GkmlptSite

__all__ = ["collector", "simulator"]
COUNT = 11
Site = Callable[[Simulator, Collector], Publisher]
ARTICLES = [
    Article(number, f"某局2024年部门预算公开{number}", {f"表{number}.pdf": pdf(str(number))})
    for number in range(1, COUNT + 1)
]


def _sites() -> dict[str, Site]:
    sites: dict[str, Site] = {}
    for family in FAMILIES:
        sites[f"columns, {family.name}"] = lambda simulator, _, family=family: publisher(
            adapter="columns", address=FamilySite(simulator, family, ARTICLES).address
        )
    for interface in INTERFACES:
        sites[f"records, {interface.__name__}"] = lambda simulator, _, interface=interface: publisher(
            adapter="records", **interface(simulator, ARTICLES)
        )
    sites["gkmlpt"] = lambda simulator, _: publisher(adapter="gkmlpt", address=GkmlptSite(simulator, ARTICLES).address)

    def addresses(simulator: Simulator, _: Collector) -> Publisher:
        for article in ARTICLES:
            simulator.routes[f"/{article.id}.pdf"] = Reply(pdf(str(article.id)))
        documents: list[Any] = [{"url": f"{simulator.url}/{each.id}.pdf", "title": each.title} for each in ARTICLES]
        return publisher(adapter="addresses", documents=documents)

    def folder(_: Simulator, collector: Collector) -> Publisher:
        (collector.base / "filings").mkdir(exist_ok=True)
        for article in ARTICLES:
            (collector.base / "filings" / f"{article.id:02}.pdf").write_bytes(pdf(str(article.id)))
        return publisher(adapter="folder", address="filings")

    return sites | {"addresses": addresses, "folder": folder}


SITES = _sites()
ONLINE = [name for name in SITES if name != "folder"]


def test_every_adapter_has_a_site() -> None:
    names = {get_args(adapter.model_fields["adapter"].annotation)[0] for adapter in ADAPTERS}
    assert names == {name.split(",")[0] for name in SITES}


@pytest.mark.parametrize("name", SITES)
def test_complete_and_the_same_the_next_night(simulator: Simulator, collector: Collector, name: str) -> None:
    declared = SITES[name](simulator, collector)
    first = collector.visit(declared)
    assert sorted(contents(collector, first)) == sorted(pdf(str(number)) for number in range(1, COUNT + 1))
    assert first.findings == ()
    second = collector.visit(declared)
    assert (second.filings, second.findings, second.fetched) == (first.filings, (), 0)
    assert simulator.requests == [] or simulator.requests[0].path == "/robots.txt"


@pytest.mark.parametrize("name", ONLINE)
def test_the_first_refusal_ends_the_visit_and_loses_nothing(
    simulator: Simulator, collector: Collector, name: str
) -> None:
    declared = SITES[name](simulator, collector)
    whole = collector.visit(declared)
    asked = len(simulator.requests)
    for refused_at in (1, asked // 2):
        answered = [0]
        serve = dict(simulator.routes)

        def refusing(route: Any, count: list[int] = answered, limit: int = refused_at) -> Any:
            def answer(request: Request) -> Any:
                count[0] += 1
                return Reply(b"", 412) if count[0] > limit else route if isinstance(route, Reply) else route(request)

            return answer

        simulator.routes = {path: refusing(route) for path, route in serve.items()}
        broken = collector.visit(declared)
        simulator.routes = serve
        assert answered[0] == refused_at + 1, "nothing is asked after the first refusal"
        assert "blocked" in codes(broken)
        assert {filing.sha256 for filing in broken.filings} == {filing.sha256 for filing in whole.filings}


@pytest.mark.parametrize("name", ONLINE)
def test_a_document_that_cannot_be_had_is_said_and_leaves_the_others(
    simulator: Simulator, collector: Collector, name: str
) -> None:
    declared = SITES[name](simulator, collector)
    (path,) = (path for path, route in simulator.routes.items() if isinstance(route, Reply) and route.body == pdf("5"))
    simulator.routes[path] = Reply(b"", 500)
    collection = collector.visit(declared)
    assert len(collection.filings) == COUNT - 1
    assert [(each.code, each.severity) for each in collection.findings] == [("http_500", "critical")]
