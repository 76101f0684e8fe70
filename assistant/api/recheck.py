"""Whether an answer may still be sent: a document it cites may have been taken out while it was made.

Asked twice: in the transaction that records the answer (a step that takes a document out is a transaction of its own, so the
answer comes before or after it, never beside it), and once more when its bytes are handed over.
"""

from __future__ import annotations

from assistant.api.engine import Engine
from assistant.errors import Unavailable
from assistant.types import Answer, Question, Screening
from index import OpenIndex

MAX_TRIES = 3
TAKEN_OUT = "A document this answer rested on was taken out just now, so the answer is not shown. Please ask again."


def may_be_sent(engine: Engine, answer: Answer, question: Question) -> bool:
    """Return whether every document that an answer cites may be quoted at this moment."""
    index = engine.index
    if index is None:
        return True
    on = question.asked_at.date()
    return all(index.servable(doc_id, on, question.market) for doc_id in {citation.doc_id for citation in answer.citations})


def release_of(engine: Engine) -> str:
    """Return the id of the content release that answers, "" for a plain build."""
    return engine.index.manifest.release if isinstance(engine.index, OpenIndex) else ""


def settle(engine: Engine, question: Question, screening: Screening, found: Answer) -> Answer:
    """Return the answer, or the one that is made without what was taken out meanwhile, in quotes.

    It runs inside the transaction that records the answer, which must not wait for a language model.

    Raises:
        Unavailable: documents are being taken out faster than answers are made.
    """
    for _ in range(MAX_TRIES):
        if engine.assistant is None or may_be_sent(engine, found, question):
            return found
        found = engine.assistant.quote(question, screening)
    raise Unavailable(TAKEN_OUT)
