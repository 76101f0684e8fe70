"""MiniLM on ONNX Runtime gives the vectors of sentence-transformers, without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import embedding
from index.embedding import (
    CachedQueries,
    EmbeddingError,
    MiniLmEmbedder,
    SentenceTransformerEmbedder,
    minilm_dir,
    open_embedder,
)
from tests.index.builder import WordEmbedder

TEXTS = [
    "In ESR1-mutated disease, median PFS was 3.8 months with elacestrant (HR 0.55; 95% CI 0.39-0.77; p=.0005).",
    "short",
    "",
    "HER2- and CDK4/6i after œstrogen — naïve ≥ 12 % ζ",
    "word " * 600,
]


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def minilm(models_dir: Path) -> MiniLmEmbedder:
    return MiniLmEmbedder(models_dir)


def test_vectors_equal_those_of_sentence_transformers(minilm: MiniLmEmbedder) -> None:
    reference = SentenceTransformerEmbedder(str(minilm_dir())).embed(TEXTS)
    cosines = np.sum(reference * minilm.embed(TEXTS), axis=1)
    assert cosines.min() >= 0.9999


def test_vectors_are_unit_length_in_input_order_and_do_not_depend_on_the_batch(minilm: MiniLmEmbedder) -> None:
    together = minilm.embed(TEXTS * 20)
    assert together.shape == (100, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([minilm.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together[-5:], alone, atol=1e-5)


def test_no_texts_give_no_vectors(minilm: MiniLmEmbedder) -> None:
    assert minilm.embed([]).shape == (0, 384)


def test_the_onnx_files_are_made_once_and_reused(minilm: MiniLmEmbedder, models_dir: Path) -> None:
    (folder,) = models_dir.iterdir()
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {"model.onnx", "quick.onnx"} < set(before)
    assert isinstance(open_embedder("sentence-transformers/all-MiniLM-L6-v2", models_dir), MiniLmEmbedder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_what_earlier_graphs_left_goes(tmp_path: Path) -> None:
    stem = f"minilm-{embedding.MINILM_SHA256[:16]}"
    (tmp_path / f"{stem}-1.onnx").write_bytes(b"earlier")
    (tmp_path / f"{stem}-2").mkdir()
    MiniLmEmbedder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{stem}-{embedding.GRAPH_VERSION}"]


def test_vectors_of_questions_are_near_those_of_texts_and_do_not_depend_on_the_others(minilm: MiniLmEmbedder) -> None:
    texts = [text for text in TEXTS if text]
    quick = np.concatenate([minilm.embed_queries([text]) for text in texts])
    assert np.sum(quick * minilm.embed(texts), axis=1).min() >= 0.97
    np.testing.assert_allclose(np.linalg.norm(quick, axis=1), 1, atol=1e-5)


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = tmp_path / "altered"
    altered.mkdir()
    (altered / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(embedding, "minilm_dir", lambda: altered)
    with pytest.raises(EmbeddingError, match="have been altered"):
        MiniLmEmbedder(tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_model_that_is_not_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="'no/such-model' is not on this machine"):
        open_embedder("no/such-model", tmp_path)


def test_serving_does_not_import_torch(models_dir: Path, minilm: MiniLmEmbedder) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedding import open_embedder; "
        f"open_embedder('all-MiniLM-L6-v2', Path({str(models_dir)!r})).embed(['x']); "
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'onnx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_repeated_queries_are_embedded_once_and_the_cache_is_bounded() -> None:
    embedder = WordEmbedder()
    queries = CachedQueries(embedder, size=2)
    first = queries.vector("a")
    assert queries.vector("a") is first
    for text in ("b", "a", "c", "b"):
        queries.vector(text)
    assert embedder.embedded == ["a", "b", "c", "b"]
