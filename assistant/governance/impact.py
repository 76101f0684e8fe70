"""What a document has touched: answers that cited it, their cases, suggestions made of its questions, test questions on it.

Answers are found in the audit log, which cannot be changed; suggestions in the answers as they were given. Test questions are
those of the packaged sets that rest on a fact which a statement of the document carries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from sqlalchemy import Connection, select

from assistant.clock import format_utc
from assistant.storage import AuditKind, AuditLog, Database
from assistant.storage.tables import answers, audit_records, canonical_json, record_contents
from corpus import Corpus

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a document has touched, oldest first.

    Attributes:
        answers: answer id, moment, version cited, release (index version) and conversation of each answer that cited it.
        cases: ids of the cases those turns opened.
        suggestions: answer id and text of each suggestion that was one of the document's questions.
        test_questions: set and id of each test question that rests on it.
    """

    doc_id: str
    answers: tuple[Mapping[str, str], ...]
    cases: tuple[str, ...]
    suggestions: tuple[Mapping[str, str], ...]
    test_questions: tuple[Mapping[str, str], ...]


def find_impact(doc_id: str, corpus: Corpus, database: Database | None, audit: AuditLog | None) -> Impact:
    """Return what a document has touched.

    Args:
        doc_id: of the document.
        corpus: whose register holds its questions and facts.
        database, audit: of the service; None where none has run yet.
    """
    entries = [entry for entry in corpus.register if entry.doc_id == doc_id]
    facts = {fact for entry in entries for fact in entry.facts}
    asked = {_as_offered(question) for entry in entries for question in entry.questions}
    cited: list[tuple[Json, Json]] = []
    offered: list[Mapping[str, str]] = []
    if database is not None and audit is not None:
        with database.read() as connection:
            cited = list(_citing(connection, audit.audit.name, doc_id))
            offered = list(_offering(connection, asked))
    return Impact(
        doc_id=doc_id,
        answers=tuple(answer for answer, _ in cited),
        cases=tuple(dict.fromkeys(case for _, content in cited for case in content["cases"])),
        suggestions=tuple(offered),
        test_questions=tuple(_test_questions(doc_id, facts)),
    )


def impact_to_json(impact: Impact) -> Json:
    """Return an impact as JSON, with counts first."""
    lists: Json = {
        "answers": list(impact.answers),
        "cases": list(impact.cases),
        "suggestions": list(impact.suggestions),
        "test_questions": list(impact.test_questions),
    }
    return {"doc_id": impact.doc_id, "counts": {name: len(found) for name, found in lists.items()}, **lists}


def _citing(connection: Connection, chain: str, doc_id: str) -> Iterator[tuple[Json, Json]]:
    joined = audit_records.join(record_contents, record_contents.c.seq == audit_records.c.seq)
    named = f'%"doc_id":{canonical_json(doc_id)}%'
    query = (
        select(audit_records, record_contents.c.content)
        .select_from(joined)
        .where(
            audit_records.c.kind == AuditKind.ANSWERED.value,
            record_contents.c.chain == chain,
            record_contents.c.content.like(named),
        )
        .order_by(audit_records.c.seq)
    )
    for row in connection.execute(query).all():
        content = json.loads(row.content)
        versions = sorted({c["version"] for c in content["citations"] if c["doc_id"] == doc_id})
        if versions:
            yield (
                {
                    "answer_id": row.answer_id,
                    "at": format_utc(row.recorded_at),
                    "version": ", ".join(versions),
                    "release": content["versions"]["index"],
                    "conversation_id": row.conversation_id,
                },
                content,
            )


def _offering(connection: Connection, asked: set[str]) -> Iterator[Mapping[str, str]]:
    query = select(answers.c.answer_id, answers.c.body).order_by(answers.c.answered_at, answers.c.answer_id)
    for answer_id, body in connection.execute(query).all():
        for text in (body or {}).get("suggestions", ()):
            if text in asked:
                yield {"answer_id": answer_id, "text": text}


def _as_offered(question: str) -> str:
    return question[0].upper() + question[1:]


def _test_questions(doc_id: str, facts: set[str]) -> Iterator[Mapping[str, str]]:
    for path in _question_sets():
        loaded = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for question in loaded.get("questions", ()) if isinstance(loaded, dict) else ():
            named = {*question.get("facts", ()), *question.get("documents", ())}
            if named & facts or doc_id in named:
                yield {"set": str(loaded.get("id", path.name)), "id": str(question["id"])}


def _question_sets() -> list[Traversable]:
    """The packaged question sets, read as data: this room may not import the one that evaluates it."""
    folder = files("eval").joinpath("datasets", "questions")
    return sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
