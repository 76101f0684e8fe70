"""`medinfo eval compare A B`: the verdict in words, files for people and programs, exit code 1 when B is shown to be worse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.commands.shared import open_store
from eval.comparison import Comparison, compare_runs, regressions, verdict
from eval.report.exports import export_comparison
from eval.report.page import write_comparison
from eval.reviews import read_labels
from eval.significance import DEFAULT_SEED

app = typer.Typer(help="Compare two runs on the same questions.")
Output = Annotated[Path | None, typer.Option(help="Write this file.")]


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="Run id (or a part of it, or a folder) to compare with.")],
    b: Annotated[str, typer.Argument(help="Run id under test.")],
    *,
    html: Output = None,
    json: Output = None,
    csv: Output = None,
    markdown: Output = None,
    latex: Output = None,
    junit: Output = None,
    intersect: Annotated[bool, typer.Option("--intersect", help="Compare only the questions in both sets.")] = False,
    fail_on: Annotated[
        str,
        typer.Option(help="Measures whose regression exits with 1, by comma; `none`; all of the verdict when empty."),
    ] = "",
    reviews: Annotated[Path | None, typer.Option(help="Human labels (JSONL) to show beside the answers.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of bootstrap and randomisation.")] = DEFAULT_SEED,
) -> None:
    """Compare two runs on the same questions: verdict in words, table, flips, safety, plots, both answers side by side."""
    store = open_store(Settings())
    result = compare_runs(store.read(a), store.read(b), intersect, seed)
    for form, path in (("json", json), ("csv", csv), ("md", markdown), ("tex", latex), ("xml", junit)):
        if path is not None:
            path.write_text(export_comparison(result, form), encoding="utf-8")
    if html is not None:
        print(f"report: {write_comparison(result, html, read_labels(reviews) if reviews else None)}")
    for sentence in verdict(result):
        print(sentence)
    if fail_on != "none" and regressions(result, _names(result, fail_on)):
        raise typer.Exit(1)


def _names(result: Comparison, fail_on: str) -> list[str]:
    names = [name.strip() for name in fail_on.split(",") if name.strip()]
    unknown = [name for name in names if name not in measures_of(result.a.task)]
    if unknown:
        raise BadInput(f"--fail-on: no measure {unknown[0]!r}; there are {', '.join(measures_of(result.a.task))}")
    return names
