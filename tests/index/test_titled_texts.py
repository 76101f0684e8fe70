"""Arbitrary titled texts are cut, indexed and found by the same machinery as passages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import hybrid
from index.titled_texts import UNIT_CHARS, TitledText, TitledTexts, cut_units
from index.types import Vectors
from tests.index.builder import WordEmbedder

TEXTS = [
    TitledText("d1", "Fulvestrant", "It is given by injection. It is poorly soluble."),
    TitledText("d2", "Everolimus", "It inhibits mTOR and is combined with exemestane."),
    TitledText("d3", "", "Olaparib is an option for germline mutations."),
    TitledText("d4", "Empty", ""),
    TitledText("d5", "", ""),
]


def ids(index: TitledTexts, query: str, k: int = 10) -> list[str]:
    return [text_id for text_id, _ in index.search(query, k)]


def test_titles_and_texts_are_found(tmp_path: Path) -> None:
    index = TitledTexts.build(TEXTS, WordEmbedder(), tmp_path)
    assert ids(index, "fulvestrant injection")[0] == "d1"
    assert ids(index, "everolimus")[0] == "d2"
    assert ids(index, "germline mutations")[0] == "d3"
    assert "d5" not in ids(index, "germline mutations")


class _SameEmbedder(WordEmbedder):
    """Gives every text the same vector, so that the lexical arms alone decide."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return super().embed(["same"] * len(texts))


def test_a_misspelt_word_still_finds_its_text(tmp_path: Path) -> None:
    index = TitledTexts.build(TEXTS, _SameEmbedder(), tmp_path)
    assert ids(index, "everolimsu", 1) == ["d2"]


def test_scores_fall_and_at_most_k_are_returned(tmp_path: Path) -> None:
    found = TitledTexts.build(TEXTS, WordEmbedder(), tmp_path).search("it is", 2)
    assert len(found) == 2
    assert found[0][1] >= found[1][1]


def test_a_second_run_embeds_nothing_again(tmp_path: Path) -> None:
    TitledTexts.build(TEXTS, WordEmbedder(), tmp_path)
    embedder = WordEmbedder()
    TitledTexts.build(TEXTS, embedder, tmp_path)
    assert embedder.embedded == []


def test_a_large_set_goes_through_chroma_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = TitledTexts.build(TEXTS, WordEmbedder(), tmp_path / "exact")
    monkeypatch.setattr(hybrid, "EXACT_ITEMS", 2)
    for _ in range(2):
        large = TitledTexts.build(TEXTS, WordEmbedder(), tmp_path / "large")
        assert (tmp_path / "large" / "chroma" / "chroma.sqlite3").exists()
        for query in ("fulvestrant injection", "mTOR exemestane", "germline"):
            assert ids(large, query, 1) == ids(exact, query, 1)


@given(st.text(alphabet="ab .\n?", max_size=3000))
def test_units_hold_all_words_in_order_and_are_short(text: str) -> None:
    units = list(cut_units(text))
    assert all(0 < len(unit) <= UNIT_CHARS for unit in units)
    assert "".join("".join(units).split()) == "".join(text.split())
