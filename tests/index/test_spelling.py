"""Misspelt words find their neighbours; short words, numbers and names with digits do not."""

from __future__ import annotations

import pytest

from index.lexical import LexicalIndex
from index.spelling import nearest_word

WORDS = ["amyloidosi", "ember3", "cardiac", "treat", "palbociclib", "ribociclib"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("amyliodosi", "amyloidosi"),
        ("cardica", "cardiac"),
        ("cadriac", "cardiac"),
        ("crdica", None),
        ("ember4", None),
        ("trea", None),
        ("palbocicib", "palbociclib"),
        ("abemaciclib", None),
    ],
)
def test_nearest_word(word: str, expected: str | None) -> None:
    assert nearest_word(word, WORDS) == expected


def test_an_index_spells_only_what_it_does_not_know() -> None:
    index = LexicalIndex.build([["cardiac", "amyloidosi"], ["treat"]])
    assert index.spell(["cardiac", "amyloidosy", "amyloidosy", "unknown"]) == ["amyloidosi"]
