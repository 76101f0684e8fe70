"""Denials that are lost, added or turned by a word: "had to" of "not mandated", "remains" of "ended", "hardly" of "99 %".

The words of what is denied are printed, so that only whether a statement denies them tells; opposites that are no words with a
prefix are data here, each pair with the noun it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.support.evidence import denials, items
from assistant.grounding.support.same_denials import told_otherwise
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_MUST = stems("must mandatory mandated obligatory obliged compulsory required forced compelled")
_HAVE_TO = frozenset({("had", "to"), ("have", "to"), ("has", "to")})
_END = stems("ended stopped halted discontinued terminated abandoned dropped ceased end stop discontinuation termination")
_GO_ON = stems("remains continues continued ongoing still continuing proceeds goes active pursued")
_WORK = stems("development program programme study trial research work")
_SCARCE = stems("hardly barely scarcely poorly")
_REFUSED = stems("rejected refused declined rejects refuses declines negative denied against turned unfavorable down")
_REFUSE = stems("rejected refused declined rejects refuses declines denied unfavorable negative")
_ADOPTED = stems("positive favorable approved recommended adopted")
_COMPARED = stems("compared compares comparison comparative head")
_FINITE = stems("is was were are has had did does do showed shows show found gave give reached ran lasted stood came")
_LEADS = frozenset({"in", "for", "among", "with", "of", "at"})
_ABLE = frozenset({"can", "could"})
_AHEAD = frozenset({"befor", "prior", "naiv", "never", "no", "not", "without", "none", "exclud", "until"})
_AUX = frozenset({"was", "were", "is", "are", "did", "does", "do", "has", "had", "have", "ha", "doe", "not"})
_ENDS = frozenset({";", ".", ":", "but", "while", "wherea"})
_ENDS_LOST = _ENDS | {"and", "although", "though", "becaus", "so"}
# Names and groups stay what they are beside a denial.
_NAMES = ("drug", "trial", "class", "gene", "setting")
_PLAIN = frozenset({"not", "no", "never"})
_NEAR, _REACH, _FEW = 4, 9, 3
_MOST, _LITTLE, _ALPHA = 0.75, 0.2, 0.05


def check_turned(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for what a word turns into the contrary of what the statements say."""
    marks = denials(sentence, lexicon.language.negators)
    printed = [(source, denials(source, lexicon.language.negators)) for source in sources]
    found = [_refused(sentence, sources), _scarce(sentence, printed), _half_said(sentence), _went_on(sentence, sources)]
    if not marks:
        found += [
            _obliged(sentence, printed),
            _before(sentence, sources),
            _compared(sentence, printed),
            _denial_lost(sentence, printed, lexicon),
        ]
    else:
        found.append(_denial_added(sentence, printed, lexicon))
    for words in filter(None, found):
        yield Reason(ReasonCode.NEGATION, words, f"the cited statements say the contrary: “{words}”")


Printed = Sequence[tuple[Reading, set[int]]]


def _near(place: int, marks: set[int], reach: int = _NEAR) -> bool:
    return any(abs(place - mark) <= reach for mark in marks)


def _obliged(sentence: Reading, printed: Printed) -> str:
    """An obligation where the statements only deny one."""
    own = sentence.places(_MUST)
    own += [i for i, pair in enumerate(pairwise(t.stem for t in sentence.tokens)) if pair in _HAVE_TO]
    denied = [_near(i, marks) for source, marks in printed for i in source.places(_MUST)]
    if own and denied and all(denied):
        return sentence.phrase(own[0], own[0] + _NEAR)
    return ""


def _went_on(sentence: Reading, sources: Sequence[Reading]) -> str:
    """Work told as going on that the statements tell as ended."""
    if set(sentence.places(_END)):
        return ""
    for index in sentence.places(_WORK):
        around = range(max(0, index - _NEAR), min(len(sentence.tokens), index + _NEAR + 1))
        goes = [i for i in around if sentence.tokens[i].stem in _GO_ON]
        word = sentence.tokens[index].stem
        if goes and any(_ended(source, word) for source in sources):
            return sentence.phrase(min(index, goes[0]), max(index, goes[0]) + 1)
    return ""


def _before(sentence: Reading, sources: Sequence[Reading]) -> str:
    """A use before a treatment that the statements name only as what came first."""
    for index in filter(None, sentence.places(frozenset({"befor"}))):
        named = [m for m in sentence.of_kind("class", "drug") if 0 < m.first - index <= 2]
        homes = [(s, m) for s in sources for m in s.of_kind("class", "drug") if named and m.concept == named[0].concept]
        if homes and not any(_AHEAD & {t.stem for t in s.tokens[max(0, m.first - _FEW * 2) : m.last + 2]} for s, m in homes):
            return sentence.phrase(index, named[0].last)
    return ""


def _ended(source: Reading, word: str) -> bool:
    places = source.places(frozenset({word}))
    return any(abs(i - place) <= _NEAR for place in places for i in source.places(_END))


def _scarce(sentence: Reading, printed: Printed) -> str:
    """What is said hardly to be, where no statement denies or belittles anything."""
    known = any(marks or source.has("q_few") or source.places(_SCARCE) for source, marks in printed)
    for index in sentence.places(_SCARCE):
        if not known and not any(index in range(m.first, m.last) for m in sentence.of_kind("quantifier")):
            return sentence.phrase(index, index + 2)
    return ""


def _refused(sentence: Reading, sources: Sequence[Reading]) -> str:
    """A refusal where the statements know none, only an approval or a favorable opinion."""
    if any(source.places(_REFUSED) for source in sources) or not any(source.places(_ADOPTED) for source in sources):
        return ""
    for index in sentence.places(_REFUSE | {"turn"}):
        turned = sentence.tokens[index].stem == "turn"
        down = {t.stem for t in sentence.tokens[index + 1 : index + _REACH]}
        opined = "opinion" in down or sentence.tokens[index].stem != "negat"
        if (not turned and opined) or (turned and "down" in down):
            return sentence.phrase(index, index + 2)
    return ""


def _compared(sentence: Reading, printed: Printed) -> str:
    """A comparison told as made, of which the statements say only that there is none."""
    stems = [token.stem for token in sentence.tokens]
    made = [i for i in sentence.places(_COMPARED) if {"been", "were", "was"} & set(stems[max(0, i - 2) : i])]
    homes = [_near(i, marks) for source, marks in printed for i in source.places(_COMPARED)]
    return sentence.phrase(max(0, made[0] - 2), made[0] + 1) if made and homes and all(homes) else ""


def _half_said(sentence: Reading) -> str:
    """A contrast without its denial: "significant in A but in B (...)"."""
    stems = [token.stem for token in sentence.tokens]
    for index in range(1, len(stems) - 1):
        if stems[index] != "but" or stems[index + 1] not in _LEADS:
            continue
        found = any(m.first < index and m.concept == "significant" for m in sentence.of_kind("finding"))
        told = any(m.first > index for m in sentence.of_kind("up", "down", "finding", "negator", "hedge"))
        verb = any(token.stem in _FINITE or token.text.endswith("ed") for token in sentence.tokens[index + 1 :])
        if found and not told and not verb:
            return sentence.phrase(index, index + _NEAR)
    return ""


def _words(reading: Reading, first: int, last: int, light: frozenset[str]) -> list[str]:
    """The words that assert something in a stretch, in order."""
    return [t.stem for t in reading.tokens[first:last] if t.is_word and t.stem not in light]


def _denial_lost(sentence: Reading, printed: Printed, lexicon: Lexicon) -> str:
    """Two words side by side that the statements print only right behind a denial."""
    light = lexicon.language.light
    hedged = any(sentence.tokens[m.first].stem not in _ABLE for m in sentence.of_kind("hedge"))
    if hedged or sentence.of_kind("down") or any(q.kind not in {"date", "count"} for q in sentence.quantities):
        return ""
    free: set[tuple[str, str]] = set()
    denied: set[tuple[str, str]] = set()
    names: set[str] = set()
    for source, marks in printed:
        for first, last, denies in _stretches(source, marks):
            words = _words(source, first, last, light)
            if denies:
                denied |= set(pairwise(words[:_FEW]))
                free |= set(pairwise(words[_FEW - 1 :]))
            else:
                free |= set(pairwise(words))
        names |= {t.stem for m in source.of_kind(*_NAMES) for t in source.tokens[m.first : m.last]}
    own = {pair for pair in pairwise(_words(sentence, 0, len(sentence.tokens), light)) if not names & set(pair)}
    lost = sorted(own & (denied - free))
    return " ".join(lost[0]) if lost else ""


def _stretches(source: Reading, marks: set[int]) -> Iterator[tuple[int, int, bool]]:
    """(first, last, whether denied): what follows a denial up to where its clause ends, and the rest."""
    start = 0
    for mark in sorted(marks):
        if mark < start:
            continue
        ends = range(mark + 1, len(source.tokens))
        end = next((i for i in ends if source.tokens[i].stem in _ENDS_LOST), len(source.tokens))
        yield start, mark, False
        yield mark + 1, end, source.tokens[mark].stem in _PLAIN
        start = end
    yield start, len(source.tokens), False


def _denial_added(sentence: Reading, printed: Printed, lexicon: Lexicon) -> str:
    """A clause with "not" behind its verb whose words are all in one clause, of statements that deny nothing of it."""
    light = lexicon.language.light
    for negator in sentence.of_kind("negator"):
        mark, place = negator.first, sentence.segments[negator.first]
        if sentence.tokens[mark].stem not in {"not", "never"} or not mark or sentence.tokens[mark - 1].stem not in _AUX:
            continue
        if any(sentence.segments[m.first] == place for m in sentence.of_kind("finding", "up", "down", "hedge")):
            continue
        if told_otherwise(sentence, negator, [source for source, _ in printed], light):
            continue
        said = {item for i, item in items(sentence, light) if sentence.segments[i] == place}
        said |= {f"{q.kind}:{q.value:g}" for q in sentence.quantities if sentence.segments[q.first] == place}
        shares = [(len(said & own) / max(1, len(said)), denies) for own, denies in _contents(printed, light)]
        best = max((share for share, denies in shares if not denies), default=0.0)
        rest = max((share for share, denies in shares if denies), default=0.0)
        if len(said) >= _FEW and best >= _MOST and rest < _LITTLE:
            return sentence.phrase(mark - 1, mark + _NEAR)
    return ""


def _contents(printed: Printed, light: frozenset[str]) -> Iterator[tuple[set[str], bool]]:
    """(items, whether anything is denied or left open) of each stretch of the statements."""
    for source, marks in printed:
        hedged = {source.segments[m.first] for m in source.of_kind("hedge")}
        hedged |= {source.segments[q.first] for q in source.quantities if q.kind == "p" and q.value > _ALPHA}
        hedged |= {
            source.segments[q.first] for q in source.quantities if q.kind == "ci" and q.upper and q.value <= 1 <= q.upper
        }
        for number in sorted(set(source.segments)):
            own = {item for i, item in items(source, light) if source.segments[i] == number}
            own |= {f"{q.kind}:{q.value:g}" for q in source.quantities if source.segments[q.first] == number}
            yield own, number in hedged or any(source.segments[mark] == number for mark in marks)


def _shows_nothing(quantity: Quantity) -> bool:
    """Whether an interval or p value shows no difference."""
    if quantity.kind == "p":
        return quantity.value > _ALPHA
    return quantity.kind == "ci" and quantity.upper is not None and quantity.value <= 1 <= quantity.upper
