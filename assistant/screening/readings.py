"""What the policy finds in each sentence of a conversation, after guards took negated, supposed and quoted words out.

Guard handling follows NegEx (Chapman et al. 2001): a cue covers a number of words in one direction and ends at a word or mark
that opens a new clause. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace

from assistant.screening.lexicon import Mention
from assistant.screening.policy import Policy, Scope
from assistant.screening.scripts import as_read, is_mostly_foreign
from assistant.screening.text import Sentence, normalise, sentences_of
from assistant.types import IdentifierSpan

_EXCEPTIONS = {
    "negation": "not_negation",
    "hypothetical": "hypothetical_whether",
    "potential": "potential_explains",
    "nobody_had": "met_before",
    "relative": "lay_relative",
}
_CLAUSE_MARKS = frozenset(";:()[]–—")
_LIST_MARKS = _CLAUSE_MARKS | {","}
_LOT_DIGITS = 4
_SUBJECTS = frozenset(
    [
        "she",
        "her",
        "he",
        "his",
        "now",
        "but",
        "just",
        "new",
        "only",
        "then",
        "grade",
        "bilateral",
        "started",
        "i",
        "we",
        "my",
        "our",
        "was",
        "is",
        "has",
        "had",
        "with",
        "on",
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with its mentions: `live` those no guard covers, by class; `silenced` the guards that covered an event."""

    sentence: Sentence
    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    live: dict[str, list[Mention]] = field(default_factory=dict)
    question: bool = False
    silenced: frozenset[str] = frozenset()

    def has(self, classes: Iterable[str]) -> bool:
        """Return whether any of the classes is live here."""
        return any(cls in self.live for cls in classes)

    def of(self, cls: str) -> list[Mention]:
        """Return the live mentions of a class, by position."""
        return self.live.get(cls, [])


def _between(sentence: Sentence, at: int) -> set[str]:
    """Return the characters between token `at` and the one before."""
    tokens = sentence.tokens
    return set(sentence.text[tokens[at - 1].end - sentence.start : tokens[at].start - sentence.start])


def _clause_end(sentence: Sentence, words: Sequence[str], at: int) -> bool:
    """Return whether a new clause opens before token `at`."""
    if at == 0 or at >= len(words):
        return at > 0
    between = _between(sentence, at)
    return bool(_CLAUSE_MARKS & between) or ("," in between and words[at] in _SUBJECTS)


def _reach(cue: Mention, scope: Scope, sentence: Sentence, words: Sequence[str], stops: frozenset[int]) -> range:
    """Return the token positions a guard covers."""
    if scope.direction == "sentence":
        return range(len(words))
    limit = len(words) if scope.tokens is None else scope.tokens
    if scope.direction == "backward":
        first = max(0, cue.start - limit)
        breaks = [at for at in range(first + 1, cue.start + 1) if _between(sentence, at) & _LIST_MARKS]
        return range(max([first, *breaks]), cue.start)
    first = cue.end if cue.cls == "negation" else cue.start
    end = min(len(words), cue.end + limit)
    if scope.tokens is not None:
        for at in range(cue.end, end):
            if at in stops or (at > cue.end and _clause_end(sentence, words, at)):
                return range(first, at)
    return range(first, end)


def _cover(mentions: Sequence[Mention], policy: Policy, sentence: Sentence, words: Sequence[str]) -> dict[str, set[int]]:
    """Return the covered token positions by guard class."""
    by_class: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_class.setdefault(mention.cls, []).append(mention)
    stops = frozenset(mention.start for mention in by_class.get("negation_end", ()))
    covered: dict[str, set[int]] = {}
    for guard, scope in policy.scopes.items():
        exempt = {at for m in by_class.get(_EXCEPTIONS.get(guard, ""), ()) for at in range(m.start, m.end)}
        for cue in by_class.get(guard, ()):
            if cue.start not in exempt:
                covered.setdefault(guard, set()).update(_reach(cue, scope, sentence, words, stops))
    return covered


# Openings that tell something although they begin like a question: "What I read in the notes is …".
_TELLING = frozenset(
    {("what", subject) for subject in ("i", "we", "she", "he", "they")}
    | {("please", verb) for verb in ("understand", "note", "record", "log", "file", "know", "accept", "find")}
)


def _is_question(sentence: Sentence, words: Sequence[str], mentions: Sequence[Mention]) -> bool:
    if sentence.text.rstrip("\"') ").endswith("?") or "question mark" in sentence.text:
        return True
    if tuple(words[:2]) in _TELLING:
        return False
    return any(mention.cls == "question_word" and mention.start == 0 for mention in mentions)


def read_sentence(sentence: Sentence, policy: Policy) -> Reading:
    """Find the policy's classes in one sentence and apply the guards."""
    words = policy.speller.correct(sentence.tokens)
    mentions: list[Mention] = []
    for layer in policy.layers:
        mentions += layer.find(words, mentions)
    mentions.sort(key=lambda mention: (mention.start, mention.end, mention.cls))
    covered = _cover(mentions, policy, sentence, words)
    live: dict[str, list[Mention]] = {}
    silenced: set[str] = set()
    for mention in mentions:
        guards = [guard for guard in policy.guarded.get(mention.cls, ()) if mention.start in covered.get(guard, ())]
        if mention.cls == "lab" and (_is_normal_value(mention, words, policy) or _is_lot(mention, sentence)):
            guards.append("normal_value")
        if not guards:
            live.setdefault(mention.cls, []).append(mention)
        elif mention.cls in policy.groups["signs"]:
            silenced.update(guards)
    question = _is_question(sentence, words, mentions)
    return Reading(sentence, tuple(words), tuple(mentions), live, question, frozenset(silenced))


def _is_lot(mention: Mention, sentence: Sentence) -> bool:
    """Return whether a letter and a long number are written as one ("K118204"), as lots are and laboratory values are not."""
    first, second = sentence.tokens[mention.start : mention.end][:2] if mention.end - mention.start > 1 else (None, None)
    joined = first is not None and second is not None and first.end == second.start
    return joined and second is not None and len(second.text) >= _LOT_DIGITS and second.text.isdigit()


def _is_normal_value(mention: Mention, words: Sequence[str], policy: Policy) -> bool:
    """Return whether a laboratory mention gives a value within its normal range ("ANC 2.4") and nothing else."""
    ranges = policy.lab_ranges.get(words[mention.start])
    found = [word for word in words[mention.start + 1 : mention.end] if word[0].isdigit()]
    if not ranges or len(found) != 1 or {"x", "times"} & set(words[mention.start : mention.end + 1]):
        return False
    try:
        value = float(found[0].replace(",", ""))
    except ValueError:
        return False
    return any(low <= value <= high for low, high in ranges)


def read_conversation(turns: Sequence[str], policy: Policy) -> tuple[Reading, ...]:
    """Read all turns, oldest first; sentences without a word are left out."""
    sentences: list[Sentence] = []
    for turn, text in enumerate(turns):
        sentences += sentences_of(text, turn, len(sentences), policy.glossary)
    return tuple(read_sentence(sentence, policy) for sentence in sentences if sentence.tokens)


def without_names(readings: Sequence[Reading], names: Sequence[IdentifierSpan], policy: Policy) -> tuple[Reading, ...]:
    """Return the readings without signs of harm that are a person's name ("Dolores" is no pain)."""
    hidden = {(span.turn, at) for span in names if span.kind == "name" for at in range(span.start, span.end)}
    return tuple(_without(reading, hidden, policy) for reading in readings) if hidden else tuple(readings)


def _without(reading: Reading, hidden: Set[tuple[int, int]], policy: Policy) -> Reading:
    tokens, turn = reading.sentence.tokens, reading.sentence.turn
    live = {
        cls: [mention for mention in found if (turn, tokens[mention.start].start) not in hidden]
        if cls in policy.groups["signs"]
        else found
        for cls, found in reading.live.items()
    }
    return replace(reading, live={cls: found for cls, found in live.items() if found})


def readable(turns: Sequence[str], readings: Sequence[Reading]) -> list[str]:
    """Return the turns for the embedding model, which reads the Latin script only: others as the English words found there."""
    if all(turn.isascii() for turn in turns):
        return list(turns)
    words: dict[int, list[str]] = {}
    for reading in readings:
        words.setdefault(reading.sentence.turn, []).extend(reading.words)
    return [as_read(words.get(turn, ())) if is_mostly_foreign(normalise(text)) else text for turn, text in enumerate(turns)]
