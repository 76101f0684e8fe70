"""Reads the cues of a question: its shape, whether it wants a figure, what it sets aside, where the answer must come from.

The cues are regular expressions in `assistant/policy/answer_cues.yaml`; this module only applies them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.query.rules import read_rules
from assistant.query.types import Barrier, Shape


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled cues."""

    shapes: Mapping[Shape, re.Pattern[str]]
    barriers: Mapping[Barrier, re.Pattern[str]]
    exempt: Mapping[Barrier, re.Pattern[str]]
    joint: re.Pattern[str]
    polar: re.Pattern[str]
    figure: re.Pattern[str]
    negated: re.Pattern[str]
    set_aside: re.Pattern[str]
    sources: tuple[tuple[str, re.Pattern[str]], ...]
    recall: re.Pattern[str]
    lean: re.Pattern[str]
    switch: re.Pattern[str]
    arm: re.Pattern[str]
    one_arm: re.Pattern[str]
    added: re.Pattern[str]
    within: re.Pattern[str]
    which_study: re.Pattern[str]
    beside: re.Pattern[str]
    back_first: re.Pattern[str]
    back: re.Pattern[str]
    splitter: re.Pattern[str]
    joint_between: re.Pattern[str]
    pasted: re.Pattern[str]
    place: re.Pattern[str]
    told: re.Pattern[str]
    greeting: re.Pattern[str]
    general: frozenset[str]
    vague: frozenset[str]
    standalone: frozenset[str]
    measured: Mapping[str, str]
    given_with: frozenset[str]
    pretreated: Mapping[str, frozenset[str]]
    compared: re.Pattern[str]
    pronoun: re.Pattern[str]

    def shape(self, text: str) -> Shape:
        """Return the shape of a question; a comparison goes before a list, a list before an overview."""
        return next((shape for shape, pattern in self.shapes.items() if pattern.search(text)), Shape.SINGLE)

    def barrier(self, text: str) -> Barrier | None:
        """Return why no pick may be given, if so."""
        for barrier, pattern in self.barriers.items():
            exempt = self.exempt.get(barrier)
            if pattern.search(text) and not (exempt and exempt.search(text)):
                return barrier
        return None

    def sources_of(self, text: str) -> frozenset[str]:
        """Return the kinds of source the question asks for."""
        return frozenset(name for name, pattern in self.sources if pattern.search(text))

    def aside(self, text: str) -> tuple[str, ...]:
        """Return the phrases the question sets aside (`leaving X aside`, `not the X part`)."""
        return tuple(
            next(group for group in match.groups() if group) for match in self.set_aside.finditer(text) if any(match.groups())
        )

    def split(self, text: str) -> tuple[str, ...]:
        """Cut a message where a new question begins."""
        return tuple(piece.strip(" ,;") for piece in self.splitter.split(text) if piece and piece.strip(" ,;.?!"))


@cache
def read_cues() -> Cues:
    """Return the cues, compiled once."""
    rules = read_rules("answer_cues")
    follow = rules["follow_up"]
    return Cues(
        shapes={Shape(name): _any(rules["shapes"][name]) for name in ("comparison", "list", "overview")},
        barriers={Barrier(name): _any(rules["barriers"][name]) for name in ("chore", "patient", "ranking")},
        exempt={Barrier(name): _any(rules["barriers"][f"{name}_not"]) for name in ("patient", "ranking")},
        joint=_any([rules["joint"]]),
        polar=_any([rules["polar"]]),
        figure=_any(rules["figure"]),
        negated=_any([rules["negation"]["not"]]),
        set_aside=_any([rules["negation"]["exclude"]]),
        sources=tuple((source["id"], _any([source["when"]])) for source in rules["sources"]),
        recall=_any(rules["recall"]),
        lean=_any(follow["lean"]),
        switch=_any(follow["switch"]),
        arm=_any([follow["arm"]]),
        one_arm=_any([follow["one_arm"]]),
        added=_any(follow["added"]),
        within=_any(follow["within"]),
        which_study=_any(follow["which_study"]),
        beside=_any(follow["beside"]),
        back_first=_any([follow["back"]["first"]]),
        back=_any([follow["back"]["any"]]),
        splitter=_any(list(rules["splitters"].values())),
        joint_between=re.compile(rules["joint_between"], re.IGNORECASE),
        pasted=re.compile(rules["pasted"]),
        place=_any([rules["place"]]),
        told=_any([rules["told"]]),
        greeting=_any([rules["greetings"]]),
        general=frozenset(rules["general"]),
        vague=frozenset(rules["vague"]),
        standalone=frozenset(rules["standalone"]),
        measured=dict(rules["measured"]),
        given_with=frozenset(rules["given_with"]),
        compared=_any([follow["compared"]]),
        pronoun=_any([follow["pronoun"]]),
        pretreated={attribute: frozenset(classes) for attribute, classes in rules["pretreated"].items()},
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
