"""Puts a sentence of a generated answer on record before it is shown: a reader may see it although the answer is never
finished.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.clock import Clock
from assistant.storage import AuditKind, AuditLog, Database
from assistant.types import ShownSentence

if TYPE_CHECKING:
    from assistant.api.turns import Turn

Show = Callable[[ShownSentence], None]


def recorded_first(database: Database, audit: AuditLog, clock: Clock, turn: Turn, show: Show) -> Show:
    """Return `show` with a record of the sentence, its turn and its answer written before each call."""

    def tell(sentence: ShownSentence) -> None:
        content = {"text": sentence.text, "citations": [citation.chunk_id for citation in sentence.citations]}
        database.write(
            lambda connection: audit.append(
                connection,
                AuditKind.SHOWN,
                content,
                at=clock(),
                conversation_id=turn.question.conversation_id,
                message_id=turn.arrival.message_id,
                answer_id=turn.answer_id,
            )
        )
        show(sentence)

    return tell
