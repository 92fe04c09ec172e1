"""Numbers of the items in a cell: where they leave a gap, repeat or start again."""

from __future__ import annotations

from collections.abc import Sequence

from transform.flags import Flag


def number_flags(numbers: Sequence[str | None], *, cut: bool) -> list[Flag | None]:
    """A flag (`number_gap`, `number_repeat`, `number_restart`) or None for each number of a cell, in printed order.

    None among the numbers is an item that lost its number: it counts as the next one. In a cell that is `cut` at its
    beginning the first legible number may be any.
    """
    flags: list[Flag | None] = []
    before = 0
    seen: set[int] = set()
    for at, printed in enumerate(numbers):
        flag: Flag | None = None
        if printed is None:
            before += 1
        else:
            number = int(printed)
            if number in seen:
                flag = "number_restart" if number == 1 else "number_repeat"
            elif number <= before and seen:
                flag = "number_restart"
            elif number > before + 1 and not (cut and at == 1):
                flag = "number_gap"
            before = number
            seen = {number} if flag == "number_restart" else seen | {number}
        flags.append(flag)
    return flags
