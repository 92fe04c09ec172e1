"""Lists from interfaces: JSON and XML, GET and POST, in one hop and in three."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from extract.fetch.collecting import Collection
from extract.portals import AnyPortal
from tests.extract.fetch.visits import Collector, codes, collector, contents, pdf, publisher, simulator
from tests.portal.interfaces import INTERFACES, neimenggu
from tests.portal.simulator import Reply, Simulator
from tests.portal.sites import Article

__all__ = ["collector", "simulator"]
BY_NAME = pytest.mark.parametrize("interface", INTERFACES, ids=lambda each: each.__name__)
Interface = Callable[..., dict[str, Any]]


def filings(count: int) -> list[Article]:
    return [
        Article(number, f"某局2020年部门预算公开{number}", {f"表{number}.pdf": pdf(str(number))})
        for number in range(1, count + 1)
    ]


def visit(collector: Collector, declared: dict[str, Any]) -> Collection:
    return collector.visit(publisher(adapter="records", **declared))


@BY_NAME
def test_an_interface_is_read_to_its_end(simulator: Simulator, collector: Collector, interface: Interface) -> None:
    declared = interface(simulator, filings(12))
    collection = visit(collector, declared)
    assert contents(collector, collection) == [pdf(str(number)) for number in range(1, 13)]
    assert codes(collection) == []
    again = visit(collector, declared)
    assert (again.filings, again.findings, again.fetched) == (collection.filings, (), 0)


@BY_NAME
def test_what_an_interface_promises_and_does_not_give_is_said(
    simulator: Simulator, collector: Collector, interface: Interface
) -> None:
    collection = visit(collector, interface(simulator, filings(7), 30))
    assert len(collection.filings) == 7
    assert codes(collection) == ([] if interface.__name__ == "jiangsu" else ["list_shortfall"])


@BY_NAME
def test_a_night_with_nothing_new_asks_an_interface_little(
    simulator: Simulator, collector: Collector, interface: Interface
) -> None:
    collector.settings = {"recheck_days": 30}
    declared = interface(simulator, filings(12))
    first = visit(collector, declared)
    simulator.requests.clear()
    second = visit(collector, declared)
    assert (second.filings, second.findings, second.fetched) == (first.filings, (), 0)
    if interface.__name__ != "jiangsu":  # whose list names departments, not filings
        assert len(simulator.asked()) == 1


def test_an_answer_that_is_no_list_is_named_for_what_it_is(simulator: Simulator, collector: Collector) -> None:
    declared = neimenggu(simulator, filings(2))
    visit(collector, declared)
    for body, code in (
        (b'{"code": 500, "msg": "error"}', "not_records"),
        (b"[[[[", "not_records"),
        ("<title>登录</title><input type=password>".encode(), "list_login"),
        ("<p>您的请求已被网站防火墙拦截</p>".encode(), "blocked"),
        (b'{"list": []}', "nothing_wanted"),
    ):
        simulator.routes["/yjs/business/basic/select"] = Reply(body)
        collection = visit(collector, declared)
        assert code in codes(collection)
        assert len(collection.filings) == 2, "what was known stays"


def test_one_hop_that_fails_loses_its_own_filing_alone(simulator: Simulator, collector: Collector) -> None:
    declared = neimenggu(simulator, filings(3))
    visit(collector, declared)
    simulator.routes["/yjs/business/basic/result/r2"] = Reply(b"oops", 500)
    collection = visit(collector, declared)
    assert codes(collection) == ["http_500"]
    assert len(collection.filings) == 3


@pytest.mark.parametrize(
    "hop",
    [
        {"url": "https://a.cn/x", "fields": {"title": "t"}},
        {"url": "https://a.cn/x?id={id}", "fields": {"url": "u"}},
        {"url": "https://a.cn/x", "form": {"a": "b"}, "fields": {"url": "u"}},
        {"url": "https://{host}/x", "fields": {"url": "u"}},
    ],
)
def test_what_leads_nowhere_is_refused(hop: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AnyPortal).validate_python({"adapter": "records", "address": "https://a.cn/", "hops": [hop]})
