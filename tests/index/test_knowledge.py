"""Searching the open index: arms, order, expansions, evidence scores; exact search and Chroma agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus import RegisterEntry
from index import OpenIndex, build_index, hybrid, open_index
from index.types import SearchQuery
from tests.index.builder import WordEmbedder, make_corpus, make_document

BODY = """# Safety

## Testimab: skin

Testimab caused rash in 5% of patients. Placebo caused rash in 2% of patients.

## Testimab: gut

Testimab caused nausea in 7% of patients.

## Placebimab: survival

| Arm | Median survival |
|---|---|
| Placebimab | 12.5 months |
"""
REGISTER = [
    RegisterEntry("T-ONE", "Testimab caused nausea in 7% of patients.", ("f1",), ("queasy stomach frequency", "throwing up"))
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    folder = tmp_path_factory.mktemp("index")
    build_index(make_corpus(make_document(BODY), register=REGISTER), folder, WordEmbedder())
    return open_index(folder, embedder=WordEmbedder())


def test_the_best_passage_comes_first_with_the_score_of_every_arm(index: OpenIndex) -> None:
    results = index.search(SearchQuery("rash with testimab", k=2))
    assert [result.rank for result in results] == [1, 2]
    assert results[0].passage.heading_path == ("Testimab: skin",)
    assert set(results[0].arms) == {"dense", "statement", "question", "heading", "lexical"}
    assert results[0].score >= results[1].score


def test_a_query_without_words_finds_nothing(index: OpenIndex) -> None:
    assert index.search(SearchQuery("  ")) == ()
    assert index.score_statements(SearchQuery("\n")) == ()


def test_expansions_reach_the_lexical_arm_only(index: OpenIndex) -> None:
    plain = {s.statement.statement_id: s for s in index.score_statements(SearchQuery("exanthema"))}
    expanded = {s.statement.statement_id: s for s in index.score_statements(SearchQuery("exanthema", expansions=("rash",)))}
    assert all(scored.bm25 == 0 for scored in plain.values())
    assert sum(scored.bm25 > 0 for scored in expanded.values()) == 2
    assert all(plain[key].dense == scored.dense for key, scored in expanded.items())


def test_statement_scores_are_exact_and_name_their_arms(index: OpenIndex) -> None:
    query = SearchQuery("queasy stomach frequency")
    vector = index.embedder.embed([query.text])[0]
    scored = index.score_statements(query)
    assert len(scored) == len(index.statements)
    for entry in scored:
        dense = float(index.embedder.embed([entry.statement.text])[0] @ vector)
        questions = [float(row @ vector) for row in index.embedder.embed(list(entry.statement.questions))]
        assert entry.dense == pytest.approx(dense, abs=1e-5)
        assert entry.dense_question == pytest.approx(max(questions, default=0.0), abs=1e-5)
    assert scored[0].statement.facts == ("f1",)
    assert scored[0].dense_question == pytest.approx(1.0, abs=1e-5)
    assert scored[0].bm25 > 0


def test_the_number_of_statements_is_limited(index: OpenIndex) -> None:
    assert len(index.score_statements(SearchQuery("rash"), limit=2)) == 2


def test_equal_scores_keep_document_order(index: OpenIndex) -> None:
    texts = [entry.statement.ordinal for entry in index.score_statements(SearchQuery("zzz qqq"))]
    again = [entry.statement.ordinal for entry in index.score_statements(SearchQuery("zzz qqq"))]
    assert texts == again


def test_search_through_chroma_finds_what_exact_search_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"word{n}" for n in range(60)]
    rng = np.random.default_rng(7)
    sections = [f"## Section {n}\n\n{' '.join(rng.choice(words, 12))}.\n" for n in range(400)]
    corpus = make_corpus(make_document("\n".join(sections)))
    build_index(corpus, tmp_path / "exact", WordEmbedder())
    exact = open_index(tmp_path / "exact", embedder=WordEmbedder())
    monkeypatch.setattr(hybrid, "EXACT_ITEMS", 100)
    build_index(corpus, tmp_path / "chroma", WordEmbedder())
    approximate = open_index(tmp_path / "chroma", embedder=WordEmbedder())
    assert not any((tmp_path / "exact").rglob("chroma.sqlite3"))
    assert any((tmp_path / "chroma").rglob("chroma.sqlite3"))
    for n in range(20):
        query = SearchQuery(" ".join(rng.choice(words, 4)), k=5)
        ours, theirs = exact.search(query), approximate.search(query)
        assert len({r.passage.chunk_id for r in ours} & {r.passage.chunk_id for r in theirs}) >= 4, n


def test_a_chroma_collection_follows_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hybrid, "EXACT_ITEMS", 1)
    build_index(make_corpus(make_document(BODY)), tmp_path, WordEmbedder())
    build_index(make_corpus(make_document(BODY.replace("rash in 5%", "rash in 6%"))), tmp_path, WordEmbedder())
    index = open_index(tmp_path, embedder=WordEmbedder())
    found = index.search(SearchQuery("testimab rash", k=10))
    assert {result.passage.chunk_id for result in found} == set(index.passages)
    assert "6%" in found[0].passage.text
