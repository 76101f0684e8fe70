"""Words of certainty, advice, cause and quantity that only tell again what a statement prints.

A cause printed between the same two things is that cause; "all" behind a comma closes a list or a group with what a statement
tells of it; what a figure or table of a page lists may be told as what it lists, without its "may".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.grounding.support.enrolment import is_shared
from assistant.grounding.support.evidence import FUNCTION_KINDS, OPEN_FINDINGS
from assistant.grounding.types import Mention, Reading

_TRENDS = frozenset({"trend", "signal", "tendenc"})
_FAVOR, _OPTIMUM, _ROOT = "favor", "optim", 5
_ASKED, _QUESTION = frozenset({"whether", "which", "when", "if"}), frozenset({"question", "ask"})
_COMPARING = frozenset({"compar", "versus", "vs", "against"})
_FULL = frozenset({"complet", "complete", "full"})
_PREFERS, _IMPLIED = "prefer", {"liquid_biopsy": frozenset({"ctdna", "blood"}), "ctdna": frozenset({"liquid_biopsy", "blood"})}
_SUBJECTS = ("drug", "class", "test", "word")
_PROOFS = ("prov", "proof", "confirm", "establish", "conclus", "definit")
_MOST_OF, _NEAR, _TREND_REACH = 0.7, 2, 4
_SETS_OFF = frozenset({",", ";", ":", "(", "—", "–", "and"})
_ENDS = frozenset({",", ";", ".", ":", ")"})
_SHARES = frozenset({"percent", "count", "months"})
_ARISING, _EMERGING = frozenset({"aris", "arise", "arises", "aros"}), frozenset({"mutation_emergence"})
_DEGREES = frozenset({"marked", "substantial", "considerable", "major", "pronounced", "notable"})
_GENERIC = frozenset({"treatment", "treat", "therapi", "therapy", "drug", "agent", "regimen", "option"})
_COUNTED = frozenset({"of", "the", "patient", "three", "two", "four", "five", "those", "women", "trial", "other"})
_LINKING = frozenset(
    {"of", "in", "for", "with", "on", "by", "from", "at", "among", "is", "are", "was", "were", "had", "have", "has"}
)
_NOUNS = ("drug", "class", "trial", "condition", "gene", "arm", "measure")
_LATER, _LAST_ITEM = "later", 7
_FINITE = frozenset({"is", "are", "was", "were", "had", "have", "has", "did", "do", "will", "receiv", "occur"})
_FILLING = frozenset({"directed", "combine", "immediately"})
_LISTING = frozenset({"figur", "page", "tabl"})
_LISTED = ("mechanism", "endocrine_resistant", "resistant")
_WAYS = frozenset({"rout", "way", "mechan", "famili", "family"})
_ASSERTING = ("cause", "booster", "advice", "quantifier", "up", "down", "negator")


def told_again(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a word of certainty, advice or cause is printed of the same things, or only asked."""
    if mention.kind == "cause":
        return any(_between_same(sentence, mention, source) or _arising(sentence, mention, source) for source in sources)
    if mention.kind == "booster":
        full = sentence.tokens[mention.first].stem in _FULL and _asked(sentence, mention)
        return full or _unproven(sentence, mention, sources) or _significant_there(sentence, mention, sources)
    own = sentence.tokens[mention.first].stem
    if own.startswith(_FAVOR):
        return _trend_in_favor(sentence, mention, sources)
    if own.startswith(_OPTIMUM):
        return any(token.stem.startswith(_OPTIMUM) for source in sources for token in source.tokens)
    if own.startswith(_PREFERS):
        return any(_preferred_there(sentence, mention, source) for source in sources)
    return _comparison_asked(sentence, mention, sources) or _choice_between(sentence, mention, sources)


def _asked(sentence: Reading, mention: Mention) -> bool:
    """Whether a word stands behind "when" or "whether" in what is left open."""
    return bool(_ASKED & {t.stem for t in sentence.tokens[: mention.first]}) and sentence.has(*OPEN_FINDINGS)


def _unproven(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "not confirmed" stands for what a statement finds not significant or leaves open."""
    proof = sentence.tokens[mention.first].stem.startswith(_PROOFS)
    denied = any(0 <= mention.first - m.last <= 1 for m in sentence.of_kind("negator"))
    return proof and denied and any(source.has("not_significant", "immature", *OPEN_FINDINGS) for source in sources)


def _trend_in_favor(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "favorable" is said of a trend, before or behind it, that a statement finds in favor."""
    near = sentence.tokens[max(0, mention.first - _TREND_REACH) : mention.last + _NEAR]
    told = {token.stem for token in near} & _TRENDS
    printed = ({token.stem for token in source.tokens} for source in sources)
    return bool(told) and any(told & stems and _FAVOR in stems for stems in printed)


def _comparison_asked(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether it is only asked which of two is better, and statements compare both and have no result."""
    before = {token.stem for token in sentence.tokens[: mention.first]}
    asked = "whether" in before or ("which" in before and mention.first < _NEAR + _NEAR)
    drugs = {m.concept for m in sentence.of_kind("drug")}
    if not asked or len(drugs) < _NEAR or not sentence.has(*OPEN_FINDINGS, "immature"):
        return False
    return any(drugs <= source.concepts() and source.has(*OPEN_FINDINGS, "immature") for source in sources)


def _preferred_there(sentence: Reading, mention: Mention, source: Reading) -> bool:
    """Whether a statement prefers too, and has all that the sentence names in this stretch."""
    if not any(source.tokens[m.first].stem.startswith(_PREFERS) for m in source.of_kind("advice")):
        return False
    if any(m.first >= mention.last and m.first - mention.last <= _NEAR for m in sentence.of_kind("versus")):
        return False
    known = source.concepts()
    number = sentence.segments[mention.first]
    told = {m.concept for m in sentence.of_kind(*_SUBJECTS) if sentence.segments[m.first] == number}
    drugs = {m.concept for m in sentence.of_kind("drug")}
    had = {concept for concept in told if concept in known or _IMPLIED.get(concept, frozenset()) & known}
    return not drugs and bool(told) and len(had) >= _MOST_OF * len(told)


def _neighbors(reading: Reading, mention: Mention) -> tuple[str, str]:
    """The things named nearest before and behind a mention."""
    named = [m for m in reading.mentions if m.kind not in FUNCTION_KINDS]
    before = [m.concept for m in named if m.last <= mention.first]
    after = [m.concept for m in named if m.first >= mention.last]
    return (before[-1] if before else "", after[0] if after else "")


def _between_same(sentence: Reading, mention: Mention, source: Reading) -> bool:
    """Whether a statement prints the same words of cause between the same two things."""
    own = [token.stem for token in sentence.tokens[mention.first : mention.last]]
    told = _neighbors(sentence, mention)
    compound = len(own) > 1 and own[-1].startswith("relat")
    return any(
        _neighbors(source, other)[compound:] == told[compound:] != ("", "")[compound:] and "" not in told[compound:]
        for other in source.of_kind("cause")
        if [token.stem for token in source.tokens[other.first : other.last]] == own
    )


def _arising(sentence: Reading, mention: Mention, source: Reading) -> bool:
    """Whether "A gives rise to B" is the "B arising from A" of a statement."""
    cause, effect = _neighbors(sentence, mention)
    places = [i for i, token in enumerate(source.tokens[:-1]) if token.stem in _ARISING and source.tokens[i + 1].stem == "from"]
    named = [m for m in source.mentions if m.kind not in FUNCTION_KINDS and m.concept not in _EMERGING]
    return bool(cause and effect) and any(
        [m.concept for m in named if m.last <= place][-1:] == [effect]
        and cause in [m.concept for m in named if m.first > place][:_NEAR]
        for place in places
    )


def _significant_there(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "marked toxicity" is the "significant toxicity" of a statement."""
    noun = [token.stem for token in sentence.tokens[mention.last : mention.last + 1]]
    degree = sentence.tokens[mention.first].text.lower() in _DEGREES
    return degree and any(
        token.stem.startswith("signific") and [t.stem for t in source.tokens[i + 1 : i + 2]] == noun
        for source in sources
        for i, token in enumerate(source.tokens)
    )


def _choice_between(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "choice of treatment" only names the choice that a statement speaks of."""
    words = sentence.phrase(mention.first, mention.last).lower()
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + 1]}
    chosen = words == "choice of" and bool(following & _GENERIC)
    return chosen and any(token.stem == "choic" for source in sources for token in source.tokens)


def closes_enumeration(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "all" only sums up the list that stands before it ("A, B and C all bear on it")."""
    before = sentence.tokens[: mention.first]
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + 1]}
    place = next((i for i in range(len(before) - 1, 0, -1) if before[i].stem == "and"), 0)
    listed = "," in {token.stem for token in before[:place]} and 0 < len(before) - place - 1 <= _LAST_ITEM
    nouns = any(m.first == mention.last for m in sentence.of_kind(*_NOUNS))
    summed = sentence.phrase(mention.first, mention.last).lower() == "all" and not nouns and not following & _COUNTED
    if not listed or not summed or any(token.stem in _LINKING for token in before[place + 1 :]):
        return False
    alternatives = [before[place - 1].stem, "or", before[place + 1].stem]
    printed = ([token.stem for token in source.tokens] for source in sources)
    return not any(stems[i : i + 3] == alternatives for stems in printed for i in range(len(stems)))


def only_later(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "may only emerge later" is the "may appear later" of a statement."""
    near = {token.stem for token in sentence.tokens[mention.last : mention.last + _NEAR + 1]}
    printed = any(_LATER in {token.stem for token in source.tokens} for source in sources)
    return _LATER in near and bool(sentence.of_kind("hedge")) and printed


def only_so_many(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a sentence that says "few" says beside it "only 20", as a statement does."""
    told = _only_counts(sentence)
    return bool(told) and any(told <= _only_counts(source) for source in sources)


def _only_counts(reading: Reading) -> set[float]:
    only = [m.last for m in reading.of_kind("quantifier") if m.concept == "q_only"]
    return {q.value for q in reading.quantities if q.kind == "count" and any(0 <= q.first - place <= 1 for place in only)}


def closes_list(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "all" behind a comma tells of the group or list before it what one statement tells of it, of no mere share."""
    if not _set_off(mention, sentence):
        return False
    end = next((i for i in range(mention.last, len(sentence.tokens)) if sentence.tokens[i].stem in _ENDS), len(sentence.tokens))
    rest = [token.stem for token in sentence.tokens[mention.last : end]]
    counted = any(mention.last <= q.first < end and q.kind in _SHARES for q in sentence.quantities)
    if counted or rest[:1] == ["of"] or _FINITE & set(rest) or any(source.has("q_most") for source in sources):
        return False
    named = [m for m in sentence.mentions if m.kind not in FUNCTION_KINDS]
    told = {m.concept for m in named if mention.last <= m.first < end} - _FILLING
    heads = {m.concept for m in named if m.first < mention.first}
    if not told:
        new = {stem for stem in rest if stem[0].isalpha() and len(stem) > _NEAR}
        return bool(new) and any(new <= {t.stem for t in source.tokens} for source in sources)
    return any(told <= _of_everybody(source) and heads & source.concepts() for source in sources)


def _set_off(mention: Mention, sentence: Reading) -> bool:
    """Whether "all" opens a phrase behind a comma or dash that ends there ("three files, all as PDFs")."""
    before = sentence.tokens[mention.first - 1].stem if mention.first else ""
    gap = sentence.text[: _offset(sentence, mention.first)].rstrip()
    return before in _SETS_OFF - {"and"} or gap.endswith(("—", "–", ",", " -"))


def _offset(sentence: Reading, index: int) -> int:
    """Where a token stands in the printed text; the end of the text where its words were rewritten."""
    place = 0
    for token in sentence.tokens[: index + 1]:
        found = sentence.text.find(token.text, place)
        if found < 0:
            return 0
        place = found + len(token.text)
    return place - len(sentence.tokens[index].text)


def _of_everybody(source: Reading) -> set[str]:
    """What a statement tells, but for marks beside which it prints a share."""
    shared = {m.concept for m in source.of_kind("condition") if is_shared(m, source)}
    return {m.concept for m in source.mentions} - shared


def lists_only(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a sentence says what ways a figure or page lists, and asserts none of them by itself."""
    told = {token.stem for token in sentence.tokens}
    if not told & _LISTING or sentence.of_kind(*_ASSERTING):
        return False
    ways = sentence.has(*_LISTED) or bool(told & _WAYS)
    return ways and any(told & _LISTING & {t.stem for t in source.tokens} for source in sources)


def unbracketed(source: Reading, hedge: Mention, found: Iterable[tuple[int, str]]) -> set[str]:
    """What stands behind a hedge and in no bracket that it does not stand in itself."""
    return {item for index, item in found if source.depths[index] <= source.depths[hedge.first]}
