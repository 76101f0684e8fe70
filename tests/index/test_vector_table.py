"""Vectors are kept by the hash of their text and embedded once."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.vector_table import embed_missing, keyed, known_vectors, load_table, save_table, text_key
from tests.index.builder import WordEmbedder


def test_only_missing_texts_are_embedded_once_each_and_progress_ends_complete() -> None:
    embedder = WordEmbedder()
    reports: list[tuple[str, int, int]] = []
    known = {text_key("old"): embedder.embed(["old"])[0]}
    embedder.embedded.clear()
    vectors = embed_missing(
        keyed(["new one", "old", "new", "new one"]), known, embedder, lambda *report: reports.append(report)
    )
    assert embedder.embedded == ["new", "new one"]
    assert set(vectors) == {text_key(text) for text in ("new one", "old", "new")}
    assert reports == [("embedding", 2, 2)]


def test_a_saved_table_is_read_back_by_key(tmp_path: Path) -> None:
    vectors = WordEmbedder().embed(["a", "b"])
    save_table(tmp_path, "texts", [text_key("a"), text_key("b")], vectors)
    np.testing.assert_array_equal(load_table(tmp_path, "texts"), vectors)
    known = known_vectors(tmp_path, ["texts", "absent"])
    np.testing.assert_array_equal(known[text_key("b")], vectors[1])
