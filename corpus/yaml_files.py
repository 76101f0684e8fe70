"""Strict reading of text and YAML: UTF-8 only, no key written twice, no silent defaults; every refusal names its remedy.

It does not know what the fields mean; `corpus.frontmatter`, `corpus.register` and `corpus.glossary` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from corpus.errors import CorpusError, Problem

Model = TypeVar("Model")

REMEDIES: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known field; correct its spelling or remove it",
    "string_type": "must be text; write it in quotes",
    "string_too_short": "is empty; fill it in",
    "too_short": "is empty; give at least one entry",
    "unexpected_keyword_argument": "is not a known field; correct it, remove it, or quote the value before it",
}

# The C loader is ten times faster where libyaml is there; both read the same YAML.
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictModel(BaseModel):
    """Base of everything read from a corpus file: unknown fields are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _UniqueKeyLoader(_BaseLoader):  # type: ignore[misc]  # the C loader has no stubs
    """Safe YAML that refuses a key written twice (plain YAML keeps the last one silently)."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Return the mapping of a node after checking its keys."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is written twice; keep one", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def decode(data: bytes, file: str) -> str:
    """Return the UTF-8 text of a file, without a byte order mark.

    Raises:
        CorpusError: the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise CorpusError([Problem(file, "", message)]) from error


def parse_yaml(text: str, file: str, first_line: int = 1) -> Any:
    """Return what the YAML says.

    Args:
        text: the YAML.
        file: name for messages.
        first_line: line of the file on which `text` begins, for messages.

    Raises:
        CorpusError: not YAML, or a key written twice.
    """
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + first_line}" if mark else "YAML"
        detail = getattr(error, "problem", None) or str(error)
        message = f"cannot be read as YAML: {detail}; quote values that contain ': ' or start with a special character"
        raise CorpusError([Problem(file, line, message)]) from error


def validate(model: type[Model], data: Any, file: str) -> Model:
    """Return `data` as `model`, a pydantic model or a dataclass.

    Raises:
        CorpusError: one problem per wrong field.
    """
    if not isinstance(data, dict):
        raise CorpusError([Problem(file, "", f"must be a mapping of fields, found {type(data).__name__}")])
    try:
        return TypeAdapter(model).validate_python(data)
    except ValidationError as error:
        raise CorpusError([_problem(file, dict(item)) for item in error.errors()]) from error


def _problem(file: str, item: Mapping[str, Any]) -> Problem:
    field = ".".join(str(part) for part in item["loc"])
    remedy = REMEDIES.get(item["type"])
    if remedy is None:
        remedy = f"{item['msg'].removeprefix('Value error, ')} (found {item['input']!r})"
    return Problem(file, field, remedy)
