"""`medinfo eval trec QRELS RUN`: any system's TREC run against TREC qrels, with intervals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.catalogue import measures_of
from eval.comparison import format_amount
from eval.significance import DEFAULT_SEED
from eval.summary import summarise, summary_to_json
from eval.trec import read_qrels, read_run, score_run

app = typer.Typer(help="Score a TREC run against TREC qrels.")


@app.command()
def trec(
    qrels: Annotated[Path, typer.Argument(help="Judgements, `query 0 document grade` a line.")],
    run: Annotated[Path, typer.Argument(help="Ranking, `query Q0 document rank score tag` a line.")],
    *,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score a run over all judged queries; one that the run lacks counts as zero."""
    judged, rankings = read_qrels(qrels), read_run(run)
    samples = score_run(judged, rankings)
    summaries = summarise(samples, measures_of("retrieval"), seed)
    missing = sum(query not in rankings for query in judged)
    if as_json:
        rows = {name: summary_to_json(summary) for name, summary in summaries.items()}
        print(json.dumps({"measures": rows, "queries": len(judged), "without_ranking": missing}, indent=1))
        return
    table = Table("Measure", "Value", "95 % interval", title=f"{run.name} on {qrels.name}")
    for summary in summaries.values():
        interval = f"{summary.interval.low:.3f} to {summary.interval.high:.3f}"
        table.add_row(summary.measure.label, format_amount(summary.measure, summary.value), interval)
    Console().print(table)
    print(f"{len(judged)} judged queries, {missing} of them without a ranking")
