"""What a document is: the types every other room reads.

Offsets are code points into `Document.text`, end exclusive. `Document.text` is the Markdown body exactly as stored after the
front matter (see `corpus.load`); it is immutable for a given `(doc_id, version)`, so that `text[start:end]` proves a quote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DocumentStatus(StrEnum):
    """Where a document stands in its life. Only `APPROVED`, in date and in market, may be served."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class LocatorType(StrEnum):
    """How a place in the original is named."""

    TEXT = "text"
    PAGE = "page"
    SLIDE = "slide"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Locator:
    """The place in the original that a span of text came from: a page, a slide or a stretch of video (`*_s` are seconds)."""

    type: LocatorType = LocatorType.TEXT
    page: int | None = None
    slide: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a document's bibliography. `note` says where the original printed it wrongly."""

    n: int
    citation: str
    doi: str | None = None
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document, with everything governance and citation need."""

    doc_id: str
    title: str
    type: str
    topic: str
    version: str
    status: DocumentStatus
    review: str
    effective_date: date
    review_due: date
    expires_date: date | None
    market: tuple[str, ...]
    audience: str
    owner: str
    references: tuple[Reference, ...]
    sources: tuple[str, ...]
    text: str
    sha256: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the statement register says of one statement: the facts it carries and questions it answers.

    `statement` occurs exactly once in the document's text. `questions` widen what the statement is found by (document
    expansion, Nogueira et al. 2019); they are indexed, never shown. `facts` are ids of the content team's checked facts.
    `version` is that of the document; "" stands for every version.
    """

    doc_id: str
    statement: str
    facts: tuple[str, ...]
    questions: tuple[str, ...]
    version: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A statement of an approved answer: `quote == text[start:end]` of that version of the document (code points)."""

    doc_id: str
    version: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """A question in several wordings with the response that is locked to it.

    `document` carries its governance: id, version, status, dates, market, owner; its text is the file.
    """

    document: Document
    questions: tuple[str, ...]
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents of all topics, in `doc_id` order, with the register and a hash of everything that can change an answer.

    Attributes:
        documents: one version of each document: the newest approved one, else the newest.
        register: of every version.
        sha256: of the files; drafts are left out.
        versions: every version of every document, by id and version; the same as `documents` where each has one.
        standing_sha256: of what the ledger says of them (`corpus.ledger`), "" without one.
        answers: approved answers, as they stand, in order of their files.
    """

    documents: tuple[Document, ...]
    register: tuple[RegisterEntry, ...]
    sha256: str
    versions: tuple[Document, ...] = ()
    standing_sha256: str = ""
    answers: tuple[ApprovedAnswer, ...] = ()
