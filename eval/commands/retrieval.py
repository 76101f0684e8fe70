"""`medinfo eval retrieval`: nDCG, recall, reciprocal rank and average precision on a folder in BEIR layout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.catalogue import measures_of
from eval.commands.shared import open_store, print_measures
from eval.formats import RetrievalSet, read_beir
from eval.retrieval import DEPTH, index_set, run_queries
from eval.runs import Manifest, Run, new_manifest
from eval.significance import DEFAULT_SEED
from eval.summary import summarise, summary_to_json
from index import EmbeddingError, models_dir, open_embedder
from index.titled_texts import TITLE_SHARE, UNIT_CHARS, WEIGHTS

app = typer.Typer(help="Measure retrieval on a folder in BEIR layout.")


@app.command()
def retrieval(
    dataset: Annotated[Path, typer.Option(help="Folder with corpus.jsonl, queries.jsonl and qrels/<split>.tsv.")],
    *,
    split: Annotated[str, typer.Option(help="Name of the judgements file.")] = "test",
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    label: Annotated[str, typer.Option(help="A name for the report, such as the change under test.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Index the documents of a set, run its queries, and measure the rankings against its judgements."""
    loaded = read_beir(dataset, split)
    if loaded.missing_documents:
        print(f"medinfo: {loaded.missing_documents} judged documents are not in {dataset}/corpus.jsonl", file=sys.stderr)
    if loaded.repeated_ids:
        note = "stand for more than one document; a ranking counts the best of them"
        print(f"medinfo: {loaded.repeated_ids} ids in {dataset}/corpus.jsonl {note}", file=sys.stderr)
    run = measure_set(loaded, Settings(), seed, label)
    if not as_json:
        print_measures([run], seed)
        return
    measures = summarise(run.samples, measures_of("retrieval"), seed)
    rows = {name: summary_to_json(summary) for name, summary in measures.items()}
    print(json.dumps({"measures": rows, "manifest": asdict(run.manifest)}, ensure_ascii=False, indent=1))


def measure_set(loaded: RetrievalSet, settings: Settings, seed: int = DEFAULT_SEED, label: str = "") -> Run:
    """Run a retrieval set and store the run.

    Raises:
        BadInput: the embedding model of the settings cannot be opened.
    """
    try:
        embedder = open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    except EmbeddingError as error:
        raise BadInput(str(error)) from error
    manifest = _manifest(loaded, embedder.model, seed, label)
    started = time.perf_counter()
    kept = settings.data_dir / "eval" / "vectors" / f"{loaded.sha256[:16]}-{embedder.model.replace('/', '-')}"
    with _bars() as progress:
        index = index_set(loaded, embedder, kept, progress)
        writer = open_store(settings).begin(manifest)
        for sample in run_queries(loaded, index, time.perf_counter, progress):
            writer.add(sample)
    versions = {"model": embedder.model}
    return writer.finish(list(loaded.queries), datetime.now(UTC), time.perf_counter() - started, versions)


def _manifest(loaded: RetrievalSet, model: str, seed: int, label: str) -> Manifest:
    parameters = {"unit_chars": UNIT_CHARS, "title_share": TITLE_SHARE, "weights": WEIGHTS, "depth": DEPTH}
    counts = {"documents": str(len(loaded.documents)), "judged_queries": str(len(loaded.queries))}
    return new_manifest(
        "retrieval",
        {"id": loaded.name, "sha256": loaded.sha256, **counts},
        [(query_id, [text]) for query_id, text in loaded.queries.items()],
        label=label,
        seed=seed,
        versions={"model": model},
        settings=parameters,
    )


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """One progress bar a stage on stderr when it is a terminal, nothing otherwise."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bars:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
