"""The release gate: answers, hostile inputs, screening, look-ups and figures of one version, judged by the thresholds.

It asks the version that the settings describe (its documents, its index, its market) and compares with fixed limits, not with
an earlier version: that is `eval.comparison`. A content release calls `run_gate` with the settings of the candidate, or the
command and reads its exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.datasets import (
    PACKAGED,
    Header,
    QuestionSet,
    load_hostile,
    load_questions,
    pool_questions,
    read_header,
    read_yaml,
)
from eval.figures import judge_statements, load_figures
from eval.lookups import load_lookups, run_lookups
from eval.recording import store_samples
from eval.runner import Plan, execute
from eval.runs import Run, RunStore
from eval.scores import Sample, Score
from eval.screening import load_messages
from eval.screening_runs import measure_messages, open_screener
from eval.significance import DEFAULT_SEED
from eval.summary import summarise
from eval.systems import open_ranking
from eval.thresholds import GateRow, Threshold, judge_gate, passed, read_thresholds, tighten
from index.types import KnowledgeIndex

# How much of the development sets the small gate asks: enough for every threshold's `n_min`.
SMALL_ANSWERABLE = 60
SMALL_UNANSWERABLE = 24
SMALL_MESSAGES = 240
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GateResult:
    """The gate's rows by task, and the runs behind them."""

    rows: Mapping[str, tuple[GateRow, ...]]
    runs: tuple[Run, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every threshold holds."""
        return all(passed(rows) for rows in self.rows.values())

    @property
    def missed(self) -> tuple[str, ...]:
        """The measures whose thresholds are missed, as `task.measure`, in order."""
        return tuple(f"{task}.{row.measure.name}" for task, rows in self.rows.items() for row in rows if not row.passed)


@dataclass(frozen=True, slots=True)
class _Version:
    """What is judged, and where its runs go."""

    settings: Settings
    system: str
    small: bool
    workers: int
    store: RunStore


def run_gate(
    settings: Settings,
    small: bool = False,
    *,
    dataset: Path | None = None,
    system: str = "ours",
    workers: int = 1,
    thresholds: Path | None = None,
) -> GateResult:
    """Ask everything, store the runs under the settings' data directory, and judge them.

    Args:
        settings: of the version to judge; its index must be built.
        small: ask fixed samples of the development sets (for CI).
        dataset: the question set; the packaged report sets when None and not `small`, else the first development set.
        system: what answers; other than "ours" only to see that the gate catches it.
        workers: processes that ask questions; latency is judged as measured.
        thresholds: other limits than the packaged ones.

    Raises:
        BadInput: no index, or one that does not match the documents.
    """
    version = _Version(settings, system, small, workers, RunStore(settings.data_dir / "eval" / "runs"))
    asked = pool_questions([load_questions(path) for path in _question_sets(dataset, small)])
    part = "report" if asked.header.purpose == "report" else "development"
    index, lookups, figures = open_ranking(system, settings), load_lookups(), load_figures()
    runs = [
        _ask_questions(asked, version),
        _ask_hostile(part, version),
        _screen(part, version),
        *_mask(part, version),
        _store_run("retrieval", lookups.header, run_lookups(index, lookups.items), version, index),
        _store_run("content", figures.header, judge_statements(list(index.statements.values()), figures), version, index),
    ]
    limits = read_thresholds(thresholds)
    return judge_runs(runs, tighten(limits) if small else limits)


def judge_runs(runs: Sequence[Run], limits: Mapping[str, Mapping[str, Threshold]]) -> GateResult:
    """Judge stored runs; those of one task are judged together."""
    tasks = dict.fromkeys(run.manifest.task for run in runs)
    rows = {}
    for task in tasks:
        samples = [sample for run in runs if run.manifest.task == task for sample in run.samples]
        rows[task] = tuple(judge_gate(summarise(samples, measures_of(task), DEFAULT_SEED), limits.get(task, {}), task))
    return GateResult(rows, tuple(runs))


def spread(items: Sequence[T], n: int) -> list[T]:
    """Return `n` items spread evenly over the set, always the same ones; all of them when there are no more."""
    if len(items) <= n:
        return list(items)
    return [items[i * len(items) // n] for i in range(n)]


def _question_sets(dataset: Path | None, small: bool) -> list[Path]:
    if dataset is not None:
        return [dataset]
    folder = PACKAGED / "questions"
    return [folder / "development.yaml"] if small else sorted(folder.glob("report*.yaml"))


def _ask_questions(asked: QuestionSet, version: _Version) -> Run:
    items = list(asked.items)
    if version.small:
        # Answerable and unanswerable apart: a thin sample of both would leave too few to judge declining by.
        answerable = spread([item for item in items if item.answerable], SMALL_ANSWERABLE)
        items = [*answerable, *spread([item for item in items if not item.answerable], SMALL_UNANSWERABLE)]
    plan = Plan("answers", version.system, asked.header, items, version.settings, version.workers, label="gate")
    return execute(plan, version.store)


def _ask_hostile(part: str, version: _Version) -> Run:
    loaded = load_hostile()
    items = [item for item in loaded.items if item.part == part]
    plan = Plan("hostile", version.system, loaded.header, items, version.settings, label="gate")
    return execute(plan, version.store)


def _screen(part: str, version: _Version) -> Run:
    paths = [PACKAGED / "messages" / f"{part}.yaml"]
    if not version.small:
        paths += sorted((PACKAGED / "messages").glob(f"{part}-*.yaml"))
    items = [message for path in paths for message in load_messages(path).messages]
    if version.small:
        named = [item for item in items if item.identifiers]
        items = [*named, *spread([item for item in items if not item.identifiers], SMALL_MESSAGES)]
    header = read_header(paths[0], read_yaml(paths[0]))
    return measure_messages(items, header, open_screener(version.settings), version.store, label="gate")[0]


def _mask(part: str, version: _Version) -> list[Run]:
    """Sets made for masking alone: their other labels say nothing, so only identifiers are scored."""
    runs = []
    for path in sorted((PACKAGED / "messages").glob(f"masking-{part}*.yaml")):
        items = load_messages(path).messages
        header = read_header(path, read_yaml(path))
        run = measure_messages(items, header, open_screener(version.settings, rules_only=True), version.store, label="gate")[0]
        runs.append(replace(run, samples=tuple(replace(s, scores=_of_masking(s)) for s in run.samples)))
    return runs


def _of_masking(sample: Sample) -> dict[str, Score]:
    return {name: score for name, score in sample.scores.items() if name in {"masking_recall", "kept"}}


def _store_run(task: str, header: Header, samples: Sequence[Sample], version: _Version, index: KnowledgeIndex) -> Run:
    return store_samples(version.store, task, header, samples, index, system=version.system, label="gate")
