"""`medinfo corpus`: validate the documents, list what is live; bringing files in, the steps of a document's life and releases
are modules of their own."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from assistant.cli.corpus_add import add
from assistant.cli.corpus_lifecycle import approve, expire, history, impact, recover, reject, renew, submit, supersede, withdraw
from assistant.cli.corpus_release import diff, release, releases, rollback
from assistant.errors import BadInput
from assistant.settings import Settings
from corpus import Corpus, CorpusError, Document, load_corpus, load_glossary, read_ledger, review_overdue, why_not_servable
from corpus import CorpusDir as CorpusSource
from corpus.lifecycle import servable_documents

app = typer.Typer(no_args_is_help=True, help="The documents answers are made of.")
app.command()(add)
for step in (
    submit,
    approve,
    reject,
    renew,
    expire,
    supersede,
    withdraw,
    history,
    impact,
    recover,
    release,
    releases,
    rollback,
    diff,
):
    app.command()(step)
CorpusDir = Annotated[Path | None, typer.Option("--corpus", help="Corpus folder; the configured one when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.callback()
def documents() -> None:
    """The documents answers are made of: bring in, validate, approve, release, take out."""


@app.command()
def check(corpus_dir: CorpusDir = None, as_json: AsJson = False) -> None:
    """Validate documents, register and glossary; exit 1 and name file, field and remedy where something is wrong."""
    folder = corpus_dir or Settings().corpus_dirs
    try:
        corpus = load_corpus(folder)
        load_glossary(folder)
    except CorpusError as error:
        _report_problems(error, as_json)
        raise typer.Exit(1) from error
    counts = {"documents": len(corpus.documents), "register_entries": len(corpus.register), "corpus": corpus.sha256}
    if as_json:
        print(json.dumps({"ok": True, **counts, "problems": []}, indent=2))
    else:
        print(f"{counts['documents']} documents, {counts['register_entries']} register entries, no problem found")


@app.command("list")
def list_documents(corpus_dir: CorpusDir = None, as_json: AsJson = False) -> None:
    """List every version of every document and whether it may be served today in the configured market.

    Example: medinfo corpus list --json
    """
    settings = Settings()
    today = datetime.now(UTC).date()
    corpus = _load(corpus_dir or settings.corpus_dirs, settings)
    served = {(document.doc_id, document.version) for document in servable_documents(corpus, today, settings.market)}
    rows = [_row(document, today, settings.market, served) for document in corpus.versions]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    table = Table(
        Column("id", overflow="fold", min_width=16), "version", "title", "status", "review due", f"served ({settings.market})"
    )
    for row in rows:
        due = row["review_due"] + (" (overdue)" if row["review_overdue"] else "")
        live = "yes" if row["live"] else f"no: {row['reason']}"
        table.add_row(row["id"], row["version"], row["title"], row["status"], due, live)
    Console().print(table)


def _load(corpus_dir: CorpusSource, settings: Settings) -> Corpus:
    try:
        # Another folder than the configured one would take the place of what is kept of that.
        cache_dir = settings.corpus_cache_dir if corpus_dir == settings.corpus_dirs else None
        return load_corpus(corpus_dir, ledger=read_ledger(settings.ledger_path), cache_dir=cache_dir)
    except CorpusError as error:
        raise BadInput(f"the corpus has problems; run `medinfo corpus check`. First: {error.problems[0]}") from error


def _row(document: Document, today: date, market: str, served: set[tuple[str, str]]) -> dict[str, Any]:
    reason = why_not_servable(document, today, market)
    if reason is None and (document.doc_id, document.version) not in served:
        reason = "a newer version is served"
    row: dict[str, Any] = {
        "id": document.doc_id,
        "version": document.version,
        "title": document.title,
        "type": document.type,
        "topic": document.topic,
        "status": document.status.value,
        "review": document.review,
        "effective_date": document.effective_date.isoformat(),
        "review_due": document.review_due.isoformat(),
        "review_overdue": review_overdue(document, today),
        "owner": document.owner,
        "audience": document.audience,
        **({} if document.expires_date is None else {"expires_date": document.expires_date.isoformat()}),
        "market": list(document.market),
        "sha256": document.sha256,
        "live": reason is None,
    }
    return row if reason is None else {**row, "reason": reason}


def _report_problems(error: CorpusError, as_json: bool) -> None:
    if as_json:
        problems = [{"file": p.file, "field": p.field, "message": p.message} for p in error.problems]
        print(json.dumps({"ok": False, "problems": problems}, indent=2))
        return
    for problem in error.problems:
        print(problem)
    print(f"{len(error.problems)} problems found")
