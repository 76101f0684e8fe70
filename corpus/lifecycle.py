"""Which documents may be served on a day in a market. Pure functions of the document, a date and a market.

The rule (medical information practice: answers only from approved, in-date documents): status `approved`, effective on or
before that day, not yet expired (the expiry date itself is the first day it may no longer be served), approved for that market.
A document past its review date may still be served; it is shown as due for review.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from corpus.types import Corpus, Document, DocumentStatus

ALL_MARKETS = "GLOBAL"


def servable(document: Document, on: date, market: str) -> bool:
    """Return whether the document may be retrieved and quoted on that day in that market (two-letter code)."""
    return why_not_servable(document, on, market) is None


def why_not_servable(document: Document, on: date, market: str) -> str | None:
    """Return the reason a document may not be served, in words, or None when it may."""
    if document.status is not DocumentStatus.APPROVED:
        return f"its status is {document.status.value.replace('_', ' ')}"
    if on < document.effective_date:
        return f"it takes effect on {document.effective_date.isoformat()}"
    if document.expires_date is not None and on >= document.expires_date:
        return f"it expired on {document.expires_date.isoformat()}"
    if market not in document.market and ALL_MARKETS not in document.market:
        return f"it is approved for {', '.join(document.market)}, not for {market}"
    return None


def review_overdue(document: Document, on: date) -> bool:
    """Return whether the document is past its review date (still servable, shown as stale)."""
    return on > document.review_due


def servable_documents(corpus: Corpus, on: date, market: str) -> tuple[Document, ...]:
    """Return the documents that may be served on that day in that market, in `doc_id` order: of each the newest version."""
    versions = corpus.versions or corpus.documents
    return newest_of(document for document in versions if servable(document, on, market))


def newest_of(versions: Iterable[Document]) -> tuple[Document, ...]:
    """Return one version of each document, in `doc_id` order: the newest approved one, else the newest."""
    chosen: dict[str, Document] = {}
    for document in sorted(versions, key=_rank):
        chosen[document.doc_id] = document
    return tuple(chosen[doc_id] for doc_id in sorted(chosen))


@cache
def version_number(version: str) -> tuple[int, ...]:
    """Return a version for comparing: 1.10 is newer than 1.9."""
    return tuple(int(part) for part in version.split("."))


def _rank(document: Document) -> tuple[bool, tuple[int, ...]]:
    return document.status is DocumentStatus.APPROVED, version_number(document.version)
