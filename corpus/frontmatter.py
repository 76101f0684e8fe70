"""One document file: Markdown after strict YAML front matter (content format of this project).

It refuses unknown fields, half-written front matter, unquoted versions, impossible dates, references numbered twice and
reference marks without a reference. It does not parse the Markdown; `index.chunking` does.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from corpus.errors import CorpusError, Problem
from corpus.types import Document, DocumentStatus, Reference
from corpus.yaml_files import StrictModel, decode, parse_yaml, validate

FENCE = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
REFERENCE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
DocumentType = Literal["page", "video", "resources", "evidence", "guideline", "approval", "pipeline", "comparison"]


def _check_date(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("is not a date of the calendar; write YYYY-MM-DD") from error


def _check_status(value: Any) -> Any:
    known = [status.value for status in DocumentStatus]
    if value not in known:
        raise ValueError(f"is not a known status; use one of {', '.join(known)}")
    return value


Day = Annotated[date, BeforeValidator(_check_date)]
Status = Annotated[DocumentStatus, BeforeValidator(_check_status)]
Text = Annotated[str, Field(min_length=1)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Market = Annotated[str, Field(pattern=r"^[A-Z]{2}$|^GLOBAL$")]
DocId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$")]


class ReferenceEntry(StrictModel):
    """One entry of `references`."""

    n: Annotated[int, Field(ge=1, strict=True)]
    citation: Text
    doi: Text | None = None
    url: Url | None = None
    note: Text | None = None


class ReviewRecord(StrictModel):
    """Who reviewed a document and when."""

    who: Text
    when: Day


class GovernedRecord(StrictModel):
    """What every governed file says of itself, document or approved answer: what it is, its review, its dates, its market."""

    id: DocId
    title: Text
    topic: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    version: Annotated[str, Field(pattern=r"^\d+(\.\d+){0,2}$")]
    status: Status
    review: ReviewRecord | Literal["demonstration", "pending"]
    effective_date: Day
    review_due: Day
    expires_date: Day | None = None
    market: Annotated[tuple[Market, ...], Field(min_length=1)]
    audience: Literal["hcp", "internal", "public"]
    owner: Text

    @property
    def review_text(self) -> str:
        """Who reviewed it and when, in one line."""
        return self.review if isinstance(self.review, str) else f"{self.review.who}, {self.review.when.isoformat()}"

    @model_validator(mode="after")
    def _check_reviewed(self) -> Self:
        if self.review == "pending" and self.status is DocumentStatus.APPROVED:
            raise ValueError("review is pending, so it cannot be approved; record who reviewed it and when")
        return self

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        for name, later in (("review_due", self.review_due), ("expires_date", self.expires_date)):
            if later is not None and later <= self.effective_date:
                raise ValueError(f"{name} {later} is not after effective_date {self.effective_date}; correct one of them")
        return self


class FrontMatter(GovernedRecord):
    """The fields above the second `---`."""

    type: DocumentType
    speaker: Text | None = None
    references: tuple[ReferenceEntry, ...] = ()
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        numbers = [entry.n for entry in self.references]
        twice = sorted({n for n in numbers if numbers.count(n) > 1})
        if twice:
            raise ValueError(f"references: number {twice[0]} is given twice; number each entry once")
        return self


def parse_document(data: bytes, file: str) -> Document:
    """Return the document in a file's bytes; `Document.text` is everything after the front matter, untouched.

    Raises:
        CorpusError: with every problem of this file.
    """
    text = decode(data, file)
    match = FENCE.match(text)
    if match is None:
        raise CorpusError([Problem(file, "", _fence_message(text))])
    front = validate(FrontMatter, parse_yaml(match["yaml"], file, first_line=2), file)
    body = text[match.end() :]
    problems = _body_problems(body, {entry.n for entry in front.references}, file)
    if problems:
        raise CorpusError(problems)
    return _document(front, body, hashlib.sha256(data).hexdigest())


def _fence_message(text: str) -> str:
    if text.startswith("---"):
        return "the front matter is not closed; end it with a line '---'"
    return "has no front matter; begin the file with a line '---', the fields, and a second line '---'"


def _body_problems(body: str, known: set[int], file: str) -> list[Problem]:
    if not body.strip():
        return [Problem(file, "", "has no text after the front matter; write the document or remove the file")]
    marks = {match[1]: None for match in REFERENCE_MARK.finditer(body)}
    return [
        Problem(file, "references", f"the mark [^{mark}] has no reference {mark}; add the reference or remove the mark")
        for mark in marks
        if not mark.isdecimal() or int(mark) not in known
    ]


def _document(front: FrontMatter, body: str, sha256: str) -> Document:
    return Document(
        doc_id=front.id,
        title=front.title,
        type=front.type,
        topic=front.topic,
        version=front.version,
        status=front.status,
        review=front.review_text,
        effective_date=front.effective_date,
        review_due=front.review_due,
        expires_date=front.expires_date,
        market=front.market,
        audience=front.audience,
        owner=front.owner,
        references=tuple(Reference(**entry.model_dump()) for entry in front.references),
        sources=front.sources,
        text=body,
        sha256=sha256,
        speaker=front.speaker,
    )
