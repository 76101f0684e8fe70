"""`medinfo corpus add`: bring real documents in as drafts, with a report of what was kept, dropped and doubtful.

Exit code 2 when a file was refused; the others of the same call are added. Nothing added may be served before it is approved.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import BadInput
from assistant.settings import Settings
from corpus import CorpusError, Glossary, load_corpus, load_glossary
from corpus.load import DOCUMENTS
from corpus.loaders import Added, AddState, Finding, Intake, LoadRefused, Outcome, add_file

SHOWN_FINDINGS = 12
SHOWN_CHARS = 90
_SAID = {
    AddState.ADDED: "added as a draft",
    AddState.REPLACED: "draft replaced",
    AddState.UNCHANGED: "unchanged, already there",
    AddState.WOULD_ADD: "would be added as a draft (nothing was written)",
}


def add(  # noqa: PLR0917  # options of a command line
    paths: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Files, or folders whose files are added.")],
    topic: Annotated[str | None, typer.Option(help="Topic folder; the only one there is when left out.")] = None,
    doc_id: Annotated[str | None, typer.Option("--id", help="Id; the printed document number or the file's name else.")] = None,
    doc_type: Annotated[str | None, typer.Option("--type", help="page, video, evidence, resources, guideline, …")] = None,
    title: Annotated[str | None, typer.Option(help="Title; the one found in the file when left out.")] = None,
    owner: Annotated[str, typer.Option(help="Who answers for the content.")] = "Medical Information",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Parse and report; write nothing.")] = False,
    replaces: Annotated[bool, typer.Option("--replace", help="Write over a draft with the same id.")] = False,
    corpus_dir: Annotated[
        Path | None, typer.Option("--corpus", help="Content folder; the configured one when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Bring files in as drafts: saved web pages, PDF, PPTX, DOCX, Markdown, captions, transcripts, CSV, XLSX.

    Example: medinfo corpus add report.pdf slides/ --topic hr-her2-mbc --dry-run
    """
    settings = Settings()
    files = list(_files(paths))
    if doc_id is not None and len(files) > 1:
        raise BadInput("--id names one document; add the files one by one")
    folder = corpus_dir or settings.content_dir
    taken, topics, forms = _known(settings, folder)
    intake = Intake(
        content_dir=folder,
        topic=_topic(topic, topics),
        market=settings.market,
        owner=owner,
        on=datetime.now(UTC).date(),
        doc_id=doc_id,
        type=doc_type,
        title=title,
        is_dry_run=dry_run,
        replaces=replaces,
        taken=taken,
        known_forms=forms,
    )
    rows = [_row(path, intake) for path in files]
    print(json.dumps({"files": rows}, indent=2, ensure_ascii=False)) if as_json else _show(rows)
    if any(row["outcome"] == "refused" for row in rows):
        raise typer.Exit(2)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (entry for entry in sorted(path.rglob("*")) if entry.is_file() and not entry.name.startswith("."))
        elif str(path).startswith(("http:", "https:")):
            raise BadInput("nothing is fetched from an address; save the page as a file and add that")
        else:
            yield path


def _known(settings: Settings, folder: Path) -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """Ids of documents outside the content folder, topics, and forms the glossary knows."""
    served = tuple(path for path in settings.corpus_dirs if (path / DOCUMENTS).is_dir())
    others = tuple(path for path in served if path.resolve() != folder.resolve())
    try:
        outside = load_corpus(others).documents if others else ()
        inside = load_corpus(folder).documents if (folder / DOCUMENTS).is_dir() else ()
        glossary = load_glossary(served) if served else None
    except CorpusError as error:
        raise BadInput(f"the corpus has problems; run `medinfo corpus check`. First: {error.problems[0]}") from error
    topics = tuple(sorted({document.topic for document in (*outside, *inside)}))
    return frozenset(document.doc_id for document in outside), topics, _forms(glossary)


def _forms(glossary: Glossary | None) -> frozenset[str]:
    if glossary is None:
        return frozenset()
    listed = (*(e.forms for e in glossary.terms), *(e.forms for e in glossary.drugs), *(e.forms for e in glossary.attributes))
    return frozenset(form for forms in listed for form in forms)


def _topic(topic: str | None, topics: tuple[str, ...]) -> str:
    if topic is not None:
        return topic
    if len(topics) != 1:
        raise BadInput(f"give --topic; topics are {', '.join(topics)}" if topics else "give --topic, such as hr-her2-mbc")
    return topics[0]


def _row(path: Path, intake: Intake) -> dict[str, Any]:
    try:
        added = add_file(path, replace(intake, taken=intake.taken))
    except LoadRefused as refused:
        return {"file": str(path), "outcome": "refused", "refusal": refused.refusal.value, "message": refused.message}
    return _added_row(path, added)


def _added_row(path: Path, added: Added) -> dict[str, Any]:
    report = added.parsed.report
    return {
        "file": str(path),
        "outcome": added.state.value,
        "id": added.doc_id,
        "title": added.document.title,
        "document": str(added.path),
        "status": added.document.status.value,
        "format": report.format.value,
        "pages": report.pages,
        "kept": report.kept,
        **{outcome.value: [_finding(f) for f in report.of(outcome)] for outcome in Outcome if outcome is not Outcome.KEPT},
        "references": len(added.parsed.references),
        "abbreviations": [{"short": entry.short, "long": entry.long} for entry in added.parsed.abbreviations],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"reason": finding.reason, "text": finding.text, "origin": finding.origin}


def _show(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["outcome"] == "refused":
            print(f"{row['file']}: not added: {row['message']}", file=sys.stderr)
            continue
        print(f"{row['file']}: {_SAID[AddState(row['outcome'])]}: {row['id']}, {row['title']!r}")
        print(f"  {row['document']}")
        pages = f", {row['pages']} pages" if row["pages"] else ""
        print(f"  {row['format']}{pages}; kept {row['kept']} parts, {row['references']} references")
        for name, label in (("needs_ocr", "needs text recognition"), ("doubtful", "doubtful"), ("dropped", "dropped")):
            _show_findings(label, row[name])


def _show_findings(label: str, findings: list[dict[str, str]]) -> None:
    """Doubtful parts one by one, since a person must look at each; the others by reason."""
    if not findings:
        return
    print(f"  {label}: {len(findings)}")
    if label == "dropped":
        for reason, texts in _by_reason(findings).items():
            print(f"    {len(texts)} × {reason}: {_short('; '.join(texts))}")
        return
    for finding in findings[:SHOWN_FINDINGS]:
        print(f"    {finding['origin']}: {finding['reason']}{': ' if finding['text'] else ''}{_short(finding['text'])}")
    if len(findings) > SHOWN_FINDINGS:
        print(f"    and {len(findings) - SHOWN_FINDINGS} more; --json lists all")


def _by_reason(findings: list[dict[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for finding in findings:
        groups.setdefault(finding["reason"], []).append(finding["text"])
    return groups


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
