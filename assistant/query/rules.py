"""Reads the reviewed rule files `assistant/policy/answer_*.yaml`. It refuses a file without id, version and owner.

Rules are read when a part is built, so a part built inside `trying` has the values on trial for good, and no other part does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_POLICY = files("assistant.policy")
_ON_TRIAL: ContextVar[Mapping[str, Mapping[str, Any]] | None] = ContextVar("rules on trial", default=None)


def read_rules(name: str) -> Mapping[str, Any]:
    """Return one rule file of `assistant/policy` by its stem, with the values on trial in it.

    Raises:
        ValueError: the file lacks its id, version or owner.
    """
    changes = (_ON_TRIAL.get() or {}).get(name)
    rules = _read_file(name)
    return _changed(rules, changes) if changes else rules


@contextmanager
def trying(changes: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Let what is built inside read other values: rule file to (nested) key to value. Nothing is saved.

    Raises:
        KeyError: on reading, for a key that the file does not have.
    """
    token = _ON_TRIAL.set(changes)
    try:
        yield
    finally:
        _ON_TRIAL.reset(token)


def _changed(rules: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(rules)
    for key, value in changes.items():
        if key not in rules:
            raise KeyError(key)
        changed[key] = _changed(rules[key], value) if isinstance(value, Mapping) else value
    return changed


@cache
def _read_file(name: str) -> dict[str, Any]:
    rules: dict[str, Any] = yaml.load(_POLICY.joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=_LOADER)
    missing = [key for key in ("id", "version", "owner") if not rules.get(key)]
    if missing:
        raise ValueError(f"{name}.yaml has no {', '.join(missing)}; every rule file says what it is and who owns it")
    return rules


@cache
def topic_rule_names() -> tuple[str, ...]:
    """Return the stems of the per-topic name files, in name order."""
    names = (entry.name for entry in _POLICY.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.startswith("answer_topic_")))


@cache
def read_words(name: str) -> frozenset[str]:
    """Return the words of a word-list file (one a line, `#` starts a remark)."""
    lines = _POLICY.joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def policy_version() -> str:
    """Return a short hash of every rule file that can change an answer."""
    digest = hashlib.sha256()
    for entry in sorted((e for e in _POLICY.iterdir() if e.name.startswith("answer_")), key=lambda e: e.name):
        digest.update(f"{entry.name}\0".encode() + entry.read_bytes())
    return digest.hexdigest()[:16]


@cache
def code_version() -> str:
    """Return a short hash of the code that takes texts apart, so that what was kept by other code is not believed."""
    digest = hashlib.sha256()
    for entry in sorted((e for e in files("assistant.query").iterdir() if e.name.endswith(".py")), key=lambda e: e.name):
        digest.update(f"{entry.name}\0".encode() + entry.read_bytes())
    return digest.hexdigest()[:16]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
