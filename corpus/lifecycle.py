"""Which documents may be served on a day in a market. Pure functions of the document, a date and a market.

The rule (medical information practice: answers only from approved, in-date documents): status `approved`, effective on or
before that day, not yet expired (the expiry date itself is the first day it may no longer be served), approved for that market.
A document past its review date may still be served; it is shown as due for review.
"""

from __future__ import annotations

from datetime import date

from corpus.types import Corpus, Document, DocumentStatus

ALL_MARKETS = "GLOBAL"


def servable(document: Document, on: date, market: str) -> bool:
    """Return whether the document may be retrieved and quoted on that day in that market (two-letter code)."""
    return why_not_servable(document, on, market) is None


def why_not_servable(document: Document, on: date, market: str) -> str | None:
    """Return the reason a document may not be served, in words, or None when it may."""
    if document.status is not DocumentStatus.APPROVED:
        return f"its status is {document.status.value}"
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
    """Return the documents that may be served on that day in that market, in `doc_id` order."""
    return tuple(document for document in corpus.documents if servable(document, on, market))
