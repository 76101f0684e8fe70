"""`medinfo eval screening`: screens the labelled messages of a set, stores the run, prints the measures."""

from __future__ import annotations

import json
from typing import Annotated

import typer
import yaml

from assistant.settings import Settings
from eval.commands.answers import run_to_json
from eval.commands.shared import find_set, open_store, print_measures
from eval.datasets import read_header
from eval.screening import load_messages, measure_screening, rates_to_json
from eval.screening_runs import measure_messages, open_screener
from eval.significance import DEFAULT_SEED

app = typer.Typer(help="Screen labelled messages and measure what is caught.")


@app.command()
def screening(
    *,
    dataset: Annotated[str, typer.Option(help="A set: a file, or `development` or `report`.")] = "development",
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Without the second vote on sentence embeddings.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    label: Annotated[str, typer.Option(help="A name for the report, such as the change under test.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Screen labelled messages and measure what is caught, left alone and masked."""
    path = find_set(dataset, "messages")
    loaded = load_messages(path)
    settings = Settings()
    screener = open_screener(settings, rules_only)
    header = read_header(path, yaml.safe_load(path.read_text(encoding="utf-8")))
    run, judged = measure_messages(loaded.messages, header, screener, open_store(settings), seed=seed, label=label)
    if as_json:
        report = run_to_json(run, seed) | {"rates": rates_to_json(measure_screening(judged))}
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    print_measures([run], seed)
