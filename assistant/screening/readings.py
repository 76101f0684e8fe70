"""What the policy finds in each sentence of a conversation, after guards took negated, supposed and quoted words out.

Guard handling follows NegEx (Chapman et al. 2001): a cue covers a number of words in one direction and ends at a word or mark
that opens a new clause. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.screening.lexicon import Mention
from assistant.screening.policy import Policy, Scope
from assistant.screening.text import Sentence, sentences_of

_EXCEPTIONS = {"negation": "not_negation", "hypothetical": "hypothetical_whether"}
_CLAUSE_MARKS = frozenset(";:()[]")
_SUBJECTS = frozenset(
    ["she", "her", "he", "his", "now", "but", "just", "new", "only", "then", "grade", "bilateral", "started", "i", "we", "my", "our", "was", "is", "has", "had", "with", "on"]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with its mentions. `live` are those no guard covers, by class; `seen` are the classes of all mentions."""

    sentence: Sentence
    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    live: dict[str, list[Mention]] = field(default_factory=dict)
    question: bool = False

    def has(self, classes: Iterable[str]) -> bool:
        """Return whether any of the classes is live here."""
        return any(cls in self.live for cls in classes)

    def of(self, cls: str) -> list[Mention]:
        """Return the live mentions of a class, by position."""
        return self.live.get(cls, [])


def _clause_end(sentence: Sentence, words: Sequence[str], at: int) -> bool:
    """Return whether a new clause opens before token `at`."""
    if at == 0 or at >= len(words):
        return at > 0
    tokens = sentence.tokens
    between = sentence.text[tokens[at - 1].end - sentence.start : tokens[at].start - sentence.start]
    if _CLAUSE_MARKS & set(between) or " - " in between or "..." in between:
        return True
    return "," in between and words[at] in _SUBJECTS


def _reach(cue: Mention, scope: Scope, sentence: Sentence, words: Sequence[str], stops: frozenset[int]) -> range:
    """Return the token positions a guard covers."""
    if scope.direction == "sentence":
        return range(len(words))
    limit = len(words) if scope.tokens is None else scope.tokens
    if scope.direction == "backward":
        return range(max(0, cue.start - limit), cue.start)
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


def _is_question(sentence: Sentence, words: Sequence[str], mentions: Sequence[Mention]) -> bool:
    if sentence.text.rstrip("\"') ").endswith("?") or "question mark" in sentence.text:
        return True
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
    for mention in mentions:
        guards = policy.guarded.get(mention.cls, frozenset())
        if not any(mention.start in covered[guard] for guard in guards if guard in covered):
            live.setdefault(mention.cls, []).append(mention)
    return Reading(sentence, tuple(words), tuple(mentions), live, _is_question(sentence, words, mentions))


def read_conversation(turns: Sequence[str], policy: Policy) -> tuple[Reading, ...]:
    """Read all turns, oldest first; sentences without a word are left out."""
    sentences: list[Sentence] = []
    for turn, text in enumerate(turns):
        sentences += sentences_of(text, turn, len(sentences))
    return tuple(read_sentence(sentence, policy) for sentence in sentences if sentence.tokens)
