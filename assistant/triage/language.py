"""The language a message seems to be written in, for filtering the queue. A guess from common words; no care depends on it.

Words and scripts are data (`assistant/policy/languages.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

UNKNOWN = "und"
_WORD = re.compile(r"[^\W\d_]+")


class LanguagePolicy(BaseModel):
    """The policy file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    short_words: int
    names: Mapping[str, str]
    words: Mapping[str, frozenset[str]]
    scripts: Mapping[str, tuple[str, ...]]


@cache
def load_languages() -> LanguagePolicy:
    """Return the packaged policy."""
    text = files("assistant.policy").joinpath("languages.yaml").read_text(encoding="utf-8")
    return LanguagePolicy.model_validate(yaml.safe_load(text))


def guess_language(texts: Iterable[str]) -> str:
    """Return the two-letter code of the language most words point to, `und` when none does."""
    policy = load_languages()
    text = "\n".join(texts)
    for language, pattern in _scripts().items():
        if pattern.search(text):
            return language
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {language: sum(word in known for word in words) for language, known in policy.words.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= (1 if len(words) <= policy.short_words else 2) else UNKNOWN


@cache
def _scripts() -> dict[str, re.Pattern[str]]:
    # Kana before Han: Japanese is written in both.
    order = sorted(load_languages().scripts.items(), key=lambda item: (item[0] != "ja", item[0]))
    return {language: re.compile(f"[{''.join(ranges)}]") for language, ranges in order}
