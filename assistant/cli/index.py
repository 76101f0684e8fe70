"""`medinfo index`: build the search index incrementally, say what is in it and whether it is current."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import BadInput
from assistant.settings import Settings
from corpus import CorpusDir as CorpusSource
from corpus import CorpusError, corpus_sha256, load_corpus, read_ledger
from index import (
    BuildReport,
    EmbeddingError,
    IndexMissing,
    IndexProblem,
    Manifest,
    Wanted,
    build_index,
    check_current,
    model_label,
    models_dir,
    open_embedder,
    read_current,
    up_to_date,
)

app = typer.Typer(no_args_is_help=True, help="Build the search index and see what is in it.")
IndexDir = Annotated[Path | None, typer.Option("--index", help="Index folder; the configured one when left out.")]
CorpusDir = Annotated[Path | None, typer.Option("--corpus", help="Corpus folder; the configured one when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def search_index() -> None:
    """Build the search index and see what is in it."""


@app.command()
def build(index_dir: IndexDir = None, corpus_dir: CorpusDir = None, as_json: AsJson = False) -> None:
    """Bring the index up to date with the documents; only what changed is embedded again."""
    settings = Settings()
    target = index_dir or settings.index_dir
    try:
        content = corpus_dir or settings.corpus_dirs
        report = _unchanged(target, content, settings) or _build(target, content, settings)
    except CorpusError as error:
        raise BadInput(f"the corpus has problems; run `medinfo corpus check`. First: {error.problems[0]}") from error
    except EmbeddingError as error:
        raise BadInput(str(error)) from error
    print(json.dumps(_report_to_json(report), indent=2) if as_json else _describe_build(report))


def _unchanged(target: Path, corpus_dir: CorpusSource, settings: Settings) -> BuildReport | None:
    """The report of a build that has nothing to do, without parsing a document or opening a model."""
    model = model_label(settings.embedding_model)
    if model is None:
        return None
    today = datetime.now(UTC).date()
    sha256 = corpus_sha256(corpus_dir, cache_dir=settings.corpus_cache_dir)
    standing = read_ledger(settings.ledger_path).sha256
    manifest = up_to_date(target, Wanted(sha256, standing, model, settings.market, today))
    return None if manifest is None else BuildReport(manifest, changed=False, embedded=0, reused=0)


def _build(target: Path, corpus_dir: CorpusSource, settings: Settings) -> BuildReport:
    # The model opens in a thread of its own while the files are read.
    embedder = open_embedder(settings.embedding_model, models_dir(target))
    corpus = load_corpus(corpus_dir, ledger=read_ledger(settings.ledger_path), cache_dir=settings.corpus_cache_dir)
    bar = Bar() if sys.stderr.isatty() else None
    context: AbstractContextManager[Any] = bar.display if bar else nullcontext()
    with context:
        return build_index(corpus, target, embedder, *([bar.report] if bar else []), market=settings.market)


@app.command()
def status(index_dir: IndexDir = None, corpus_dir: CorpusDir = None, as_json: AsJson = False) -> None:
    """Say what the index was built from and whether it is current; exit 1 when it is not."""
    settings = Settings()
    state = index_state(index_dir or settings.index_dir, corpus_dir or settings.corpus_dirs)
    if as_json:
        print(json.dumps(state, indent=2))
    else:
        for name, value in state.items():
            print(f"{name:14} {value}")
    if not state["current"]:
        raise typer.Exit(1)


def index_state(index_dir: Path, corpus_dir: CorpusSource) -> dict[str, Any]:
    """Return what is in the index, whether it is current and, where it is not, why and what to do."""
    try:
        _, manifest = read_current(index_dir)
    except IndexMissing as error:
        return {"current": False, "reason": str(error)}
    except IndexProblem as error:
        return {"current": False, "reason": str(error)}
    state = {"current": True, "index": manifest.version, "corpus": manifest.corpus_sha256[:16], **_manifest_to_json(manifest)}
    try:
        check_current(manifest, corpus_sha256(corpus_dir))
    except IndexProblem as error:
        return {**state, "current": False, "reason": str(error)}
    today = datetime.now(UTC).date().isoformat()
    if manifest.holds_until is not None and today >= manifest.holds_until:
        return {**state, "current": False, "reason": "a document took effect or expired since; run `medinfo index build`"}
    return state


class Bar:
    """A progress bar on stderr, one line a stage."""

    def __init__(self) -> None:
        # Imported for a terminal only: a build of one changed document takes hardly longer than this import.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.display = Progress(*columns, console=Console(stderr=True))
        self._tasks: dict[str, Any] = {}

    def report(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come."""
        if stage not in self._tasks:
            self._tasks[stage] = self.display.add_task(stage, total=total)
        self.display.update(self._tasks[stage], completed=done, total=total)


def _manifest_to_json(manifest: Manifest) -> dict[str, Any]:
    state: dict[str, Any] = {"model": manifest.model, "market": manifest.market, "built_at": manifest.built_at}
    if manifest.holds_until is not None:
        state["holds_until"] = manifest.holds_until
    return {**state, "counts": dict(manifest.counts)}


def _report_to_json(report: BuildReport) -> dict[str, Any]:
    parts = {"changed": report.changed, "embedded": report.embedded, "reused": report.reused}
    return {**parts, "index": report.manifest.version, **_manifest_to_json(report.manifest)}


def _describe_build(report: BuildReport) -> str:
    counts = report.manifest.counts
    size = f"{counts['documents']} documents, {counts['passages']} passages, {counts['statements']} statements"
    if not report.changed:
        return f"index {report.manifest.version} is up to date: {size}"
    return f"index {report.manifest.version} built: {size}; {report.embedded} texts embedded, {report.reused} taken over"
