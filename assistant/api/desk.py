"""What the MCP tools do, done by the service for one caller: the same turns, screening, cases and audit as every route.

A search is not a question: it stores nothing. One that reads like a report is therefore refused, with the way to have it
recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from anyio import to_thread

from assistant.api.asking import answer_turn, check_length, take_turn
from assistant.api.keys import SCOPES
from assistant.api.schemas import check_text
from assistant.api.service import Service
from assistant.api.sources import read_servable, section_span
from assistant.api.tokens import Caller
from assistant.api.turns import Incoming
from assistant.client_text import absolute_url, write_text
from assistant.errors import BadInput, NotAllowed, NotFound, Unavailable
from assistant.mcp.types import AskResult, CaseEntry, DocumentEntry, FoundPassage, PassageResult, SearchResult, Source
from assistant.types import Answer
from corpus.types import Document
from index.types import KnowledgeIndex, Passage, SearchQuery

REPORT_NOT_SEARCHED = "This reads like a report of what happened to a patient: send it with ask, so that it is recorded."


@dataclass(frozen=True, slots=True)
class ServiceDesk:
    """A caller's desk at the service. `scopes` are what the caller may do."""

    service: Service
    caller: Caller
    scopes: Sequence[str] = tuple(SCOPES)

    async def ask(self, question: str, conversation_id: str | None) -> AskResult:
        """Screen, store and answer a question."""
        self._require("ask")
        incoming = Incoming(
            caller=self.caller,
            text=check_length(self.service, _checked(question)),
            conversation_id=conversation_id,
        )
        turn = await take_turn(self.service, incoming)
        return self._told(await answer_turn(self.service, turn))

    async def search(self, query: str, limit: int) -> SearchResult:
        """Return the nearest passages that may be served today."""
        self._require("search")
        check_length(self.service, _checked(query))
        return await to_thread.run_sync(lambda: self._search(query, limit))

    async def get_passage(self, chunk_id: str) -> PassageResult:
        """Return one passage in its section."""
        self._require("search")
        index = self._index()
        passage = index.passages.get(chunk_id)
        if passage is None:
            raise NotFound("There is no such passage: the documents may have changed since it was cited.")
        document = read_servable(self.service, index, passage.doc_id)
        start, end = section_span(index, passage)
        return PassageResult(
            chunk_id=chunk_id,
            doc_id=document.doc_id,
            title=document.title,
            section=_section(passage),
            version=document.version,
            effective_date=document.effective_date,
            review_due=document.review_due,
            text=document.text[start:end],
            url=self._url(passage),
        )

    async def list_documents(self) -> Sequence[DocumentEntry]:
        """Return the documents that may be served today, by id."""
        self._require("search")
        index = self._index()
        return [
            DocumentEntry(
                doc_id=document.doc_id,
                title=document.title,
                type=document.type,
                version=document.version,
                effective_date=document.effective_date,
            )
            for document in sorted(index.documents.values(), key=lambda each: each.doc_id)
            if self._is_servable(index, document)
        ]

    async def read_document(self, doc_id: str) -> str:
        """Return the whole text of a document (Markdown)."""
        self._require("search")
        return read_servable(self.service, self._index(), doc_id).text

    def _require(self, scope: str) -> None:
        if scope not in self.scopes:
            raise NotAllowed(f"This API key has no scope {scope!r}: it may {' and '.join(self.scopes)}.")

    def _index(self) -> KnowledgeIndex:
        if self.service.engine.index is None:
            raise Unavailable("The documents cannot be read just now. " + self.service.turns.degraded_message())
        return self.service.engine.index

    def _is_servable(self, index: KnowledgeIndex, document: Document) -> bool:
        return index.servable(document.doc_id, self.service.clock().date(), self.service.settings.market)

    def _search(self, query: str, limit: int) -> SearchResult:
        if self.service.engine.screener.screen([query]).pv:
            raise BadInput(REPORT_NOT_SEARCHED)
        index = self._index()
        found = index.search(SearchQuery(text=query, k=limit))
        passages = [(each.passage, index.documents[each.passage.doc_id]) for each in found]
        return SearchResult(
            passages=[
                FoundPassage(
                    chunk_id=passage.chunk_id,
                    doc_id=document.doc_id,
                    title=document.title,
                    section=_section(passage),
                    version=document.version,
                    effective_date=document.effective_date,
                    text=passage.text,
                    url=self._url(passage),
                )
                for passage, document in passages
                if self._is_servable(index, document)
            ]
        )

    def _told(self, answer: Answer) -> AskResult:
        public_url = self.service.settings.public_url
        return AskResult(
            answer_id=answer.answer_id,
            conversation_id=answer.conversation_id,
            outcome=answer.outcome.value,
            decline_code=answer.decline_code,
            text=write_text(answer, public_url).text,
            notices=[notice.text for notice in answer.safety.notices],
            cases=[CaseEntry(case_id=case.case_id, code=case.code.value, due_at=case.due_at) for case in answer.safety.cases],
            citations=[
                Source(
                    n=citation.n,
                    chunk_id=citation.chunk_id,
                    doc_id=citation.doc_id,
                    title=citation.title,
                    section=citation.section,
                    version=citation.version,
                    effective_date=citation.effective_date,
                    quote=citation.quote,
                    url=absolute_url(citation, public_url),
                )
                for citation in answer.citations
            ],
        )

    def _url(self, passage: Passage) -> str:
        return urljoin(self.service.settings.public_url.rstrip("/") + "/", f"sources/{passage.doc_id}?chunk={passage.chunk_id}")


def _checked(text: str) -> str:
    if not text.strip():
        raise BadInput("The text is empty: write what you want to know.")
    try:
        return check_text(text)
    except ValueError as error:
        raise BadInput(f"{error}.") from error


def _section(passage: Passage) -> str:
    return " › ".join(passage.heading_path)
