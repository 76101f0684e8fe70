"""Approved answers: a question in several wordings, and the response that is locked to it, statement by statement.

One file each under `approved_answers/<topic>/`. A response is made of quotations: each must stand exactly once in the document
and version it names, so that an approved answer never says what no approved document says. It has the governance fields and
the life of a document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from corpus.errors import CorpusError, Problem
from corpus.frontmatter import DocId, GovernedRecord
from corpus.types import ApprovedAnswer, Document, Quotation
from corpus.yaml_files import StrictModel, decode, parse_yaml, validate

TYPE = "approved_answer"
SHOWN_CHARS = 80
Text = Annotated[str, Field(min_length=1)]


class QuotationRecord(StrictModel):
    """One statement of the response."""

    document: DocId
    version: Text
    quote: Text


class ApprovedAnswerFile(GovernedRecord):
    """A file of an approved answer."""

    audience: Literal["hcp", "internal", "public"] = "hcp"
    questions: Annotated[tuple[Text, ...], Field(min_length=1)]
    response: Annotated[tuple[QuotationRecord, ...], Field(min_length=1)]


def parse_approved_answer(data: bytes, file: str, documents: Mapping[tuple[str, str], Document]) -> ApprovedAnswer:
    """Return the approved answer in a file, checked against the documents (by id and version).

    Raises:
        CorpusError: with every problem of this file.
    """
    text = decode(data, file)
    record = validate(ApprovedAnswerFile, parse_yaml(text, file), file)
    problems = list(_problems(record, file, documents))
    if problems:
        raise CorpusError(problems)
    quotations = []
    for entry in record.response:
        start = documents[entry.document, entry.version].text.index(entry.quote)
        quotations.append(Quotation(entry.document, entry.version, entry.quote, start, start + len(entry.quote)))
    return ApprovedAnswer(_document(record, text, data), record.questions, tuple(quotations))


def _problems(record: ApprovedAnswerFile, file: str, documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    for position, entry in enumerate(record.response):
        field = f"response.{position}"
        document = documents.get((entry.document, entry.version))
        if document is None:
            yield Problem(
                file, field, f"there is no {entry.document} in version {entry.version}; correct it, or approve it anew"
            )
        elif (count := document.text.count(entry.quote)) != 1:
            shown = entry.quote[:SHOWN_CHARS]
            yield Problem(
                file, field, f"occurs {count} times in {entry.document}, not once; copy it from the document: {shown!r}"
            )


def _document(record: ApprovedAnswerFile, text: str, data: bytes) -> Document:
    return Document(
        doc_id=record.id,
        title=record.title,
        type=TYPE,
        topic=record.topic,
        version=record.version,
        status=record.status,
        review=record.review_text,
        effective_date=record.effective_date,
        review_due=record.review_due,
        expires_date=record.expires_date,
        market=record.market,
        audience=record.audience,
        owner=record.owner,
        references=(),
        sources=tuple(dict.fromkeys(entry.document for entry in record.response)),
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def load_approved_answers(
    files: Mapping[str, Path], documents: Mapping[tuple[str, str], Document], problems: list[Problem]
) -> Iterator[ApprovedAnswer]:
    """Yield the approved answers of files (path by name) in order; what is wrong is added to `problems`."""
    taken = {doc_id for doc_id, _ in documents}
    for name, path in files.items():
        try:
            answer = parse_approved_answer(path.read_bytes(), name, documents)
        except CorpusError as error:
            problems.extend(error.problems)
            continue
        if answer.document.doc_id in taken:
            problems.append(Problem(name, "id", f"{answer.document.doc_id!r} is taken; give each approved answer its own id"))
            continue
        taken.add(answer.document.doc_id)
        yield answer
