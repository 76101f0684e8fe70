"""Gene states told away from the name of the gene: "with a mutation", "was not mutated", "the altered group (A, B or C)".

`states` reads what stands beside a gene; here is what refers back to one or to a group, or is said by a verb.
Positions of stems only.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Mention, Token

_WITH = "with"
_ARTICLES = frozenset({"a", "an", "the", "such", "that", "this", "ani", "any", "detect", "known", "baselin"})
_ALTERATIONS = frozenset({"mutat", "alter", "variant"})
_GROUPS = frozenset({"popul", "cohort", "subgroup", "group", "diseas", "tumor", "patient", "subset"})
_ITS, _ABSENCE = frozenset({"it", "its", "their"}), "absenc"
_WHEN, _IT_WAS_NOT = frozenset({"when", "where", "if"}), {("it", "was", "not"), ("it", "is", "not"), ("they", "were", "not")}
_VERBS = (("given",), ("use",), ("taken",), ("ad",), ("reach",), ("met",))
_BRACKET, _REACH, _BACK, _BESIDE = "(", 3, 9, 2
_COPULAS = frozenset(
    {"was", "were", "is", "are", "been", "be", "had", "has", "have", "not", "no", "never", "carri", "bore", "a"}
)
_NEGATORS = frozenset({"not", "no", "never"})
_WHOLE, _POINTING = "overall_population", frozenset({"that", "this", "same", "these", "those", "such"})
_PARTING = frozenset({".", ";", ":"})


def referring_back(stems: Sequence[str], near_genes: set[int]) -> list[tuple[int, int, str]]:
    """(first, last, state) of stretches that name no gene and mean carriers of the one named before, or those who are none."""
    found = []
    for index, stem in enumerate(stems):
        if stem == _WITH and index not in near_genes:
            reach = range(index + 1, min(len(stems), index + _REACH + 1))
            place = next((i for i in reach if stems[i] not in _ARTICLES), len(stems))
            told = index + 1 < place < len(stems) and stems[place] in _ALTERATIONS and place not in near_genes
            found += [(index, place + 1, "altered")] if told else []
        if stem in _ITS and tuple(stems[index + 1 : index + 2]) == (_ABSENCE,):
            found.append((index, index + 2, "unaltered"))
        denied = stem in _WHEN and tuple(stems[index + 1 : index + 4]) in _IT_WAS_NOT
        if denied and tuple(stems[index + 4 : index + 5]) not in _VERBS:
            found.append((index, index + 4, "unaltered"))
    return found


def denied_by_verb(stems: Sequence[str], last: int, end: int) -> int | None:
    """Where a gene is said not to be altered ("A was not mutated", "A had no mutation"); None where it is altered."""
    between = stems[last : end - 1]
    place = next((last + offset for offset, stem in enumerate(between) if stem in _NEGATORS), None)
    return place if place is not None and set(between) <= _COPULAS else None


def altered_before_bracket(stems: Sequence[str], first: int) -> int | None:
    """Where the group begins of which genes in brackets say what is altered ("the altered population (A or B)")."""
    if first < 1 or stems[first - 1] != _BRACKET:
        return None
    for index in range(first - 2, max(-1, first - _BACK), -1):
        if stems[index] in _PARTING:
            return None
        if stems[index] in _ALTERATIONS:
            return index if _GROUPS & set(stems[index + 1 : index + 1 + _BESIDE]) else None
    return None


def of_that_group(mention: Mention, tokens: Sequence[Token]) -> bool:
    """Whether "as a whole" is said of a group named before ("in that cohort as a whole"), not of all patients."""
    before = {token.stem for token in tokens[max(0, mention.first - _BESIDE) : mention.first]}
    return mention.concept == _WHOLE and bool(before & _POINTING)
