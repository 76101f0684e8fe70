"""`medinfo ask --explain`: opens the index, tries thresholds where some are given, and explains one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.errors import BadInput
from assistant.explaining import explain, open_trial, to_question
from assistant.screening import screener_for
from assistant.settings import Settings
from assistant.trials import parse_values
from corpus import LiveLedger, corpus_sha256
from index import IndexProblem, open_index
from index.types import KnowledgeIndex


def explain_turns(turns: Sequence[str], settings: Settings, tried: Sequence[str]) -> dict[str, Any]:
    """Return how the answer to the last turn comes about; `tried` holds thresholds as `NAME=VALUE`.

    Raises:
        BadInput: there is no index for the documents, or a threshold cannot be tried.
    """
    values = _values(tried)
    index = _open(settings)
    screening = screener_for(index.embedder).screen(tuple(turns))
    now = datetime.now(UTC)
    return explain(open_trial(index, settings, values), to_question(screening, settings.market, now), screening)


def _open(settings: Settings) -> KnowledgeIndex:
    try:
        sha256 = corpus_sha256(settings.corpus_dirs, cache_dir=settings.corpus_cache_dir)
        ledger = LiveLedger(settings.ledger_path)
        today = lambda: datetime.now(UTC).date()  # noqa: E731  a clock
        return open_index(settings.index_dir, sha256, model=settings.embedding_model, ledger=ledger, today=today)
    except IndexProblem as error:
        raise BadInput(str(error)) from error


def _values(pairs: Sequence[str]) -> dict[str, float]:
    split = [pair.partition("=") for pair in pairs]
    if any(not sign for _, sign, _ in split):
        raise BadInput("--try needs NAME=VALUE, for example --try sufficiency=0.6")
    return parse_values({name.strip(): value for name, _, value in split})
