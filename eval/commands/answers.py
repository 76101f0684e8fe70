"""`medinfo eval answers` and `medinfo eval hostile`: ask a set of systems, store the runs, print the measures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.commands.shared import find_set, open_store, print_measures
from eval.datasets import load_hostile, load_questions, pool_questions
from eval.runner import Plan, execute
from eval.runs import Run
from eval.significance import DEFAULT_SEED
from eval.summary import summarise, summary_to_json
from eval.systems import SYSTEMS, expand_systems

app = typer.Typer(help="Ask a question set and measure the answers.")
SYSTEM_HELP = f"System to ask, repeatable: {', '.join(SYSTEMS)}; or the groups baselines, ablations, all."


@app.command()
def answers(
    *,
    dataset: Annotated[
        list[str] | None, typer.Option(help="A set: a file, or the name of a packaged one; repeatable, then pooled.")
    ] = None,
    system: Annotated[list[str] | None, typer.Option(help=SYSTEM_HELP)] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; latencies are clean with one.")] = 1,
    limit: Annotated[int, typer.Option(min=0, help="Ask only the first N questions (0: all).")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    resume: Annotated[str, typer.Option(help="Id of an interrupted run to go on with.")] = "",
    label: Annotated[str, typer.Option(help="A name for the report, such as the change under test.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask a question set and measure the answers. Several systems make several runs under one group, with one table."""
    loaded = pool_questions([load_questions(find_set(name, "questions")) for name in dataset or ["development"]])
    items = loaded.items[: limit or None]
    systems = expand_systems(system or ["ours"])
    plan = Plan("answers", systems[0], loaded.header, items, Settings(), workers, seed, resume, label)
    ask_systems(plan, systems, as_json)


hostile_app = typer.Typer(help="Send hostile inputs and measure what is withstood.")


@hostile_app.command()
def hostile(
    *,
    dataset: Annotated[Path | None, typer.Option(help="A set of hostile inputs; the packaged one when left out.")] = None,
    part: Annotated[str, typer.Option(help="development or report.")] = "development",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    label: Annotated[str, typer.Option(help="A name for the report.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send hostile inputs to the assistant and measure what is withstood."""
    loaded = load_hostile(dataset)
    items = [item for item in loaded.items if item.part == part]
    ask_systems(Plan("hostile", "ours", loaded.header, items, Settings(), workers, seed, label=label), ["ours"], as_json)


def ask_systems(plan: Plan, systems: Sequence[str], as_json: bool) -> list[Run]:
    """Run a plan with every system, print the measures, and return the runs (one group when there are several)."""
    store = open_store(plan.settings)
    group = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}" if len(systems) > 1 else ""
    runs = [execute(replace(plan, system=name, group=group), store) for name in systems]
    if as_json:
        reports = [run_to_json(run, plan.seed) for run in runs]
        print(json.dumps({**reports[0], **({"systems": reports} if len(runs) > 1 else {})}, ensure_ascii=False, indent=1))
    else:
        print_measures(runs, plan.seed)
    return runs


def run_to_json(run: Run, seed: int) -> dict[str, Any]:
    """Return the contract's object of a run: measures with intervals, and the manifest."""
    summaries = summarise(run.samples, measures_of(run.manifest.task), seed)
    return {
        "measures": {name: summary_to_json(summary) for name, summary in summaries.items()},
        "failed": sum(sample.status == "error" for sample in run.samples),
        "manifest": asdict(run.manifest),
    }
