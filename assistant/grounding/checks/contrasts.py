"""Contrasts and comparisons that lost their denial, and denials of what every statement asserts.

"Longer with a mutation, but when none was detected" was "but not when"; "shorter if it is present than if it is" compares
a thing with itself; what only one has cannot be another's as well; what is not made public, not collected or not required
in every statement cannot be so in the sentence; a share that is many times the other is not "not more frequent".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, items
from assistant.grounding.types import Reading, Reason, ReasonCode

_PLACING = frozenset({"in", "when", "where", "if", "with", "without", "for", "among", "on"})
_ASKING = frozenset({"when", "where", "if"})
_VERBS = frozenset({"is", "are", "was", "were", "had", "has", "have", "did", "do", "doe", "does", "show", "reach", "came"})
_ENDS = frozenset({".", ";"})
_STOPS = frozenset({",", ";", ".", ":", "(", ")"})
_PARTS = _STOPS | {"as", "becaus", "sinc", "so", "but", "while", "wherea", "although"}
_NOTS = frozenset({"not", "no", "none", "never", "without", "non", "neither", "nor", "cannot", "lack", "nobodi", "noth"})
_REACH, _FAR, _SHARED = 5, 14, 2
_RESULTS = frozenset({"months", "percent", "ratio", "count"})
_SAME = frozenset({"is", "was", "does", "doe", "ha", "did", "do", "has", "had", "were", "are"})
_PRONOUNS = frozenset({"it", "they", "one"})
# Words that the statements only deny; of the last, only beside one of the words behind it.
_DENIED_ONLY: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"disclos", "public", "announc", "reveal", "publish"}), frozenset()),
    (frozenset({"collect", "gather"}), frozenset()),
    (frozenset({"mandat", "mandatori", "requir", "oblig", "obligatori", "compulsori"}), frozenset()),
    (
        frozenset({"compar", "comparison", "comparable", "rank"}),
        frozenset({"possibl", "direct", "head", "data", "can", "allow", "valid", "been", "permit", "feasibl"}),
    ),
)
_CONTROLS = ("comparator", "control")
_HAVING = frozenset({"had", "has", "have", "with", "includ", "found", "enrol", "enroll", "contain"})
_ONE = frozenset({"a", "an", "one"})
_PERSONS = frozenset({"patient", "particip", "woman", "subject", "individu", "person"})
_ENOUGH = frozenset({"enough", "suffici", "suffic"})
_TWICE, _SIGNIFICANT = 2.0, 0.05
_FREQUENT = frozenset({"frequent", "common", "often", "preval"})
_ANSWERS = frozenset({"answer", "conclus", "verdict"})
_GIVEN = frozenset({"avail", "possibl", "known", "reach", "clear", "given"})
_UNANSWERED = ("immature", "unknown", "unreported")
_BEING = frozenset({"is", "are", "was", "were", "be", "been"})
# Degrees, and words of telling: a denial of these is often that of another statement in other words.
_PASSED = frozenset(
    {"onli", "yet", "just", "mere", "necessarili", "signific", "statist", "found", "state", "associ", "link", "seen", "observ"}
    | {"detect", "report", "shown", "said", "told", "mention", "list", "present", "compar"}
)
_LONG = 4
_ASSOCIATED = frozenset({"associ", "link", "correl", "tie"})


def check_contrasts(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a contrast without its denial, or a denial against every statement."""
    light = lexicon.language.light
    found = [
        _half_contrast(sentence),
        _same_sides(sentence),
        _more_than_only(sentence, sources),
        _denied_only(sentence, sources),
        _controlled(sentence, sources),
        _one_of_none(sentence, sources),
        _enough(sentence, sources, light),
        _linked(sentence, sources),
        _not_more(sentence),
        _answered(sentence, sources),
        _met_against(sentence, sources),
        _shown_against(sentence, sources),
        _against_all(sentence, sources, light),
    ]
    for words in filter(None, found):
        yield Reason(ReasonCode.NEGATION, words, f"a denial is missing here, or one too many: “{words}”")


def _stems(reading: Reading, first: int, last: int) -> list[str]:
    return [token.stem for token in reading.tokens[max(0, first) : last]]


def _end(reading: Reading, first: int, stops: frozenset[str]) -> int:
    return next((i for i in range(first, len(reading.tokens)) if reading.tokens[i].stem in stops), len(reading.tokens))


def _clause(reading: Reading, place: int) -> tuple[int, int]:
    first = max((i + 1 for i in range(place) if reading.tokens[i].stem in _PARTS), default=0)
    return first, _end(reading, place + 1, _PARTS)


def _denies(reading: Reading, first: int, last: int, doubts: frozenset[str] = frozenset({"hedge"})) -> bool:
    """Whether anything denies, leaves open or (by these kinds) doubts between two tokens."""
    marks = [m for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS | {"not_reached"}]
    marks += [m for m in reading.mentions if m.kind == "negator" or m.kind in doubts or m.concept == "single_arm"]
    return any(m.first < last and first < m.last for m in marks) or bool(_NOTS & set(_stems(reading, first, last)))


def _half_contrast(sentence: Reading) -> str:
    """A contrast of two groups without verb and without denial ("..., but in all patients")."""
    for index, token in enumerate(sentence.tokens):
        if token.stem != "but" or index + 1 >= len(sentence.tokens) or sentence.tokens[index + 1].stem not in _PLACING:
            continue
        end = _end(sentence, index, _ENDS)
        tail = _stems(sentence, index + 1, end)
        verbs = sum(stem in _VERBS for stem in tail) - (tail[0] in _ASKING)
        told = [m for m in sentence.of_kind("up", "down", "finding", "hedge", "negator") if index < m.first < end]
        groups = [m for m in sentence.of_kind("condition") if index < m.first < end]
        before = _stems(sentence, index - _FAR, index)
        figures = any(index < q.first < end and not sentence.depths[q.first] for q in sentence.quantities if q.kind in _RESULTS)
        if verbs <= 0 and not told and not figures and groups and not _NOTS & set(before):
            return sentence.phrase(index, min(index + 4, end))
    return ""


def _same_sides(sentence: Reading) -> str:
    """A group compared with itself: "shorter when it is present than when it is"."""
    for index in (i for i, token in enumerate(sentence.tokens) if token.stem == "than"):
        after = _stems(sentence, index + 1, index + 5)
        before = _stems(sentence, index - _FAR, index)
        opening = max((i for i, stem in enumerate(before) if stem in _ASKING), default=-1)
        if opening < 0:
            continue
        denied = bool(_NOTS & set(before[opening:])) or any(
            m.concept.endswith(":unaltered") and index - len(before) + opening <= m.first < index
            for m in sentence.of_kind("condition")
        )
        again = len(after) > 2 and after[0] in _ASKING and after[1] in _PRONOUNS and after[2] in _SAME
        ends = again and (len(after) < 4 or after[3] in _STOPS)
        if (ends and not denied) or (after[:2] == ["without", "it"] and denied):
            return sentence.phrase(index, index + 4)
    return ""


def _more_than_only(sentence: Reading, sources: Sequence[Reading]) -> str:
    """What is said of one alone, and in the same breath of another ("of A alone, and of B")."""
    if not any(m.concept == "q_only" for source in sources for m in source.of_kind("quantifier")):
        return ""
    for index, token in enumerate(sentence.tokens):
        if token.text.lower() not in {"alone", "only", "solely", "exclusively"}:
            continue
        tail = _stems(sentence, index + 1, _end(sentence, index, _ENDS))
        tail = tail[1:] if tail[:1] == [","] else tail
        linked = tail[:1] == ["and"] and tail[1:2] and tail[1] in {"of", "for", "to", "in"}
        same = linked and tail[1] in _stems(sentence, index - _REACH, index)
        if same and not _VERBS & set(tail) and not _NOTS & set(tail) and not {"onli", "sole", "alon"} & set(tail):
            return sentence.phrase(index, index + 4)
    return ""


def _denied_only(sentence: Reading, sources: Sequence[Reading]) -> str:
    """What every statement that speaks of it denies ("disclosed", "collected", "required", "comparable")."""
    for words, beside in _DENIED_ONLY:
        homes = [(s, i) for s in sources for i, token in enumerate(s.tokens) if token.stem in words]
        if not homes or not all(_denied_here(source, place) for source, place in homes):
            continue
        for index, token in enumerate(sentence.tokens):
            first, last = _clause(sentence, index)
            if token.stem not in words or _denies(sentence, first, last, frozenset()):
                continue
            if not beside or beside & set(_stems(sentence, first, last)):
                return sentence.phrase(index, index + 2)
    return ""


def _denied_here(source: Reading, place: int) -> bool:
    """Whether a word stands behind a denial in its clause."""
    return bool(_NOTS & set(_stems(source, max(_clause(source, place)[0], place - _REACH), place)))


def _controlled(sentence: Reading, sources: Sequence[Reading]) -> str:
    """A comparator that a trial without one is said to have."""
    open_ = [source for source in sources if source.has("single_arm")]
    if not open_ or sentence.has("single_arm") or any(s.has("control_arm", "placebo") or s.of_kind("versus") for s in sources):
        return ""
    for index, token in enumerate(sentence.tokens):
        first, last = _clause(sentence, index)
        if (
            token.text.lower().startswith(_CONTROLS)
            and _HAVING & set(_stems(sentence, index - 3, index))
            and not _denies(sentence, first, last)
        ):
            return sentence.phrase(index - 1, index + 1)
    return ""


def _one_of_none(sentence: Reading, sources: Sequence[Reading]) -> str:
    """One patient with what no patient had."""
    none = any(
        token.stem in _PERSONS and (_NOTS & set(_stems(source, i - 3, i)) or _had_not(_stems(source, i, i + _REACH)))
        for source in sources
        for i, token in enumerate(source.tokens)
    )
    for index, token in enumerate(sentence.tokens) if none else ():
        if token.stem in _PERSONS and not token.text.endswith("s") and _stems(sentence, index - 1, index)[-1:] != []:
            before = _stems(sentence, index - 2, index)
            if len(before) == 2 and before[1] in _ONE and before[0] in _HAVING:
                return sentence.phrase(index - 1, index + 1)
    return ""


def _had_not(stems: Sequence[str]) -> bool:
    return any(pair in {("had", "not"), ("has", "not"), ("have", "not")} for pair in pairwise(stems))


def _enough(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> str:
    """What is enough for a thing of which a statement says that it is not merely that."""
    said = {item for _, item in items(sentence, light)}
    mere = [
        source
        for source in sources
        for m in source.of_kind("negator")
        if any(other.concept == "presence" and m.last <= other.first <= m.last + 2 for other in source.mentions)
        or _ENOUGH & set(_stems(source, m.last, m.last + 2))
    ]
    for index, token in enumerate(sentence.tokens):
        first, last = _clause(sentence, index)
        about = any(len(said & {item for _, item in items(source, light)}) >= _SHARED for source in mere)
        if token.stem in _ENOUGH and about and not _denies(sentence, first, last):
            return sentence.phrase(index - 1, index + 1)
    return ""


def _linked(sentence: Reading, sources: Sequence[Reading]) -> str:
    """An association that the statements deny for the measure and treatment that the clause names, however softly told."""
    for index in (i for i, token in enumerate(sentence.tokens) if token.stem in _ASSOCIATED):
        first, last = _clause(sentence, index)
        if _NOTS & set(_stems(sentence, first - 2, last)):
            continue
        names = {m.concept for m in sentence.of_kind("measure", "drug", "class") if index < m.first < last}
        homes = [
            (source, i)
            for source in sources
            for i, token in enumerate(source.tokens)
            if token.stem in _ASSOCIATED
            and names <= {m.concept for m in source.of_kind("measure", "drug", "class") if i < m.first < _clause(source, i)[1]}
        ]
        if len(names) > 1 and homes and all(_denied_here(source, place) for source, place in homes):
            return sentence.phrase(index, index + 2)
    return ""


def _not_more(sentence: Reading) -> str:
    """What is "not more frequent" beside two shares, the first a multiple, or "not longer" beside a p value that shows it."""
    for m in sentence.of_kind("up", "down"):
        if _stems(sentence, m.first - 1, m.first) != ["not"]:
            continue
        near = [q for q in sentence.quantities if sentence.segments[q.first] == sentence.segments[m.first]]
        shares = [q.value for q in near if q.kind == "percent" and q.upper is None and q.first > m.first]
        frequent = _FREQUENT & set(_stems(sentence, m.first, m.last + 2))
        if m.kind == "up" and frequent and len(shares) == _SHARED and shares[0] >= _TWICE * shares[1]:
            return sentence.phrase(m.first - 1, m.last)
        if any(q.kind == "p" and q.value < _SIGNIFICANT and q.bound != "low" for q in near) and not frequent:
            return sentence.phrase(m.first - 1, m.last)
    return ""


def _answered(sentence: Reading, sources: Sequence[Reading]) -> str:
    """An answer that is there, where the statements leave the matter open."""
    if not any(source.has(*_UNANSWERED) for source in sources):
        return ""
    for index, token in enumerate(sentence.tokens):
        first, last = _clause(sentence, index)
        if token.stem in _ANSWERS and _GIVEN & set(_stems(sentence, first, last)) and not _denies(sentence, first, last):
            return sentence.phrase(index, index + 2)
    return ""


def _met_against(sentence: Reading, sources: Sequence[Reading]) -> str:
    """An endpoint told as met of a trial whose statements only say that it was not."""
    for m in (m for m in sentence.of_kind("finding") if m.concept == "endpoint_met"):
        first, last = _clause(sentence, m.first)
        number = sentence.segments[m.first]
        trials = {other.concept for other in sentence.of_kind("trial") if sentence.segments[other.first] == number}
        about = [source for source in sources if trials and source.has(*trials)]
        missed = [source.has("endpoint_not_met") and not source.has("endpoint_met") for source in about]
        if len(trials) == 1 and about and any(missed) and all(missed) and not _denies(sentence, first, last):
            return sentence.phrase(m.first, m.last)
    return ""


def _shown_against(sentence: Reading, sources: Sequence[Reading]) -> str:
    """A significant result of a group for which a statement finds none, and no statement has one."""
    for m in (m for m in sentence.of_kind("finding") if m.concept == "significant"):
        first, last = _clause(sentence, m.first)
        groups = {c.concept for c in sentence.of_kind("condition") if first <= c.first < last and c.dimension == "biomarker"}
        about = [source for source in sources if groups and groups <= source.concepts()]
        others = {c.concept for source in about for c in source.of_kind("condition") if c.dimension == "biomarker"} - groups
        refused = [source.has("not_significant") and not source.has("significant") for source in about]
        if about and all(refused) and not others and not _denies(sentence, first, last):
            return sentence.phrase(m.first, m.last)
    return ""


def _against_all(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> str:
    """What is denied right behind "was not", and asserted wherever the statements have it, in a clause about the same."""
    for index, token in enumerate(sentence.tokens):
        after = sentence.tokens[index + 1 : index + 2]
        if token.text.lower() != "not" or _stems(sentence, index - 1, index)[-1:] == [] or not after:
            continue
        if sentence.tokens[index - 1].stem not in _BEING or after[0].stem in _PASSED or len(after[0].stem) < _LONG:
            continue
        if any(m.first <= index < m.last for m in sentence.of_kind("finding", "bound_low", "bound_high")):
            continue
        first, last = _clause(sentence, index)
        said = {item for _, item in items(sentence, light, first, last)} - {after[0].stem}
        homes = [(s, i) for s in sources for i, found in enumerate(s.tokens) if found.stem == after[0].stem]
        told = [(s, *_clause(s, i)) for s, i in homes]
        if not told or any(_denies(s, begin, end) for s, begin, end in told):
            continue
        if any(len(said & {item for _, item in items(s, light, begin, end)}) >= _SHARED for s, begin, end in told):
            return sentence.phrase(index - 1, index + 2)
    return ""
