"""The review shows first what an analyst would miss, then what the grammar did most rarely."""

from __future__ import annotations

from transform.targets.grammar import read_targets
from transform.targets.review import in_order

TEXTS = ["≥90%", "≥95%", "提升", "1/3的村集体收入达到15万", "增长5%", "≥90%", "≥**个", "80%-90%"]


def rows(**options):
    return in_order([(text, reading) for text in TEXTS for reading in read_targets(text)], **options)


def test_unread_numbers_come_first_then_the_rarest_rules():
    assert [(row.rule, row.text, row.count) for row in rows()] == [
        ("two_readings", "1/3的村集体收入达到15万", 1),
        ("growth", "增长5%", 1),
        ("range", "80%-90%", 1),
        ("template_residue", "≥**个", 1),
        ("wording", "提升", 1),
        ("measure", "≥90%", 2),
        ("measure", "≥95%", 1),
    ]
    assert [row.text for row in rows() if row.unread] == ["1/3的村集体收入达到15万"]


def test_without_review_they_stand_as_they_came():
    assert [row.text for row in rows(rarest_first=False)] == list(dict.fromkeys(TEXTS))
