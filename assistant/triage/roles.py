"""Who may do what: one table (`assistant/policy/roles.yaml`), one check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.errors import NotAllowed
from assistant.triage.types import Actor


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    roles: tuple[str, ...]
    actions: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The roles that exist and the roles each action is open to."""

    roles: tuple[str, ...]
    actions: Mapping[str, frozenset[str]]

    def allows(self, actor: Actor, action: str) -> bool:
        """Return whether the actor may do this; the service itself may do anything it does."""
        return not actor.is_person or bool(actor.roles & self.actions.get(action, frozenset()))

    def require(self, actor: Actor, action: str) -> None:
        """Raise `NotAllowed` unless the actor may do this."""
        if not self.allows(actor, action):
            needed = ", ".join(sorted(self.actions.get(action, frozenset()))) or "nobody"
            raise NotAllowed(f"Your role does not allow this ({action}). Roles that do: {needed}.")


@lru_cache(maxsize=1)
def load_roles() -> RoleTable:
    """Return the packaged role table."""
    policy = _Policy.model_validate(
        yaml.safe_load(files("assistant.policy").joinpath("roles.yaml").read_text(encoding="utf-8"))
    )
    return RoleTable(policy.roles, policy.actions)
