"""Puts a parsed file into a content folder as a draft: all of it or nothing.

Everything is written under a temporary name in the same folder and renamed into place, the document last: until then the corpus
does not know of it. A draft is replaced only when asked; what has left the draft status in its file is never touched.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from corpus.errors import CorpusError
from corpus.frontmatter import parse_document
from corpus.load import DOCUMENTS
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.preview import Preview, make_preview, report_path
from corpus.loaders.rendering import Governance, render_file
from corpus.loaders.sandbox import Limits, parse_file
from corpus.loaders.types import Finding, Outcome, ParsedDocument
from corpus.types import Document, DocumentStatus

ORIGINALS, PROPOSALS = "originals", "proposals"
MAX_ID_CHARS = 60
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


class AddState(StrEnum):
    """What adding a file did."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    WOULD_ADD = "would_add"


@dataclass(frozen=True, slots=True)
class Intake:
    """What a person decides for the files of one call.

    Attributes:
        content_dir: corpus folder; made if need be.
        topic: folder of the documents, such as hr-her2-mbc.
        market: two-letter code the drafts are meant for.
        owner: who answers for the content.
        on: effective date of the drafts.
        doc_id: id of the document; taken from its printed number or its file name when None.
        type, title: of the document; found when None.
        is_dry_run: parse and report, write nothing.
        replaces: write over a draft with the same id.
        taken: ids of documents that live elsewhere in the corpus.
        known_forms: abbreviations the glossary holds already.
    """

    content_dir: Path
    topic: str
    market: str
    owner: str
    on: date
    doc_id: str | None = None
    type: str | None = None
    title: str | None = None
    is_dry_run: bool = False
    replaces: bool = False
    taken: Collection[str] = ()
    known_forms: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """The draft that came of a file, or would come of it."""

    state: AddState
    doc_id: str
    path: Path
    parsed: ParsedDocument
    document: Document


def add_file(path: Path, intake: Intake, limits: Limits | None = None) -> Added:
    """Parse a file and put it into the content folder as a draft.

    Raises:
        LoadRefused: the file cannot be brought in, or its id belongs to another document; nothing was written.
    """
    parsed = parse_file(path, limits)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    source = f"{path.name} (sha256 {sha256})"
    doc_id, parsed = _choose_id(path, parsed, intake, source)
    text, document = _draft(parsed, intake, doc_id, source)
    target = intake.content_dir / DOCUMENTS / intake.topic / f"{doc_id.lower()}.md"
    state = _state(target, document, intake)
    if state in (AddState.ADDED, AddState.REPLACED):
        _write(path, intake, text, Added(state, doc_id, target, parsed, document))
    return Added(state, doc_id, target, parsed, document)


def _choose_id(path: Path, parsed: ParsedDocument, intake: Intake, source: str) -> tuple[str, ParsedDocument]:
    """Return the id asked for; else the printed number or the file's name, counted on where another document has it."""
    if intake.doc_id is not None:
        if not _ID.fullmatch(intake.doc_id):
            raise LoadRefused(Refusal.UNSUPPORTED, f"{intake.doc_id!r} is no id; use letters, digits, '.', '_' and '-'")
        if intake.doc_id in intake.taken:
            raise LoadRefused(Refusal.UNSUPPORTED, f"{intake.doc_id} is already the id of another document; give another --id")
        return intake.doc_id, parsed
    wanted = parsed.number or re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-").upper()[:MAX_ID_CHARS] or "DOCUMENT"
    wanted = wanted if len(wanted) > 1 else f"{wanted}-1"
    doc_id, count = wanted, 1
    while doc_id in intake.taken or _is_other(intake, doc_id, source):
        count += 1
        doc_id = f"{wanted}-{count}"
    if doc_id == wanted:
        return doc_id, parsed
    finding = Finding(Outcome.DOUBTFUL, f"{wanted} is the id of another document; added as {doc_id}", wanted, "whole file")
    return doc_id, replace(parsed, report=replace(parsed.report, findings=(finding, *parsed.report.findings)))


def _is_other(intake: Intake, doc_id: str, source: str) -> bool:
    """Return whether an id found, not asked for, belongs to a document of another file."""
    existing = _existing(intake.content_dir, doc_id)
    if existing is None or intake.replaces:
        return False
    name = source.partition(" (sha256")[0]
    return not any(entry.partition(" (sha256")[0] == name for entry in existing.sources)


def _existing(content_dir: Path, doc_id: str) -> Document | None:
    for path in sorted((content_dir / DOCUMENTS).glob(f"*/{doc_id.lower()}.md")):
        try:
            return parse_document(path.read_bytes(), path.name)
        except CorpusError:
            continue
    return None


def _draft(parsed: ParsedDocument, intake: Intake, doc_id: str, source: str) -> tuple[str, Document]:
    governance = Governance(
        doc_id=doc_id,
        topic=intake.topic,
        effective_date=intake.on,
        market=intake.market,
        owner=intake.owner,
        source=source,
        type=intake.type,
        title=intake.title,
    )
    text = render_file(parsed, governance)
    try:
        return text, parse_document(text.encode(), f"{doc_id.lower()}.md")
    except CorpusError as error:
        raise LoadRefused(Refusal.UNSUPPORTED, f"the draft would be no valid document: {error.problems[0]}") from error


def _state(target: Path, document: Document, intake: Intake) -> AddState:
    if not target.exists():
        return AddState.WOULD_ADD if intake.is_dry_run else AddState.ADDED
    try:
        existing = parse_document(target.read_bytes(), target.name)
    except CorpusError as error:
        raise LoadRefused(Refusal.UNSUPPORTED, f"{target} is there and cannot be read; mend or remove it") from error
    if existing.text == document.text and existing.sources == document.sources:
        return AddState.UNCHANGED
    if existing.status is not DocumentStatus.DRAFT:
        raise LoadRefused(
            Refusal.UNSUPPORTED, f"{document.doc_id} is there and {existing.status.value}; add this file under a new --id"
        )
    if not intake.replaces:
        raise LoadRefused(
            Refusal.UNSUPPORTED, f"{document.doc_id} is there as a draft; --replace writes over it, --id adds beside it"
        )
    return AddState.WOULD_ADD if intake.is_dry_run else AddState.REPLACED


def _write(path: Path, intake: Intake, text: str, added: Added) -> None:
    root, parsed, doc_id = intake.content_dir, added.parsed, added.doc_id
    root.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".adding-", dir=root))
    name = doc_id.lower()
    try:
        shutil.copyfile(path, staging / "original")
        (staging / "report").write_bytes(TypeAdapter(Preview).dump_json(make_preview(parsed, path.name), indent=1))
        (staging / "document").write_text(text, encoding="utf-8", newline="")
        moves = {"original": root / ORIGINALS / name / path.name, "report": report_path(root, doc_id)}
        proposal = _proposal(parsed, intake, doc_id)
        if proposal:
            (staging / "proposal").write_text(proposal, encoding="utf-8")
            moves["proposal"] = root / PROPOSALS / f"{name}.yaml"
        # The document comes last: only with it does the corpus know of the file.
        for part, place in {**moves, "document": added.path}.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            (staging / part).replace(place)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _proposal(parsed: ParsedDocument, intake: Intake, doc_id: str) -> str:
    """Return the abbreviations the glossary lacks, in its own form, for a person to take over; "" when there is none."""
    new = [entry for entry in parsed.abbreviations if entry.short not in intake.known_forms]
    if not new:
        return ""
    terms = [
        {
            "id": re.sub(r"\W+", "_", entry.long.lower()).strip("_"),
            "preferred": entry.long,
            "group": "class",
            "forms": [entry.short],
        }
        for entry in new
    ]
    header = f"# Abbreviations that {doc_id} explains and the glossary lacks. Check id and group, then move them there.\n"
    return header + str(yaml.safe_dump({"terms": terms}, sort_keys=False, allow_unicode=True, width=120))
