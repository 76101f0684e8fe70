"""The LangChain retriever passes LangChain's own standard tests and says where every passage stands."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from index import OpenIndex, build_index, open_index
from index.langchain import PassageRetriever
from tests.index.builder import WordEmbedder, make_corpus, make_document

BODY = "# T\n\n" + "\n".join(f"## Section {n}\n\nTestimab caused event {n} in {n}% of patients.[^1]\n" for n in range(1, 8))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    folder = tmp_path_factory.mktemp("index")
    build_index(make_corpus(make_document(BODY, expires_date=date(2027, 1, 1))), folder, WordEmbedder(), on=date(2026, 3, 1))
    return open_index(folder, embedder=WordEmbedder())


# The standard tests may not be overridden, so the whole class is marked for the one that is a coroutine.
@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:.*is not an async function.*")
class TestStandard(RetrieversIntegrationTests):
    """LangChain's standard retriever tests on a real index."""

    @pytest.fixture(autouse=True)
    def _open(self, index: OpenIndex) -> None:
        self._index = index

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return PassageRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self._index}

    @property
    def retriever_query_example(self) -> str:
        return "event 3 with testimab"


def test_metadata_says_where_a_passage_stands(index: OpenIndex) -> None:
    (found,) = PassageRetriever(index=index, k=1).invoke("event 3 with testimab")
    meta = found.metadata
    assert index.documents[meta["doc_id"]].text[meta["start"] : meta["end"]] == found.page_content
    assert meta["chunk_id"] == found.id
    assert meta["heading_path"] == list(index.passages[meta["chunk_id"]].heading_path)
    assert meta["version"] == "1.0"


def test_documents_that_have_expired_since_the_build_are_left_out(index: OpenIndex) -> None:
    assert PassageRetriever(index=index, today=lambda: date(2026, 12, 31)).invoke("event 3")
    assert PassageRetriever(index=index, today=lambda: date(2027, 1, 1)).invoke("event 3") == []
    assert PassageRetriever(index=index, today=lambda: date(2026, 12, 31), market="CA").invoke("event 3") == []


def test_opening_an_index_imports_neither_langchain_nor_chroma_nor_bm25s(tmp_path: Path) -> None:
    code = (
        "import sys, index; print([n for n in ('langchain_core', 'chromadb', 'bm25s', 'scipy', 'torch') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"
