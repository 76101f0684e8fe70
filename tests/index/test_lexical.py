"""BM25 agrees with bm25s, survives saving, and weights expansions half."""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest

from index.lexical import LexicalIndex

TEXTS = [["testimab", "rash", "rash"], ["testimab"], ["placebo", "rash"], [], ["other", "words", "placebo", "placebo"]]


def test_scores_are_those_of_bm25s() -> None:
    reference = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    reference.index(TEXTS, show_progress=False)
    ours = LexicalIndex.build(TEXTS, k1=1.2, b=0.75)
    for query in (["rash"], ["testimab", "rash"], ["placebo", "other"]):
        np.testing.assert_allclose(ours.scores(query), reference.get_scores(query), rtol=1e-6)


def test_repeated_and_unknown_words_of_the_query_change_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    np.testing.assert_array_equal(index.scores(["rash", "rash", "nowhere"]), index.scores(["rash"]))


def test_expansions_count_half_unless_the_query_has_the_word_too() -> None:
    index = LexicalIndex.build(TEXTS)
    np.testing.assert_allclose(index.scores([], ["rash"]), 0.5 * index.scores(["rash"]))
    np.testing.assert_array_equal(index.scores(["rash"], ["rash"]), index.scores(["rash"]))


def test_a_saved_index_scores_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "lexical")
    np.testing.assert_array_equal(
        LexicalIndex.load(tmp_path / "lexical").scores(["rash", "placebo"]), index.scores(["rash", "placebo"])
    )


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_texts_without_words_score_nothing(texts: list[list[str]]) -> None:
    assert LexicalIndex.build(texts).scores(["x"]).tolist() == [0.0] * len(texts)
