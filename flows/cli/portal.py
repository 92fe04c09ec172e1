"""`yusuan portal`: look at an address before it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from extract.portals.portal import Portal
    from extract.portals.trial import Trial

commands = typer.Typer(name="portal", help="Look at a publisher's portal.", no_args_is_help=True)


@commands.callback()
def _portal() -> None:
    """Look at a publisher's portal."""


@commands.command("try")
def try_(
    url: Annotated[str, typer.Argument(help="First page of the list, as people open it.")],
    articles: Annotated[int, typer.Option("--articles", min=0, help="Articles to look into.")] = 3,
    pages: Annotated[int, typer.Option("--pages", min=1, help="Most pages of the list to read.")] = 50,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The host may have a private or loopback address.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False,
) -> None:
    """Say what family a list page is of, what it shows and leaves out, and what to declare for it. Nothing is kept.

    Exit code 1 if nothing wanted was found or something is wrong with the page.
    """
    import json

    from extract.fetch.trial_pages import trial_pages
    from extract.portals.trial import tried

    settings: dict[str, Any] = {"allow_private": True} if allow_private else {}
    with trial_pages(url, allow_private=allow_private) as asked:
        trial, portal = tried(url, asked, articles=articles, list_pages=pages, settings=settings)
        facts = _facts(trial, portal, asked.requests)
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else _printed(facts))
    wrong = [finding for finding in trial.findings if finding.severity == "critical"]
    raise typer.Exit(1 if wrong or not trial.wanted else 0)


def _facts(trial: Trial, portal: Portal | None, requests: int) -> dict[str, Any]:
    from extract.portals.trial import mixes_departments

    lists = list(trial.lists.values())
    entry: dict[str, Any] | None = None
    skipped: list[str] = []
    if portal is not None and trial.recognised is not None:
        skipped = trial.titles(portal, wanted=False)
        entry = dict(trial.recognised.portal or {})
        if portal.allow_private:
            entry["allow_private"] = True
        if mixes_departments(trial.titles(portal, wanted=True)):
            entry["departments"] = {"from": ["title", "document"]}
        entry["verified"] = f"{trial.today}, yusuan portal try"
    return {
        "family": trial.recognised.family if trial.recognised else "none",
        "pages": trial.length,
        "pages_promised": sum(each.promised_pages for each in lists),
        "links": trial.links,
        "links_promised": sum(each.promised_links for each in lists),
        "wanted": trial.wanted,
        "skipped": trial.links - trial.wanted if trial.links > trial.wanted else 0,
        "skipped_titles": skipped[:10],
        "articles": trial.articles,
        "documents": [ref.name or ref.title for ref in trial.documents],
        "requests": requests,
        "findings": [f"{each.severity.value} {each.code}: {each.message}" for each in trial.findings],
        "portal": entry,
    }


def _printed(facts: dict[str, Any]) -> str:
    import yaml

    def of(name: str) -> str:
        promised = facts[f"{name}_promised"]
        return f"{facts[name]} of {promised} promised" if promised else str(facts[name])

    lines = [
        f"family    {facts['family']}",
        f"pages     {of('pages')}",
        f"links     {of('links')}",
        f"wanted    {facts['wanted']}",
        f"skipped   {facts['skipped']}" + (", such as:" if facts["skipped_titles"] else ""),
        *(f"            {title}" for title in facts["skipped_titles"]),
        f"articles  {facts['articles']} looked into, {len(facts['documents'])} documents",
        *(f"            {name}" for name in facts["documents"]),
        f"requests  {facts['requests']}",
        *facts["findings"],
    ]
    if facts["portal"]:
        lines += ["", yaml.safe_dump({"portal": facts["portal"]}, allow_unicode=True, sort_keys=False, width=1000)]
    return "\n".join(lines).rstrip()
