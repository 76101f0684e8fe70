"""Completes a follow-up from the turns before it, slot by slot: what the new turn names replaces what was named before.

Slots: subject (study, drug, class, setting, body), biomarker state, attribute, region, source. A turn that names both its
subject and what it asks stands alone. No model: the same conversation is completed the same way every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.query.annotation import Annotation
from assistant.query.cues import Cues
from assistant.query.lexicon import Lexicon
from assistant.query.types import Facets

NAMES = ("study", "drug")
SUBJECT = ("study", "drug", "class", "setting", "body")
ASKED = ("attr", "stat")
SHOWN = ("study", "drug", "class", "marker", "setting", "body", "attr", "stat", "region")
"""Groups whose labels complete the text of a follow-up, in this order."""

DATES = frozenset({"attr:date"})
"""A question for a date alone (`since when?`) asks when what was asked of before came to be."""

FREQUENCY = frozenset({"attr:prevalence"})
"""How often `it` came about is asked of what was spoken of."""

PRECISION = frozenset({"stat:ci", "stat:p"})
"""Statistics that say how sure another one is: asked for alone, they are asked of the statistic spoken of."""

SHORT_TOKENS = 4
"""A turn of at most this many words leans on the turn before even without a cue."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as read: typed text, completed text and facets, what it named itself, and whether it only asks for sources."""

    typed: str
    text: str
    facets: Facets
    own: Facets
    unknown: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    recall: bool = False

    @property
    def is_empty(self) -> bool:
        """Return whether the turn named nothing (a thank-you, a greeting)."""
        return not (self.facets.concepts or self.facets.states or self.unknown)


@dataclass(frozen=True, slots=True)
class Completion:
    """A turn completed: the text to search for, its facets, sources and unknown names taken over."""

    text: str
    facets: Facets
    sources: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


class Completer:
    """Completes follow-ups with one lexicon and one set of cues."""

    def __init__(self, lexicon: Lexicon, cues: Cues) -> None:
        self._lexicon = lexicon
        self._cues = cues

    def complete(self, turn: Annotation, before: Sequence[Turn]) -> Completion:
        """Return the turn completed from those before (oldest first); unchanged when it stands alone or changes the subject."""
        own = turn.facets
        earlier = self._referred(turn, before)
        if earlier is None or self._cues.switch.search(turn.text):
            return Completion(turn.text, own)
        own = self._without_earlier(turn, earlier)
        subject, asked = self._subject(own), own.of(*ASKED) - self._cues.general
        back = bool(self._cues.back.search(turn.text) or self._cues.back_first.search(turn.text))
        leans = bool(self._cues.lean.search(turn.text)) or self._is_fragment(turn, earlier)
        if back:
            return self._completion(turn, earlier, self._returning(own, earlier.facets), own.states or earlier.facets.states)
        if subject and (asked or not leans):
            return self._added(turn, own, earlier) if asked and leans else Completion(turn.text, turn.facets)
        if asked and not subject:
            general = own.of("attr") - self._cues.general
            if general and general <= self._cues.standalone and not leans:
                return Completion(turn.text, turn.facets)
            return self._completion(turn, earlier, self._appended(turn, own, earlier.facets), _states(own, earlier.facets))
        return self._completion(turn, earlier, *self._exchanged(turn, own, earlier))

    def _added(self, turn: Annotation, own: Facets, earlier: Turn) -> Completion:
        """A turn that asks of a drug added to what was spoken of (`and once you add X, how often Y?`); else it stands alone."""
        if own.of("study") or not (self._cues.added.search(turn.text) or self._is_within(turn, own, earlier)):
            return Completion(turn.text, turn.facets)
        kept = earlier.facets.of("study") or earlier.facets.of("drug")
        return self._completion(turn, earlier, kept, own.states or earlier.facets.states)

    def _is_within(self, turn: Annotation, own: Facets, earlier: Turn) -> bool:
        """Whether a turn asks of a drug `there`: in the study spoken of, which is about it."""
        about = frozenset(drug for study in earlier.facets.of("study") for drug in self._lexicon.about(study))
        return bool(self._cues.within.search(turn.text) and own.of("drug") & about)

    def _without_earlier(self, turn: Annotation, earlier: Turn) -> Facets:
        """What a turn names, but for the treatments given before: of a study or drug spoken of, they are no new subject."""
        own = turn.facets
        if not earlier.facets.of(*NAMES):
            return own
        given = turn.before | self._compared(turn)
        given = given.union(*(self._cues.pretreated[a] for a in own.of("attr") if a in self._cues.pretreated))
        return replace(own, concepts=own.concepts - given)

    def _compared(self, turn: Annotation) -> frozenset[str]:
        """Classes that a turn sets what was spoken of against (`how did that compare with chemo?`), or says of it (`does it
        work as the first chemo?`).
        """
        if self._cues.pronoun.search(turn.text) and not turn.facets.of(*NAMES):
            return turn.facets.of("class")
        found = self._cues.compared.finditer(turn.text)
        ends = [match.end() for match in found]
        named = [(turn.tokens[m.first].start, m.concepts) for m in turn.mentions]
        return frozenset(c for start, concepts in named for c in concepts if c.startswith("class:") and start in ends)

    def _exchanged(self, turn: Annotation, own: Facets, earlier: Turn) -> tuple[frozenset[str], frozenset[str]]:
        """What a turn that only names keeps of the one before, concepts and states; set beside it, it keeps all."""
        past = earlier.facets
        if self._cues.beside.search(turn.text):
            return past.of(*SHOWN, "status", "line"), own.states or past.states
        added = bool(self._cues.added.search(turn.text))
        of_arms = past.of("study") if self._cues.arm.search(turn.text) and not own.of("study") else frozenset()
        return self._substituted(own, past, added=added) | of_arms, _states(own, past)

    def _is_fragment(self, turn: Annotation, earlier: Turn) -> bool:
        """A short turn leans on the one before; not one that sets two names beside each other of which none was spoken of."""
        names = turn.facets.of(*NAMES, "class")
        narrowest = names - {wider for name in names for wider in self._lexicon.closure(name) - {name}}
        is_pair = len(narrowest) > 1 and not names & earlier.facets.concepts
        return len(turn.tokens) <= SHORT_TOKENS and not is_pair

    def _subject(self, facets: Facets) -> frozenset[str]:
        return facets.of(*SUBJECT) - self._cues.general

    def _referred(self, turn: Annotation, before: Sequence[Turn]) -> Turn | None:
        """The first turn when the message says so, one with the same subject when it goes back, else the last."""
        told = [earlier for earlier in before if not earlier.is_empty]
        if not told:
            return None
        same = [earlier for earlier in told if self._subject(turn.facets) & earlier.facets.concepts]
        if same and self._cues.back.search(turn.text):
            return same[0]
        return told[0] if self._cues.back_first.search(turn.text) else told[-1]

    def _appended(self, turn: Annotation, own: Facets, past: Facets) -> frozenset[str]:
        """The turn asks something new of the earlier subject."""
        kept = self._subjects_kept(own, past)
        if not own.states:
            kept |= past.of("marker", "status")
        if own.of("attr") - self._cues.general <= DATES:
            kept |= past.of("attr")
        if own.of("attr") - self._cues.general <= FREQUENCY and self._cues.pronoun.search(turn.text):
            kept |= past.of("attr")
        if own.of("stat") and own.of("stat") <= PRECISION:
            kept |= past.of("stat")
        return kept

    def _substituted(self, own: Facets, past: Facets, *, added: bool) -> frozenset[str]:
        """The turn names another subject or state: it takes the place of the old one, the question stays; what is `added` to a
        study's treatment is asked of within that study, to a drug with that drug; so is a drug that the study is about.
        """
        kept = past.of("attr", "stat")
        if not self._subject(own):
            kept |= self._subjects_kept(own, past)
        elif not own.of(*NAMES, "class"):
            kept |= past.of(*NAMES)
        elif added and not own.of("study"):
            kept |= past.of("study") or past.of("drug")
        elif not own.of("study"):
            kept |= frozenset(s for s in past.of("study") if own.of("drug") & frozenset(self._lexicon.about(s)))
        kept |= past.of("setting") if not own.of("setting") else frozenset()
        if not own.states and not own.of("marker") and not own.of(*NAMES):
            kept |= past.of("marker", "status")
        if not own.of("region"):
            kept |= past.of("region")
        return kept if own.of("line") else kept | past.of("line")

    def _returning(self, own: Facets, past: Facets) -> frozenset[str]:
        """The turn goes back to an earlier subject: that turn's names join its own, and its question too."""
        return past.of("study", "drug", "class", "marker", "status") | past.of("attr")

    def _subjects_kept(self, own: Facets, past: Facets) -> frozenset[str]:
        """The earlier subject; a class behind its drugs is left out, and a route asked for picks the class given that way."""
        names = past.of(*NAMES)
        subject = past.of("setting", "body") | (names or past.of("class"))
        for route in sorted(own.of("route")):
            swapped = {c: self._lexicon.sibling(c, route) for c in names or past.of("class")}
            if any(swapped.values()):
                return frozenset(swap for swap in swapped.values() if swap)
        return frozenset(subject)

    def _completion(self, turn: Annotation, earlier: Turn, kept: frozenset[str], states: frozenset[str]) -> Completion:
        own = turn.facets
        stem = turn.text.rstrip(" ?.!")
        mark = "?" if turn.text.rstrip().endswith("?") else ""
        labels = self._labels(kept - own.concepts)
        text = f"{stem} ({', '.join(labels)}){mark}" if labels else turn.text
        leaves = bool(own.of("attr") - self._cues.general) or bool(self._cues.which_study.search(turn.text))
        return Completion(
            text=text,
            facets=Facets(own.concepts | kept, states, own.numbers, own.words),
            sources=frozenset() if leaves else earlier.sources,
            unknown=earlier.unknown,
        )

    def _labels(self, concepts: Iterable[str]) -> list[str]:
        order = {group: rank for rank, group in enumerate(SHOWN)}
        shown = [c for c in concepts if c.partition(":")[0] in order and c not in self._cues.general]
        return [self._lexicon.label(c) for c in sorted(shown, key=lambda c: (order[c.partition(":")[0]], c))]


def _states(own: Facets, past: Facets) -> frozenset[str]:
    """A bare status (`mutated one?`) is said of the earlier turn's biomarker; no status keeps the earlier state."""
    if not own.states:
        return frozenset() if own.of(*NAMES) else past.states
    genes = sorted({state.partition("=")[0] for state in past.states} - {"*"})
    genes = genes or sorted(c.partition(":")[2] for c in past.of("marker"))
    bound: set[str] = set()
    for state in own.states:
        gene, _, status = state.partition("=")
        bare = gene == "*" and genes and status != "all"
        bound |= {f"{g}={status}" for g in genes} if bare else {state}
    return frozenset(bound)
