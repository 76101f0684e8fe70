"""The screening policy as data: lexicons, guards, rules and products, read from `assistant/policy/*.yaml`.

Files are validated when they are read; a pattern or rule that cannot be used stops the start with the name of the file.
Nothing about a product, an event or a wording is written in code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assistant.screening.found import Patterns, compile_patterns
from assistant.screening.lexicon import Lexicon, Speller
from assistant.screening.scripts import Glossary, ScriptWords
from assistant.screening.text import normalise

LEXICON_FILES = (
    "screening_people",
    "screening_events",
    "screening_situations",
    "screening_guards",
    "screening_requests",
    "screening_languages",
)
FILES = (*LEXICON_FILES, "screening_scripts", "products", "screening_rules", "masking", "masking_patterns")
Direction = Literal["forward", "backward", "sentence"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scope(_Strict):
    """How far a guard reaches: `tokens` words in a direction (None: to the end of the sentence), or the whole sentence."""

    direction: Direction
    tokens: int | None = None


class Rule(_Strict):
    """One rule of the policy over the classes found in a sentence.

    `trigger`: any of these classes or groups, live, in the sentence; the mention is the reason shown. `all_of` (the sentence),
    `near` (also the one before or after) and `anywhere` (the conversation): one of each inner list must be there.
    `unless*`: none may be. `weak`: stands on few signs, and does not count against the weight of the whole message.
    """

    id: str
    code: str
    trigger: tuple[str, ...]
    all_of: tuple[tuple[str, ...], ...] = ()
    near: tuple[tuple[str, ...], ...] = ()
    anywhere: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    unless_anywhere: tuple[str, ...] = ()
    form: Literal["any", "statement", "question"] = "any"
    weak: bool = False


class Derived(_Strict):
    """A mark of the whole conversation: one of `any_of` was found in it and none of `unless`."""

    any_of: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Product(_Strict):
    """A product of ours: names, doses and approved uses; `unapproved_classes` are the lexicon classes outside of them."""

    id: str
    names: tuple[str, ...]
    maximum_daily_mg: int = Field(gt=0)
    single_doses_mg: tuple[int, ...]
    times_a_day: int = Field(gt=0)
    approved: tuple[Mapping[str, Any], ...]
    unapproved_classes: tuple[str, ...]


class MaskingPolicy(_Strict):
    """Words that make an identifier of what stands beside them, words that do not, and what is shown instead."""

    id: str
    version: int
    owner: str
    note: str
    placeholders: Mapping[str, str]
    record_words: str
    number_exempt: str
    date_exempt: str
    date_person: str
    public_sites: str
    public_persons: str
    ambiguous_names: str
    not_names: str


class _LexiconFile(_Strict):
    id: str
    version: int
    owner: str
    note: str
    classes: Mapping[str, tuple[str, ...]]
    scopes: Mapping[str, Scope] = {}
    spellings: tuple[str, ...] = ()
    lab_ranges: Mapping[str, tuple[tuple[float, float], ...]] = {}


class _ProductFile(_Strict):
    id: str
    version: int
    owner: str
    note: str
    ours: tuple[Product, ...]
    our_phrases: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]]
    classes_of_drugs: tuple[str, ...]
    partners: tuple[str, ...]
    spellings: tuple[str, ...]


class _RuleFile(_Strict):
    id: str
    version: int
    owner: str
    note: str
    groups: Mapping[str, tuple[str, ...]]
    guarded: Mapping[str, tuple[str, ...]]
    derived: Mapping[str, Derived] = {}
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its groups resolved to classes; fields as in the rule file."""

    id: str
    code: str
    form: str
    trigger: frozenset[str]
    all_of: tuple[frozenset[str], ...]
    near: tuple[frozenset[str], ...]
    anywhere: tuple[frozenset[str], ...]
    unless: frozenset[str]
    unless_near: frozenset[str]
    unless_anywhere: frozenset[str]
    weak: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything screening needs, ready to use. `version` names the files' content: the same version gives the same result."""

    version: str
    layers: tuple[Lexicon, ...]
    speller: Speller
    glossary: Glossary
    scopes: Mapping[str, Scope]
    lab_ranges: Mapping[str, tuple[tuple[float, float], ...]]
    guarded: Mapping[str, frozenset[str]]
    groups: Mapping[str, frozenset[str]]
    derived: Mapping[str, Derived]
    rules: tuple[CompiledRule, ...]
    products: tuple[Product, ...]
    partners: frozenset[str]
    masking: MaskingPolicy
    masking_patterns: Patterns


def _read(name: str) -> bytes:
    return files("assistant.policy").joinpath(f"{name}.yaml").read_bytes()


@cache
def word_list(name: str) -> frozenset[str]:
    """Return a packaged list of words, one a line (`answer_words_en`, `names_first`, `names_last`)."""
    text = files("assistant.policy").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _product_classes(products: _ProductFile) -> dict[str, tuple[str, ...]]:
    ours = {f"ours:{product.id}": product.names for product in products.ours}
    others = {f"other:{name}": names for name, names in products.others.items()}
    our_names = tuple(name for names in ours.values() for name in names)
    partner_names = {name for partner in products.partners for name in products.others[partner]}
    other_names = tuple(name for names in others.values() for name in names)
    return (
        ours
        | others
        | {
            "ours": our_names,
            "other_drug": other_names,
            "unapproved_partner": tuple(name for name in other_names if name not in partner_names),
            "drug": our_names + other_names,
            "our_phrase": products.our_phrases,
            "drug_class": products.classes_of_drugs,
        }
    )


def _layers(classes: Mapping[str, tuple[str, ...]]) -> tuple[Lexicon, ...]:
    """Split the patterns into those that stand alone and those that refer to other classes."""
    alone = {cls: tuple(p for p in patterns if "@" not in p) for cls, patterns in classes.items()}
    built = {cls: tuple(p for p in patterns if "@" in p) for cls, patterns in classes.items()}
    return Lexicon(alone), Lexicon({cls: patterns for cls, patterns in built.items() if patterns})


def _expand(groups: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Resolve groups of groups; a class not named as a group stands for itself."""

    def members(name: str) -> frozenset[str]:
        return frozenset().union(*map(members, groups[name])) if name in groups else frozenset((name,))

    return {name: members(name) for name in groups}


def _compile_rule(rule: Rule, groups: Mapping[str, frozenset[str]]) -> CompiledRule:
    def classes(names: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(groups.get(name, frozenset((name,))) for name in names))

    def each(parts: Iterable[Iterable[str]]) -> tuple[frozenset[str], ...]:
        return tuple(classes(part) for part in parts)

    return CompiledRule(
        id=rule.id,
        code=rule.code,
        form=rule.form,
        trigger=classes(rule.trigger),
        all_of=each(rule.all_of),
        near=each(rule.near),
        anywhere=each(rule.anywhere),
        unless=classes(rule.unless),
        unless_near=classes(rule.unless_near),
        unless_anywhere=classes(rule.unless_anywhere),
        weak=rule.weak,
    )


def check_policy(policy: Policy) -> None:
    """Read every pattern and expression, which otherwise happens when a text needs it; raises what `build_policy` raises."""
    for layer in policy.layers:
        layer.check()
    for name in policy.masking_patterns:
        policy.masking_patterns[name]


def build_policy(contents: Mapping[str, bytes]) -> Policy:
    """Validate the files' contents (by file name) and build the policy; raises pydantic or value errors that name the place.

    Patterns are read when a text first needs them; `check_policy` reads them all.
    """
    # The C loader reads the same YAML ten times faster where libyaml is there.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = {name: yaml.load(content, Loader=loader) for name, content in contents.items()}
    lexicons = [_LexiconFile.model_validate(data[name]) for name in LEXICON_FILES]
    products = _ProductFile.model_validate(data["products"])
    rules = _RuleFile.model_validate(data["screening_rules"])
    classes: dict[str, tuple[str, ...]] = _product_classes(products)
    for lexicon in lexicons:
        classes |= {cls: classes.get(cls, ()) + patterns for cls, patterns in lexicon.classes.items()}
    groups = _expand(rules.groups)
    known = set(classes) | set(groups) | set(rules.derived)
    for rule in rules.rules:
        named = {*rule.trigger, *rule.unless, *rule.unless_near, *rule.unless_anywhere}
        named |= {cls for part in (*rule.all_of, *rule.near, *rule.anywhere) for cls in part}
        if named - known:
            raise ValueError(f"screening_rules: rule {rule.id} names unknown classes {sorted(named - known)}")
    digest = hashlib.sha256(b"".join(contents[name] for name in sorted(contents))).hexdigest()
    return Policy(
        version=f"screening-{rules.version}-{digest[:10]}",
        layers=_layers(classes),
        speller=Speller(
            (*products.spellings, *(word for lexicon in lexicons for word in lexicon.spellings)), word_list("answer_words_en")
        ),
        glossary=Glossary(ScriptWords.model_validate(data["screening_scripts"]), normalise),
        scopes={cls: scope for lexicon in lexicons for cls, scope in lexicon.scopes.items()},
        lab_ranges={name: ranges for lexicon in lexicons for name, ranges in lexicon.lab_ranges.items()},
        guarded={cls: frozenset(by) for cls, by in rules.guarded.items()},
        groups=groups,
        derived=rules.derived,
        rules=tuple(_compile_rule(rule, groups) for rule in rules.rules),
        products=products.ours,
        partners=frozenset(products.partners),
        masking=MaskingPolicy.model_validate(data["masking"]),
        masking_patterns=compile_patterns(data["masking_patterns"]),
    )


@cache
def load_policy() -> Policy:
    """Return the packaged policy, read once."""
    return build_policy({name: _read(name) for name in FILES})
