"""What the measures need of the knowledge index: the facts behind a citation and the text it was quoted from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from index.types import KnowledgeIndex, Statement


class IndexSources:
    """Facts and texts of an open index. A citation carries the facts of every statement its span overlaps."""

    def __init__(self, index: KnowledgeIndex) -> None:
        self._documents = index.documents
        self._statements: dict[str, list[Statement]] = defaultdict(list)
        for statement in index.statements.values():
            self._statements[statement.doc_id].append(statement)

    def facts(self, citation: Mapping[str, Any]) -> frozenset[str]:
        """Return the fact ids of the statements under a citation."""
        start, end = citation["start"], citation["end"]
        statements = self._statements.get(citation["doc_id"], ())
        return frozenset(fact for s in statements if s.start < end and start < s.end for fact in s.facts)

    def text(self, doc_id: str, version: str) -> str | None:
        """Return the text of a document version, None when that version is not indexed."""
        document = self._documents.get(doc_id)
        return document.text if document is not None and document.version == version else None
