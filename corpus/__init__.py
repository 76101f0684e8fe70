"""The corpus room: approved documents, their governance and the glossary.

It holds the documents themselves (Markdown with YAML front matter), reads and validates them, and says which of them may be
served at a given moment. It knows nothing of passages, search or answers.
"""

from corpus.errors import CorpusError, Problem
from corpus.glossary import Glossary, load_glossary
from corpus.lifecycle import review_overdue, servable, servable_documents, why_not_servable
from corpus.load import corpus_sha256, load_corpus, packaged_corpus_dir
from corpus.types import Corpus, Document, DocumentStatus, Locator, LocatorType, Reference, RegisterEntry

__all__ = [
    "Corpus",
    "CorpusError",
    "Document",
    "DocumentStatus",
    "Glossary",
    "Locator",
    "LocatorType",
    "Problem",
    "Reference",
    "RegisterEntry",
    "corpus_sha256",
    "load_corpus",
    "load_glossary",
    "packaged_corpus_dir",
    "review_overdue",
    "servable",
    "servable_documents",
    "why_not_servable",
]
