"""Separates what is asked from how it is put: salutations, thanks, purposes, and the patient told of in front of a question.

Politeness and a case history fill a vector with what no document speaks of. The expressions are data (`answer_cues.yaml`);
where nothing would be left to ask, the text stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from assistant.query.annotation import REMEMBERED, Annotation
from assistant.query.rules import read_rules
from assistant.query.types import Facets

LEAST_WORDS = 2
"""Words that must be left when a frame is cut off."""

MOST_CUTS = 6
"""Frames that may stand one behind the other."""

LEAST_PIECES = 2
"""Pieces from which on a text in short pieces is a note."""

_SUBJECTS = ("drug", "study", "class", "marker")


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the patient's story (`story`, empty where none is told) apart from what is asked."""

    story: str
    asked: str


class Framing:
    """The expressions of `answer_cues.yaml`, compiled."""

    def __init__(self) -> None:
        rules = read_rules("answer_cues")
        self._frames = [re.compile(pattern, re.IGNORECASE) for pattern in (*rules["frames"], *rules["tails"])]
        self._asides = re.compile(rules["asides"], re.IGNORECASE)
        self._vignette = re.compile(rules["vignette"], re.IGNORECASE)
        self._note, self._age = re.compile(rules["note"], re.IGNORECASE), re.compile(rules["age"], re.IGNORECASE)
        self._breaks, self._line_break = re.compile(rules["note_breaks"]), re.compile(r"\s*\n\s*(?:[-*•]\s*)?")
        self._marked = re.compile(rules["marked_question"], re.IGNORECASE)
        self._statement = re.compile(rules["telling_sentence"], re.IGNORECASE)
        self._over, self._ongoing = re.compile(rules["over"], re.IGNORECASE), re.compile(rules["ongoing"], re.IGNORECASE)
        self._of_treatment = frozenset(rules["of_treatment"])
        self._qualifiers = frozenset(read_rules("answer_evidence")["qualifiers"])
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._unframed)

    def unframed(self, text: str) -> str:
        """Return the text without salutations, thanks and purposes around its question."""
        return self._remembered(text)

    def _unframed(self, text: str) -> str:
        text = self._cut(self._asides, text, " ")
        for _ in range(MOST_CUTS):
            shorter = text
            for frame in self._frames:
                shorter = self._cut(frame, shorter, "")
            if shorter == text:
                break
            text = shorter
        return text

    def told(self, text: str, stands_alone: Callable[[str], bool]) -> Told:
        """Return the story and what is asked; a story that goes on over several sentences is one.

        `stands_alone` says whether a text names both its subject and what it asks: sentences that ask nothing are cut off in
        front of such a text only.
        """
        marked = self._marked.match(text)
        noted = None if marked else self._noted(text, stands_alone)
        if noted is not None:
            return noted
        story: list[str] = []
        asked = text
        for pattern in (self._marked, self._vignette):
            while match := pattern.match(asked):
                story.append(match["told"])
                asked = asked[match.end() :]
        while match := self._statement.match(asked):
            if not stands_alone(asked[match.end() :]):
                break
            story.append(match["told"])
            asked = asked[match.end() :]
        return Told(". ".join(story), self.unframed(asked)) if story else Told("", text)

    def _noted(self, text: str, stands_alone: Callable[[str], bool]) -> Told | None:
        """A note in short pieces: what is asked are the pieces that stand alone; None where it is no note, or none does."""
        if not self._note.search(text):
            return None
        pieces = [piece.strip(" /*-") for piece in self._breaks.split(text)]
        asking = [piece for piece in pieces if piece and stands_alone(piece) and not self._age.search(piece)]
        asking = [piece for piece in asking if piece.endswith("?")] or asking
        if not asking or len(pieces) < LEAST_PIECES:
            return None
        story = [piece for piece in pieces if piece and piece not in asking]
        return Told(". ".join(story), self.unframed("; ".join(asking)))

    def one_line(self, text: str) -> str:
        """Return a text without line breaks; in a note they part its pieces."""
        return self._line_break.sub(" / " if self._note.search(text) else " ", text)

    def about(self, story: Annotation, asked: Facets) -> Facets:
        """Return what a story says of the patient that a question may lean on: states, treatments that are not over, and what
        narrows every question on such a patient (pregnancy, dialysis). A treatment under way is leant on by what is `asked` of
        its use and effects only: a question for what comes next is none about it.
        """
        concepts = story.facets.of(*_SUBJECTS, "setting", "region")
        is_under_way = bool(self._ongoing.search(story.text)) and not asked.of("attr") & self._of_treatment
        if self._over.search(story.text) or is_under_way:
            concepts -= story.facets.of("drug")
        narrowing = story.facets.concepts & self._qualifiers
        return Facets(concepts - story.before | narrowing, story.facets.states)

    @staticmethod
    def _cut(pattern: re.Pattern[str], text: str, by: str) -> str:
        shorter = pattern.sub(by, text, count=1).strip()
        if shorter == text:
            return text
        return shorter if len(re.findall(r"[^\W_]{2,}", shorter)) >= LEAST_WORDS else text
