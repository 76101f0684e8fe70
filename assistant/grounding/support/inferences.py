"""Words that no statement has and that follow in the place where they stand.

A label that allows something is a label; what is asked ("how large") asserts nothing; "all randomized patients" are the
intention-to-treat population; what is denied ("not practical") may be what a statement says by a prefix ("impractical").
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.denials import denied_by_prefix
from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.support.plain_telling import preliminary, told_plainly
from assistant.grounding.support.turns_of_speech import new_where_told, told_in_place
from assistant.grounding.types import Mention, Reading

_LABELS = frozenset({"label_word", "prescribing", "us_label", "indication", "indicated_for", "approve"})
_BODIES = frozenset({"fda", "ema", "ec", "china", "nmpa", "japan", "united_kingdom", "regulator"})
_DECISIONS = frozenset({"regulatory_body_decision", "expect", "readout"})
_WORKS = frozenset({"works", "worked"})
_HOW, _EVERYONE = "how", "overall_population"
_DATE_REACH = 5
_AHEAD = frozenset({"ahead", "advanc"})
_EXTENTS = frozenset(
    {"larg", "big", "great", "small", "long", "often", "strong", "high", "well", "soon", "wide", "quick", "fast"}
)
_HAVING = frozenset({"had", "have", "has", "took", "receiv"})


def follows_in_place(mention: Mention, sentence: Reading, sources: Sequence[Reading], known: frozenset[str]) -> bool:
    """Whether a concept that no statement names follows where it stands."""
    concept = mention.concept
    return (
        (concept == "allow" and _label_before(mention, sentence) and bool(known & _LABELS))
        or (concept == "regulator" and bool(known & _BODIES))
        or (concept == "efficacy" and _efficacy_told(sentence, sources))
        or (concept == "endocrine_resistant" and {"resistant", "et"} <= known)
        or (concept == "randomize" and "double_blind" in known and "placebo" in known)
        or (
            concept == "universal"
            and known & {"q_all", "q_everyone"}
            and bool(sentence.of_kind("negator") or sentence.has(*OPEN_FINDINGS))
        )
        or (concept == "randomize" and _EVERYONE in known and _of_everyone(mention, sentence))
        or (concept == "prior" and _before_decision(mention, sentence))
        or (concept == "prior" and _had_before(mention, sentence) and bool(known & {"continued", "same_value"}))
        or denied_by_prefix(sentence, mention.first, sources)
        or told_in_place(mention, sentence, sources)
        or told_plainly(mention, sentence, sources)
    )


def new_in_place(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether a word that no list knows asserts nothing where it stands, or is denied as a statement does by a prefix."""
    asked = index > 0 and sentence.tokens[index - 1].stem == _HOW and sentence.tokens[index].stem in _EXTENTS
    open_ = asked and sentence.has(*OPEN_FINDINGS, "immature")
    told = new_where_told(sentence, index, sources) or preliminary(sentence, index, sources)
    return open_ or told or denied_by_prefix(sentence, index, sources)


def _label_before(mention: Mention, sentence: Reading) -> bool:
    """Whether a label stands before "allows", and nothing is denied."""
    return any(m.concept in _LABELS and m.first < mention.first for m in sentence.mentions) and not sentence.of_kind("negator")


def _efficacy_told(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a statement says that something works, or sentence and statement leave results open."""
    works = any(token.text.lower() in _WORKS for source in sources for token in source.tokens)
    open_ = sentence.has(*OPEN_FINDINGS) and any(source.has(*OPEN_FINDINGS) for source in sources)
    return open_ or (works and not sentence.of_kind("negator", "versus"))


def _of_everyone(mention: Mention, sentence: Reading) -> bool:
    return any(m.concept == _EVERYONE and 0 <= mention.first - m.last <= 1 for m in sentence.mentions)


def _before_decision(mention: Mention, sentence: Reading) -> bool:
    """Whether "ahead of" stands before a date or decision that is still to come."""
    if sentence.tokens[mention.first].stem not in _AHEAD or not (sentence.of_kind("negator") or sentence.has(*OPEN_FINDINGS)):
        return False
    near = range(mention.last, mention.last + _DATE_REACH)
    dated = any(q.first in near and q.kind == "date" for q in sentence.quantities)
    return dated or any(m.first in near and m.concept in _DECISIONS for m in sentence.mentions)


def _had_before(mention: Mention, sentence: Reading) -> bool:
    """Whether "already" says that something is kept ("the inhibitor they already had")."""
    near = {token.stem for token in sentence.tokens[max(0, mention.first - 1) : mention.last + 2]}
    return sentence.tokens[mention.first].stem == "alreadi" and bool(near & _HAVING)
