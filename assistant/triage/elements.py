"""The minimum elements of a report, read from masked text as far as they are there, and the question for those that are not.

Patterns and wording are policy (`assistant/policy/elements.yaml`, product names from `products.yaml`). What is read fills a
draft; whether a report is valid is for a person to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.types import Flag

MIN_NAME_CHARS = 5
MAX_EVENT_CHARS = 200


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    patterns: dict[str, tuple[str, ...]]
    labels: dict[str, dict[str, tuple[str, ...]]]
    asked_for: dict[str, tuple[str, ...]]
    wording: dict[str, str]


@dataclass(frozen=True, slots=True)
class ElementReader:
    """Reads elements (`age, sex, product, event, outcome, onset, lot, strength, sample`) out of a conversation."""

    values: Mapping[str, tuple[re.Pattern[str], ...]]
    labels: Mapping[str, Mapping[str, tuple[re.Pattern[str], ...]]]
    products: Mapping[str, re.Pattern[str]]
    asked_for: Mapping[str, tuple[str, ...]]
    wording: Mapping[str, str]

    def read(self, turns: Sequence[str], flags: Iterable[Flag] = ()) -> dict[str, str]:
        """Return what the masked user turns say; only what was found is in the result.

        Args:
            flags: what screening raised for the case; their matched words are the event.
        """
        text = "\n".join(turns)
        found = {name: value for name, patterns in self.values.items() if (value := _first_value(patterns, text))}
        found |= {name: label for name, labels in self.labels.items() if (label := _first_label(labels, text))}
        if product := self._product(text):
            found["product"] = product
        if event := _event(turns, flags):
            found["event"] = event
        return found

    def _product(self, text: str) -> str:
        """Return the products named, our own before others', each once."""
        return ", ".join(name for name, pattern in self.products.items() if pattern.search(text))

    def missing(self, family: str, elements: Mapping[str, str]) -> list[str]:
        """Return what is asked for in that family and not known."""
        known = set(elements) | ({"patient"} if {"age", "sex"} & set(elements) else set())
        return [name for name in self.asked_for.get(family, ()) if name not in known]

    def question(self, missing: Sequence[str]) -> str:
        """Return the request for the missing elements, one sentence."""
        return f"{self.wording['intro']} {'; '.join(self.wording[name] for name in missing)}."


def _first_value(patterns: Sequence[re.Pattern[str]], text: str) -> str:
    return next((match["value"].strip() for pattern in patterns if (match := pattern.search(text))), "")


def _first_label(labels: Mapping[str, Sequence[re.Pattern[str]]], text: str) -> str:
    return next((label for label, patterns in labels.items() if any(pattern.search(text) for pattern in patterns)), "")


def _event(turns: Sequence[str], flags: Iterable[Flag]) -> str:
    """Join the matched words of the flags, leaving out what masking removed from the text."""
    words = dict.fromkeys(
        flag.matched.strip() for flag in flags if 0 <= flag.turn < len(turns) and flag.matched.strip() in turns[flag.turn]
    )
    return "; ".join(word for word in words if word)[:MAX_EVENT_CHARS]


def _compile(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _product_patterns(text: str) -> dict[str, re.Pattern[str]]:
    """Names of at least five letters: shorter ones ("let", "eve") are words of their own."""
    policy = yaml.safe_load(text)
    names = {entry["id"]: entry["names"] for entry in policy["ours"]} | policy["others"]
    patterns = {}
    for product, forms in names.items():
        long = sorted({form for form in [product, *forms] if len(form) >= MIN_NAME_CHARS}, key=lambda form: (-len(form), form))
        loose = "|".join(re.escape(form).replace(r"\ ", r"[\s-]?") for form in long)
        patterns[product] = re.compile(rf"\b(?:{loose})\b", re.IGNORECASE)
    return patterns


@lru_cache(maxsize=1)
def load_elements() -> ElementReader:
    """Return the reader of the packaged policy."""
    folder = files("assistant.policy")
    policy = _Policy.model_validate(yaml.safe_load(folder.joinpath("elements.yaml").read_text(encoding="utf-8")))
    return ElementReader(
        values={name: _compile(patterns) for name, patterns in policy.patterns.items()},
        labels={
            name: {label: _compile(patterns) for label, patterns in labels.items()} for name, labels in policy.labels.items()
        },
        products=_product_patterns(folder.joinpath("products.yaml").read_text(encoding="utf-8")),
        asked_for=policy.asked_for,
        wording=policy.wording,
    )
