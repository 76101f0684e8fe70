"""Finds the facets of a text: concepts, biomarker states, numbers and the words nothing explains.

Questions and statements go through the same code, so that both sides of a comparison are read alike. It decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import Stemmer

from assistant.query.lexicon import Lexicon
from assistant.query.normalization import form, normalize
from assistant.query.rules import read_rules
from assistant.query.types import Facets, Mention, Token

PRESENT, ABSENT = "status:mutated", "wild"
"""The status that a denial turns into its opposite."""

STATE_REACH_TOKENS = 7
"""How far a status word may stand from the biomarker it belongs to."""

REMEMBERED = 1024
"""Texts whose annotation is kept: a question is read several times over while it is taken apart."""

BOUND_ONLY = frozenset({"status:low", "status:ultralow", "deixis:here"})
"""Status words that mean nothing without a biomarker beside them, and words that point at what is under discussion."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A text with its tokens, mentions and facets; `before` are the treatments it names as given earlier (`after X`)."""

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    facets: Facets
    before: frozenset[str] = frozenset()

    def words_of(self, mention: Mention) -> str:
        """Return the mention as typed."""
        return self.text[self.tokens[mention.first].start : self.tokens[mention.last - 1].end]


class Annotator:
    """Annotates texts with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.stem = cache(Stemmer.Stemmer("english").stemWord)
        cues = read_rules("answer_cues")
        self._before_cues = frozenset(cues["before_cues"])
        self._before_fillers = frozenset(str(word) for word in cues["before_fillers"])
        self._before_joins = frozenset(cues["before_joins"])
        self._not_before = frozenset(cues["not_before"])
        self._negators = frozenset(str(word) for word in cues["negators"])
        self._negator_fillers = frozenset(cues["negator_fillers"])
        self._asked = tuple(
            (concept, re.compile(pattern, re.IGNORECASE)) for concept, pattern in read_rules("answer_language")["asked"].items()
        )
        self._stop = frozenset(form(word, lexicon.american) for word in (*cues["stop_words"], *cues["manner_words"]))
        self._normalized = lru_cache(maxsize=REMEMBERED)(normalize)
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._annotated)

    def annotate(self, text: str) -> Annotation:
        """Return the annotation of any text; offsets refer to the normalised text, which it carries."""
        return self._remembered(self._normalized(text))

    def _annotated(self, text: str) -> Annotation:
        tokens = self.lexicon.tokenize(text)
        mentions = tuple(mention for mention in self.lexicon.mentions(tokens) if not self._is_bare_letter(tokens, mention))
        facets = self._facets(tokens, mentions)
        asked = {concept for concept, pattern in self._asked if pattern.search(text)}
        if asked:
            facets = replace(facets, concepts=facets.concepts | asked)
        return Annotation(text, tokens, mentions, facets, self._before(tokens, mentions))

    def facets(self, text: str) -> Facets:
        """Return the facets alone."""
        return self.annotate(text).facets

    def _before(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> frozenset[str]:
        """The treatments named as given before: behind a cue (`after`, `progressed on`), or joined to such a treatment."""
        earlier: set[str] = set()
        last_before = -1
        for mention in mentions:
            treatments = [c for c in mention.concepts if c.partition(":")[0] in ("drug", "class")]
            behind = tokens[mention.last].form if mention.last < len(tokens) else ""
            if not treatments or behind in self._not_before:
                continue  # `progression in the elacestrant trial`
            at = mention.first - 1
            while at >= 0 and at >= last_before and tokens[at].form in self._before_fillers:
                at -= 1
            joined = last_before >= 0 and all(t.form in self._before_joins for t in tokens[last_before : mention.first])
            if (at >= 0 and tokens[at].form in self._before_cues) or (joined and mention.first - last_before <= 2):
                earlier.update(treatments)
                last_before = mention.last
        return frozenset(earlier)

    def _denials(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> dict[int, bool]:
        """Mentions behind a denial (`without a detected ...`), by first token; true where the text says `with and without`."""
        found: dict[int, bool] = {}
        for mention in mentions:
            at = mention.first - 1
            while at >= 0 and tokens[at].form in self._negator_fillers:
                at -= 1
            if at >= 0 and tokens[at].form in self._negators:
                found[mention.first] = at >= 2 and tokens[at - 1].form in ("and", "or") and tokens[at - 2].form == "with"
        return found

    def _is_bare_letter(self, tokens: Sequence[Token], mention: Mention) -> bool:
        # "m" means mutated only when it is glued to a name, as in ESR1m.
        token = tokens[mention.first]
        glued = mention.first > 0 and tokens[mention.first - 1].end == token.start
        return mention.last - mention.first == 1 and len(token.form) == 1 and not glued

    def _facets(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> Facets:
        free = _free(tokens, mentions)
        states = bind_states(mentions, self._denials(tokens, mentions))
        loose = {concept for mention in mentions for concept in mention.concepts} - BOUND_ONLY
        return Facets(
            concepts=frozenset(loose),
            states=frozenset(states),
            numbers=frozenset(token.form for token in free if token.form[0].isdigit()),
            words=frozenset(self.stem(form) for form in self._words(free)),
        )

    def words(self, annotation: Annotation) -> tuple[str, ...]:
        """Return the words of a text that no concept covers and that are not function words, in matching form."""
        return self._words(_free(annotation.tokens, annotation.mentions))

    def _words(self, free: Sequence[Token]) -> tuple[str, ...]:
        return tuple(t.form for t in free if t.form[0].isalpha() and len(t.form) > 1 and t.form not in self._stop)


def _free(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
    covered = {position for mention in mentions for position in range(mention.first, mention.last)}
    return [token for position, token in enumerate(tokens) if position not in covered]


def bind_states(mentions: Sequence[Mention], denials: Mapping[int, bool]) -> set[str]:
    """Return the biomarker states named: each status goes with the nearest biomarker within reach, before rather than after.

    `denials` are the first tokens of mentions behind a denial: a mutation there is its absence, or both where the value is
    true.
    """
    markers = [(mention, c) for mention in mentions for c in mention.concepts if c.startswith("marker:")]
    states: set[str] = set()
    for mention in mentions:
        for status in (c for c in mention.concepts if c.startswith("status:")):
            own = [c for c in mention.concepts if c.startswith("marker:")]
            near = own or _nearest(mention, markers)
            if near or status not in BOUND_ONLY:
                said = {_id(status)}
                if status == PRESENT and mention.first in denials:
                    said = {ABSENT, _id(PRESENT)} if denials[mention.first] else {ABSENT}
                states.update(f"{_id(c)}={word}" for c in near or ("marker:*",) for word in said)
    return states


def _nearest(status: Mention, markers: Sequence[tuple[Mention, str]]) -> list[str]:
    def distance(marker: Mention) -> int:
        after = marker.first - status.last
        return 2 * max(after, 0) + 1 if after >= 0 else 2 * max(status.first - marker.last, 0)

    reachable = [(distance(mention), concept) for mention, concept in markers if distance(mention) <= 2 * STATE_REACH_TOKENS]
    closest = min((d for d, _ in reachable), default=None)
    return sorted({concept for d, concept in reachable if d == closest})


def _id(concept: str) -> str:
    return concept.partition(":")[2]
