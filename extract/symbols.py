"""Characters of symbol fonts, which stand under codes that are not their own: ≥ is 0xB3 in Symbol."""

from __future__ import annotations

import re

_SYMBOL = dict(
    zip(
        range(0x20, 0x7F),
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
        strict=True,
    )
) | dict(
    zip(
        range(0xA1, 0xFF),
        "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xFB: "×", 0xFC: "√", 0xFD: "☒"}
    | {0xFE: "☑"},
    "wingdings 2": {0x50: "√", 0x52: "☑", 0x54: "☒", 0xA3: "□", 0x4F: "×", 0x51: "☒", 0x53: "☒"}
    | {0x6A + i: mark for i, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩")},
}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


def symbol(font: str, code: int) -> str | None:
    """The character that a symbol font draws for a code (its private twin at 0xF000 too); None if that is not known."""
    return _FONTS.get(font.strip().strip("'\"").lower(), {}).get(code & 0xFF if code >= 0xF000 else code)


def with_symbols(text: str, font: str) -> str:
    """A text in a font: the private codes that the font is known to draw as other characters become those."""
    return _PRIVATE.sub(lambda found: symbol(font, ord(found[0])) or found[0], text)


def unknown(text: str) -> str:
    """The characters of a text that nobody but its font knows."""
    return "".join(_PRIVATE.findall(text))
