"""How a page's elements look, as far as it decides what is seen: its style sheets and the elements' own styles.

Style sheets of other files are not fetched; what they hide is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from cssselect import SelectorError
from lxml import html
from lxml.cssselect import CSSSelector

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_FOR_SCREENS = re.compile(r"@media[^{]*\b(?:screen|all)\b[^{]*\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", re.IGNORECASE)
_FOR_OTHERS = re.compile(r"@[\w-]+[^{};]*(?:\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|;)")
_TELLING = re.compile(
    r"display|visibility|(?<![\w-])color|background|text-decoration|vertical-align|font-size|opacity|white-space",
    re.IGNORECASE,
)
_MOST_RULES = 3_000
_DECLARATION = r"(?:^|;)\s*{}\s*:\s*([^;]*)"
_WHITE = re.compile(r"white\b|transparent\b|#f{3}\b|#f[89a-f]f[89a-f]f[89a-f]\b|rgba?\(\s*25\d\s*,\s*25\d\s*,\s*25\d\b")
_NO_COLOR = re.compile(r"transparent\b|none\b|inherit\b|initial\b|unset\b|0\b")
_STRUCK = frozenset({"del", "s", "strike"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a text inherits of the elements around it."""

    white: bool = False
    """Its colour is that of paper."""
    ground: bool = False
    """It stands on a coloured ground, or on a picture."""
    raised: bool = False
    sizeless: bool = False

    @property
    def unseen(self) -> bool:
        return (self.white and not self.ground) or self.sizeless

    def of(self, element: html.HtmlElement) -> Look:
        """How the text in an element looks."""
        style, look = style_of(element), self
        raised = element.tag == "sup" or "super" in _value(style, "vertical-align")
        if raised:
            look = replace(look, raised=True)
        color = _value(style, "color") or (element.get("color", "").strip().lower() if element.tag == "font" else "")
        if color and not color.startswith("inherit"):
            look = replace(look, white=_WHITE.match(color) is not None)
        ground = " ".join(_value(style, name) for name in ("background", "background-color", "background-image"))
        ground = ground.strip() or element.get("bgcolor", "").strip().lower() or element.get("background", "").lower()
        if ground and not _NO_COLOR.match(ground):
            look = replace(look, ground=_WHITE.match(ground) is None or "url(" in ground)
        size = _value(style, "font-size")
        if size:
            look = replace(look, sizeless=re.match(r"0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:!|$)", size) is not None)
        return look


def style_of(element: html.HtmlElement) -> str:
    return str(element.get("style", "")).lower()


def is_hidden(element: html.HtmlElement) -> bool:
    style = style_of(element)
    return (
        "hidden" in element.attrib
        or _value(style, "display").startswith("none")
        or _value(style, "visibility").startswith(("hidden", "collapse"))
        or re.match(r"0(?:\.0*)?(?![\d.])", _value(style, "opacity")) is not None
    )


def is_struck(element: html.HtmlElement) -> bool:
    return element.tag in _STRUCK or "line-through" in "".join(
        _value(style_of(element), name) for name in ("text-decoration", "text-decoration-line")
    )


def apply_style_sheets(root: html.HtmlElement) -> None:
    """Write what the page's own style sheets say of its elements before what the elements say themselves."""
    for number, (selector, declarations) in enumerate(_rules(root)):
        if number == _MOST_RULES:
            return
        try:
            chosen = cast("list[html.HtmlElement]", CSSSelector(selector, translator="html")(root))
        except (SelectorError, ValueError):  # :hover, ::before and the like: nothing that stands on the page
            continue
        for element in chosen:
            element.set("style", f"{declarations};{element.get('style', '')}")


def _rules(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """The rules that may tell what is seen, the strongest (the last) first."""
    found: list[tuple[str, str]] = []
    for sheet in root.iter("style"):
        media = sheet.get("media", "all").lower()
        if "screen" not in media and "all" not in media:
            continue
        text = _FOR_SCREENS.sub(r"\1", _COMMENT.sub("", sheet.text or ""))
        for selectors, declarations in _RULE.findall(_FOR_OTHERS.sub("", text)):
            if _TELLING.search(declarations):
                found += [(selector.strip(), declarations.strip()) for selector in selectors.split(",")]
    return reversed(found)


def _value(style: str, name: str) -> str:
    """The last value of a property, the one that counts."""
    found: list[str] = re.findall(_DECLARATION.format(name), style)
    return found[-1].strip() if found else ""
