"""The grammar of an indicator cell: all of a project's indicators, packed into one text.

Two ways of writing are known, both numbered within the cell, with separators that stand in for one another:

    1、效益指标：编外人员年度考核结果，年度指标值：合格及以上。2、…
    1、1-产出指标；11-数量指标；组织企业参加商贸活动；实施周期指标值:大于20家；年度指标值:大于20家。2、…

An item begins where a number (or, when that is lost, a stop) is followed by a level 1 label, so numbers, 、 and ；
inside names and targets do not split it. What is damaged is read as far as it is legible and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.document import Finding, Severity
from transform.flags import Flag
from transform.passages import Passage
from transform.records import Horizon, Source
from transform.sections.labels import is_beginning, nearest_label
from transform.tables.indicator_heads import EDGES, SEP, SEPARATORS, Grammar, Head, Label, item_heads, target_labels
from transform.tables.numbering import number_flags
from transform.targets.taxonomy import Levels

UNKNOWN = "未知"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The text behind one label, less layout; '' when it was printed but cannot be read."""

    horizon: Horizon
    text: str
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One indicator of a cell."""

    number: str | None
    level1: str
    level1_printed: str
    level2: str | None
    level2_printed: str
    name: str
    promises: tuple[Promise, ...]
    source: Source
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReading:
    """A cell's items, what was odd, and the text that ended in no item."""

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    left: tuple[Source, ...]


_LEVEL2 = re.compile(rf"(?P<code>\d{{2}})[-—–_](?P<label>[^{SEPARATORS}]{{2,12}}){SEP}+")
_CUT_NUMBER = re.compile(r"(?<=[。；;])\d{1,3}[、，,.．]?$")


def read_items(passage: Passage, grammar: Grammar, levels: Levels) -> CellReading:
    """Read an indicator cell. Every part of its text ends in an item or in `left`."""
    text = passage.clean
    cut = _CUT_NUMBER.search(text)
    end_of_text = cut.start() if cut else len(text)
    heads = list(item_heads(text[:end_of_text], grammar))
    starts = [head.start for head in heads]
    left: list[Source] = []
    if text and (not heads or starts[0] > 0):
        end = starts[0] if starts else end_of_text
        if any(target_labels(text, 0, end, grammar)):
            heads.insert(0, Head(0, 0, None, None, ""))
        else:
            left.append(passage.source(0, end))
    parsed = []
    for at, head in enumerate(heads):
        end = heads[at + 1].start if at + 1 < len(heads) else end_of_text
        parsed.append(_ItemReading(passage, head, end, grammar, levels).item(left))
    findings = [_unread(source) for source in left if not parsed]
    if cut:
        left.append(passage.source(cut.start()))
        findings.append(_unread(left[-1], "the cell is cut behind the number of its next indicator"))
    flags = number_flags([item.number for item in parsed], cut=bool(parsed) and heads[0].number is None)
    numbered = [_flagged(item, flag) for item, flag in zip(parsed, flags, strict=True)]
    findings += [finding for item in numbered for finding in _findings_of(item)]
    return CellReading(items=tuple(numbered), findings=tuple(findings), left=tuple(left))


class _ItemReading:
    """Reads one item: the text between its head and the next."""

    def __init__(self, passage: Passage, head: Head, end: int, grammar: Grammar, levels: Levels) -> None:
        self._passage = passage
        self._text = passage.clean
        self._head = head
        self._end = end
        self._grammar = grammar
        self._known = levels
        self._flags: set[Flag] = set()
        self._left: list[tuple[int, int]] = []

    def item(self, left: list[Source]) -> Item:
        head = self._head
        fragment = head.number is None
        if fragment:
            self._flags.add("damaged")
            garbled = re.match(rf"[^{SEPARATORS}]*?(?=[1-9][-—–_])", self._text[head.start : head.body])
            if garbled and garbled[0]:
                self._left.append((head.start, head.start + garbled.end()))
        labels = list(target_labels(self._text, head.body, self._end, self._grammar))
        promises = self._promises(labels)
        name_end = labels[0].start if labels else self._end
        level1_printed, level2_printed, name = self._levels(name_end, promises)
        level1 = self._level1(level1_printed)
        level2 = self._level2(level2_printed, level1)
        if not name:
            self._flags.add("damaged")
        left += [self._passage.source(start, end) for start, end in self._left]
        return Item(
            number=head.number,
            level1=level1,
            level1_printed=level1_printed,
            level2=level2,
            level2_printed=level2_printed,
            name=name,
            promises=tuple(promises),
            source=self._passage.source(head.start, self._end),
            flags=tuple(sorted(self._flags)),
        )

    def _promises(self, labels: list[Label]) -> list[Promise]:
        """The promises behind the labels; identical ones of one horizon once, a lost one as damaged."""
        texts: list[tuple[Horizon, str, bool]] = []
        for at, label in enumerate(labels):
            end = labels[at + 1].start if at + 1 < len(labels) else self._end
            if at + 1 == len(labels):
                end, lost = self._without_cut_label(label.end, end, {label.horizon for label in labels})
            else:
                lost = None
            texts.append((label.horizon, self._text[label.end : end].strip(EDGES), label.garbled))
            if lost:
                texts.append((lost, "", True))
        if not labels:
            self._end_of_name, lost = self._without_cut_label(self._head.body, self._end, set())
            texts.append((lost or Horizon.ANNUAL, "", True))
        promises: dict[tuple[Horizon, str], Promise] = {}
        printed = [text for text in texts if text[1]]
        for horizon, text, damaged in texts if len(printed) == 0 else [t for t in texts if t[1] or t[2]]:
            flags: set[Flag] = {"damaged"} if damaged or not text else set()
            if not text:
                self._flags.add("damaged")
            before = promises.get((horizon, text))
            if before:
                flags |= {"repeated", *before.flags}
            promises[horizon, text] = Promise(horizon=horizon, text=text, flags=tuple(sorted(flags)))
        return list(promises.values())

    def _without_cut_label(self, start: int, end: int, seen: set[Horizon]) -> tuple[int, Horizon | None]:
        """Where the text ends when its cell was cut inside the next label, and the horizon of that label."""
        text = self._text[start:end]
        tail = re.search(rf"(?<={SEP})[^{SEPARATORS}]+$", text)
        if end == len(self._text) and tail:
            for name, horizon in self._grammar.horizons.items():
                if horizon not in seen and is_beginning(tail[0], name):
                    self._left.append((start + tail.start(), end))
                    return start + tail.start(), horizon
        return end, None

    def _levels(self, end: int, promises: list[Promise]) -> tuple[str, str, str]:
        """Level 1, level 2 and name as printed, from the head and the text up to the first label."""
        head = self._head
        if head.start == head.body and head.number is None:
            return self._levels_of_fragment(end)
        if not any(promise.text for promise in promises):
            end = min(end, getattr(self, "_end_of_name", end))
        level1 = f"{head.code}-{head.level1}" if head.code else head.level1
        level2 = _LEVEL2.match(self._text, head.body, end)
        name = self._text[level2.end() if level2 else head.body : end].strip(EDGES)
        return level1, f"{level2['code']}-{level2['label']}" if level2 else "", name

    def _levels_of_fragment(self, end: int) -> tuple[str, str, str]:
        """A cell cut at its beginning: the last part before the label is the name, what stands before it the levels."""
        parts = list(re.finditer(rf"[^{SEPARATORS}]+", self._text[:end]))
        name = parts[-1][0] if parts else ""
        level1 = level2 = ""
        for part in parts[:-1]:
            if self._known.level1(_uncoded(part[0])):
                level1 = part[0]
            elif self._known.level2(_uncoded(part[0])):
                level2 = part[0]
            else:
                self._left.append(part.span())
        return level1, level2, name.strip(EDGES)

    def _level1(self, printed: str) -> str:
        if not printed:
            self._flags.add("level1_missing")
            return UNKNOWN
        label = _uncoded(printed)
        folded = self._known.level1(label)
        if folded:
            return folded
        near = nearest_label(label, self._grammar.level1, errors=1)
        known = self._known.level1(near) if near else self._grammar.level1_codes.get(self._head.code or "")
        self._flags.add("damaged" if known else "level1_unknown")
        return known or UNKNOWN

    def _level2(self, printed: str, level1: str) -> str | None:
        if not printed:
            return UNKNOWN if self._head.code else None
        folded = self._known.level2(_uncoded(printed), level1)
        if folded:
            return folded
        self._flags.add("damaged")
        return self._grammar.level2_codes.get(printed[:2], UNKNOWN)


def _uncoded(printed: str) -> str:
    return re.sub(r"^\d{1,2}[-—–_]", "", printed)


def _flagged(item: Item, flag: Flag | None) -> Item:
    return replace(item, flags=tuple(sorted({*item.flags, flag}))) if flag else item


_MESSAGES = {
    "damaged": "the indicator is damaged; what is legible was read",
    "level1_missing": "the indicator has no level 1",
    "level1_unknown": "the indicator's level 1 is none of the known ones",
    "number_gap": "a number is missing before this indicator",
    "number_repeat": "the indicator repeats a number of its cell",
    "number_restart": "the numbering starts again inside the cell",
    "target_damaged": "a target or its label is damaged",
    "repeated": "the same promise is printed more than once",
}


def _findings_of(item: Item) -> Iterator[Finding]:
    of_targets = {flag for promise in item.promises for flag in promise.flags}
    codes: set[str] = set(item.flags) | (of_targets & {"repeated"})
    if "damaged" in of_targets and "damaged" not in codes:
        codes.add("target_damaged")
    for code in sorted(codes):
        yield Finding(
            code=code if code != "damaged" else "indicator_damaged",
            severity=Severity.INFO if code == "repeated" else Severity.WARNING,
            message=_MESSAGES[code],
            page=item.source.page,
            line=item.source.line,
            evidence=item.source.text,
        )


def _unread(
    source: Source, message: str = "the text in the indicator column is no indicator and was not read"
) -> Finding:
    return Finding(
        code="unread_indicators",
        severity=Severity.WARNING,
        message=message,
        page=source.page,
        line=source.line,
        evidence=source.text,
    )
