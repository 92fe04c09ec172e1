"""What of a page takes no room, is cut away or is pushed off the screen: nobody sees it, whatever its colour."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBER = re.compile(r"-?\d*\.?\d+")
_NOTHING = re.compile(r"[+-]?(?:0*\.?0+|[01](?:\.0+)?px|0?\.\d+px)\s*(?:px|pt|em|rem|%|vh|vw)?\s*(?:!.*)?$")
_AWAY = re.compile(r"-\s*(?:\d{4,}|[5-9]\d\d)(?:\.\d+)?(?:px|pt)|-\s*\d{3,}(?:\.\d+)?(?:em|rem|%|vw|vh)")
_FAINT = re.compile(r"0?\.0\d*(?![\d%])|0(?:\.0*)?(?![\d.])|[0-4](?:\.\d+)?%")
_SCALED_AWAY = re.compile(r"scale[xy3]?d?\(\s*0*(?:\.0+)?\s*[,)]")
_SIZES = ("height", "max-height", "width", "max-width")
_SIDES = ("left", "top", "right", "bottom")
_GROWS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"})
"""What is as large as its text, whatever size it is given."""
_RUNS = frozenset({"a", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "u"})
"""What has no size of its own in a line of text."""


def is_cut_away(tag: str, value: Callable[[str], str]) -> bool:
    """Whether an element's own style, asked for the value of a property, leaves nothing of it to see."""
    placed = value("position").startswith(("absolute", "fixed"))
    boxed = placed or re.match(r"block|inline-|flex|grid", value("display")) or value("float").startswith(("l", "r"))
    boxed = tag not in _GROWS and (tag not in _RUNS or bool(boxed))
    if _FAINT.match(value("opacity")) or re.match(r"opacity\(\s*0*(?:\.0+)?%?\s*\)", value("filter")):
        return True
    hides = any(value(name).startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    if boxed and hides and any(_NOTHING.match(value(name)) for name in _SIZES):
        return True
    if _AWAY.match(value("text-indent")) or (placed and any(_AWAY.match(value(name)) for name in _SIDES)):
        return True
    if boxed and _SCALED_AWAY.search(value("transform")):
        return True
    clipped = value("clip")
    if clipped.startswith("rect(") and placed:
        edges = [float(found) for found in _NUMBER.findall(clipped)]
        if len(edges) == 4 and (edges[1] - edges[3] <= 1 or edges[2] - edges[0] <= 1):
            return True
    return _leaves_nothing(value("clip-path"))


def _leaves_nothing(path: str) -> bool:
    """Whether a `clip-path` is without an area, as far as its own numbers tell."""
    name, _, rest = path.partition("(")
    sizes = [
        (float(number), unit) for number, unit in re.findall(r"(-?\d*\.?\d+)\s*(px|%)?", rest.partition(" round")[0])
    ]
    if name == "inset" and sizes:
        top, right, bottom, left = (
            sizes[min(n, len(sizes) - 1) if n < 2 else _opposite(n, len(sizes))] for n in range(4)
        )
        return any(
            one[1] == other[1] == "%" and one[0] + other[0] >= 100 for one, other in ((top, bottom), (left, right))
        )
    if name in ("circle", "ellipse") and sizes:
        return sizes[0][0] == 0
    if name == "polygon" and sizes:
        xs, ys = [one for one, _ in sizes[::2]], [one for one, _ in sizes[1::2]]
        return max(xs) == min(xs) or max(ys, default=0.0) == min(ys, default=0.0)
    return False


def _opposite(side: int, given: int) -> int:
    """Which of the given insets holds for the bottom (2) and the left (3)."""
    if given > side:
        return side
    return 0 if side == 2 else min(1, given - 1)
