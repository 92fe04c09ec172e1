"""Where the items of an indicator cell begin, and the labels of the targets in them, garbled ones too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transform.records import Horizon
from transform.sections.labels import nearest_label

SEPARATORS = "：:；;，,。"
SEP = f"[{SEPARATORS}]"
EDGES = "：:；;，,。、 "
"""What may stand around a part of an item and is none of it."""
_NUMBERED = re.compile(
    rf"(?<!\d)(?P<number>\d+)[、，,.．·](?:(?P<code>\d)[-—–_](?P<coded>[^{SEPARATORS}]{{2,12}})|(?P<plain>[^{SEPARATORS}、\d]{{0,9}})){SEP}"
)
_UNNUMBERED = re.compile(rf"(?<![\d、])(?P<code>[1-9])[-—–_](?P<coded>[^{SEPARATORS}]{{2,9}}){SEP}+\d{{2}}[-—–_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The closed vocabulary of an indicator cell."""

    horizons: Mapping[str, Horizon]
    """Label of a target to its horizon, e.g. 年度指标值."""
    level1: tuple[str, ...]
    """Level 1 labels as the form prints them."""
    level1_codes: Mapping[str, str]
    """Code before a level 1 label to its canonical name, for labels that are illegible."""
    level2_codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of an item: where it starts, its number and level 1 as printed, and where the rest begins."""

    start: int
    body: int
    number: str | None
    code: str | None
    level1: str


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a target, and the horizon that it names."""

    start: int
    end: int
    horizon: Horizon
    garbled: bool


def first_item(text: str, grammar: Grammar) -> int | None:
    """Where the first item begins in a text less layout; None when it holds none."""
    head = next(item_heads(text, grammar), None)
    return head.start if head else None


def item_heads(text: str, grammar: Grammar) -> Iterator[Head]:
    """The heads of all items in order."""
    found: list[Head] = []
    expected = 1
    for match in _NUMBERED.finditer(text):
        number = match["number"]
        if not _is_head(match, text, grammar):
            continue
        start = match.start()
        if number != str(expected) and start and text[start - 1] not in EDGES and number.endswith(str(expected)):
            start += len(number) - len(str(expected))  # a target's last digits ran into the number
            number = str(expected)
        expected = int(number) + 1 if len(number) <= 3 else expected + 1
        found.append(Head(start, match.end(), number, match["code"], match["coded"] or match["plain"] or ""))
    for pattern in (_UNNUMBERED, _stopped(grammar)):
        for match in pattern.finditer(text):
            taken = any(head.start <= match.start() < head.body for head in found)
            if taken or not _is_level1(match["coded"], grammar):
                continue
            groups = match.groupdict()
            body = match.end("coded") + 1
            start = _after_stop(text, match.start("code") if groups.get("code") else match.start("coded"))
            found.append(Head(start, body, None, groups.get("code"), match["coded"]))
    return iter(sorted(found, key=lambda head: head.start))


def _stopped(grammar: Grammar) -> re.Pattern[str]:
    """An item that lost its number: a level 1 label at the text's beginning or right behind a full stop."""
    labels = "|".join(sorted(map(re.escape, grammar.level1), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=。)[^{SEPARATORS}\d]{{0,2}}?)(?P<coded>{labels})[：:；;]")


def _after_stop(text: str, at: int) -> int:
    """An item that lost its number begins behind the stop before it, if at most three garbled characters intervene."""
    for back in range(at - 1, max(at - 5, -1), -1):
        if text[back] in "。；;":
            return back + 1
    return 0 if at <= 3 else at


def _is_head(match: re.Match[str], text: str, grammar: Grammar) -> bool:
    if match["coded"]:
        return _is_level1(match["coded"], grammar) or bool(re.match(r"\d{2}[-—–_]", text[match.end() :]))
    plain = match["plain"]
    if not plain:
        return text[match.end() - 1] in "：:" and any(target_labels(text, match.end(), match.end() + 60, grammar))
    return plain in grammar.level1 or plain.endswith("指标") or _is_level1(plain, grammar)


def _is_level1(text: str, grammar: Grammar) -> bool:
    return text in grammar.level1 or (len(text) >= 4 and nearest_label(text, grammar.level1, errors=1) is not None)


def target_labels(text: str, start: int, end: int, grammar: Grammar) -> Iterator[Label]:
    """The labels of targets between two positions, garbled ones too, in order."""
    names = sorted(grammar.horizons, key=len, reverse=True)
    exact = re.compile(rf"(?P<name>{'|'.join(names)})[：:；;，,]*")
    for token in re.finditer(rf"[^{SEPARATORS}]+[：:；;]*|{SEP}", text[start:end]):
        matches = list(exact.finditer(text, start + token.start(), min(start + token.end(), end)))
        for match in matches:
            yield Label(match.start(), match.end(), grammar.horizons[match["name"]], False)
        word = token[0].rstrip("：:；;").strip()
        if token.start() == 0 == start and not matches and word != token[0]:
            cut_label = _end_of_label(word, text[token.end() : end], grammar)
            if cut_label:
                yield Label(0, token.end(), cut_label, True)
                continue
        if not matches and word != token[0] and 3 <= len(word) <= 9:
            horizon = _garbled_label(word, grammar)
            if horizon:
                yield Label(start + token.start(), start + token.end(), horizon, True)


def _garbled_label(word: str, grammar: Grammar) -> Horizon | None:
    """The horizon of a garbled label: most of its characters right, among them one that no other label has."""
    for name, horizon in grammar.horizons.items():
        others = {character for other in grammar.horizons if other != name for character in other}
        telling = {character for character in name if character not in others} | set(name[:2])
        errors = 1 if len(name) <= 5 else 2
        if nearest_label(word, [name], errors=errors) and any(character in telling for character in word):
            return horizon
    return None


def _end_of_label(word: str, behind: str, grammar: Grammar) -> Horizon | None:
    """The horizon of a label that a cut left the end of (度指标值); when it fits several, the first not behind it."""
    if len(word) < 2:
        return None
    fitting = [horizon for name, horizon in grammar.horizons.items() if name.endswith(word)]
    printed = {horizon for name, horizon in grammar.horizons.items() if name in behind}
    return next((horizon for horizon in fitting if horizon not in printed), None)
