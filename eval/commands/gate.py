"""`medinfo eval gate`: runs the sets against the thresholds kept as data; exit code 1 when one is missed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.commands.shared import find_set, open_store
from eval.datasets import load_hostile, load_questions
from eval.gate import GateRow, Threshold, judge_gate, passed, read_thresholds
from eval.report.exports import gate_to_junit
from eval.runner import Plan, execute
from eval.runs import Run
from eval.significance import DEFAULT_SEED
from eval.summary import summarise

SMALL = 60
T = TypeVar("T")

app = typer.Typer(help="Judge this version by the release thresholds.")


@app.command()
def gate(
    *,
    dataset: Annotated[str, typer.Option(help="Question set: a file, or `development` or `report`.")] = "development",
    run: Annotated[list[str] | None, typer.Option(help="Judge these stored runs instead of asking.")] = None,
    system: Annotated[str, typer.Option(help="System to judge.")] = "ours",
    small: Annotated[bool, typer.Option("--small", help="Ask a fixed sample of 60 questions (for CI).")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes; latency is judged as measured.")] = 1,
    thresholds: Annotated[Path | None, typer.Option(help="Other thresholds than the packaged ones.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge this version, or stored runs, by the release thresholds."""
    limits = read_thresholds(thresholds)
    store = open_store(Settings())
    runs = [store.read(name) for name in run] if run else _ask(dataset, system, small, workers)
    judged = {r.manifest.task: _judge(r, limits.get(r.manifest.task, {})) for r in runs}
    if junit is not None:
        junit.write_text("\n".join(gate_to_junit(task, rows) for task, rows in judged.items()), encoding="utf-8")
    print(json.dumps(_to_json(judged), ensure_ascii=False, indent=1) if as_json else _in_words(judged))
    if not all(passed(rows) for rows in judged.values()):
        raise typer.Exit(1)


def _ask(dataset: str, system: str, small: bool, workers: int) -> list[Run]:
    settings = Settings()
    store = open_store(settings)
    questions, hostile = load_questions(find_set(dataset, "questions")), load_hostile()
    part = "report" if questions.header.purpose == "report" else "development"
    items = spread(questions.items, SMALL) if small else questions.items
    plans = [Plan("answers", system, questions.header, items, settings, workers, label="gate")]
    inputs = [item for item in hostile.items if item.part == part]
    plans.append(Plan("hostile", system, hostile.header, inputs, settings, workers, label="gate"))
    return [execute(plan, store) for plan in plans]


def spread(items: Sequence[T], n: int) -> list[T]:
    """Return `n` items spread evenly over the set, always the same ones; all of them when there are no more."""
    if len(items) <= n:
        return list(items)
    return [items[i * len(items) // n] for i in range(n)]


def _judge(run: Run, limits: dict[str, Threshold]) -> list[GateRow]:
    summaries = summarise(run.samples, measures_of(run.manifest.task), DEFAULT_SEED)
    return judge_gate(summaries, limits, run.manifest.task)


def _to_json(judged: dict[str, list[GateRow]]) -> dict[str, object]:
    rows = {
        task: [{"measure": r.measure.name, "limit": r.limit, "found": r.found, "passed": r.passed} for r in found]
        for task, found in judged.items()
    }
    return {"passed": all(passed(found) for found in judged.values()), "thresholds": rows}


def _in_words(judged: dict[str, list[GateRow]]) -> str:
    lines = []
    for task, rows in judged.items():
        for row in rows:
            mark = "passed" if row.passed else "MISSED"
            lines.append(f"{mark}  {task}: {row.measure.label.lower()}: {row.found}; limit {row.limit}")
    missed = sum(not row.passed for rows in judged.values() for row in rows)
    return "\n".join([*lines, f"gate {'passed' if not missed else f'failed: {missed} thresholds missed'}"])
