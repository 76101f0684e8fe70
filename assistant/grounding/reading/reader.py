"""Reads a text into mentions, figures and arms (`Reading`). It reports what the text says and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.grounding.reading.arm_choice import with_unnamed
from assistant.grounding.reading.arm_lists import follows_earlier, shared_partners
from assistant.grounding.reading.elided_lines import elided_lines
from assistant.grounding.reading.figures import bind_figures
from assistant.grounding.reading.gene_words import of_that_group
from assistant.grounding.reading.lexicon import Language, Lexicon
from assistant.grounding.reading.quantities import QuantityReader
from assistant.grounding.reading.states import StateReader
from assistant.grounding.types import Arm, Mention, Quantity, Reading, Token

_BREAKS = frozenset({"while", "wherea", "but", "although", "though", "however"})
_JOINS = frozenset(
    [
        "plus",
        "with",
        "to",
        "alongsid",
        "along",
        "togeth",
        "combin",
        "in",
        "add",
        "addit",
        "each",
        "given",
        "was",
        "is",
        "were",
        "are",
        "when",
        "taken",
    ]
)
_COPULAS = frozenset({"in", "each", "given", "was", "is", "were", "are", "when", "taken"})
_ARM_KINDS = frozenset({"drug", "class", "arm"})
_JOIN_LIMIT = 4
_CLAUSE_REACH = 9
_REASONS = frozenset({"so", "sinc"})
_VERBS = frozenset({"was", "were", "is", "are", "had", "has", "have", "occur", "led", "did", "may", "reach", "show"})
_DOSE_LINKS = frozenset({"at", "with", "than", "and", "versus", "vs", "on", "over", "for", "or"})
_OTHER_DOSE = frozenset({"or", "and", "versus", "vs", "than", "over", "against"})
_DOSE_FILL = frozenset({"the", "a", "lower", "higher", "only", "just"})
DOSE_MARK = "dose:"
SIZES = {f"{DOSE_MARK}triplet": 3, f"{DOSE_MARK}doublet": 2}
REPEATED = "repeated"
_COMBINED = (("alongsid",), ("in", "combin", "with"), ("combin", "with"), ("togeth", "with"), ("on", "top", "of"))
_COMBINED_REACH = 30
_COMPARING = frozenset({"compar", "comparison"})
_CONTROL = "control_arm"
CONTINUED = "continued"
_CONTINUED_LINKS = frozenset({"the", "their", "an", "on", "with", "first", "line", "of", "same"})
_COMBINATIONS = frozenset({"combin", "triplet", "doublet", "regimen", "addit", "pair"})
_LIST_REACH = 3
_FIGURE_REACH = 5
_UNITS = frozenset({"month", "mo", "%", "percent"})
_LINKED = frozenset({"and", ",", "or", "versus", "vs", "/"})
_INVESTIGATOR = "investigator"
_ACTS = frozenset(
    {"found", "detect", "saw", "see", "screen", "random", "enrol", "enroll", "test", "compar", "gave", "treat", "follow"}
    | {"studi", "conclud", "note", "identifi", "recruit", "switch", "assign", "look", "set"}
)
_STOPS = frozenset({"(", ";", ".", ":"})
_FILL = frozenset({"mg", "switch", "new", "the", "a", "an", "or", ")", "(", "continu", "maintain", "ongo", "chang"})
_GIVEN_SO = frozenset({"daily", "day", "onc", "twice", "same", "oral", "rechalleng", "reexposur"})


def read_text(text: str, lexicon: Lexicon) -> Reading:
    """Return the reading of a sentence or statement."""
    return read_tokens(text, lexicon.tokenize(text), lexicon)


def read_tokens(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> Reading:
    """Return the reading of a text that is cut into tokens already."""
    mentions = tuple(mention for mention in lexicon.mentions(tokens) if not _acts(mention, tokens))
    mentions = tuple(sorted((*mentions, *elided_lines(tokens, mentions)), key=lambda m: m.first))
    states = StateReader(tokens, mentions, lexicon.language)
    mentions = tuple(mention for mention in states.gene_states() if not of_that_group(mention, tokens))
    quantities = QuantityReader(tokens, mentions, lexicon.language).read()
    mentions = tuple(sorted((*mentions, *_grades(quantities)), key=lambda m: (m.first, m.concept)))
    named = shared_partners(_arms(tokens, mentions, lexicon.language), tokens, mentions)
    named = with_unnamed(named, tokens, mentions)
    arms, prior = states.prior_arms(_dosed(named, tokens, quantities))
    mentions = tuple(m for m in mentions if not (m.kind == "negator" and m.first in states.used))
    mentions = tuple(sorted((*mentions, *prior), key=lambda m: (m.first, m.concept)))
    spans = [(mention.first, mention.last) for mention in mentions] + [
        (quantity.first, quantity.last) for quantity in quantities
    ]
    inside = {index for first, last in spans for index in range(first, last)} | states.used
    reading = Reading(
        text=text,
        tokens=tokens,
        mentions=mentions,
        quantities=quantities,
        arms=arms,
        segments=_segments(tokens),
        covered=tuple(index in inside for index in range(len(tokens))),
        depths=_depths(tokens),
        figures=(),
    )
    return replace(reading, figures=bind_figures(reading))


def _acts(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether investigators are those who ran a trial ("investigators found"), not those who assessed a result."""
    following = tokens[mention.last : mention.last + 2]
    acting = bool(following) and (following[0].stem in _ACTS or (following[0].stem == "also" and following[-1].stem in _ACTS))
    return mention.concept == _INVESTIGATOR and tokens[mention.last - 1].text.lower() == "investigators" and acting


def _grades(quantities: Sequence[Quantity]) -> Iterator[Mention]:
    """Grades of events as conditions, so that a share stays with its grade."""
    for quantity in quantities:
        if quantity.kind == "grade":
            upper = f"-{quantity.upper:g}" if quantity.upper is not None else ""
            yield Mention(
                f"grade:{quantity.value:g}{upper}{quantity.bound}", "condition", quantity.first, quantity.last, "grade"
            )


def _depths(tokens: Sequence[Token]) -> tuple[int, ...]:
    depth, result = 0, []
    for token in tokens:
        depth -= token.text == ")" and depth > 0
        result.append(depth)
        depth += token.text == "("
    return tuple(result)


def _segments(tokens: Sequence[Token]) -> tuple[int, ...]:
    number, result = 0, []
    for index, token in enumerate(tokens):
        if token.stem in _BREAKS or token.stem in {";", "."} or _opens_clause(tokens, index):
            number += 1
        result.append(number)
    return tuple(result)


def _opens_clause(tokens: Sequence[Token], index: int) -> bool:
    """Whether ", and" at `index` joins a clause with a verb of its own, not the last item of a list; or a reason follows."""
    if tokens[index].stem == "," and index + 1 < len(tokens) and tokens[index + 1].stem in _REASONS:
        return True
    if [token.stem for token in tokens[index : index + 2]] != [",", "and"]:
        return False
    after = tokens[index + 2 : index + 2 + _CLAUSE_REACH]
    if not after or after[0].is_number:
        return False
    stop = next(
        (i for i, t in enumerate(after) if t.stem in {",", ";", ".", "and", "or"} or (t.is_number and not _graded(after, i))),
        len(after),
    )
    return any(token.stem in _VERBS for token in after[:stop])


def _graded(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number is that of a grade."""
    return "grade" in {token.stem for token in tokens[max(0, index - 2) : index]}


def _arms(tokens: Sequence[Token], mentions: Sequence[Mention], language: Language) -> tuple[Arm, ...]:
    """Treatments given together, as one arm: "A plus B and C", "A combined with B", "A alone"."""
    parts = _arm_parts(tokens, mentions)
    arms: list[Arm] = []
    joined_by_plus = False
    for position, part in enumerate(parts):
        if arms:
            between = tuple(token.stem for token in tokens[arms[-1].last : part.first])
            goes_on = _goes_on(tokens, arms[-1], parts[position:], language) or _is_middle(tokens, arms[-1], parts[position:])
            if part.kind == "class" and _apposed(between) and not goes_on:
                continue
            between = (",",) if goes_on and _apposed(between) else between
            if between == ("(",) and part.concept in arms[-1].concepts:
                arms[-1] = replace(arms[-1], last=min(part.last + 1, len(tokens)))
                continue
            if between in {("(",), ("(", "switch"), (",",), ("of",)} and arms[-1].concepts == {_CONTROL}:
                arms[-1] = Arm(frozenset({part.concept}), arms[-1].first, part.last)
                continue
            following = parts[position + 1].first if position + 1 < len(parts) else len(tokens)
            after = {token.stem for token in tokens[part.last : min(part.last + 1, following)]}
            opposed = (
                bool(_COMPARING & {token.stem for token in tokens[max(0, arms[-1].first - 4) : arms[-1].first]})
                and "with" in between
            )
            opposed = opposed or follows_earlier(tokens, arms[-1], between, parts[position:])
            added = {"add", "ad", "addit"} & {token.stem for token in tokens[max(0, arms[-1].first - 4) : arms[-1].first]}
            opposed = opposed or ("to" in between and not added and not {"add", "addit"} & set(between))
            opposed = opposed or (between == ("and",) and part.concept in arms[-1].concepts)
            listed = _listed_together(tokens, arms[-1], between) or _hyphened(parts[position - 1], between, part)
            listed = listed or (between == ("and",) and _one_result(tokens, arms[-1], part))
            if not opposed and (listed or _joins(between, joined_by_plus, after, part)):
                joined_by_plus = True
                doubled = {REPEATED} if part.concept in arms[-1].concepts else set()
                arms[-1] = Arm(arms[-1].concepts | {part.concept} | doubled, arms[-1].first, part.last)
                continue
        joined_by_plus = False
        arms.append(Arm(frozenset({part.concept}), part.first, part.last))
    return tuple(arms)


def _arm_parts(tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions arms are made of; "continued A" is A, and "continued" alone stands for what goes on."""
    parts = [m for m in mentions if m.kind in _ARM_KINDS and not _describes(tokens, m)]
    goes_on = {
        first.first
        for first, second in pairwise(parts)
        if first.concept == CONTINUED and {t.stem for t in tokens[first.last : second.first]} <= _CONTINUED_LINKS
    }
    goes_on |= {second.first for first, second in pairwise(parts) if second.concept == CONTINUED and second.first == first.last}
    named = {i for part in parts if part.concept != _CONTROL for i in (part.first - 1, part.last, part.last + 1)}
    beside = {part.first for part in parts if part.concept == _CONTROL and part.first in named}
    left = {first.first for first, second in pairwise(parts) if _is_left(tokens, first, second)}
    return [part for part in parts if part.first not in goes_on | beside | left]


def _describes(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether a class only says what the disease is ("endocrine-sensitive disease")."""
    return mention.kind == "class" and [token.stem for token in tokens[mention.last : mention.last + 1]] == ["sensit"]


def _is_left(tokens: Sequence[Token], first: Mention, second: Mention) -> bool:
    """Whether a treatment is what patients switch from ("switching the A to B")."""
    before = [token.stem for token in tokens[max(0, first.first - _LIST_REACH) : first.first]]
    return "switch" in before and [token.stem for token in tokens[first.last : second.first]] in (
        ["to"],
        ["to", "a"],
        ["to", "the"],
    )


def _listed_together(tokens: Sequence[Token], arm: Arm, between: tuple[str, ...]) -> bool:
    """Whether "combination of", "triplet of" or the like before a list makes one treatment of it."""
    before = [token.stem for token in tokens[max(0, arm.first - _LIST_REACH) : arm.first]]
    named = ("of" in before and bool(_COMBINATIONS & set(before))) or _given_as_one(tokens, arm)
    plain = between[:-1] if between[-1:] in {("a",), ("an",), ("the",)} else between
    return named and plain in {("and",), (",",), (",", "and"), ("with",), ("plus",)}


def _given_as_one(tokens: Sequence[Token], arm: Arm) -> bool:
    """Whether a list of drugs with commas stands behind one figure ("9.3 months with A, B and C"): they were given together."""
    before = [token.stem for token in tokens[max(0, arm.first - _FIGURE_REACH) : arm.first]]
    single = len(before) == _FIGURE_REACH and before[-1] == "with" and before[-2] in _UNITS and tokens[arm.first - 3].is_number
    if not single or (before[-4] in _LINKED and before[-5][0].isdigit()):
        return False
    stop = next((i for i in range(arm.last, len(tokens)) if tokens[i].stem in _STOPS or tokens[i].is_number), len(tokens))
    return tokens[arm.last].stem == "," or any(token.stem == "," for token in tokens[arm.first : stop])


def _one_result(tokens: Sequence[Token], arm: Arm, part: Mention) -> bool:
    """Whether one figure stands before two names and nothing but the end of the piece behind them ("7.4 months with A and B
    (HR 0.33)"): the two were given together.
    """
    before = [token.stem for token in tokens[max(0, arm.first - _FIGURE_REACH) : arm.first]]
    single = len(before) == _FIGURE_REACH and before[-1] == "with" and before[-2] in _UNITS and tokens[arm.first - 3].is_number
    behind = [token.stem for token in tokens[part.last : part.last + 2]]
    ends = behind[:1] == ["("] or (behind[:1] in (["and"], [","], ["versus"], ["vs"]) and behind[1:] and behind[1][0].isdigit())
    paired = before[-4] in _LINKED and before[-5][0].isdigit() if single else True
    return single and bool(ends) and not paired and part.kind == "drug"


def _hyphened(left: Mention, between: tuple[str, ...], part: Mention) -> bool:
    """Whether two drugs stand side by side, as hyphens join them ("the A-B doublet")."""
    return not between and left.kind == part.kind == "drug" and left.concept != part.concept


def _goes_on(tokens: Sequence[Token], arm: Arm, parts: Sequence[Mention], language: Language) -> bool:
    """Whether a class behind a drug that is none of it goes on a list ("A, an aromatase inhibitor and C")."""
    of_it = any(parts[0].concept in language.classes_of.get(concept, frozenset()) for concept in arm.concepts)
    if of_it or len(parts) < 2:
        return False
    after = tuple(token.stem for token in tokens[parts[0].last : parts[1].first])
    return after in {("and",), (",", "and"), ("and", "a"), ("and", "an"), ("plus",)}


def _is_middle(tokens: Sequence[Token], arm: Arm, parts: Sequence[Mention]) -> bool:
    """Whether a class is the middle of what one figure is printed for ("21.8 months with A, an X inhibitor and B")."""
    if len(parts) < 2:
        return False
    part, following = parts[0], parts[1]
    linked = [token.stem for token in tokens[part.last : following.first]] == ["and"]
    return linked and following.kind == "drug" and _given_as_one(tokens, arm)


def _apposed(between: tuple[str, ...]) -> bool:
    """Whether a class only says what the treatment before it is ("A, an oral B, ...")."""
    return "," in between and bool({"a", "an", "the"} & set(between)) and set(between) <= {")", ",", "a", "an", "the", "oral"}


def _dosed(arms: Sequence[Arm], tokens: Sequence[Token], quantities: Sequence[Quantity]) -> tuple[Arm, ...]:
    """Add the dose to an arm of one drug ("A 75 mg"), and an arm for a dose that stands for it later ("than 150 mg")."""
    result = [_sized(arm, tokens) for arm in arms]
    doses = {quantity.value for quantity in quantities if quantity.kind == "mg" and quantity.upper is None}
    beside = {place for q in quantities if q.kind == "mg" for place in (q.first, q.first - 1)}
    bare = len(doses) > 1 and not any(arm.last in beside for arm in arms) and arms[:1] and arms[0].last < min(beside)
    dosed = next((arm for arm in arms if (len(doses) > 2 or bare) and len(arm.concepts) == 1), None)
    for quantity in quantities:
        if quantity.kind != "mg" or quantity.upper is not None:
            continue
        position = next(
            (
                i
                for i, arm in enumerate(result)
                if arm.last in {quantity.first, quantity.first - 1}
                and arm.first < quantity.first
                and not _of_other_dose(tokens, arm, quantity)
            ),
            None,
        )
        dose = f"{DOSE_MARK}{quantity.value:g}"
        if position is not None and not any(stem.text in {",", ";"} for stem in tokens[result[position].last : quantity.first]):
            last = max(result[position].last, quantity.last)
            result[position] = dosed = replace(result[position], concepts=result[position].concepts | {dose}, last=last)
        elif dosed is not None and (_dose_link(tokens, quantity) in _DOSE_LINKS or _continues(tokens, quantity)):
            base = frozenset(c for c in dosed.concepts if not c.startswith(DOSE_MARK))
            result.append(Arm(base | {dose}, quantity.first, quantity.last))
    return tuple(sorted(result, key=lambda arm: arm.first))


def _of_other_dose(tokens: Sequence[Token], arm: Arm, quantity: Quantity) -> bool:
    """Whether a dose stands against the one that its arm has ("A 500 mg or 250 mg")."""
    between = [token.stem for token in tokens[arm.last : quantity.first]]
    set_against = _OTHER_DOSE | (
        {"with", "to"} if "compar" in {t.stem for t in tokens[max(0, arm.first - 3) : arm.first]} else set()
    )
    return any(concept.startswith(DOSE_MARK) for concept in arm.concepts) and between[:1] != [] and between[0] in set_against


def _dose_link(tokens: Sequence[Token], quantity: Quantity) -> str:
    """The word that a dose is tied by, articles and "lower" aside ("with the lower 250 mg dose")."""
    before = (tokens[i].stem for i in range(quantity.first - 1, -1, -1) if tokens[i].stem not in _DOSE_FILL)
    return next(before, "")


def _sized(arm: Arm, tokens: Sequence[Token]) -> Arm:
    """An arm with its size where it is named after one drug of it ("the A triplet")."""
    following = [token.stem for token in tokens[arm.last : arm.last + 1]]
    mark = f"{DOSE_MARK}{following[0]}" if following else ""
    return replace(arm, concepts=arm.concepts | {mark}) if mark in SIZES and len(arm.concepts) == 1 else arm


def _continues(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether a dose goes on a list of doses ("75 mg, 150 mg and 300 mg")."""
    return [token.stem for token in tokens[max(0, quantity.first - 2) : quantity.first]] == ["mg", ","]


def _joins(between: tuple[str, ...], joined_by_plus: bool, after: set[str], part: Mention) -> bool:
    if not between:
        return False
    if (
        any(between[-len(phrase) :] == phrase for phrase in _COMBINED)
        and len(between) <= _COMBINED_REACH
        and ";" not in between
        and not ("." in between and between[-3:] == ("the", "combin", "with"))
    ):
        return True
    words = {stem for stem in between if not stem[0].isdigit() and stem not in _FILL}
    if ")" in between and "(" not in between:
        return False
    if "or" in between and len(between) > 1:
        return False
    dosed = "mg" in between and words - _GIVEN_SO == {"with"}
    added = (dosed or ("plus" in words and words - _GIVEN_SO == {"plus"})) and "or" not in between
    if added or (words and words <= _JOINS and not words <= _COPULAS and len(between) <= _JOIN_LIMIT):
        return True
    plain_and = between in {("and",), (",", "and"), ("and", "switch")}
    return joined_by_plus and plain_and and not after & {"plus", "alon"} and part.kind != "arm"
