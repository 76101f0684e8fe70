"""What the tools give, as models from which their output schemas are made, and who answers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Result):
    """The proof of a statement: `quote` stands word for word in that version of the document."""

    n: int = Field(description="number of its marks in the text")
    chunk_id: str = Field(description="the passage it stands in, for get_passage")
    doc_id: str
    title: str
    section: str
    version: str
    effective_date: date
    quote: str
    url: str = Field(description="page that shows the passage in its document")


class CaseEntry(_Result):
    """A case that people work on."""

    case_id: str
    code: str
    due_at: datetime


class AskResult(_Result):
    """An answer made of statements of approved documents, or a decline. `text` is complete: show it unchanged."""

    answer_id: str
    conversation_id: str = Field(description="give it with the next question of the same conversation")
    outcome: str = Field(description="answered, declined or redirected")
    decline_code: str | None = Field(default=None, description="why there is no answer")
    text: str = Field(description="notices, answer with [n] marks, sources")
    notices: list[str] = Field(description="what must be shown first, safety notices above all")
    cases: list[CaseEntry]
    citations: list[Source]


class FoundPassage(_Result):
    """A passage of an approved document, best first."""

    chunk_id: str
    doc_id: str
    title: str
    section: str
    version: str
    effective_date: date
    text: str
    url: str


class SearchResult(_Result):
    """Passages that are near to a query: what documents say, not an answer."""

    passages: list[FoundPassage]


class PassageResult(_Result):
    """A passage in its whole section."""

    chunk_id: str
    doc_id: str
    title: str
    section: str
    version: str
    effective_date: date
    review_due: date
    text: str
    url: str


class DocumentEntry(_Result):
    """A document that may be served today."""

    doc_id: str
    title: str
    type: str
    version: str
    effective_date: date


class Desk(Protocol):
    """Does what the tools offer, on behalf of one caller. Every method may raise an `AssistantError`."""

    async def ask(self, question: str, conversation_id: str | None) -> AskResult:
        """Screen, store and answer a question."""
        ...

    async def search(self, query: str, limit: int) -> SearchResult:
        """Return the nearest passages that may be served today."""
        ...

    async def get_passage(self, chunk_id: str) -> PassageResult:
        """Return one passage in its section."""
        ...

    async def list_documents(self) -> Sequence[DocumentEntry]:
        """Return the documents that may be served today."""
        ...

    async def read_document(self, doc_id: str) -> str:
        """Return the whole text of a document (Markdown)."""
        ...
