"""The assistant as it is served, without a database: screening, then the pipeline, asked on a fixed day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from time import perf_counter

from assistant.pipeline import Assistant, Explanation
from assistant.screening import screener_for
from assistant.settings import Settings
from assistant.types import Question
from assistant.wire import answer_to_json
from eval.sources import IndexSources
from eval.switches import open_without
from eval.systems import Reply
from index.types import KnowledgeIndex

# The clock of evaluation: an answer must not change with the day it is measured on. Documents must be in date on it.
ASKED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class AssistantSystem:
    """The assistant on one index; `memory` off drops the earlier turns of a conversation, `without` names a part left out."""

    def __init__(self, name: str, index: KnowledgeIndex, settings: Settings, memory: bool = True, without: str = "") -> None:
        self.name = name
        self.sources = IndexSources(index)
        self.versions = {
            "corpus": index.corpus_version,
            "index": index.version,
            "model": index.embedder.model,
            "mode": settings.mode,
        }
        self._screener = screener_for(index.embedder)
        self._assistant = open_without(without, index, settings) if without else Assistant(index, settings)
        self._market = settings.market
        self._memory = memory

    def ask(self, turns: Sequence[str]) -> Reply:
        """Screen the conversation and answer its last turn; the score that decided is looked up outside the time taken."""
        started = perf_counter()
        screening = self._screener.screen(tuple(turns) if self._memory else tuple(turns[-1:]))
        question = Question(
            text=screening.masked,
            conversation_id="evaluation",
            asked_at=ASKED_AT,
            history=screening.masked_turns[:-1],
            market=self._market,
        )
        answer = self._assistant.answer(question, screening)
        latency_ms = (perf_counter() - started) * 1000
        record = answer_to_json(answer)
        codes = sorted({*record["safety"]["codes"], *(code.value for code in screening.codes)})
        safety = {**record["safety"], "codes": codes, "pv": screening.pv or record["safety"]["pv"]}
        approved = {} if answer.approved is None else {"approved_answer": asdict(answer.approved)}
        confidence = _confidence(self._assistant.explain(question, screening))
        return Reply({**record, "safety": safety, **approved}, confidence, latency_ms)


def _confidence(explanation: Explanation) -> float | None:
    """The probability of an answer to the weakest part; None when no evidence was looked for."""
    if explanation.evidence is None or not explanation.evidence.parts:
        return None
    return min(part.probability for part in explanation.evidence.parts)
