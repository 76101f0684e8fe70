"""Stores samples that were made in one go (look-ups, figures, rankings of passages) as a run with its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from eval.datasets import Header
from eval.runs import (
    Manifest,
    Run,
    RunStore,
    command_line,
    describe_machine,
    new_run_id,
    package_versions,
    question_fingerprint,
    read_commit,
)
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
    now = datetime.now(UTC)
    manifest = Manifest(
        run_id=new_run_id(task, header.id, system, now),
        task=task,
        system=system,
        label=label or system,
        dataset={"id": header.id, "version": header.version, "sha256": header.sha256, "purpose": header.purpose},
        questions=question_fingerprint([(sample.id, sample.turns) for sample in samples]),
        n=len(samples),
        seed=seed,
        command=command_line(),
        started_at=now.isoformat(),
        commit=read_commit(),
        packages=package_versions(),
        machine=describe_machine(),
    )
    writer = store.begin(manifest)
    writer.extend(samples)
    versions = {"corpus": index.corpus_version, "index": index.version, "model": index.embedder.model}
    return writer.finish([sample.id for sample in samples], datetime.now(UTC), 0.0, versions)
