"""Radicals that stand for characters: ⼯ (a Kangxi radical) for 工, ⻓ (a supplementary radical) for 长.

Fonts that reuse one glyph for both give the wrong one back through their ToUnicode table. Unicode normalisation folds
the Kangxi radicals but not the supplement, and would rewrite ，：（） as well; so the folding is a table of its own.
"""

from __future__ import annotations

import unicodedata

# U+2E81 … U+2EF3 in order (U+2E9A is not assigned), after Unicode's EquivalentUnifiedIdeograph.txt
_SUPPLEMENT = (
    "厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄㣺扌攵"
    "\0"
    "旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟网罒网网网羊羊羊耂聿聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阝阝"
    "雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)


def _table() -> dict[int, str]:
    table = {0x2E81 + i: character for i, character in enumerate(_SUPPLEMENT) if character != "\0"}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        folded = unicodedata.normalize("NFKC", chr(code))
        if folded != chr(code) and len(folded) == 1:
            table[code] = folded
    return table


FOLDED = _table()
"""Code of a radical or compatibility ideograph → the character it stands for; one to one, so lengths do not change."""


def fold(text: str) -> str:
    """`text` with radicals and compatibility ideographs as ordinary characters; everything else as it is."""
    return text.translate(FOLDED)
