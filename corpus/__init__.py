"""The corpus room: approved documents, their governance and the glossary.

It holds the documents themselves (Markdown with YAML front matter), reads and validates them, and says which of them may be
served at a given moment. It knows nothing of passages, search or answers.
"""

from corpus.errors import CorpusError, Problem
from corpus.glossary import Glossary, load_glossary
from corpus.ledger import Ledger, LiveLedger, Standing, read_ledger, write_ledger
from corpus.lifecycle import review_overdue, servable, servable_documents, why_not_servable
from corpus.load import CorpusDir, corpus_sha256, load_corpus, packaged_corpus_dir
from corpus.types import ApprovedAnswer, Corpus, Document, DocumentStatus, Locator, LocatorType, Reference, RegisterEntry

__all__ = [
    "ApprovedAnswer",
    "Corpus",
    "CorpusDir",
    "CorpusError",
    "Document",
    "DocumentStatus",
    "Glossary",
    "Ledger",
    "LiveLedger",
    "Locator",
    "LocatorType",
    "Problem",
    "Reference",
    "RegisterEntry",
    "Standing",
    "corpus_sha256",
    "load_corpus",
    "load_glossary",
    "packaged_corpus_dir",
    "read_ledger",
    "review_overdue",
    "servable",
    "servable_documents",
    "why_not_servable",
    "write_ledger",
]
