"""The reviewed patterns of `boilerplate.yaml`, compiled once. It decides nothing about a document."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from corpus.yaml_files import StrictModel, decode, parse_yaml, validate

FILE = "boilerplate.yaml"
Patterns = Annotated[tuple[str, ...], Field(min_length=1)]


class Rule(StrictModel):
    """Patterns with the reason given in the report."""

    reason: str
    patterns: Patterns


class Boilerplate(StrictModel):
    """The file as it stands."""

    id: str
    version: str
    owner: str
    labels: tuple[Rule, ...]
    phrases: tuple[Rule, ...]
    scale: Patterns
    pictures: Patterns
    directions: Patterns
    noises: Patterns


@cache
def _boilerplate() -> Boilerplate:
    data = (files("corpus.loaders") / FILE).read_bytes()
    return validate(Boilerplate, parse_yaml(decode(data, FILE), FILE), FILE)


@cache
def _compiled(field: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    value = getattr(_boilerplate(), field)
    pairs = [("", pattern) for pattern in value] if isinstance(value[0], str) else []
    pairs = pairs or [(rule.reason, pattern) for rule in value for pattern in rule.patterns]
    return tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in pairs)


def label_reason(line: str) -> str | None:
    """Return why a whole line is page furniture, None when it is not."""
    return next((reason for reason, pattern in _compiled("labels") if pattern.fullmatch(line.strip())), None)


def phrase_reason(line: str) -> str | None:
    """Return why a line that holds such a phrase is page furniture, None when it holds none."""
    return next((reason for reason, pattern in _compiled("phrases") if pattern.search(line)), None)


def is_scale(line: str) -> bool:
    """Return whether the line is an answer of a rating scale."""
    return any(pattern.fullmatch(line.strip()) for _, pattern in _compiled("scale"))


def describes_picture(line: str) -> bool:
    """Return whether the line says what a picture looks like."""
    return any(pattern.search(line.strip()) for _, pattern in _compiled("pictures"))


def is_direction(sentence: str) -> bool:
    """Return whether a sentence of a transcript is a stage direction."""
    return any(pattern.search(sentence.strip()) for _, pattern in _compiled("directions"))


def without_noises(speech: str) -> tuple[str, list[str]]:
    """Return speech without the noises noted in brackets inside it ("[applause] Thank you"), and these."""
    pattern = _compiled("noises")[0][1]
    noises = [found[0].strip() for found in pattern.finditer(speech)]
    return (" ".join(pattern.sub(" ", speech).split()) if noises else speech), noises
