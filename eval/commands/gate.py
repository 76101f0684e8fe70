"""`medinfo eval gate`: runs the sets against the thresholds kept as data; exit code 1 when one is missed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from eval.commands.shared import find_set, open_store
from eval.gate import GateResult, judge_runs, run_gate
from eval.report.exports import gate_to_junit
from eval.report.views import explain
from eval.scores import unscored
from eval.thresholds import GateRow, read_thresholds

EXAMPLES = 3

app = typer.Typer(help="Judge this version by the release thresholds.")


@app.command()
def gate(
    *,
    dataset: Annotated[str, typer.Option(help="Question set; the report sets when empty, or development with --small.")] = "",
    run: Annotated[list[str] | None, typer.Option(help="Judge these stored runs instead of asking.")] = None,
    system: Annotated[str, typer.Option(help="System to judge.")] = "ours",
    small: Annotated[bool, typer.Option("--small", help="Ask fixed samples of the development sets (for CI).")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes; latency is judged as measured.")] = 1,
    thresholds: Annotated[Path | None, typer.Option(help="Other thresholds than the packaged ones.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge this version, or stored runs, by the release thresholds; exit code 1 when one is missed."""
    settings = Settings()
    if run:
        store = open_store(settings)
        result = judge_runs([store.read(name) for name in run], read_thresholds(thresholds))
    else:
        path = find_set(dataset, "questions") if dataset else None
        result = run_gate(settings, small, dataset=path, system=system, workers=workers, thresholds=thresholds)
    if junit is not None:
        junit.write_text("\n".join(gate_to_junit(task, rows) for task, rows in result.rows.items()), encoding="utf-8")
    print(json.dumps(_to_json(result), ensure_ascii=False, indent=1) if as_json else gate_in_words(result))
    if not result.passed:
        raise typer.Exit(1)


def _to_json(result: GateResult) -> dict[str, object]:
    rows = {
        task: [{"measure": r.measure.name, "limit": r.limit, "found": r.found, "passed": r.passed} for r in found]
        for task, found in result.rows.items()
    }
    runs = [run.manifest.run_id for run in result.runs]
    return {"passed": result.passed, "missed": list(result.missed), "thresholds": rows, "runs": runs}


def gate_in_words(result: GateResult) -> str:
    """Return one line per threshold, and a last one that names what was missed."""
    lines = []
    for task, rows in result.rows.items():
        for row in rows:
            mark = "passed" if row.passed else "MISSED"
            lines.append(f"{mark}  {task}: {row.measure.label.lower()}: {row.found}; limit {row.limit}")
            lines += [] if row.passed else _examples(result, task, row)
    count = len(result.missed)
    last = "gate passed" if result.passed else f"gate failed: {count} thresholds missed: {', '.join(result.missed)}"
    return "\n".join([*lines, last])


def _examples(result: GateResult, task: str, row: GateRow) -> list[str]:
    """The first samples that lower a missed measure, with the reason."""
    if row.measure.kind == "cost":
        return []
    samples = [sample for run in result.runs if run.manifest.task == task for sample in run.samples]
    worst = 0.0 if row.measure.higher_is_better else 1.0
    found = [s for s in samples if s.scores.get(row.measure.name, unscored("")).value == worst]
    return [f"        {s.id}: {'; '.join(explain(s)[:2]) or s.turns[-1]}" for s in found[:EXAMPLES]]
