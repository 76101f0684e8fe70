"""The statement register: for each statement of a document the facts it carries and the questions it answers.

A register is refused when it names a document or version that is not there, or a statement that does not occur exactly once in
that document: a question may never lead to text that is not in the approved wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from corpus.errors import CorpusError, Problem
from corpus.types import Document, RegisterEntry
from corpus.yaml_files import StrictModel, decode, parse_yaml, validate

Text = Annotated[str, Field(min_length=1)]
SHOWN_CHARS = 80


class EntryRecord(StrictModel):
    """One statement with what it carries and answers."""

    statement: Text
    facts: tuple[Text, ...] = ()
    questions: tuple[Text, ...] = ()


class RegisterFile(StrictModel):
    """A register file."""

    document: Text
    version: Text
    entries: Annotated[tuple[EntryRecord, ...], Field(min_length=1)]


def parse_register(data: bytes, file: str, documents: Mapping[tuple[str, str], Document]) -> tuple[RegisterEntry, ...]:
    """Return the entries of one register file, in file order, checked against the documents (by id and version).

    Raises:
        CorpusError: with every problem of this file.
    """
    record = validate(RegisterFile, parse_yaml(decode(data, file), file), file)
    document = documents.get((record.document, record.version))
    if document is None:
        raise CorpusError([_missing(record, [version for doc_id, version in documents if doc_id == record.document], file)])
    problems = _statement_problems(record, document, file)
    if problems:
        raise CorpusError(problems)
    return tuple(
        RegisterEntry(document.doc_id, entry.statement, entry.facts, entry.questions, document.version)
        for entry in record.entries
    )


def _missing(record: RegisterFile, versions: list[str], file: str) -> Problem:
    if not versions:
        return Problem(file, "document", f"no document has the id {record.document!r}; correct it or add the document")
    found = ", ".join(versions)
    message = f"is for version {record.version}, the document is {found}; review the entries and set the version"
    return Problem(file, "version", message)


def _statement_problems(record: RegisterFile, document: Document, file: str) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for position, entry in enumerate(record.entries):
        field = f"entries.{position}.statement"
        shown = entry.statement[:SHOWN_CHARS]
        count = document.text.count(entry.statement)
        if count != 1:
            remedy = "copy it from the document without marks" if count == 0 else "make the statement distinct"
            problems.append(Problem(file, field, f"occurs {count} times in {document.doc_id}, not once; {remedy}: {shown!r}"))
        elif entry.statement in seen:
            problems.append(Problem(file, field, f"has two entries; merge them: {shown!r}"))
        seen.add(entry.statement)
    return problems
