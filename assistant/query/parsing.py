"""Takes a message apart: repairs, names, questions, cues, and what it takes over from the turns before.

Every turn of the conversation is read in order with the same code, so that a follow-up means the same on every replay. No
model.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.query.annotation import REMEMBERED, Annotation, Annotator
from assistant.query.conversation import DATES, Completer, Completion, Turn
from assistant.query.cues import Cues, read_cues
from assistant.query.elisions import Elisions
from assistant.query.framing import Framing, Told
from assistant.query.lexicon import Lexicon
from assistant.query.normalization import is_bracketed, normalize
from assistant.query.rules import read_rules, read_words
from assistant.query.spelling import Speller
from assistant.query.types import Facets, Mention, ParsedQuestion, Part, Token, merge
from assistant.query.unknowns import NameGuard
from corpus.glossary import Glossary

SUBJECT_GROUPS = ("drug", "study", "class", "marker", "setting", "body")
NAME_WEIGHT, COMMON_WEIGHT, FORM_WEIGHT = 1000.0, 200.0, 2.0
"""What is added to a word's weight among the words a repair may lead to: for a name's word, which goes before ordinary words;
for a word that every question is made of; for a word of any other concept.
"""

LEAST_SHOUTED = 4
"""Words from which on a message all in capitals is shouted, and not a list of short forms."""

MOST_NAMING = 4
"""A piece of so few words that asks for nothing only names."""

MOST_LEANING = 12
"""A question of more words says itself what it asks."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around one question of a message: other questions (`joined` are those of one sentence), a pasted text and
    what it names, what the story of a patient says, what was carried.
    """

    pieces: tuple[Annotation, ...]
    joined: frozenset[str]
    context: Facets
    story: Facets
    carried: Facets
    pasted: str


class QuestionParser:
    """Parses messages. `vocabulary` are the words of the corpus (matching forms) with a weight each."""

    def __init__(self, annotator: Annotator, glossary: Glossary, vocabulary: Mapping[str, float]) -> None:
        lexicon = annotator.lexicon
        self._annotator = annotator
        self._lexicon = lexicon
        names = {form for group in ("drug", "study") for forms, _ in lexicon.names(group) for form in forms}
        self._names = frozenset(names)
        weights = _weights(lexicon, vocabulary, names)
        self._guard = NameGuard(lexicon, glossary, vocabulary)
        self._speller = Speller(read_words("answer_words_en.txt") | self._guard.outsiders, weights, names)
        self._elisions = Elisions(lexicon)
        self._heard = frozenset(annotator.stem(word) for word in vocabulary)
        self._slips = [(re.compile(typed, re.IGNORECASE), meant) for typed, meant in read_rules("answer_names")["slips"]]
        self._typos = {normalize(typed).lower(): meant for typed, meant in glossary.typos.items()}
        self._abbreviations = dict(read_rules("answer_names")["abbreviations"])
        self._cues: Cues = read_cues()
        self._qualifiers = frozenset(read_rules("answer_evidence")["qualifiers"])
        self._framing = Framing()
        self._completer = Completer(lexicon, self._cues)
        self._told = lru_cache(maxsize=REMEMBERED)(self._read_told)

    def parse(self, text: str, history: Sequence[str] = ()) -> ParsedQuestion:
        """Return the message taken apart; `history` holds the earlier user turns, oldest first."""
        turns: list[Turn] = []
        for earlier in history:
            turns.append(self._turn(earlier, turns))
        turn = self._turn(text, turns)
        if turn.recall:
            before = next((t for t in reversed(turns) if not t.recall and not t.is_empty), None)
            if before is not None:
                return self._parsed(before, typed=text, recall=True)
        return self._parsed(turn, typed=text, recall=False)

    def _turn(self, text: str, before: Sequence[Turn]) -> Turn:
        typed = self._framing.unframed(self._calm(normalize(self._framing.one_line(text))))
        annotation = self._annotator.annotate(self._framing.unframed(self._repair(typed)))
        recall = bool(before) and bool(self._cues.recall.search(annotation.text))
        completion = Completion(annotation.text, annotation.facets)
        unknown = self._unknown(annotation)
        # A name nobody knows is asked about: what was said before does not explain it.
        if before and not recall and not unknown:
            completion = self._completer.complete(annotation, [turn for turn in before if not turn.recall])
        own_sources = self._cues.sources_of(annotation.text)
        return Turn(
            typed=typed,
            text=self._spell_out(completion.text),
            facets=completion.facets,
            own=annotation.facets,
            unknown=unknown or completion.unknown,
            sources=own_sources or completion.sources,
            recall=recall,
        )

    def _calm(self, text: str) -> str:
        """A message all in capitals is read as if it were not; names stay as printed."""
        if not text.isupper() or len(text.split()) < LEAST_SHOUTED:
            return text
        return re.sub(r"[^\W\d_]+", lambda word: word[0] if word[0].lower() in self._names else word[0].lower(), text)

    def _repair(self, text: str) -> str:
        for typed, meant in self._slips:
            text = typed.sub(meant, text)
        annotation = self._annotator.annotate(self._elisions.complete(text))
        covered = {p for mention in annotation.mentions for p in range(mention.first, mention.last)}
        named = {p for m in annotation.mentions if _is_name(m) for p in range(m.first, m.last)}
        pieces: list[str] = []
        at = 0
        for position, token in enumerate(annotation.tokens):
            short = self._abbreviations.get(token.raw.lower()) if position not in named else None
            meant = self._typos.get(token.raw.lower()) or short
            if meant is None and position not in covered:
                meant = self._respelt(token)
            if meant:
                pieces += [annotation.text[at : token.start], meant]
                at = token.end
        return "".join(pieces) + annotation.text[at:]

    def _respelt(self, token: Token) -> str | None:
        if self._speller.knows(token.form, token.raw):
            return None
        capitals = sum(letter.isupper() for letter in token.raw) > 1
        return self._speller.repair(token.form, token.raw, capital=capitals) or self._speller.split(token.form, token.raw)

    def _spell_out(self, text: str) -> str:
        """Short forms of names (`palbo`) are searched for by the name itself."""
        annotation = self._annotator.annotate(text)
        pieces: list[str] = []
        at = 0
        for mention in annotation.mentions:
            name = next((c for c in mention.concepts if c.startswith("drug:")), None)
            start, end = annotation.tokens[mention.first].start, annotation.tokens[mention.last - 1].end
            typed = annotation.words_of(mention)
            if name and start >= at and typed.islower() and len(typed) < len(self._lexicon.label(name)) - 1:
                pieces += [annotation.text[at:start], self._lexicon.label(name)]
                at = end
        return "".join(pieces) + annotation.text[at:]

    def _parsed(self, turn: Turn, *, typed: str, recall: bool) -> ParsedQuestion:
        parts = self._parts(turn)
        # Beside the name that nobody knows, another reading of the message would only mislead.
        shown = turn.text if turn.text != turn.typed and not turn.unknown else None
        own = normalize(typed)
        return ParsedQuestion(
            text=turn.text,
            parts=parts,
            interpreted_as=shown if not recall else turn.text,
            unknown=turn.unknown,
            barrier=self._cues.barrier(own) or (None if turn.text == own else self._cues.barrier(turn.text)),
            recall=recall,
            greeting=bool(self._cues.greeting.search(own)),
        )

    def _parts(self, turn: Turn) -> tuple[Part, ...]:
        pasted = " ".join(match.group() for match in self._cues.pasted.finditer(turn.text))
        told = self._told(self._cues.pasted.sub(" ", turn.text).strip() if pasted else turn.text)
        asked = told.asked
        context = self._annotator.facets(pasted) if pasted else Facets()
        whole = self._annotator.annotate(asked)
        story = self._framing.about(self._annotator.annotate(told.story), whole.facets) if told.story else Facets()
        questions = [self._asks(question) for question in self._questions(asked)]
        joined = frozenset(ask for asks in questions for ask in asks if len(asks) > 1)
        pieces = [self._annotator.annotate(ask) for asks in questions for ask in asks] or [whole]
        carried = Facets(turn.facets.concepts - turn.own.concepts, turn.facets.states - turn.own.states)
        around = _Around(tuple(pieces), joined, context, story, carried, pasted)
        asking = [piece for piece in pieces if not self._cues.told.search(piece.text)] or pieces
        sources = self._sources(asking, turn)
        parts: list[Part] = []
        for piece, said in zip(asking, sources, strict=True):
            parts.append(self._part(piece, around, said, parts[-1].facets if parts else Facets()))
        return tuple(parts)

    def _read_told(self, text: str) -> Told:
        return self._framing.told(text, self._stands_alone)

    def _stands_alone(self, text: str) -> bool:
        facets = self._annotator.facets(text)
        asks = facets.of("attr", "stat") - self._cues.general or self._cues.sources_of(text)
        return bool(facets.of("drug", "study", "class", "marker") and asks)

    def _unknown(self, annotation: Annotation) -> tuple[str, ...]:
        """Unknown names of what is asked; those of a patient's story only where the question leans on it."""
        asked = self._annotator.annotate(self._told(annotation.text).asked)
        leans = not asked.facets.of("drug", "study", "class", "marker")
        return self._guard.unknown_names(annotation if leans else asked)

    def _sources(self, pieces: Sequence[Annotation], turn: Turn) -> Iterator[frozenset[str]]:
        """A source named in one question holds for that one, and for those behind it that name no subject of their own."""
        own = [self._cues.sources_of(piece.text) for piece in pieces]
        said = frozenset[str]() if any(own) else turn.sources
        for piece, named in zip(pieces, own, strict=True):
            if named or piece.facets.of("drug", "study", "marker"):
                said = named or (said if not any(own) else frozenset())
            yield said

    def _questions(self, text: str) -> list[str]:
        """The questions of a message; a piece that asks nothing by itself belongs to the question before it, and in front of
        all of them, unless it is put as a question, to none.
        """
        questions: list[str] = []
        for piece in self._cues.split(text):
            if questions and (not self._subject_of(piece) or self._only_names(piece)):
                questions[-1] += f", and {piece}"
            else:
                questions.append(piece)
        leads_up = len(questions) > 1 and "?" not in questions[0] and not self._subject_of(questions[0])
        return questions[leads_up:]

    def _subject_of(self, piece: str) -> frozenset[str]:
        return self._annotator.facets(piece).of(*SUBJECT_GROUPS, "attr") - self._cues.general

    def _only_names(self, piece: str) -> bool:
        """A name or two put behind a question without one of their own: they say what it is about."""
        named = self._annotator.facets(piece)
        asks = "?" in piece or named.of("attr", "stat") - self._cues.general
        return not asks and len(piece.split()) <= MOST_NAMING

    def _asks(self, question: str) -> list[str]:
        """Cut a question at its joints where each side asks for something of its own (`dose and response rate of ...`)."""
        asks: list[str] = []
        asked: frozenset[str] = frozenset()
        start = 0
        for joint in self._cues.joint_between.finditer(question):
            left, right = question[start : joint.start()], question[joint.end() :]
            following = self._cues.joint_between.split(right)[0]
            wanted, next_wanted = self._wanted(left), self._wanted(following)
            if (
                is_bracketed(question, joint.start())
                or any(self._cues.place.search(side.strip(" ?.")) for side in (left, right))
                or self._is_combination(left, following)
                or not (wanted - self._qualifiers and next_wanted - self._qualifiers)
            ):
                continue  # one thing asked of two medicines given together, or asked under a condition
            if not self._are_kin(asked | wanted, next_wanted):
                asks.append(left)
                asked |= wanted
                start = joint.end()
        return [ask.strip(" ,;:-") for ask in (*asks, question[start:])]

    def _is_combination(self, left: str, right: str) -> bool:
        """A joint between two medicines: what stands on its left ends with one, and what follows begins with another."""
        before, after = self._annotator.annotate(left), self._annotator.annotate(right)
        last = [mention for mention in before.mentions if mention.last == len(before.tokens)]
        first = [mention for mention in after.mentions if mention.first == 0]
        return all(any(c.startswith(("drug:", "class:")) for m in found for c in m.concepts) for found in (last, first))

    def _leaning(self, piece: Annotation, before: Facets, facets: Facets) -> Facets:
        """A question that only names ("and the alpelisib arm?") asks what the one before it asked, one for a date alone of when
        that came to be.
        """
        own = piece.facets.of("attr", "stat")
        if own and own <= DATES:
            return replace(facets, concepts=facets.concepts | before.of("attr", "region"))
        of_arm = bool(self._cues.arm.search(piece.text))
        leans = of_arm or (len(piece.tokens) <= MOST_LEANING and bool(self._cues.lean.search(piece.text)))
        if own or not leans or not piece.facets.of("drug", "class") or piece.facets.of("study"):
            return facets
        taken = before.of("attr", "stat", "study")
        if of_arm:
            taken |= before.of("drug")
        if of_arm or not piece.facets.of("drug"):
            taken |= before.of("marker", "status")
        return replace(facets, concepts=facets.concepts | taken, states=facets.states | before.states)

    def _implied(self, facets: Facets) -> Facets:
        """A statistic asked of a study or drug without saying of what is asked of what a study of it measures."""
        if facets.of("attr") - self._cues.general or not facets.of("study", "drug"):
            return facets
        meant = {measured for statistic, measured in self._cues.measured.items() if statistic in facets.concepts}
        return replace(facets, concepts=facets.concepts | meant)

    def _new_words(self, piece: Annotation) -> frozenset[str]:
        """Words that no document and no register question uses."""
        words = self._annotator.words(piece)
        return frozenset(w for w in words if self._annotator.stem(w) not in self._heard and not self._guard.is_neutral(w))

    def _wanted(self, text: str) -> frozenset[str]:
        return self._annotator.facets(text).of("attr") - self._cues.vague

    def _are_kin(self, asked: frozenset[str], wanted: frozenset[str]) -> bool:
        kin = frozenset().union(*(self._lexicon.kin(attribute) for attribute in asked))
        return bool(kin & wanted) or any(self._lexicon.kin(attribute) & asked for attribute in wanted)

    def _part(self, piece: Annotation, around: _Around, sources: frozenset[str], before: Facets) -> Part:
        facets = self._implied(self._leaning(piece, before, _complete_from(piece, around, self._cues.general)))
        text = piece.text
        if len(around.pieces) > 1:
            lacking = (facets.of("drug", "study", "class") | facets.of("marker")) - piece.facets.concepts
            text = " ".join([text, *sorted(self._lexicon.label(concept) for concept in lacking)])
        elif around.pasted:
            text = f"{text} {around.pasted}"
        aside = [self._annotator.facets(phrase) for phrase in self._cues.aside(piece.text)]
        excluded = merge(aside).of("drug", "study", "class", "marker", "attr") if aside else frozenset()
        shape = self._cues.shape(piece.text)
        away = excluded | piece.before
        new = self._new_words(piece)
        return Part(
            text=text,
            facets=Facets(facets.concepts - away, _without(facets.states, excluded), facets.numbers, facets.words),
            shape=shape,
            figure=bool(self._cues.figure.search(piece.text)),
            negated=bool(self._cues.negated.search(piece.text)),
            excluded=excluded,
            before=piece.before,
            sources=sources,
            joint=bool(self._cues.joint.search(piece.text)),
            polar=bool(self._cues.polar.search(piece.text)),
            lead=next((c for m in piece.mentions for c in m.concepts if c.startswith("drug:") and c not in away), None),
            new_words=frozenset(filter(self._guard.is_known, new)),
            new_terms=frozenset(itertools.filterfalse(self._guard.is_known, new)),
            pasted_figures=frozenset(number for number in around.context.numbers if "." in number),
            together=_given_together(piece, self._cues.given_with),
            of_arm=bool(self._cues.one_arm.search(piece.text)),
            carried=around.carried.states,
        )


def _given_together(piece: Annotation, joints: frozenset[str]) -> frozenset[str]:
    """The drugs a question names as one treatment: what stands between two of them joins them (`A + B`, `A with B`)."""
    named = [(m, {c for c in m.concepts if c.startswith("drug:")}) for m in piece.mentions]
    drugs = sorted(((m, found) for m, found in named if found), key=lambda pair: pair[0].first)
    together: set[str] = set()
    for (left, one), (right, other) in itertools.pairwise(drugs):
        between = [token.form for token in piece.tokens[left.last : right.first]]
        hyphen = piece.text[piece.tokens[left.last - 1].end : piece.tokens[right.first].start] == "-"
        if (hyphen or (between and joints.issuperset(between))) and one != other:
            together |= one | other
    return frozenset(together)


def _is_name(mention: Mention) -> bool:
    return any(concept.partition(":")[0] in ("drug", "study") for concept in mention.concepts)


def _weights(lexicon: Lexicon, vocabulary: Mapping[str, float], names: Iterable[str]) -> dict[str, float]:
    """Return the words a repair may lead to, the heavier the likelier."""
    cues = read_rules("answer_cues")
    weights = dict(vocabulary)
    for words, weight in (
        (names, NAME_WEIGHT),
        (lexicon.forms, FORM_WEIGHT),
        (cues["stop_words"], COMMON_WEIGHT),
        (cues["manner_words"], COMMON_WEIGHT / 4),
    ):
        for word in sorted(map(str.lower, words)):
            weights[word] = weights.get(word, 0.0) + weight
    return weights


def _without(states: Iterable[str], excluded: frozenset[str]) -> frozenset[str]:
    genes = {concept.partition(":")[2] for concept in excluded}
    return frozenset(state for state in states if state.partition("=")[0] not in genes)


def _complete_from(annotation: Annotation, around: _Around, general: frozenset[str]) -> Facets:
    """A question inside a message takes over the subject it does not name itself."""
    piece = annotation.facets
    others = [other.facets for other in around.pieces if other is not annotation]
    concepts = set(piece.concepts) | around.carried.concepts
    states = set(piece.states) | around.carried.states
    if not piece.of("drug", "study"):
        taken = merge([*others, around.context]).of("drug", "study")
        if not piece.of("class") - annotation.before or around.pasted or annotation.text in around.joined:
            concepts |= taken
            if not piece.states:
                states |= {state for other in others for state in other.states}
                concepts |= {c for other in others for c in other.of("marker", "status")}
        if not taken and not piece.of("class", "marker", "setting", "source"):
            concepts |= {c for other in others for c in other.of("class", "marker", "setting", "body")}
    if not piece.of("drug", "study", "class", "marker"):
        concepts |= around.story.concepts
    concepts |= around.story.of("attr")
    if not states:
        states |= around.story.states
    if around.pasted and not piece.of("attr", "stat") - general:
        concepts |= around.context.of("attr")
    if around.pasted and not piece.of("study"):
        concepts |= around.context.of("study")
    bound = {state.partition("=")[2] for state in states if not state.startswith("*")}
    states = {state for state in states if not (state.startswith("*") and state.partition("=")[2] in bound)}
    return Facets(frozenset(concepts), frozenset(states), piece.numbers, piece.words)
