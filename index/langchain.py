"""The index as a LangChain retriever, for chains and tools that expect one. It ranks exactly as `KnowledgeIndex.search` does.

Kept out of `index/__init__`: importing LangChain takes as long as answering a question from a cold start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index.types import KnowledgeIndex, RetrievedPassage, SearchQuery


class PassageRetriever(BaseRetriever):
    """Returns the `k` best passages as LangChain documents, servable ones only.

    Metadata of each: chunk_id, doc_id, title, version, start, end (code points of the document's text), heading_path, score and
    arms.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    index: Any = Field(description="an open `KnowledgeIndex`")
    k: int = Field(default=5, ge=1, description="number of passages")
    market: str = Field(default="US", description="market the documents must be approved for")
    today: Callable[[], date] | None = Field(
        default=None, description="the day they must be in date on; the build's day when None"
    )

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **_: Any
    ) -> list[Document]:
        index: KnowledgeIndex = self.index
        found = index.search(SearchQuery(text=query, k=k or self.k))
        day = self.today() if self.today is not None else None
        served = [result for result in found if day is None or index.servable(result.passage.doc_id, day, self.market)]
        return [_to_langchain(index, result) for result in served]


def _to_langchain(index: KnowledgeIndex, result: RetrievedPassage) -> Document:
    passage = result.passage
    document = index.documents[passage.doc_id]
    metadata = {
        "chunk_id": passage.chunk_id,
        "doc_id": passage.doc_id,
        "title": document.title,
        "version": document.version,
        "start": passage.start,
        "end": passage.end,
        "heading_path": list(passage.heading_path),
        "score": result.score,
        "arms": dict(result.arms),
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.chunk_id)
