"""The policy files: validated when read, versioned by their content, wrong ones refused with the place to mend."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml
from pydantic import ValidationError

from assistant.screening.policy import FILES, LEXICON_FILES, build_policy, check_policy, load_policy

CONTENTS = {name: files("assistant.policy").joinpath(f"{name}.yaml").read_bytes() for name in FILES}


def changed(name: str, **fields: object) -> dict[str, bytes]:
    """The packaged files with top-level fields of one of them replaced."""
    data = yaml.safe_load(CONTENTS[name]) | fields
    return CONTENTS | {name: yaml.safe_dump(data, allow_unicode=True).encode()}


def test_every_file_has_id_version_and_owner() -> None:
    """Reviewed data says who answers for it."""
    for name in (*LEXICON_FILES, "products", "screening_rules", "masking", "masking_patterns"):
        data = yaml.safe_load(CONTENTS[name])
        assert data["id"]
        assert data["version"]
        assert data["owner"]


def test_the_version_names_the_content() -> None:
    """One changed word is another version: a stored screening can be told from a later one."""
    other = build_policy(changed("products", note="other words"))
    assert build_policy(CONTENTS).version == load_policy().version
    assert other.version != load_policy().version


def test_a_pattern_that_cannot_be_read_is_refused() -> None:
    """The message names the class."""
    classes = yaml.safe_load(CONTENTS["screening_events"])["classes"] | {"event": ["_ anything"]}
    with pytest.raises(ValueError, match="event: pattern"):
        build_policy(changed("screening_events", classes=classes))


def test_a_rule_about_an_unknown_class_is_refused() -> None:
    """A rule that could never fire is a fault, not silence."""
    rules = [{"id": "X", "code": "AE", "trigger": ["no_such_class"]}]
    with pytest.raises(ValueError, match="rule X names unknown classes"):
        build_policy(changed("screening_rules", rules=rules))


def test_an_unknown_field_is_refused() -> None:
    """A misspelt key would otherwise be lost."""
    with pytest.raises(ValidationError, match="extra"):
        build_policy(changed("products", our_products=[]))


def test_our_products_are_data() -> None:
    """Another company's policy makes other products its own; no code changes."""
    data = yaml.safe_load(CONTENTS["products"])
    ours = {product["id"] for product in data["ours"]}
    assert ours == {product.id for product in load_policy().products}
    assert all(product["approved"] for product in data["ours"])
    assert set(data["partners"]) <= set(data["others"])


def test_every_packaged_pattern_can_be_read() -> None:
    """They are read when a text first needs them; this reads them all."""
    check_policy(load_policy())


def test_a_pattern_that_cannot_be_read_is_found_by_the_check() -> None:
    """Also one whose fault comes after its first word."""
    classes = yaml.safe_load(CONTENTS["screening_events"])["classes"] | {"event": ["rash (a||b)"]}
    with pytest.raises(ValueError, match="event: empty alternative"):
        check_policy(build_policy(changed("screening_events", classes=classes)))


def test_files_add_to_each_other() -> None:
    """The same class in two files holds the patterns of both."""
    other = yaml.safe_load(CONTENTS["screening_languages"])["classes"]
    first = yaml.safe_load(CONTENTS["screening_events"])["classes"]
    assert {"death", "event", "serious"} <= set(other) & set(first)
