"""Numbers the citations of an answer and proves each of them at the moment it is sent.

A citation whose quote is not the document's text at its span, or whose document may not be quoted that day, is refused: the
statement is dropped and the reason logged. Numbers are given once, in the order of the statements.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import structlog

from assistant.types import Citation
from corpus.types import Document, Reference
from index.types import KnowledgeIndex, Statement

log = structlog.get_logger("medinfo.compose")


class UnprovenCitation(ValueError):
    """A statement that may not be shown: its quote or its document failed the check."""


class Citations:
    """The citations of one answer, in the order they are made."""

    def __init__(self, index: KnowledgeIndex, on: date, market: str) -> None:
        self._index = index
        self._on = on
        self._market = market
        self._made: dict[str, Citation] = {}

    def cite(self, statement: Statement) -> int:
        """Return the number of a statement's citation.

        Raises:
            UnprovenCitation: the statement may not be shown.
        """
        if statement.statement_id not in self._made:
            self._made[statement.statement_id] = self._prove(statement, len(self._made) + 1)
        return self._made[statement.statement_id].n

    @property
    def made(self) -> tuple[Citation, ...]:
        """Return the citations by number."""
        return tuple(self._made.values())

    def _prove(self, statement: Statement, n: int) -> Citation:
        document = self._index.documents.get(statement.doc_id)
        if document is None or not self._index.servable(statement.doc_id, self._on, self._market):
            raise UnprovenCitation(f"{statement.doc_id} may not be quoted on {self._on} in {self._market}")
        text = document.text[statement.start : statement.end]
        if not text or (statement.row is None and text != statement.text):
            raise UnprovenCitation(f"{statement.statement_id} is not the text of {statement.doc_id} at its span")
        return Citation(
            n=n,
            chunk_id=statement.chunk_id,
            doc_id=document.doc_id,
            title=document.title,
            section=" > ".join(statement.heading_path),
            version=document.version,
            status=document.status.value,
            effective_date=document.effective_date,
            quote=text,
            start=statement.start,
            end=statement.end,
            locator=statement.locator,
            references=references_of(document, statement),
            url=f"/sources/{quote(document.doc_id)}?start={statement.start}&end={statement.end}#passage",
        )


def references_of(document: Document, statement: Statement) -> tuple[Reference, ...]:
    """Return the bibliography entries a statement's marks stand for, in printed order."""
    if not statement.reference_numbers:
        return ()
    entries = {reference.n: reference for reference in document.references}
    return tuple(entries[n] for n in statement.reference_numbers if n in entries)
