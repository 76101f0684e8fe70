"""Systems under test: the assistant as served, the assistant with one part switched off, and baselines, behind one interface.

Baselines answer every question with what they rank first: they show what each part of the assistant adds, and cannot decline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.wire import locator_to_json
from corpus import corpus_sha256
from corpus.types import Document
from eval.ablation import PARTS, AblatedIndex
from eval.sources import IndexSources
from eval.switches import SWITCHES
from index import open_index
from index.types import KnowledgeIndex, ScoredStatement, SearchQuery, Statement

Ranking = Callable[[KnowledgeIndex, str], list[tuple[Any, float]]]
TOP_STATEMENTS = 3
TOP_CHUNKS = 4
CHUNK_CHARS = 1_000
CHUNK_OVERLAP_CHARS = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system said: the answer as the contract's JSON, and the score that decided, where there is one.

    `latency_ms` is set by a system that does more than answer (to find its score, say); else the runner's own time counts.
    """

    record: Mapping[str, Any]
    confidence: float | None = None
    latency_ms: float | None = None


class System(Protocol):
    """Something that answers questions."""

    name: str
    sources: IndexSources
    versions: dict[str, str]

    def ask(self, turns: Sequence[str]) -> Reply:
        """Answer the last turn, the earlier ones being the conversation."""
        ...


class Baseline:
    """Answers with the statements that one ranking puts first, quoted and cited; it never declines."""

    def __init__(
        self, name: str, index: KnowledgeIndex, rank: Callable[[KnowledgeIndex, str], list[tuple[Any, float]]]
    ) -> None:
        self.name = name
        self.sources = IndexSources(index)
        self.versions = {"corpus": index.corpus_version, "index": index.version, "model": index.embedder.model, "mode": name}
        self._index = index
        self._rank = rank

    def ask(self, turns: Sequence[str]) -> Reply:
        """Answer the last turn alone: a baseline has no memory."""
        ranked = self._rank(self._index, turns[-1])
        documents = self._index.documents
        citations = [quote_span(n, documents[span.doc_id], span) for n, (span, _) in enumerate(ranked, 1)]
        return Reply(self._record(turns[-1], citations), ranked[0][1] if ranked else 0.0)

    def _record(self, question: str, citations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        segments = [{"text": c["quote"], "citations": [c["n"]], "kind": "statement"} for c in citations]
        return {
            "answer_id": "",
            "conversation_id": "",
            "question": question,
            "outcome": "answered" if segments else "declined",
            **({} if segments else {"decline_code": "NO-CONTENT"}),
            "text": " ".join(f"{s['text']} [{n}]" for n, s in enumerate(segments, 1)),
            "segments": segments,
            "citations": list(citations),
            "safety": {"codes": [], "pv": False, "notices": [], "cases": []},
            "versions": {**self.versions, "policy": ""},
            "timings_ms": {"total": 0.0},
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document that is no statement of ours (a chunk of the usual recipe)."""

    doc_id: str
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    chunk_id: str = ""


def quote_span(n: int, document: Document, span: Span | Statement) -> dict[str, Any]:
    """Return a citation in the contract's form; the quote is the document's text at the span."""
    return {
        "n": n,
        "chunk_id": span.chunk_id,
        "doc_id": document.doc_id,
        "title": document.title,
        "section": " > ".join(span.heading_path),
        "version": document.version,
        "status": document.status.value,
        "effective_date": document.effective_date.isoformat(),
        "quote": document.text[span.start : span.end],
        "start": span.start,
        "end": span.end,
        "locator": locator_to_json(span.locator) if isinstance(span, Statement) else {"type": "text"},
        "references": [],
        "url": f"/sources/{document.doc_id}",
    }


def rank_statements(score: Callable[[ScoredStatement], float]) -> Ranking:
    """Return a ranking of statements by one of their scores, best first, ties by id."""

    def rank(index: KnowledgeIndex, question: str) -> list[tuple[Any, float]]:
        scored = index.score_statements(SearchQuery(question), limit=len(index.statements))
        best = sorted(scored, key=lambda s: (-score(s), s.statement.statement_id))[:TOP_STATEMENTS]
        return [(s.statement, score(s)) for s in best if score(s) > 0]

    return rank


def rank_chunks(index: KnowledgeIndex) -> Ranking:
    """Return the usual recipe: 1,000-character chunks with 200 overlap, one embedding each, nearest four by cosine."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARS, chunk_overlap=CHUNK_OVERLAP_CHARS, add_start_index=True, strip_whitespace=False
    )
    spans = [
        Span(document.doc_id, chunk.metadata["start_index"], chunk.metadata["start_index"] + len(chunk.page_content))
        for document in index.documents.values()
        for chunk in splitter.create_documents([document.text])
    ]
    vectors = index.embedder.embed([index.documents[span.doc_id].text[span.start : span.end] for span in spans])

    def rank(opened: KnowledgeIndex, question: str) -> list[tuple[Any, float]]:
        similarity = vectors @ opened.embedder.embed([question])[0]
        order = sorted(range(len(spans)), key=lambda i: (-float(similarity[i]), i))[:TOP_CHUNKS]
        return [(spans[i], float(similarity[i])) for i in order]

    return rank


BASELINES: Mapping[str, str] = {
    "bm25": "statements by BM25 alone, first three",
    "dense": "statements by embedding alone, first three",
    "recipe": "the usual recipe: 1,000-character chunks, one embedding each, first four",
}
ABLATIONS: Mapping[str, str] = {
    **{f"without-{part}": text for part, text in {**PARTS, **SWITCHES}.items()},
    "without-history": "earlier turns unheard",
}
SYSTEMS: Mapping[str, str] = {"ours": "the assistant as served", **BASELINES, **ABLATIONS}


def expand_systems(names: Sequence[str]) -> list[str]:
    """Return system names with the groups `baselines`, `ablations` and `all` written out, in order, once each.

    Raises:
        BadInput: for a name that is neither.
    """
    groups = {"baselines": list(BASELINES), "ablations": list(ABLATIONS), "all": list(SYSTEMS)}
    wanted = [name for given in names for name in groups.get(given, [given])]
    for name in wanted:
        if name not in SYSTEMS:
            raise BadInput(f"no system {name!r}; there are {', '.join(SYSTEMS)} and the groups {', '.join(groups)}")
    return list(dict.fromkeys(wanted))


def open_ranking(name: str, settings: Settings) -> KnowledgeIndex:
    """Open the index that a system searches: the built one, without a part for `without-<part>` of the index.

    Raises:
        BadInput: for an unknown name; the errors of `open_index` when the index is missing or stale.
    """
    expand_systems([name])
    index: KnowledgeIndex = open_index(settings.index_dir, corpus_sha256(settings.corpus_dirs), model=settings.embedding_model)
    # Baselines bear the names of parts: only the prefix says that a part is left out.
    prefix, _, part = name.partition("without-")
    return AblatedIndex(index, part) if not prefix and part in PARTS else index


def open_system(name: str, settings: Settings) -> System:
    """Open a system on the built index of the settings.

    Raises:
        BadInput: for an unknown name; the errors of `open_index` when the index is missing or stale.
    """
    index = open_ranking(name, settings)
    if name == "bm25":
        return Baseline(name, index, rank_statements(lambda s: s.bm25))
    if name == "dense":
        return Baseline(name, index, rank_statements(lambda s: s.dense))
    if name == "recipe":
        return Baseline(name, index, rank_chunks(index))
    from eval.served import AssistantSystem

    part = name.removeprefix("without-")
    return AssistantSystem(name, index, settings, memory=part != "history", without=part if part in SWITCHES else "")
