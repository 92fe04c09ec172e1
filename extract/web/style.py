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

from extract.web.clipping import is_cut_away

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_FOR_SCREENS = re.compile(r"@media[^{]*\b(?:screen|all)\b[^{]*\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", re.IGNORECASE)
_FOR_OTHERS = re.compile(r"@[\w-]+[^{};]*(?:\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|;)")
_TELLING = re.compile(
    r"display|visibility|(?<![\w-])color|background|text-decoration|vertical-align|font|opacity|white-space"
    r"|overflow|clip|transform|text-indent|fill-color|-\d{3,}",
    re.IGNORECASE,
)
_MOST_RULES = 3_000
_DECLARATION = r"(?:^|;)\s*{}\s*:\s*([^;]*)"
_WHITE = re.compile(
    r"white\b|transparent\b|snow\b|(?:ghost|floral)white\b|#f{3,4}\b|#f[89a-f]f[89a-f]f[89a-f](?:[0-9a-f]{2})?\b"
    r"|rgba?\(\s*25\d\s*[,\s]\s*25\d\s*[,\s]\s*25\d\b|hsla?\([^)]*\b(?:9[89]|100)%"
)
_CLEAR = re.compile(
    r"transparent\b|rgba\([^)]*[,/]\s*0*(?:\.0+)?%?\s*\)|(?:rgb|hsla?)\([^)]*/\s*0*(?:\.0+)?%?\s*\)|#[0-9a-f]{3}0\b|#[0-9a-f]{6}00\b"
)
"""Ink that is seen on no ground."""
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
    clear: bool = False
    """Its colour lets all through."""
    ink: str = ""
    paper: str = ""
    """Colours as written, to be compared."""

    @property
    def unseen(self) -> bool:
        return (
            (self.white and not self.ground)
            or self.sizeless
            or self.clear
            or (self.ink != "" and self.ink == self.paper)
        )

    def of(self, element: html.HtmlElement) -> Look:
        """How the text in an element looks."""
        style, look = style_of(element), self
        raised = element.tag == "sup" or "super" in _value(style, "vertical-align")
        if raised:
            look = replace(look, raised=True)
        color = _value(style, "color") or (element.get("color", "").strip().lower() if element.tag == "font" else "")
        filled = _value(style, "-webkit-text-fill-color")
        color = filled or color
        if color and not color.startswith("inherit"):
            clear = _CLEAR.match(color) is not None
            look = replace(look, white=_WHITE.match(color) is not None, clear=clear, ink=_written(color))
        ground = " ".join(_value(style, name) for name in ("background", "background-color", "background-image"))
        ground = ground.strip() or element.get("bgcolor", "").strip().lower() or element.get("background", "").lower()
        if ground and not _NO_COLOR.match(ground):
            pictured = "url(" in ground or "gradient(" in ground
            paper = "" if pictured else _written(ground)
            look = replace(look, ground=_WHITE.match(ground) is None or pictured, paper=paper)
        size = _value(style, "font-size") or _value(style, "font").partition("/")[0]
        if size and not _value(style, "font-size") and not size.startswith("0"):
            look = replace(look, sizeless=False)  # `font` gives a size of its own among other words
        elif size:
            look = replace(look, sizeless=re.match(r"0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:!|$)", size) is not None)
        return look


def style_of(element: html.HtmlElement) -> str:
    return str(element.get("style", "")).lower()


def is_hidden(element: html.HtmlElement) -> bool:
    style = style_of(element)
    return "hidden" in element.attrib or (style != "" and _is_styled_away(element, style))


def _is_styled_away(element: html.HtmlElement, style: str) -> bool:
    return (
        _value(style, "display").startswith("none")
        or _value(style, "visibility").startswith(("hidden", "collapse"))
        or is_cut_away(str(element.tag), lambda name: _value(style, name))
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


def _written(color: str) -> str:
    """A colour without blanks, `!important` and what a background says beside it; short hexadecimal ones in full."""
    color = color.partition("!")[0].strip()
    color = color.partition(")")[0] + ")" if "(" in color else color.partition(" ")[0]
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", color)
    return "#" + "".join(2 * digit for digit in short.groups()) if short else re.sub(r"\s", "", color)
