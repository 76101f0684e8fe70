"""What the statements leave open is not told as known, and no denial is left half said.

"It is known how", "a decision could be found", "the trial tells whether": where the statements only say that something was
not seen, is immature or cannot be told, no sentence tells it as known. "Whether or", "is yet known", "none had not" are denials
that lost a word or gained one; they are stopped unless a statement prints them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, denials
from assistant.grounding.types import Reading, Reason, ReasonCode

_TELL = frozenset({"tell", "sai", "say", "show", "answer", "settl", "determin", "establish", "know", "known", "judg", "out"})
_KNOWN = frozenset(
    {
        "known",
        "clear",
        "settl",
        "determin",
        "establish",
        "answer",
        "found",
        "seen",
        "visibl",
        "appear",
        "tell",
        "confirm",
        "disclos",
    }
)
_NOT_COMPARED = frozenset({"noncompar", "non", "uncontrol"})
_ASKED = frozenset({"how", "whether", "which", "what", "if", "why"})
_NEWS = frozenset({"decis", "outcom", "result", "readout", "statu", "date", "updat"})
_ABLE = frozenset({"is", "are", "was", "were", "be", "been", "can", "could", "doe", "do", "did", "had", "has", "have"})
_OBJECTS = frozenset({"us", "you", "me", "on", "clearli", "anyth"})
_CLAUSE_ENDS = frozenset({";", ".", ":", ",", "but", "while", "wherea"})
_NONE = frozenset({"none", "nobodi", "neither"})
_SMALL = frozenset({"ani", "a", "the", "yet", "been", "be"})
_NEAR = 6


def check_known(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where what the statements leave open is told as known, and for denials that are half said."""
    if any(source.of_kind("negator") or _left_open(source) for source in sources):
        printed = any(True for source in sources for _ in _told(source, lexicon))
        for first, last in _told(sentence, lexicon):
            if not printed:
                words = sentence.phrase(first, last)
                yield Reason(ReasonCode.NEGATION, words, f"no cited statement tells this as known: “{words}”")
    kept = {words for source in sources for words in _broken(source, lexicon)}
    for words in _broken(sentence, lexicon):
        if words not in kept:
            yield Reason(ReasonCode.NEGATION, words, f"a denial half said or said twice: “{words}”")


def _left_open(reading: Reading) -> bool:
    alone = any(token.stem in _NOT_COMPARED for token in reading.tokens)
    return alone or any(m.concept in NEGATIVE_FINDINGS for m in reading.of_kind("finding"))


def _told(reading: Reading, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """The stretches that tell something as known: "tells how", "how it compares is known", "a decision was seen"."""
    stems = [token.stem for token in reading.tokens]
    denied = denials(reading, lexicon.language.negators)
    for index, word in enumerate(stems):
        able = bool(_ABLE & set(stems[max(0, index - 2) : index])) or word == "out"
        asks = next((i for i in range(index + 1, min(index + 3, len(stems))) if stems[i] not in _OBJECTS), None)
        led = asks is not None and stems[asks] in _ASKED
        apart = stems[max(0, index - 2) : index] == ["could", "be"]
        near = range(0 if apart else _clause_start(stems, index), index + 1)
        if word in _TELL and led and able and not denied & set(near):
            yield max(0, index - 2), index + 2
        elif word in _KNOWN and able and index not in denied and _about_news(stems, index) and not denied & set(near):
            yield max(0, index - 2), index + 1


def _clause_start(stems: Sequence[str], index: int) -> int:
    return max((i + 1 for i in range(index) if stems[i] in _CLAUSE_ENDS), default=0)


def _about_news(stems: Sequence[str], index: int) -> bool:
    """Whether a clause is about what may be known: it begins with a question word, or its subject is a decision or result."""
    if stems[max(0, index - 2) : index] == ["could", "be"]:
        return True
    start = _clause_start(stems, index)
    relative = start > 1 and stems[start - 1] == "," and stems[start] == "which"
    supposed = start == 0 and stems[0] == "if"
    opening = [] if relative or supposed else stems[start : start + 2]
    return bool(_ASKED & set(opening)) or bool(_NEWS & set(stems[max(start, index - _NEAR) : index]))


def _broken(reading: Reading, lexicon: Lexicon) -> Iterator[str]:
    """Denials with a word too few ("whether or", "is yet known") or too many ("had not never", "none had not")."""
    stems = [token.stem for token in reading.tokens]
    denied = denials(reading, lexicon.language.negators)
    for index in range(1, len(stems) - 1):
        pair = stems[index - 1 : index + 1]
        if pair == ["whether", "or"] and stems[index + 1] != "not":
            yield " ".join(stems[index - 1 : index + 2])
        begun = _clause_start(stems, index)
        yet = stems[index] == "yet" and stems[index - 1] in _ABLE and stems[index + 1] not in {"to", "anoth"}
        if yet and not denied & set(range(begun, index + 2)):
            yield " ".join(stems[index - 1 : index + 2])
        if stems[index] == "not" and stems[index + 1] == "never":
            yield "not never"
        if stems[index] == "not" and stems[index + 1 : index + 3] == ["yet", "to"]:
            yield "not yet to"
        if stems[index] == "not" and stems[begun] in _NONE and begun < index and "and" not in stems[begun:index]:
            yield f"{stems[begun]} not"
