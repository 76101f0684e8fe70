"""Opens generate mode from the settings. The model itself is opened by its first call, so that a provider that is down costs an
answer its wording and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.generation.breaker import Breaker
from assistant.generation.checks import SentenceCheck
from assistant.generation.model import ChatModel, open_model
from assistant.generation.writer import Limits, Writer
from assistant.grounding import Checker
from assistant.settings import Settings
from corpus.glossary import Glossary

MOST_SENTENCES = 16


def open_writer(settings: Settings, glossary: Glossary, clock: Callable[[], float], model: ChatModel | None = None) -> Writer:
    """Return the writer of the settings; `clock` gives seconds, `model` stands in for the model of the settings.

    Raises:
        BadInput: generate mode without a model that can be read.
    """
    limits = Limits(
        total_s=settings.model_timeout_s,
        repair_s=settings.model_repair_s,
        most_chars=settings.model_chars,
        most_sentences=MOST_SENTENCES,
        most_repairs=settings.model_repairs,
        retries=settings.model_retries,
    )
    breaker = Breaker(settings.model_failures, settings.model_pause_s, clock)
    if model is None:
        model = open_model(settings, clock)
        model.warm()
    return Writer(model, SentenceCheck(Checker(glossary)), limits, breaker, clock)
