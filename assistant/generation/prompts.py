"""Reads the prompts of `assistant/prompts` and fills them in.

A prompt is refused when it has no id, version or owner, or when the variables it declares are not the ones it uses. Values are
put in once and never read as a template, so that nothing in them can open a variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.yaml_files import parse_yaml

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_MARK = "---\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with its version (`id/version`) and the variables that must be given to `fill`."""

    version: str
    variables: frozenset[str]
    text: str

    def fill(self, **values: str) -> str:
        """Return the text with its variables filled in.

        Raises:
            ValueError: a variable is missing or unknown.
        """
        if set(values) != self.variables:
            raise ValueError(f"{self.version} takes {sorted(self.variables)}, not {sorted(values)}")
        return _VARIABLE.sub(lambda match: values[match.group(1)], self.text)


def parse_prompt(content: str, name: str) -> Prompt:
    """Return the prompt of a file's content.

    Raises:
        ValueError: no front matter, no id, version, owner or variables, or other variables in the text than declared.
    """
    _, separator, rest = content.partition(_MARK)
    head, end, text = rest.partition(_MARK)
    if not (separator and end):
        raise ValueError(f"{name} has no front matter")
    fields = parse_yaml(head, name)
    missing = {"id", "version", "owner", "variables"} - set(fields if isinstance(fields, Mapping) else ())
    if missing:
        raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
    declared, used = frozenset(fields["variables"]), frozenset(_VARIABLE.findall(text))
    if declared != used:
        raise ValueError(f"{name} declares {sorted(declared)} and uses {sorted(used)}")
    return Prompt(f"{fields['id']}/{fields['version']}", declared, text.strip())


@cache
def read_prompt(name: str) -> Prompt:
    """Return a prompt of the package by its stem."""
    return parse_prompt((files("assistant.prompts") / f"{name}.md").read_text(encoding="utf-8"), name)
