"""The projection of register questions: which vectors it maps, and that arms over it compare like with like."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.arms import VectorArm
from index.embedding import MiniLmEmbedder
from index.projection import ProjectedArm, Projection, read_projection


def unit(random: np.random.Generator, rows: int, dimensions: int) -> np.ndarray:
    vectors = random.normal(size=(rows, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_packaged_projection_maps_vectors_of_its_encoder_to_unit_vectors() -> None:
    projection = read_projection(MiniLmEmbedder.model)
    assert projection is not None
    mapped = projection.apply(unit(np.random.default_rng(1), 5, 384))
    np.testing.assert_allclose(np.linalg.norm(mapped, axis=1), 1.0, atol=1e-5)


def test_vectors_of_another_encoder_are_left_alone() -> None:
    assert read_projection("some-other-encoder@1") is None


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    matrix = np.random.default_rng(2).normal(size=(6, 3)).astype(np.float32)
    Projection("toy", matrix).save(tmp_path / "toy.npz")
    stored = read_projection("toy", tmp_path / "toy.npz")
    assert stored is not None
    np.testing.assert_allclose(stored.matrix, matrix, atol=2e-3)


def test_an_arm_projects_what_it_is_asked_for_as_it_did_its_units() -> None:
    random = np.random.default_rng(3)
    arm = VectorArm.of(unit(random, 12, 8), [[0, 1, 2], [3], [], list(range(4, 12))])
    projection = Projection("toy", random.normal(size=(8, 4)).astype(np.float32))
    scores = ProjectedArm(projection.over(arm), projection).scores(arm.units[3])
    assert scores[1] == np.float32(1.0) or abs(float(scores[1]) - 1.0) < 1e-6
    expected = max(float(projection.apply(arm.units[row]) @ projection.apply(arm.units[3])) for row in range(4, 12))
    assert abs(float(scores[3]) - expected) < 1e-6


def test_a_question_in_other_words_lies_nearer_to_its_kind_than_before(packaged_index: object) -> None:
    """Words that no register question uses: the mean gain is what the projection is for."""
    embed = packaged_index.embedder.embed_queries  # type: ignore[attr-defined]
    projection = read_projection(MiniLmEmbedder.model)
    assert projection is not None
    asked = embed(
        ["Which side effect of the monthly buttock shot do people complain of?", "How long did the mutated group hold?"]
    )
    right = embed(["injection site pain with fulvestrant", "median PFS in ESR1-mutated patients"])
    wrong = embed(["US approval date of fulvestrant", "which trials are ongoing?"])
    before = (asked * right).sum(axis=1) - (asked * wrong).sum(axis=1)
    one, two, other = projection.apply(asked), projection.apply(right), projection.apply(wrong)
    after = (one * two).sum(axis=1) - (one * other).sum(axis=1)
    assert after.mean() > before.mean()
