"""Texts that staff may send, with their dates (`assistant/policy/reply_templates.yaml`). An expired text is never offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.errors import BadInput
from assistant.types import Code


class ReplyTemplate(BaseModel):
    """One text: for which codes, which version, from when until when (the expiry date itself is too late)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    codes: tuple[Code, ...]
    version: str
    review: str
    effective: date
    expires: date
    body: str

    def is_usable(self, on: date) -> bool:
        """Return whether it may be sent on that day."""
        return self.effective <= on < self.expires

    def fill(self, case_id: str) -> str:
        """Return the text for a case."""
        return self.body.replace("{case_id}", case_id).strip()


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    templates: tuple[ReplyTemplate, ...]


@lru_cache(maxsize=1)
def load_reply_templates() -> tuple[ReplyTemplate, ...]:
    """Return every text, in the order of the policy."""
    text = files("assistant.policy").joinpath("reply_templates.yaml").read_text(encoding="utf-8")
    return _Policy.model_validate(yaml.safe_load(text)).templates


def templates_for(codes: Sequence[str]) -> list[ReplyTemplate]:
    """Return the texts for a case with these codes."""
    return [template for template in load_reply_templates() if set(template.codes) & set(codes)]


def find_template(template_id: str, on: date) -> ReplyTemplate:
    """Return a text that may be sent on that day; `BadInput` says when it expired."""
    found = next((template for template in load_reply_templates() if template.id == template_id), None)
    if found is None:
        raise BadInput("There is no such reply text.")
    if not found.is_usable(on):
        raise BadInput(f"“{found.title}” may not be sent: it is valid from {found.effective} until {found.expires}.")
    return found
