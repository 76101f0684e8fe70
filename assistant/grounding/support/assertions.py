"""Words of certainty, advice and cause that claim no more than the statements, in the place where they stand.

"Will" is certain of an outcome, not of a schedule or of an intention that a statement reports; "immediately after" is an order
in time; "how much" asks; "calls for 400 mg" is a label's dose. What can be done may be told as being possible.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.duties import tells_condition
from assistant.grounding.support.told_again import told_again
from assistant.grounding.types import Mention, Reading

_GIVEN = frozenset({"given", "taken", "administ", "inject", "infus", "repeat", "swallow", "dose", "receiv"})
_INTENT = frozenset({"would", "intend", "plan"})
_INTENDED = frozenset({"seek", "sought", "pursu", "file", "submit", "appli", "appl"})
_AT_ONCE, _THEN = frozenset({"direct", "immedi", "right", "straight"}), frozenset({"after", "befor", "follow", "upon", "on"})
_HOW, _DEGREES = "how", frozenset({"much", "far", "strong", "strongly", "well", "complet", "full"})
_DEMANDING, _DOSE_REACH = frozenset({"call", "ask"}), 3
_BECAUSE = frozenset({"becaus", "due", "owe", "account", "caus", "trigger"})
_HARMS = frozenset({"adverse_event", "toxicity", "serious"})
_CAUSE_REACH = 5
_ATTRIBUTES = frozenset({"attributes", "attribute", "ascribes"})
_NECESSARY = "make"
_GIVING_REACH = 3
_ABLE, _ROOT = ("able", "ible", "ables"), 5
_DOSES = frozenset({"mg", "mg_per_kg", "day_number"})
_FREQUENCIES = frozenset({"frequency", "route", "food"})
_WAY_REACH = 5
_SHOULD, _FAVORABLE = "should", "favor"
_TRENDS = frozenset({"trend", "signal", "tendenc"})
_AGAINST = frozenset({"against", "prevent", "prophylaxi", "prophylact"})
_FOR = frozenset({"for", "to", "as", "in"})
_REASON_REACH, _LONG = 4, 3
_ENTERING = frozenset({"assign", "select", "enrol", "enroll", "enter", "switch", "includ", "alloc", "random"})
_EXTENT = frozenset({"much", "mani", "often", "long"})
_SPEAKER, _HALF = "speaker", 0.5


def claims_no_more(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a word of certainty, advice or cause stands where it adds nothing to the statements."""
    if told_again(sentence, mention, sources):
        return True
    if mention.kind == "booster":
        if tells_condition(sentence, mention, sources) or _for_prevention(sentence, mention, sources):
            return True
        return _of_a_plan(sentence, mention, sources) or _at_once(sentence, mention, sources) or _asks_how(sentence, mention)
    if mention.kind == "advice":
        dosing = _demands_dose(sentence, mention) or _says_how_taken(sentence, mention)
        return dosing or _of_a_trend(sentence, mention, sources) or _advised_by_speaker(sentence, mention, sources)
    if _reason_of_need(sentence, mention, sources) or _entered_for(sentence, mention, sources):
        return True
    return _stopped_for(sentence, mention, sources) or _tells_whose(sentence, mention) or _needs(sentence, mention, sources)


def _of_a_plan(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "will" tells a schedule ("will be given monthly") or what a statement reports as intended."""
    if sentence.tokens[mention.first].text.lower() != "will":
        return False
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + _GIVING_REACH + 1]}
    schedule = any(q.kind in _DOSES for q in sentence.quantities) or any(m.dimension in _FREQUENCIES for m in sentence.mentions)
    if following & _GIVEN and schedule and "be" in following:
        return True
    intended = {token.stem for source in sources for token in source.tokens}
    return bool(following & _INTENDED) and bool(intended & _INTENT)


def _at_once(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "immediately after" repeats the "directly after" of a statement."""
    own = sentence.tokens[mention.first].stem
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + 1]}
    return own in _AT_ONCE and bool(following & _THEN) and any(_AT_ONCE & {t.stem for t in source.tokens} for source in sources)


def _asks_how(sentence: Reading, mention: Mention) -> bool:
    asked = mention.first > 0 and sentence.tokens[mention.first - 1].stem == _HOW
    return asked and sentence.tokens[mention.first].stem in _DEGREES


def _demands_dose(sentence: Reading, mention: Mention) -> bool:
    """Whether a label "calls for" a dose that is printed."""
    own = sentence.tokens[mention.first].stem
    near = range(mention.last, mention.last + _DOSE_REACH)
    return own in _DEMANDING and any(q.first in near and q.kind in _DOSES for q in sentence.quantities)


def _stopped_for(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether treatment was stopped "because of" adverse events, and a statement has both in one stretch."""
    own = {token.stem for token in sentence.tokens[mention.first : mention.last]}
    after = {m.concept for m in sentence.mentions if mention.last <= m.first < mention.last + _CAUSE_REACH}
    harms = after & _HARMS
    if not own & _BECAUSE or not harms or not sentence.has("discontinue"):
        return False
    return any(
        {"discontinue"} | harms <= {m.concept for m in source.mentions if source.segments[m.first] == number}
        for source in sources
        for number in set(source.segments)
    )


def _tells_whose(sentence: Reading, mention: Mention) -> bool:
    """Whether "attributes to" says where a table or author puts something."""
    return sentence.tokens[mention.first].text.lower() in _ATTRIBUTES


def _needs(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "makes ... necessary" is what a statement says by "requires"."""
    return sentence.tokens[mention.first].stem == _NECESSARY and any(source.has("require") for source in sources)


def made_possible(sentence: Reading, hedge: Mention, scope: Sequence[str], source: Reading) -> bool:
    """Whether what a statement says can be done is told as something that may be done ("downloadable", "for download")."""
    if source.tokens[hedge.first].text.lower() != "can":
        return False
    if hedge.first and source.tokens[hedge.first - 1].stem in _EXTENT:
        return True
    tokens = sentence.tokens
    return any(
        any(token.stem[:_ROOT] == word[:_ROOT] for word in scope if len(word) >= _ROOT)
        and (token.text.lower().endswith(_ABLE) or (index > 0 and tokens[index - 1].stem in {"for", "to", "by"}))
        for index, token in enumerate(tokens)
    )


def _for_prevention(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "for the prevention of" is the purpose that a statement gives by "against"."""
    if not sentence.tokens[mention.first].stem.startswith("prevent"):
        return False
    before = {token.stem for token in sentence.tokens[max(0, mention.first - 2) : mention.first]}
    return bool(before & _FOR) and any(_AGAINST & {token.stem for token in source.tokens} for source in sources)


def _says_how_taken(sentence: Reading, mention: Mention) -> bool:
    """Whether "should be taken" or "calls for" only says how a drug is taken; the way itself is asked of elsewhere."""
    own = sentence.tokens[mention.first].stem
    following = [token.stem for token in sentence.tokens[mention.last : mention.last + 2]]
    taken = own == _SHOULD and following[:1] == ["be"] and bool(_GIVEN & set(following))
    near = range(mention.last, mention.last + _WAY_REACH)
    return (taken or own in _DEMANDING) and any(m.dimension in _FREQUENCIES and m.first in near for m in sentence.mentions)


def _of_a_trend(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "favorable" is said of a trend, and a statement has one in favor."""
    if not sentence.tokens[mention.first].stem.startswith(_FAVORABLE):
        return False
    near = {token.stem for token in sentence.tokens[mention.last : mention.last + 2]}
    printed = [{token.stem for token in source.tokens} for source in sources]
    return bool(near & _TRENDS) and any(near & _TRENDS & stems and _FAVORABLE in stems for stems in printed)


def _advised_by_speaker(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a speaker advises in a sentence what the statements tell of a speaker, one of them as advice."""
    if not any(m.concept == _SPEAKER and m.first < mention.first for m in sentence.mentions):
        return False
    said = {m.concept for m in sentence.mentions if m.kind in {"drug", "class", "gene", "word", "condition", "test"}}
    spoken = [source for source in sources if source.has(_SPEAKER) and source.of_kind("advice")]
    whole = frozenset[str]().union(*(source.concepts() for source in sources))
    return said <= whole and any(len(said & source.concepts()) >= _HALF * len(said) for source in spoken)


def _reason_of_need(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "must, because of X" is what a statement says by "X requires"."""
    own = {token.stem for token in sentence.tokens[mention.first : mention.last]}
    if not own & _BECAUSE or not sentence.has("require"):
        return False
    near = {t.stem for t in sentence.tokens[mention.last : mention.last + _REASON_REACH] if len(t.stem) > _LONG}
    return any(
        near & {t.stem for t in source.tokens[max(0, m.first - _REASON_REACH) : m.first]}
        for source in sources
        for m in source.mentions
        if m.concept == "require"
    )


def _entered_for(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether patients were assigned or switched "because of" the alteration that a statement says they had."""
    own = {token.stem for token in sentence.tokens[mention.first : mention.last]}
    before = {token.stem for token in sentence.tokens[: mention.first]}
    near = range(mention.last, mention.last + _REASON_REACH)
    had = {m.concept for m in sentence.of_kind("condition") if m.first in near and m.dimension == "biomarker"}
    printed = [{t.stem for t in source.tokens} for source in sources if had and source.has(*had)]
    return bool(own & _BECAUSE and before & _ENTERING) and any(before & _ENTERING & stems for stems in printed)


def said_of_the_past(sentence: Reading, hedge: Mention, source: Reading) -> bool:
    """Whether the treatment that a statement doubts is, in the sentence, only what patients had before."""
    doubted = {m.concept for m in source.of_kind("drug", "class") if hedge.last <= m.first <= hedge.last + 2}
    past = {concept for arm in sentence.arms if arm.prior for concept in arm.concepts}
    now = {concept for arm in sentence.arms if not arm.prior for concept in arm.concepts}
    return bool(doubted) and doubted <= past - now
