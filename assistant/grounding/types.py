"""What a grounding check gives back, and the parts a text is read into. Plain data; nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a sentence was stopped. Stable: written to audit records and to `medinfo check`."""

    NO_SOURCE = "no_source"
    EMPTY = "empty"
    UNKNOWN_CITATION = "unknown_citation"
    MARKUP = "markup"
    UNREADABLE = "unreadable"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_WORD = "unknown_word"
    NUMBER = "number"
    NUMBER_ROLE = "number_role"
    DATE = "date"
    POPULATION = "population"
    POPULATION_DROPPED = "population_dropped"
    NEGATION = "negation"
    MODALITY = "modality"
    QUANTIFIER = "quantifier"
    ADVICE = "advice"
    CAUSALITY = "causality"
    DIRECTION = "direction"
    COMPARATOR = "comparator"
    SIGNIFICANCE = "significance"
    RELATION = "relation"
    QUALIFIER_DROPPED = "qualifier_dropped"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing the cited statements do not support: a code, the words of the sentence it is about, a message for a person."""

    code: ReasonCode
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class GroundingVerdict:
    """`supported` is true exactly when there is no reason against it."""

    supported: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark. `stem` is what is compared; `text` is as printed (after folding).

    `named` is a number that a hyphen joins to a name in capitals ("TRIAL-9"): part of the name, no figure.
    """

    text: str
    stem: str
    named: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0].isdigit() or (self.text[0] == "." and len(self.text) > 1)

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.text[0].isalpha()


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named by the tokens `[first, last)`. `dimension` only for conditions; `negated` by a negator beside it."""

    concept: str
    kind: str
    first: int
    last: int
    dimension: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure. `kind` is its unit family (months, days, percent, ratio, ci, p, count, date, ...); `value` and `upper` are in
    the base unit of the family; a date is year * 10000 + month * 100 + day with zeros for what is not given.

    `about` allows rounding; `worded` is a fraction in words ("a quarter"); `bound` is "low" (at least), "high" (at most) or "".
    """

    kind: str
    value: float
    upper: float | None
    first: int
    last: int
    about: bool = False
    bound: str = ""
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """A treatment as compared: the concepts given together, and where it is named."""

    concepts: frozenset[str]
    first: int
    last: int
    prior: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with its roles: who got what, what was measured, for whom it holds."""

    quantity: Quantity
    arm: frozenset[str]
    measures: frozenset[str]
    conditions: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read once: tokens, what they name, and how they hang together. All lists in text order.

    `segments[i]` is the number of the stretch (between semicolons and contrasting conjunctions) token i stands in;
    `covered[i]` tells that token i belongs to a mention or a quantity, `depths[i]` in how many brackets it stands.
    """

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    arms: tuple[Arm, ...]
    segments: tuple[int, ...]
    covered: tuple[bool, ...]
    depths: tuple[int, ...]
    figures: tuple[Figure, ...]

    def of_kind(self, *kinds: str) -> tuple[Mention, ...]:
        """Mentions of these kinds."""
        return tuple(mention for mention in self.mentions if mention.kind in kinds)

    def concepts(self) -> frozenset[str]:
        """All concepts named."""
        return frozenset(mention.concept for mention in self.mentions)

    def has(self, *concepts: str) -> bool:
        """Whether any of these concepts is named."""
        return any(mention.concept in concepts for mention in self.mentions)

    def places(self, words: AbstractSet[str]) -> list[int]:
        """The tokens that are one of these stems."""
        return [index for index, token in enumerate(self.tokens) if token.stem in words]

    def phrase(self, first: int, last: int) -> str:
        """The printed words of a stretch of tokens."""
        return " ".join(token.text for token in self.tokens[first:last])
