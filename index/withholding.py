"""Which documents of an open index may not be found now: taken out since it was built, or out of date by today.

An index is built of what may be served on the day of the build. What was decided since stands in the ledger, and the calendar
goes on; both are looked at for every search, and worked out anew only when one of them has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corpus.ledger import Ledger, LiveLedger, apply_standing
from corpus.lifecycle import servable
from corpus.types import Document, DocumentStatus
from index.types import Passage, Statement

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be found at a moment.

    Attributes:
        documents: as the ledger has them.
        statements: (n,) for each statement of the index whether it may be found; None when all may.
        passages: the same for passages.
    """

    documents: Mapping[str, Document]
    statements: Mask | None = None
    passages: Mask | None = None


class Withholding:
    """Says what of an index may be found now. Safe across threads.

    Args:
        documents: of the index, by id.
        passages, statements: of the index, in order.
        ledger: what was decided since; None where nothing is.
        market: the market the index was built for.
        today: the day; None leaves the calendar to whoever asks.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        passages: Sequence[Passage],
        statements: Sequence[Statement],
        *,
        ledger: LiveLedger | None,
        market: str,
        today: Callable[[], date] | None,
    ) -> None:
        self._documents = documents
        self._passages = passages
        self._statements = statements
        self._ledger = ledger
        self._market = market
        self._today = today
        self._latest: tuple[tuple[Ledger | None, date | None], Allowed] = ((None, None), Allowed(documents))

    @property
    def allowed(self) -> Allowed:
        """What may be found now.

        Raises:
            CorpusError: the ledger cannot be read.
        """
        ledger = None if self._ledger is None else self._ledger.current
        moment = (ledger, None if self._today is None else self._today())
        known, allowed = self._latest
        if known[0] is moment[0] and known[1] == moment[1]:
            return allowed
        allowed = self._work_out(*moment)
        self._latest = (moment, allowed)
        return allowed

    def stands(self, document: Document, on: date, market: str) -> bool:
        """Return whether a document that is not in the index (an approved answer) may be served on that day in that market."""
        if self._ledger is not None:
            document = apply_standing(document, self._ledger.current.find(document.doc_id, document.version))
        return servable(document, on, market)

    def _work_out(self, ledger: Ledger | None, on: date | None) -> Allowed:
        documents = dict(self._documents)
        if ledger is not None and ledger.standings:
            for doc_id, document in documents.items():
                documents[doc_id] = apply_standing(document, ledger.find(doc_id, document.version))
        gone = {doc_id for doc_id, document in documents.items() if not self._may_be_found(document, on)}
        if not gone:
            return Allowed(documents)
        statements = np.array([statement.doc_id not in gone for statement in self._statements], dtype=np.bool_)
        passages = np.array([passage.doc_id not in gone for passage in self._passages], dtype=np.bool_)
        return Allowed(documents, statements, passages)

    def _may_be_found(self, document: Document, on: date | None) -> bool:
        if on is None:
            return document.status is DocumentStatus.APPROVED
        return servable(document, on, self._market)
