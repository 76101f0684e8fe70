"""A document that was taken out is not found from the next search on, in an index that stays open; so is one that expired."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus import CorpusError, DocumentStatus, Ledger, LiveLedger, Standing, write_ledger
from index import OpenIndex, build_index, open_index
from index.types import SearchQuery
from tests.index.builder import WordEmbedder, make_corpus, make_document

ON = date(2026, 3, 1)
QUERY = SearchQuery("testimab rash", k=5)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


@pytest.fixture
def index(tmp_path: Path, ledger: Path) -> OpenIndex:
    """Two documents on the same matter, the first nearer to the question."""
    near = make_document("## Rash\n\nTestimab rash.\n\n## Rash again\n\nTestimab rash, rash.\n", "T-NEAR")
    far = make_document("## Skin\n\nTestimab gave a rash in some patients.\n", "T-FAR", expires_date=date(2026, 6, 1))
    build_index(make_corpus(near, far), tmp_path / "index", WordEmbedder(), on=ON)
    return open_index(tmp_path / "index", embedder=WordEmbedder(), ledger=LiveLedger(ledger), today=lambda: ON)


def withdraw(path: Path, *doc_ids: str) -> None:
    standing = Standing(DocumentStatus.WITHDRAWN, "any", reason="error")
    write_ledger(path, Ledger(len(doc_ids), {f"{doc_id}@1.0": standing for doc_id in doc_ids}))


def documents_found(index: OpenIndex) -> tuple[set[str], set[str]]:
    return (
        {hit.passage.doc_id for hit in index.search(QUERY)},
        {scored.statement.doc_id for scored in index.score_statements(QUERY)},
    )


def test_a_withdrawn_document_is_not_found_from_the_next_search_on(index: OpenIndex, ledger: Path) -> None:
    assert documents_found(index) == ({"T-NEAR", "T-FAR"}, {"T-NEAR", "T-FAR"})
    withdraw(ledger, "T-NEAR")
    assert documents_found(index) == ({"T-FAR"}, {"T-FAR"})
    assert not index.servable("T-NEAR", ON, "US")
    assert index.servable("T-FAR", ON, "US")
    standing = index.standing("T-NEAR")
    assert standing is not None
    assert standing.status is DocumentStatus.WITHDRAWN


def test_what_remains_is_found_as_though_the_other_were_not_there(index: OpenIndex, ledger: Path) -> None:
    withdraw(ledger, "T-NEAR")
    hits = index.search(replace(QUERY, k=1))
    assert [(hit.passage.doc_id, hit.rank) for hit in hits] == [("T-FAR", 1)]


def test_an_index_of_which_everything_is_withdrawn_finds_nothing(index: OpenIndex, ledger: Path) -> None:
    withdraw(ledger, "T-NEAR", "T-FAR")
    assert documents_found(index) == (set(), set())


def test_a_withdrawal_taken_back_is_found_again(index: OpenIndex, ledger: Path) -> None:
    withdraw(ledger, "T-NEAR")
    documents_found(index)
    write_ledger(ledger, Ledger(2, {}))
    assert documents_found(index)[0] == {"T-NEAR", "T-FAR"}


def test_a_document_that_expires_while_the_index_is_open_is_not_found(tmp_path: Path, index: OpenIndex) -> None:
    later = open_index(tmp_path / "index", embedder=WordEmbedder(), today=lambda: date(2026, 6, 1))
    assert documents_found(later) == ({"T-NEAR"}, {"T-NEAR"})


def test_a_ledger_that_cannot_be_read_stops_every_search(index: OpenIndex, ledger: Path) -> None:
    ledger.write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="ledger cannot be read"):
        index.search(QUERY)
