"""`medinfo eval ablation`: the assistant, the baselines and the assistant without each part, in one run and one table."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.commands.shared import find_set, open_store
from eval.comparison import format_amount, format_p
from eval.datasets import load_questions, pool_questions
from eval.earning import SHOWN, PartRow, judge_parts, smallest_shown
from eval.runner import Plan, execute
from eval.runs import Run
from eval.significance import DEFAULT_SEED
from eval.summary import MeasureSummary, summary_to_json
from eval.systems import SYSTEMS, expand_systems

app = typer.Typer(help="Show whether each part of the assistant earns its place.")


@app.command()
def ablation(
    *,
    dataset: Annotated[list[str] | None, typer.Option(help="Question set, repeatable; their questions are pooled.")] = None,
    system: Annotated[list[str] | None, typer.Option(help="System, repeatable; all of them when left out.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Systems asked at the same time; times are clean with one.")] = 1,
    limit: Annotated[int, typer.Option(min=0, help="Ask only the first N questions of each set (0: all).")] = 0,
    group: Annotated[str, typer.Option(help="Print the table of stored runs of this group instead of asking.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    markdown: Annotated[Path | None, typer.Option(help="Write the table to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask every system the same questions and print, with intervals, what is lost without each part."""
    settings = Settings()
    if group:
        runs = _stored(settings, group)
    else:
        names = ["ours", *(name for name in expand_systems(system or ["all"]) if name != "ours")]
        group = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        runs = _ask(_plans(dataset or ["report-2"], settings, limit, seed, group), names, workers)
    samples = {name: [s for run in runs if run.manifest.system == name for s in run.samples] for name in SYSTEMS}
    others = {name: (SYSTEMS[name], found) for name, found in samples.items() if found and name != "ours"}
    rows = judge_parts(samples["ours"], others, seed)
    if markdown is not None:
        markdown.write_text(_to_markdown(rows), encoding="utf-8")
    if as_json:
        print(json.dumps(_to_json(rows, runs, group), ensure_ascii=False, indent=1))
    else:
        _print(rows, runs, group)


def _plans(names: Sequence[str], settings: Settings, limit: int, seed: int, group: str) -> list[Plan]:
    loaded = [load_questions(find_set(name, "questions")) for name in names]
    pool_questions(loaded)
    return [Plan("answers", "ours", one.header, one.items[: limit or None], settings, seed=seed, group=group) for one in loaded]


def _ask(plans: Sequence[Plan], systems: Sequence[str], workers: int) -> list[Run]:
    todo = [replace(plan, system=name) for name in systems for plan in plans]
    if workers <= 1:
        return [_execute(plan) for plan in todo]
    # Fresh processes: a runtime with threads of its own must not be forked.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(_execute, todo))


def _execute(plan: Plan) -> Run:
    return execute(plan, open_store(plan.settings))


def _stored(settings: Settings, group: str) -> list[Run]:
    store = open_store(settings)
    found = [store.read(m.run_id) for m in store.manifests() if m.group == group and m.task == "answers"]
    if not found:
        raise BadInput(f"no stored runs of group {group!r}; `medinfo eval list --json` shows the groups")
    return found


def _print(rows: Sequence[PartRow], runs: Sequence[Run], group: str) -> None:
    sets = ", ".join(dict.fromkeys(str(run.manifest.dataset["id"]) for run in runs))
    n = rows[0].summaries["right"].n if "right" in rows[0].summaries else 0
    table = Table(Column("System", no_wrap=True), "Right outcome", "Minus ours", "p", "ms", "Verdict")
    for row in rows:
        table.add_row(*row_cells(row))
    console = Console()
    console.print(f"{sets}: {n} questions, group {group}", highlight=False)
    console.print(table)
    for row in rows:
        console.print(f"  {row.system}: {row.text}", highlight=False, soft_wrap=True)
    least = smallest_shown(rows)
    if least is not None:
        note = f"This many questions show a loss of about {100 * least:.0f} points of right outcomes (power 80 %)"
        console.print(f"{note}; a smaller one may exist unseen. p: McNemar, Holm over the systems.", highlight=False)
    if any(run.manifest.dataset.get("purpose") == "development" for run in runs):
        console.print("A development set is among them: the assistant was tuned on it.", highlight=False)


def row_cells(row: PartRow) -> list[str]:
    """Return the cells of a row: name, right outcomes and difference with 95 % intervals, p, median ms, verdict."""
    p = "" if row.adjusted_p is None else format_p(row.adjusted_p).removeprefix("p ").removeprefix("= ")
    time = "" if row.median_ms is None else f"{row.median_ms:.0f}"
    return [row.system, _with_interval(row.summaries.get("right")), _difference(row), p, time, row.verdict]


def _with_interval(summary: MeasureSummary | None) -> str:
    if summary is None:
        return ""
    interval = summary.interval
    return f"{format_amount(summary.measure, summary.value)} ({100 * interval.low:.0f} to {100 * interval.high:.0f})"


def _difference(row: PartRow) -> str:
    if row.difference is None:
        return ""
    interval = row.difference.interval
    return f"{100 * row.difference.difference:+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def _to_markdown(rows: Sequence[PartRow]) -> str:
    heads = ("System", "Right outcome (95 % CI)", "Minus ours (95 % CI)", "p (Holm)", "Median ms", "Verdict")
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *map(row_cells, rows))]
    return "\n".join([lines[0], "|---|---:|---:|---:|---:|---|", *lines[1:]]) + "\n"


def _to_json(rows: Sequence[PartRow], runs: Sequence[Run], group: str) -> dict[str, Any]:
    return {
        "rows": [
            {
                "system": row.system,
                "text": row.text,
                "measures": {name: summary_to_json(row.summaries[name]) for name in SHOWN if name in row.summaries},
                "median_ms": row.median_ms,
                "verdict": row.verdict,
                **({} if row.difference is None else {"difference": _difference_to_json(row)}),
            }
            for row in rows
        ],
        "runs": [run.manifest.run_id for run in runs],
        "group": group,
    }


def _difference_to_json(row: PartRow) -> dict[str, Any]:
    assert row.difference is not None
    interval = row.difference.interval
    return {"value": row.difference.difference, "ci95": [interval.low, interval.high], "p": row.adjusted_p}
