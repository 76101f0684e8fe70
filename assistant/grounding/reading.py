"""Reads a text into mentions, figures and arms (`Reading`). It reports what the text says and judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.grounding.figures import bind_figures
from assistant.grounding.lexicon import Lexicon
from assistant.grounding.quantities import QuantityReader
from assistant.grounding.states import StateReader
from assistant.grounding.types import Arm, Mention, Quantity, Reading, Token

_BREAKS = frozenset({"while", "wherea", "but", "although", "though", "however"})
_JOINS = frozenset(
    [
        "plus",
        "with",
        "to",
        "alongsid",
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
_DOSE_LINKS = frozenset({"with", "than", "and", "versus", "vs", "on", "over", "for"})
DOSE_MARK = "dose:"
REPEATED = "repeated"
_COMBINED = (("in", "combin", "with"), ("combin", "with"), ("togeth", "with"))
_COMBINED_REACH = 30


def read_text(text: str, lexicon: Lexicon) -> Reading:
    """Return the reading of a sentence or statement."""
    tokens = lexicon.tokenize(text)
    mentions = lexicon.mentions(tokens)
    states = StateReader(tokens, mentions, lexicon.language)
    mentions = states.gene_states()
    quantities = QuantityReader(tokens, mentions, lexicon.language).read()
    mentions = tuple(sorted((*mentions, *_grades(quantities)), key=lambda m: (m.first, m.concept)))
    arms, prior = states.prior_arms(_dosed(_arms(tokens, mentions), tokens, quantities))
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
        figures=(),
    )
    return replace(reading, figures=bind_figures(reading))


def _grades(quantities: Sequence[Quantity]) -> Iterator[Mention]:
    """Grades of events as conditions, so that a share stays with its grade."""
    for quantity in quantities:
        if quantity.kind == "grade":
            yield Mention(f"grade:{quantity.value:g}{quantity.bound}", "condition", quantity.first, quantity.last, "grade")


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
        (i for i, token in enumerate(after) if token.stem in {",", ";", ".", "and", "or"} or token.is_number), len(after)
    )
    return any(token.stem in _VERBS for token in after[:stop])


def _arms(tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Arm, ...]:
    """Treatments given together, as one arm: "A plus B and C", "A combined with B", "A alone"."""
    parts = [mention for mention in mentions if mention.kind in _ARM_KINDS]
    arms: list[Arm] = []
    joined_by_plus = False
    for position, part in enumerate(parts):
        if arms:
            between = tuple(token.stem for token in tokens[arms[-1].last : part.first])
            if part.kind == "class" and _apposed(between):
                continue
            if between == ("(",) and part.concept in arms[-1].concepts:
                arms[-1] = replace(arms[-1], last=min(part.last + 1, len(tokens)))
                continue
            following = parts[position + 1].first if position + 1 < len(parts) else len(tokens)
            after = {token.stem for token in tokens[part.last : min(part.last + 1, following)]}
            opposed = (
                "compar" in {token.stem for token in tokens[max(0, arms[-1].first - 4) : arms[-1].first]} and "with" in between
            )
            added = {"add", "ad", "addit"} & {token.stem for token in tokens[max(0, arms[-1].first - 4) : arms[-1].first]}
            opposed = opposed or ("to" in between and not added and not {"add", "addit"} & set(between))
            if not opposed and _joins(between, joined_by_plus, after, part):
                joined_by_plus = True
                doubled = {REPEATED} if part.concept in arms[-1].concepts else set()
                arms[-1] = Arm(arms[-1].concepts | {part.concept} | doubled, arms[-1].first, part.last)
                continue
        joined_by_plus = False
        arms.append(Arm(frozenset({part.concept}), part.first, part.last))
    return tuple(arms)


def _apposed(between: tuple[str, ...]) -> bool:
    """Whether a class only says what the treatment before it is ("A, an oral B, ...")."""
    return "," in between and bool({"a", "an"} & set(between)) and set(between) <= {")", ",", "a", "an", "oral"}


def _dosed(arms: Sequence[Arm], tokens: Sequence[Token], quantities: Sequence[Quantity]) -> tuple[Arm, ...]:
    """Add the dose to an arm of one drug ("A 75 mg"), and an arm for a dose that stands for it later ("than 150 mg")."""
    result = list(arms)
    dosed: Arm | None = None
    for quantity in quantities:
        if quantity.kind != "mg" or quantity.upper is not None:
            continue
        position = next(
            (
                i
                for i, arm in enumerate(result)
                if arm.last in {quantity.first, quantity.first - 1} and arm.first < quantity.first
            ),
            None,
        )
        dose = f"{DOSE_MARK}{quantity.value:g}"
        if position is not None and not any(stem.text in {",", ";"} for stem in tokens[result[position].last : quantity.first]):
            last = max(result[position].last, quantity.last)
            result[position] = dosed = replace(result[position], concepts=result[position].concepts | {dose}, last=last)
        elif dosed is not None and tokens[quantity.first - 1].stem in _DOSE_LINKS:
            base = frozenset(c for c in dosed.concepts if not c.startswith(DOSE_MARK))
            result.append(Arm(base | {dose}, quantity.first, quantity.last))
    return tuple(sorted(result, key=lambda arm: arm.first))


def _joins(between: tuple[str, ...], joined_by_plus: bool, after: set[str], part: Mention) -> bool:
    if not between:
        return False
    if (
        any(between[-len(phrase) :] == phrase for phrase in _COMBINED)
        and len(between) <= _COMBINED_REACH
        and ";" not in between
    ):
        return True
    words = {
        stem for stem in between if not stem[0].isdigit() and stem not in {"mg", "switch", "the", "a", "an", "or", ")", "("}
    }
    if ")" in between and "(" not in between:
        return False
    if "or" in between and len(between) > 1:
        return False
    if words and words <= _JOINS and not words <= _COPULAS and len(between) <= _JOIN_LIMIT:
        return True
    plain_and = between in {("and",), (",", "and"), ("and", "switch")}
    return joined_by_plus and plain_and and not after & {"plus", "alon"} and part.kind != "arm"
