"""Only approved, in-date, in-market documents may be served."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus import load_corpus, review_overdue, servable, servable_documents, why_not_servable
from tests.corpus.builder import document_text, write_document


@pytest.mark.parametrize(
    ("changes", "on", "market", "expected"),
    [
        ({}, date(2026, 1, 10), "US", True),
        ({}, date(2026, 1, 9), "US", False),
        ({}, date(2030, 1, 1), "US", True),
        ({}, date(2026, 2, 1), "CA", False),
        ({"market": ["CA", "US"]}, date(2026, 2, 1), "CA", True),
        ({"market": ["GLOBAL"]}, date(2026, 2, 1), "CA", True),
        ({"expires_date": "2026-03-01"}, date(2026, 2, 28), "US", True),
        ({"expires_date": "2026-03-01"}, date(2026, 3, 1), "US", False),
        ({"status": "draft"}, date(2026, 2, 1), "US", False),
        ({"status": "in_review"}, date(2026, 2, 1), "US", False),
        ({"status": "superseded"}, date(2026, 2, 1), "US", False),
        ({"status": "withdrawn"}, date(2026, 2, 1), "US", False),
        ({"status": "expired"}, date(2026, 2, 1), "US", False),
    ],
)
def test_servable(tmp_path: Path, changes: dict[str, Any], on: date, market: str, expected: bool) -> None:
    write_document(tmp_path, document_text(**changes))
    corpus = load_corpus(tmp_path)
    (document,) = corpus.documents
    assert servable(document, on, market) is expected
    assert (why_not_servable(document, on, market) is None) is expected
    assert servable_documents(corpus, on, market) == ((document,) if expected else ())


def test_a_document_past_its_review_date_is_stale_not_withdrawn(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    (document,) = load_corpus(tmp_path).documents
    assert not review_overdue(document, date(2026, 7, 10))
    assert review_overdue(document, date(2026, 7, 11))
    assert servable(document, date(2026, 7, 11), "US")
