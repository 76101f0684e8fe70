"""How certain, how general and within which limits: hedges, advice, causes, quantifiers, and what must not be left out.

Weaker than the source is allowed, stronger is not. A limit of the evidence (post hoc, preclinical, a speaker) stays with
the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.assertions import claims_no_more, made_possible, said_of_the_past
from assistant.grounding.support.borne_out import of_both_sides, restated
from assistant.grounding.support.duties import is_proviso
from assistant.grounding.support.everyone import true_of_all
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, items
from assistant.grounding.support.extremes import is_extreme, is_schedule
from assistant.grounding.support.questions import is_asked, is_harmless
from assistant.grounding.support.remarks import attributes, is_drawn_on, significant_measures, speaks, speaks_of_significance
from assistant.grounding.support.shares import share_of_named
from assistant.grounding.support.told_again import lists_only, unbracketed
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_LITERAL = {
    "booster": (ReasonCode.MODALITY, "no cited statement is as certain as “{}”"),
    "advice": (ReasonCode.ADVICE, "no cited statement advises or prefers: “{}”"),
    "cause": (ReasonCode.CAUSALITY, "no cited statement gives this as a cause: “{}”"),
}
_PURPOSES = frozenset({"to", "for", "may", "might", "could", "of"})
# A speaker explains; what is explained by something has a cause.
_TELLING = "explains"
_FEWEST, _HEDGED_REACH = 2, 8
_DOUBTS = frozenset({"may", "might", "could", "possibl", "perhap", "potenti"})
_SO_FAR = frozenset({"so", "as"})
_FAR = frozenset({"far", "much"})
_MULTIPLE = 2.0
_HALF = 50.0
_MOST_OF = 0.7
_DOSE_REACH = 3
_LIMIT_REACH = 5
_OUTCOME_REACH = 5
_DEMANDING, _CHOSEN = frozenset({"call", "ask"}), frozenset({"chosen", "choic", "choos"})
_YIELDING = frozenset({"led", "lead", "result", "give"})
_BECAUSE = frozenset({"becaus", "due", "owe", "account"})
_LINKS = frozenset({"for", "from", "by"})
_WHOLE_PERCENT = 100.0
# The shares for which a word of quantity is borne out.
_SHARES = {"q_most": (50.1, 100.0), "q_many": (20.0, 100.0), "q_few": (0.0, 5.0), "q_nearly_all": (90.0, 100.0)}
_DENIED_REACH, _DENYING_ANY = 4, frozenset({"without", "not", "no", "never", "nor", "cannot", "hardly"})
_OF_THESE = frozenset({"these", "those", "them", "whom"})
_EVERYONE = ("q_all", "universal", "overall_population")
_WITH_OR_WITHOUT = "with or without"
_ONLY_WEAK = frozenset({"trend", "numer", "nomin", "numerically", "nominally"})
_CERTAIN = frozenset({"will", "inevit", "alway", "invari"})


def check_certainty(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for words stronger than the source's, and for a source's "may" that is gone."""
    stems = {token.stem for source in sources for token in source.tokens}
    kinds = {m.kind for source in sources for m in source.mentions}
    for mention in sentence.of_kind(*_LITERAL):
        own = [token.stem for token in sentence.tokens[mention.first : mention.last]]
        same = all(stem in stems for stem in own) or (mention.kind in kinds and mention.kind != "booster")
        same = same and not (mention.kind == "booster" and _only_intended(own, sentence, mention, sources))
        same = same and (mention.kind == "booster" or _about_this(sentence, mention, sources, lexicon.language.light))
        softened = any(0 <= mention.first - hedge.last <= 2 for hedge in sentence.of_kind("hedge"))
        softened = softened or (
            mention.kind == "advice" and sentence.has("unknown") and any(source.has("unknown") for source in sources)
        )
        if mention.kind == "advice" and _withheld(sentence, mention, sources, lexicon.language.light):
            continue
        if own[0] == "recommend" and _of_dose(sentence, mention):
            continue
        if mention.kind == "advice" and _only_demands(own, sources):
            continue
        if own[0] in _CERTAIN and is_asked(sentence, mention):
            continue
        if is_harmless(sentence, mention) or claims_no_more(sentence, mention, sources):
            continue
        if own[0] in _FAR and mention.first and sentence.tokens[mention.first - 1].stem in _SO_FAR:
            continue
        if own[0] in _FAR and _far_apart(sentence, mention):
            continue
        if mention.kind == "cause" and sentence.tokens[mention.first].text.lower() == _TELLING:
            continue
        if mention.kind == "cause" and any(0 <= mention.first - m.last <= 1 for m in sentence.of_kind("negator")):
            continue
        if mention.kind == "cause" and _only_told(sentence, mention, sources, lexicon.language.light):
            continue
        certain = own[0] in _CERTAIN and bool(stems & _CERTAIN)
        if not (same or softened or certain or (own[:1] == ["result"] and _names_findings(sentence, mention))):
            code, message = _LITERAL[mention.kind]
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(code, words, message.format(words))
    lost = list(_hedges_lost(sentence, sources))
    yield from lost or _hedged_stretches(sentence, sources, lexicon.language.light)


def _withheld(sentence: Reading, mention: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether advice or a rank is denied, in a stretch about what a statement denies ("should not be read as a ranking")."""
    number = sentence.segments[mention.first]
    near = [m for m in sentence.of_kind("negator") if sentence.segments[m.first] == number]
    if not any(m.first - mention.last in {0, 1} or m.last <= mention.first for m in near):
        return False
    said = {item for index, item in items(sentence, light) if sentence.segments[index] == number}
    nearest = max(sources, key=lambda source: len(said & {item for _, item in items(source, light)}))
    told = [(source, m) for source in sources for m in source.of_kind("advice")]
    return bool(nearest.of_kind("negator")) and all(_denied_before(source, m) for source, m in told)


def _denied_before(source: Reading, mention: Mention) -> bool:
    """Whether a statement denies in the stretch of a mention, before it."""
    number = source.segments[mention.first]
    return any(m.first < mention.first and source.segments[m.first] == number for m in source.of_kind("negator"))


def _only_told(sentence: Reading, mention: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a word of cause tells an outcome ("led to a longer PFS"), or joins what a statement joins by "for"."""
    after = sentence.tokens[mention.last : mention.last + _OUTCOME_REACH]
    own = {token.stem for token in sentence.tokens[mention.first : mention.last]}
    limit = mention.last + len(after)
    outcomes = [m for m in sentence.of_kind("measure", "up", "down") if mention.last <= m.first < limit]
    figures = [q for q in sentence.quantities if mention.last <= q.first < limit]
    if own & _YIELDING and (outcomes or figures) and sentence.arms:
        return True
    near = items(sentence, light, mention.last, limit)
    return bool(own & _BECAUSE) and bool(near) and any(_follows_link(source, near[0][1], light) for source in sources)


def _follows_link(source: Reading, item: str, light: frozenset[str]) -> bool:
    """Whether a statement has an item behind "for", "from" or "by"."""
    places = [index for index, found in items(source, light) if found == item]
    return any(_LINKS & {t.stem for t in source.tokens[max(0, place - 2) : place]} for place in places)


def _far_apart(sentence: Reading, mention: Mention) -> bool:
    """Whether "far more" stands with two figures of which one is a multiple of the other."""
    beside = any(0 <= m.first - mention.last <= 1 for m in sentence.of_kind("up", "down"))
    number = sentence.segments[mention.first]
    values = [q.value for q in sentence.quantities if q.kind == "percent" and sentence.segments[q.first] == number]
    return beside and len(values) > 1 and max(values) >= _MULTIPLE * min(values)


def _of_dose(sentence: Reading, mention: Mention) -> bool:
    """Whether "recommended" only says that a dose is the labeled one."""
    return any(0 <= other.first - mention.last <= _DOSE_REACH for other in sentence.of_kind("word") if other.concept == "dose")


def _only_demands(own: Sequence[str], sources: Sequence[Reading]) -> bool:
    """Whether "calls for" is what a statement requires, or "chosen" what it gives as the choice of a physician."""
    demanded = own[0] in _DEMANDING and any(source.has("require") for source in sources)
    return demanded or (bool(_CHOSEN & set(own)) and any(source.has("physicians_choice") for source in sources))


def _names_findings(sentence: Reading, mention: Mention) -> bool:
    """Whether "results in" means the results of a trial or group ("results in PIK3CA-mutated disease")."""
    named = sentence.of_kind("trial", "condition", "gene", "class", "measure")
    return any(mention.last <= other.first <= mention.last + 1 for other in named)


def _only_intended(own: Sequence[str], sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether every source has the word as a purpose ("used to prevent") and the sentence as a fact ("prevents")."""
    if mention.first and sentence.tokens[mention.first - 1].stem in _PURPOSES:
        return False
    before = [
        source.tokens[index - 1].stem if index else ""
        for source in sources
        for index, token in enumerate(source.tokens)
        if token.stem == own[0]
    ]
    return bool(before) and all(stem in _PURPOSES for stem in before)


def _about_this(sentence: Reading, mention: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a source that gives a cause or advice is about what the sentence's stretch is about."""
    place = sentence.segments[mention.first]
    said = {item for index, item in items(sentence, light) if sentence.segments[index] == place}
    printed = [{item for _, item in items(source, light)} for source in sources if source.of_kind(mention.kind)]
    return any(len(said & found) >= _MOST_OF * len(said) for found in printed)


def _leaves_open(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a sentence doubts, leaves open, or says that what a statement says may be done is allowed."""
    allows = sentence.has("allow") and not any(source.has("allow") for source in sources)
    return bool(sentence.of_kind("hedge")) or sentence.has("unknown") or allows or lists_only(sentence, sources)


def _hedges_lost(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    if _leaves_open(sentence, sources):
        return
    own = {token.stem for token in sentence.tokens}
    for source in sources:
        for hedge in source.of_kind("hedge"):
            if source.tokens[hedge.first].stem == "appear" and [t.stem for t in source.tokens[hedge.last : hedge.last + 1]] == [
                "in"
            ]:
                continue
            if is_proviso(source, hedge) or ("accord" in own and source.tokens[hedge.first].stem == "indic"):
                continue
            stretch = source.tokens[hedge.last : hedge.last + 8]
            end = next((i for i, token in enumerate(stretch) if token.stem in {";", ".", ":"}), len(stretch))
            scope = [t.stem for t in stretch[:end] if t.is_word and len(t.stem) > 3]
            if made_possible(sentence, hedge, scope, source) or said_of_the_past(sentence, hedge, source):
                continue
            if scope and scope[0] in own and sum(stem in own for stem in scope) >= max(1, len(scope) // 2):
                words = source.phrase(hedge.first, hedge.last)
                yield Reason(ReasonCode.MODALITY, words, f"the cited statement is less certain: “{words}”")


def _hedged_stretches(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """A stretch that is, by and large, a printed stretch with "may" or "could", and no printed one without."""
    if _leaves_open(sentence, sources):
        return
    for number in sorted(set(sentence.segments)):
        said = {item for index, item in items(sentence, light) if sentence.segments[index] == number}
        if len(said) < _FEWEST or any(sentence.segments[q.first] == number for q in sentence.quantities):
            continue
        shares = _shares(said, sources, light)
        if max(shares[True])[0] >= _MOST_OF and max(shares[True])[0] > max(shares[False])[0]:
            words = max(shares[True])[1]
            yield Reason(ReasonCode.MODALITY, words, f"the cited statement is less certain: “{words}”")


def _shares(said: set[str], sources: Sequence[Reading], light: frozenset[str]) -> dict[bool, list[tuple[float, str]]]:
    """How much of what is said the printed stretches have, apart for those that doubt it and those that do not."""
    shares: dict[bool, list[tuple[float, str]]] = {True: [(0.0, "")], False: [(0.0, "")]}
    for source in sources:
        for place in sorted(set(source.segments)):
            found = {item for index, item in items(source, light) if source.segments[index] == place}
            doubted = [
                m
                for m in source.of_kind("hedge")
                if source.segments[m.first] == place
                and not is_proviso(source, m)
                and source.tokens[m.first].stem in _DOUBTS
                and said & unbracketed(source, m, items(source, light, m.last, m.last + _HEDGED_REACH))
            ]
            words = source.phrase(doubted[0].first, doubted[0].last) if doubted else ""
            shares[bool(doubted)].append((len(said & found) / len(said), words))
    return shares


def check_quantifiers(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "all", "most", "only" and the like that no source says, unless a printed percentage bears it out."""
    del lexicon
    known = {m.concept for source in sources for m in source.of_kind("quantifier")}
    if {"q_both", "q_either"} <= known | {m.concept for m in sentence.of_kind("quantifier")}:
        yield from (
            _quantifier(m, sentence)
            for m in sentence.of_kind("quantifier")
            if m.concept == "q_either" and m.concept not in known and not of_both_sides(m, sentence, sources)
        )
    for mention in sentence.of_kind("quantifier"):
        if mention.concept == "q_both" and "q_only" in known and "q_both" not in known:
            yield _quantifier(mention, sentence)
        if mention.concept in known or mention.concept in {"q_both", "q_either", "q_some"}:
            continue
        if any(q.first <= mention.first < q.last for q in sentence.quantities):
            continue
        if mention.concept == "q_all" and is_schedule(sentence, mention):
            continue
        if mention.concept == "q_any" and _before_any(sentence, mention):
            continue
        if mention.concept == "q_any" and (sentence.has(*NEGATIVE_FINDINGS) or sentence.of_kind("hedge", "negator")):
            continue
        if mention.concept == "q_only" and _only_narrows(sentence, mention):
            continue
        if mention.concept == "q_most" and (_most(sentence, sources) or share_of_named(mention, sentence, sources) > _HALF):
            continue
        if _borne_out(mention, sentence, sources) or restated(mention, sentence, sources):
            continue
        if true_of_all(mention, sentence, sources):
            continue
        yield _quantifier(mention, sentence)


def _only_narrows(sentence: Reading, mention: Mention) -> bool:
    """Whether "only" stands beside a group, or before a word that says that a result is weak."""
    beside = any(mention.first in {m.last, m.first - 1} for m in sentence.of_kind("condition"))
    nominal = any(mention.last == m.first for m in sentence.mentions if m.concept == "nominal")
    return beside or nominal or bool(_ONLY_WEAK & {t.stem for t in sentence.tokens[mention.last : mention.last + 3]})


def _before_any(sentence: Reading, mention: Mention) -> bool:
    """Whether "any" only goes with "before" or a denial ("had not had any chemotherapy")."""
    before = [token.stem for token in sentence.tokens[max(0, mention.first - _DENIED_REACH) : mention.first]]
    return before[-1:] == ["befor"] or bool(_DENYING_ANY & set(before))


def _borne_out(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether 100 % bears "every" out, "with or without" bears "regardless of" out, or "only" stands before a figure."""
    if mention.concept == "q_everyone" and any(source.has(*_EVERYONE) for source in sources):
        return True
    if mention.concept in {"q_all", "q_everyone"}:
        return any(q.kind == "percent" and q.value == _WHOLE_PERCENT for source in sources for q in source.quantities)
    if mention.concept == "q_any":
        return any(_WITH_OR_WITHOUT in " ".join(token.stem for token in source.tokens) for source in sources)
    if mention.concept in _SHARES and _share_shows(mention, sentence):
        return True
    if mention.concept in _SHARES:
        return is_extreme(sentence, mention, sources)
    required = any(source.has("require") or _limits_to(source, sentence) for source in sources)
    counted = any(0 <= q.first - mention.last <= 1 for q in sentence.quantities)
    return mention.concept == "q_only" and (required or counted)


def _limits_to(source: Reading, sentence: Reading) -> bool:
    """Whether a statement limits something to a group or use that the sentence names ("restricted to X")."""
    number_of = source.segments
    for mention in source.of_kind("word"):
        following = [token.stem for token in source.tokens[mention.last : mention.last + _LIMIT_REACH]]
        if mention.concept == "limitation" and "to" in following:
            place = number_of[mention.first]
            named = {m.concept for m in source.mentions if m.first > mention.last and number_of[m.first] == place}
            doubted = any(number_of[m.first] == place for m in source.of_kind("hedge")) and not _doubts(sentence)
            if named & sentence.concepts() and not doubted:
                return True
    return False


def _doubts(sentence: Reading) -> bool:
    return any(sentence.tokens[m.first].stem in _DOUBTS for m in sentence.of_kind("hedge"))


def _share_shows(mention: Mention, sentence: Reading) -> bool:
    """Whether the shares that the stretch prints are all as large or as small as "most", "common" or "few" says."""
    low, high = _SHARES[mention.concept]
    number = sentence.segments[mention.first]
    near = [q for q in sentence.quantities if q.kind == "percent" and sentence.segments[q.first] == number]
    compared = [m for m in sentence.of_kind("versus", "up", "down") if sentence.segments[m.first] == number]
    values = [value for q in near for value in (q.value, q.upper or q.value)]
    if mention.concept == "q_most" and near:
        following = [token.stem for token in sentence.tokens[mention.last - 1 : mention.last + 2]]
        after = [q for q in near if q.first > mention.first] or ([] if _OF_THESE & set(following) else near)
        if not after:
            return False
        return low <= after[0].value <= high
    return bool(near) and not (compared and mention.concept == "q_many") and all(low <= value <= high for value in values)


def _quantifier(mention: Mention, sentence: Reading) -> Reason:
    words = sentence.phrase(mention.first, mention.last)
    return Reason(ReasonCode.QUANTIFIER, words, f"no cited statement says “{words}”")


def _most(sentence: Reading, sources: Sequence[Reading]) -> bool:
    stems = {token.stem for token in sentence.tokens}
    nearest = max(sources, key=lambda source: len(stems & {token.stem for token in source.tokens}))
    shares = [f.quantity.value for f in nearest.figures if f.quantity.kind == "percent" and f.quantity.value != 95.0]
    return len(shares) == 1 and shares[0] > _HALF


def check_qualifiers(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a limit of the evidence that the sentence leaves out."""
    del lexicon
    for source in sources:
        if not _uses(sentence, source):
            continue
        said = sentence.has("post_hoc") or sentence.of_kind("hedge")
        if source.has("post_hoc") and not said and is_drawn_on(sentence, source, "post_hoc"):
            yield Reason(ReasonCode.QUALIFIER_DROPPED, "", "the cited analysis is post hoc or exploratory; say so")
        if source.has("preclinical") and not sentence.has("preclinical"):
            yield Reason(ReasonCode.QUALIFIER_DROPPED, "", "the cited finding is preclinical; say so")
        if speaks(source) and not attributes(sentence, source):
            yield Reason(ReasonCode.QUALIFIER_DROPPED, "", "the cited statement reports a speaker's words; say so")
        if source.has("estimate_of") and not (sentence.has("estimate_of") or sentence.of_kind("hedge") or _estimates(sentence)):
            yield Reason(ReasonCode.QUALIFIER_DROPPED, "", "the cited figure is somebody's estimate; say so")
        nominal = _nominal_measure(source, sentence) and not sentence.has("nominal") and not sentence.of_kind("hedge")
        if nominal and speaks_of_significance(sentence):
            yield Reason(ReasonCode.QUALIFIER_DROPPED, "", "the cited p value is nominal; say so")


def _estimates(sentence: Reading) -> bool:
    return any(token.stem == "estim" for token in sentence.tokens)


def _nominal_measure(source: Reading, sentence: Reading) -> bool:
    """Whether the sentence speaks of a measure whose p value the source calls nominal."""
    places = [m.first for m in source.mentions if m.concept == "nominal"]
    stretches = {source.segments[place] for place in places}
    told = source.of_kind("measure")
    measures = {m.concept for m in told if source.segments[m.first] in stretches}
    bracketed = [[m for m in told if m.first < place][-1:] for place in places if source.depths[place]]
    measures |= {m.concept for found in bracketed for m in found}
    return bool(measures & significant_measures(sentence))


def _uses(sentence: Reading, source: Reading) -> bool:
    """Whether the sentence draws on this source: a figure of it, or most of its words where no figure decides."""
    values = {(f.quantity.kind, f.quantity.value) for f in source.figures if f.quantity.kind not in {"phase", "grade"}}
    stated = {(f.quantity.kind, f.quantity.value) for f in sentence.figures if f.quantity.kind not in {"phase", "grade"}}
    if stated:
        return bool(values & stated)
    names = {m.concept for m in sentence.mentions if m.kind in {"drug", "class", "trial", "measure", "word", "condition"}}
    return len(names & source.concepts()) * 2 >= len(names)
