"""Builds documents and small corpora for index tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from corpus import Corpus, Document, DocumentStatus, Reference, RegisterEntry
from index.types import Embedder, Vectors


def make_document(text: str, doc_id: str = "T-ONE", **changes: Any) -> Document:
    """A servable document with this body."""
    fields: dict[str, Any] = {
        "doc_id": doc_id,
        "title": "Testimab in second line",
        "type": "evidence",
        "topic": "test-topic",
        "version": "1.0",
        "status": DocumentStatus.APPROVED,
        "review": "demonstration",
        "effective_date": date(2026, 1, 10),
        "review_due": date(2026, 7, 10),
        "expires_date": None,
        "market": ("US",),
        "audience": "hcp",
        "owner": "Medical Information",
        "references": (Reference(n=1, citation="A et al. 2024"),),
        "sources": ("made for the test",),
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    return Document(**{**fields, **changes})


def make_corpus(*documents: Document, register: Sequence[RegisterEntry] = ()) -> Corpus:
    """A corpus of these documents."""
    ordered = tuple(sorted(documents, key=lambda document: document.doc_id))
    content = repr([(document.doc_id, document.version, document.status, document.sha256) for document in ordered])
    return Corpus(
        documents=ordered, register=tuple(register), sha256=hashlib.sha256((content + repr(register)).encode()).hexdigest()
    )


class WordEmbedder(Embedder):
    """A small real embedder: hashed bags of words, normalised. Deterministic, no weights; counts what it embedded."""

    model = "word-hash-64"
    dimension = 64

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors."""
        self.embedded.extend(texts)
        vectors = np.full((len(texts), self.dimension), 1e-6, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.sha256(word.strip(".,;:()").encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
        normalised: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised
