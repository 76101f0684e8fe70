"""`medinfo eval grounding`: how many corrupted sentences the grounding check stops and how many faithful ones it passes."""

from __future__ import annotations

import json
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.grounding import Checker
from assistant.settings import Settings
from corpus import load_glossary
from eval.commands.shared import find_set
from eval.grounding import (
    PASSED,
    STOPPED,
    Judged,
    Rate,
    judge_altered,
    judge_items,
    load_grounding,
    measure_rates,
    rates_to_json,
    split_parts,
)

app = typer.Typer(help="Measure the grounding check of generated sentences.")


@app.command()
def grounding(
    *,
    dataset: Annotated[str, typer.Option(help="A set: a file, or `development` or `report`.")] = "development",
    errors: Annotated[bool, typer.Option(help="List the sentences with a wrong verdict.")] = False,
    altered: Annotated[bool, typer.Option(help="Judge the faithful sentences with one thing altered by rule instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check every sentence of a set and print the rates with 95 % intervals.

    Example: medinfo eval grounding --dataset report --altered
    """
    loaded = load_grounding(find_set(dataset, "grounding"))
    glossary = load_glossary(Settings().corpus_dirs)
    checker = Checker(glossary)
    names = [drug.preferred for drug in glossary.drugs]
    judged = judge_altered(checker, loaded.items, names) if altered else judge_items(checker, loaded.items)
    rates = measure_rates(judged)
    parts = {name: measure_rates(entries) for name, entries in split_parts(loaded, judged).items()}
    if as_json:
        manifest = {"dataset": {"id": loaded.id, "version": loaded.version}, "policy": checker.version, "n": len(judged)}
        times = {"median_ms": median(entry.elapsed_ms for entry in judged), "max_ms": max(entry.elapsed_ms for entry in judged)}
        print(
            json.dumps(
                {
                    "measures": rates_to_json(rates),
                    "parts": {name: rates_to_json(part) for name, part in parts.items()},
                    "check_ms": times,
                    "manifest": manifest,
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    table = Table("Measure", "Rate", "95 % interval", "n", title=loaded.id)
    for part, found in parts.items():
        for name in (STOPPED, PASSED):
            if name in found:
                table.add_row(*_row(f"{part}: {name}", found[name]))
    for name, rate in rates.items():
        table.add_row(*_row(name, rate))
    console = Console()
    console.print(table)
    console.print(f"median {median(entry.elapsed_ms for entry in judged):.1f} ms a sentence")
    if errors:
        _print_errors(judged, console)


def _row(name: str, rate: Rate) -> tuple[str, str, str, str]:
    return name, f"{rate.value:.3f}", f"{rate.interval.low:.3f}–{rate.interval.high:.3f}", str(rate.n)


def _print_errors(judged: tuple[Judged, ...], console: Console) -> None:
    for entry in judged:
        if not entry.right:
            verdict = "refused" if entry.item.supported else "passed"
            reasons = "; ".join(reason.message for reason in entry.verdict.reasons)
            console.print(f"{verdict} {entry.item.id} ({entry.item.kind}): {entry.item.sentence} {reasons}", markup=False)
