"""The fixed wording of answers, read from `assistant/policy/answer_wording.yaml`. It holds no text of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assistant.query.rules import read_rules


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by what they are for, and the version to keep with every answer."""

    version: str
    declines: Mapping[str, str]
    screened: Mapping[str, str]
    redirects: Mapping[str, str]
    cautions: Mapping[str, str]
    notices: Mapping[str, str]
    labels: Mapping[str, str]

    def for_code(self, code: str) -> str:
        """Return what is said when screening stops a message with this code."""
        return self.screened.get(code) or self.screened["report" if code.startswith(("AE-", "SS-", "PQC")) else "default"]


@cache
def read_wording() -> Wording:
    """Return the wording of the policy."""
    rules = read_rules("answer_wording")
    names = ("declines", "screened", "redirects", "cautions", "notices", "labels")
    return Wording(version=f"{rules['id']}/{rules['version']}", **{name: dict(rules[name]) for name in names})
