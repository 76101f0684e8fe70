"""Stores samples that were made in one go (look-ups, figures, rankings of passages) as a run with its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from eval.datasets import Header
from eval.runs import Run, RunStore, new_manifest
from eval.scores import Sample
from eval.significance import DEFAULT_SEED
from index.types import KnowledgeIndex


def store_samples(
    store: RunStore,
    task: str,
    header: Header,
    samples: Sequence[Sample],
    index: KnowledgeIndex,
    *,
    system: str = "ours",
    label: str = "",
    seed: int = DEFAULT_SEED,
) -> Run:
    """Store finished samples of a task and return the run."""
    asked = [(sample.id, sample.turns) for sample in samples]
    manifest = new_manifest(task, header.as_dataset(), asked, system=system, label=label, seed=seed)
    writer = store.begin(manifest)
    writer.extend(samples)
    versions = {"corpus": index.corpus_version, "index": index.version, "model": index.embedder.model}
    return writer.finish([sample.id for sample in samples], datetime.now(UTC), 0.0, versions)
