"""What the evaluation commands share: where sets and runs are, and tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.errors import NotFound
from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.comparison import format_amount
from eval.datasets import PACKAGED
from eval.runs import Run, RunStore
from eval.scores import Measure
from eval.summary import MeasureSummary, summarise


def open_store(settings: Settings) -> RunStore:
    """Return the run store of the settings."""
    return RunStore(settings.data_dir / "eval" / "runs")


def find_set(name: str, kind: str) -> Path:
    """Return a set by path, or a packaged one by the name of its file.

    Raises:
        NotFound: when there is neither.
    """
    for path in (Path(name), PACKAGED / kind / f"{name}.yaml"):
        if path.is_file():
            return path
    raise NotFound(f"no set {name!r}: give a file, or one of the packaged sets that `medinfo eval datasets` lists")


def print_measures(runs: Sequence[Run], seed: int) -> None:
    """Print one column per run; unscored and failed questions are counted below, never averaged in."""
    task = runs[0].manifest.task
    summaries = [summarise(run.samples, measures_of(task), seed) for run in runs]
    table = Table("Measure", *(run.manifest.label for run in runs), title=f"{task}, {runs[0].manifest.dataset['id']}")
    for name, measure in measures_of(task).items():
        if any(name in summary for summary in summaries):
            table.add_row(measure.label, *(_cell(measure, summary.get(name)) for summary in summaries))
    console = Console()
    console.print(table)
    for run in runs:
        failed = sum(sample.status == "error" for sample in run.samples)
        note = f", {failed} failed" if failed else ""
        console.print(f"{run.manifest.label}: {run.manifest.run_id}, {run.manifest.wall_s:.1f} s{note}", highlight=False)
    if runs[0].manifest.dataset.get("purpose") == "development":
        console.print("A development set: the assistant was tuned on it; not a measure of quality.", highlight=False)


def _cell(measure: Measure, summary: MeasureSummary | None) -> str:
    if summary is None:
        return ""
    if summary.quantiles is not None:
        return f"{summary.quantiles[0]:.1f} (p95 {summary.quantiles[1]:.1f}) {measure.unit}"
    interval = f"{100 * summary.interval.low:.1f} to {100 * summary.interval.high:.1f}"
    warning = " !" if summary.warning else ""
    return f"{format_amount(measure, summary.value)} ({interval}), n = {summary.n}{warning}"
