"""What is said first when a message may be a report: what it may describe, what was recorded, how to report it directly.

Wording is policy (`assistant/policy/safety_notices.yaml`). A notice names a case only when it is given one, and says so when
nothing was recorded; it never says whether the medicine is to blame, and it asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.settings import Settings
from assistant.types import CaseReference, Code, Notice


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Kind(_Strict):
    codes: tuple[Code, ...]
    may: str
    team: str


class _Advice(_Strict):
    codes: tuple[Code, ...]
    text: str


class _Policy(_Strict):
    id: str
    version: str
    owner: str
    note: str
    kinds: tuple[_Kind, ...]
    advice: tuple[_Advice, ...]
    wording: Mapping[str, str]
    asks: tuple[str, ...]
    authorities: Mapping[str, str]
    any_authority: str


@dataclass(frozen=True, slots=True)
class ReportWays:
    """How a report can be made besides here: phone and address as set up, and the authority of the market."""

    phone: str = ""
    url: str = ""
    market: str = ""

    def words(self) -> str:
        """Return the ways in words; there always is one."""
        policy = _policy()
        ways = [way for way in (self.phone, self.url) if way]
        return " or ".join(ways) or policy.wording["no_way"].format(authority=self.authority())

    def authority(self) -> str:
        """Return whom to report to in this market."""
        policy = _policy()
        return policy.authorities.get(self.market, policy.any_authority)


def ways_of(settings: Settings) -> ReportWays:
    """Return the ways to report that the settings name."""
    return ReportWays(settings.safety_phone, settings.safety_url, settings.market)


def report_notices(
    codes: Iterable[Code], ways: ReportWays, *, cases: Sequence[CaseReference] = (), unrecorded: str = "not_recorded"
) -> tuple[Notice, ...]:
    """Return the notice of a message that may be a report; nothing for any other.

    Args:
        codes: what was raised for the message.
        cases: the cases that are committed for it.
        unrecorded: the wording used without cases: `not_recorded`, or `stores_nothing` where nothing ever is.
    """
    raised = set(codes)
    kinds = [kind for kind in _policy().kinds if raised & set(kind.codes)]
    if not kinds:
        return ()
    parts = [
        _word("may", what=_join([kind.may for kind in kinds])),
        _recorded(cases) or _policy().wording[unrecorded],
        _word("report", ways=ways.words()),
        *(advice.text.format(authority=ways.authority()) for advice in _policy().advice if raised & set(advice.codes)),
    ]
    first = next(code for kind in kinds for code in kind.codes if code in raised)
    return (Notice(first.value, " ".join(parts)),)


def added_notices(cases: Iterable[tuple[str, str]]) -> tuple[Notice, ...]:
    """Return what is said when a message added to reports made earlier, given as case numbers and codes."""
    return tuple(Notice(code, _word("added", case_id=case_id)) for case_id, code in cases)


def only_reports(codes: Iterable[Code], text: str) -> bool:
    """Return whether a message reports something and shows no sign of a question."""
    raised = set(codes)
    return any(raised & set(kind.codes) for kind in _policy().kinds) and not asks_something(text)


def asks_something(text: str) -> bool:
    """Return whether a message shows any sign of a question."""
    return "?" in text or _asking().search(text) is not None


@cache
def _asking() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _policy().asks))})\b", re.IGNORECASE)


def _recorded(cases: Sequence[CaseReference]) -> str:
    """Return the sentence that names the cases, each once, the gravest kind's first; empty without any."""
    named = {
        case.case_id: _word("case", case_id=case.case_id, team=kind.team)
        for kind in reversed(_policy().kinds)
        for case in cases
        if case.code in kind.codes
    }
    return _word("recorded", cases=_join(list(reversed(named.values())))) if named else ""


def _word(name: str, **values: str) -> str:
    return _policy().wording[name].format(**values)


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@cache
def _policy() -> _Policy:
    text = files("assistant.policy").joinpath("safety_notices.yaml").read_text(encoding="utf-8")
    return _Policy.model_validate(yaml.safe_load(text))
