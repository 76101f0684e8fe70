"""`medinfo eval show RUN`: measures of a stored run and its worst answers with the reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import NotFound
from assistant.settings import Settings
from eval.commands.answers import run_to_json
from eval.commands.shared import open_store, print_measures
from eval.report.exports import samples_to_csv
from eval.report.views import explain
from eval.runs import Run
from eval.scores import sample_to_json
from eval.significance import DEFAULT_SEED

app = typer.Typer(help="Show a stored run.")


@app.command()
def show(
    run_id: Annotated[str, typer.Argument(help="Run id, a part of it, or `latest`.")] = "latest",
    sample: Annotated[str, typer.Option(help="Show this question in full, as JSON.")] = "",
    faults: Annotated[int, typer.Option(min=0, help="List this many faulty answers with reasons.")] = 10,
    csv: Annotated[Path | None, typer.Option(help="Write one line per question to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a stored run: measures with intervals, and faulty answers with the reasons."""
    run = open_store(Settings()).read(run_id)
    if csv is not None:
        csv.write_text(samples_to_csv(run), encoding="utf-8")
    if sample:
        print(json.dumps(_sample(run, sample), ensure_ascii=False, indent=1))
    elif as_json:
        print(json.dumps(run_to_json(run, DEFAULT_SEED), ensure_ascii=False, indent=1))
    else:
        print_measures([run], DEFAULT_SEED)
        _print_faults(run, faults)


def _sample(run: Run, name: str) -> dict[str, object]:
    for sample in run.samples:
        if sample.id == name:
            return sample_to_json(sample)
    raise NotFound(f"no question {name!r} in {run.manifest.run_id}")


def _print_faults(run: Run, limit: int) -> None:
    faulty = [(sample, reasons) for sample in run.samples if (reasons := explain(sample))]
    for sample, reasons in faulty[:limit]:
        print(f"{sample.id}: {sample.turns[-1]}")
        for reason in reasons:
            print(f"    {reason}")
    if len(faulty) > limit:
        print(f"… and {len(faulty) - limit} more; --faults {len(faulty)} lists them all")
