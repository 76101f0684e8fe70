"""`medinfo eval passages`: how the index ranks our own passages for the questions of a set, against pooled judgements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.ablation import PARTS
from eval.commands.answers import run_to_json
from eval.commands.shared import find_set, open_store, print_measures
from eval.datasets import load_questions
from eval.qrels import judge_pool, rank_passages
from eval.recording import store_samples
from eval.runs import Run
from eval.significance import DEFAULT_SEED
from eval.systems import open_ranking
from eval.trec import write_run

app = typer.Typer(help="Measure retrieval over our own passages.")


@app.command()
def passages(
    *,
    dataset: Annotated[str, typer.Option(help="Question set: a file, or the name of a packaged one.")] = "development",
    system: Annotated[
        list[str] | None, typer.Option(help=f"`ours` or without-{{{','.join(PARTS)}}}, repeatable; all when left out.")
    ] = None,
    trec: Annotated[Path | None, typer.Option(help="Write the first system's rankings here, as a TREC run.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Rank our passages for every answerable question of one turn; judgements are made by machine from facts and nuggets."""
    settings = Settings()
    loaded = load_questions(find_set(dataset, "questions"))
    judgements = judge_pool(open_ranking("ours", settings), loaded.items)
    runs = []
    for name in system or ["ours", *(f"without-{part}" for part in PARTS)]:
        if name != "ours" and name.removeprefix("without-") not in PARTS:
            raise BadInput(f"{name!r} does not rank passages; take `ours` or one of {', '.join(f'without-{p}' for p in PARTS)}")
        index = open_ranking(name, settings)
        samples = rank_passages(index, loaded.items, judgements)
        runs.append(store_samples(open_store(settings), "retrieval", loaded.header, samples, index, system=name, seed=seed))
    if trec is not None:
        _write(trec, runs[0])
    if as_json:
        print(json.dumps({"systems": [run_to_json(run, seed) for run in runs]}, ensure_ascii=False, indent=1))
        return
    print_measures(runs, seed)


def _write(path: Path, run: Run) -> None:
    rankings = {s.id: [(row["doc_id"], float(row["score"])) for row in s.record["ranking"]] for s in run.samples}
    write_run(path, rankings, run.manifest.system)
