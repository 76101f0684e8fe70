"""What query understanding hands on: concepts found in a text, and a question taken apart.

A concept is written `group:id` (`drug:elacestrant`, `attr:pfs`, `region:us`); groups and ids are data
(`assistant/policy/answer_*`, the glossary), never names in code. A state is a biomarker with its status, `esr1=mutated`;
`*=mutated` where none was named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Token(NamedTuple):
    """A word of a normalised text: `form` for matching (lower case, American, singular), `raw` as typed, code points of the
    text.
    """

    form: str
    raw: str
    start: int
    end: int


class Mention(NamedTuple):
    """A concept named by the tokens `first`..`last` (end exclusive)."""

    concepts: tuple[str, ...]
    first: int
    last: int


@lru_cache(maxsize=100_000)
def _of_groups(concepts: frozenset[str], groups: tuple[str, ...]) -> frozenset[str]:
    """Kept, because the same statements are asked for the same groups at every question."""
    return frozenset(concept for concept in concepts if concept.partition(":")[0] in groups)


@dataclass(frozen=True, slots=True)
class Facets:
    """Everything the lexicon recognises in a text: `concepts`, `states`, the numbers printed, and stems of the words no
    concept covers.
    """

    concepts: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def of(self, *groups: str) -> frozenset[str]:
        """Return the concepts of the named groups."""
        return _of_groups(self.concepts, groups)


class Shape(StrEnum):
    """How much a question asks for: one thing, one per side, everything there is, or everything in brief."""

    SINGLE = "single"
    COMPARISON = "comparison"
    LIST = "list"
    OVERVIEW = "overview"


class Barrier(StrEnum):
    """Why a question may not be answered with a pick, whatever the evidence says."""

    RANKING = "ranking"
    PATIENT = "patient"
    CHORE = "chore"


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message, standing alone.

    `text` is searched for; `facets` is what it names and asks; `figure` whether it asks for a number; `negated` whether it
    asks what does not hold; `excluded` the concepts it sets aside; `before` treatments it names as given earlier; `sources`
    the kinds of document it asks for (`video`, `table`, ...); `pasted_figures` the decimals of a text pasted beside it;
    `lead` the drug it names first.

    `joint` whether it asks what several have together; `polar` whether it can be answered by yes or no. `new_words` are its
    everyday words that no document and no register question uses, `new_terms` the other words of that kind. `together` the
    drugs it names as given together; `of_arm` whether it asks for one arm of a study; `carried` the states of biomarkers that
    only the turns before named.
    """

    text: str
    facets: Facets
    shape: Shape = Shape.SINGLE
    figure: bool = False
    negated: bool = False
    excluded: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    pasted_figures: frozenset[str] = frozenset()
    lead: str | None = None
    joint: bool = False
    polar: bool = False
    new_words: frozenset[str] = frozenset()
    new_terms: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    of_arm: bool = False
    carried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A message taken apart.

    `text` is the completed question; `interpreted_as` what to show when it was completed or repaired; `unknown` the names it
    asks about that neither glossary nor corpus knows; `recall` is true when it asks for the sources of the answer before,
    whose question `parts` then holds.
    """

    text: str
    parts: tuple[Part, ...]
    interpreted_as: str | None = None
    unknown: tuple[str, ...] = ()
    barrier: Barrier | None = None
    recall: bool = False
    greeting: bool = False

    @property
    def facets(self) -> Facets:
        """Return the facets of all parts together."""
        return merge([part.facets for part in self.parts])


def merge(parts: list[Facets]) -> Facets:
    """Return the facets of several texts together."""
    return Facets(
        concepts=frozenset().union(*(part.concepts for part in parts)),
        states=frozenset().union(*(part.states for part in parts)),
        numbers=frozenset().union(*(part.numbers for part in parts)),
        words=frozenset().union(*(part.words for part in parts)),
    )
