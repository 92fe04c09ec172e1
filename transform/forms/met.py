"""Whether what was done keeps what was promised: by the operator, and only where both readings say."""

from __future__ import annotations

from decimal import Decimal

from transform.forms.words import Words
from transform.records import Operator, Reading, TargetKind
from transform.vocabulary import fold

_Bound = tuple[Decimal, Decimal | None]


def is_met(target: Reading, text: str, actual: Reading, actual_text: str, words: Words, *, cost: bool) -> bool | None:
    """True, false, or None where nothing is sure: other units, several readings, words that do not repeat the target.

    An equal value keeps `=`, a lower one breaks it unless it is a cost; more than was promised is no breach and no
    fulfilment that the operator names.
    """
    if target.kind is TargetKind.DATE and actual.kind is TargetKind.DATE:
        if target.target_date is None or actual.target_date is None:
            return None
        return actual.target_date <= target.target_date
    if target.value is not None:
        return _compared(target, actual, cost=cost)
    if target.kind is TargetKind.BOOLEAN and actual.kind is TargetKind.BOOLEAN:
        return target.base_value == actual.base_value
    if fold(actual_text) == fold(text):
        return True
    said = words.meaning("form.met", actual_text)
    return None if said is None else said == "true"


def _compared(target: Reading, actual: Reading, *, cost: bool) -> bool | None:
    values = _comparable(target, actual)
    if values is None or actual.operator is not Operator.EQ:
        return None
    (promised, upper), done = values
    if target.operator is Operator.EQ:
        if done == promised:
            return True
        return False if done < promised and not cost else None
    if target.operator is Operator.BETWEEN and upper is not None:
        return promised <= done <= upper
    comparisons = {
        Operator.GE: done >= promised,
        Operator.GT: done > promised,
        Operator.LE: done <= promised,
        Operator.LT: done < promised,
    }
    return comparisons.get(target.operator) if target.operator else None


def _comparable(target: Reading, actual: Reading) -> tuple[_Bound, Decimal] | None:
    """Both values in one unit: the base unit if they share it, as printed where one of them prints none."""
    if actual.value is None or target.value is None:
        return None
    bases = target.base_value, actual.base_value
    if target.base_unit == actual.base_unit and bases[0] is not None and bases[1] is not None:
        return (bases[0], target.base_value_upper), bases[1]
    if not target.value_unit or not actual.value_unit:
        return (target.value, target.value_upper), actual.value
    return None
