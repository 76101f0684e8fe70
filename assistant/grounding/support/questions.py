"""What a sentence only asks and leaves open, and words of certainty or advice that claim neither."""

from __future__ import annotations

from assistant.grounding.types import Mention, Reading

_ASKING = frozenset({"whether", "what", "when", "how", "which"})
_LEFT_OPEN = ("unknown", "unreported", "immature")
_PEOPLE = frozenset({"adviser", "advisers", "advisor", "advisors"})
_BETTER = "better than"
_CONDITIONAL = ("approve", "indicated_for", "us_label", "prescribing")


def is_asked(sentence: Reading, mention: Mention) -> bool:
    """Whether a word stands in what is not known ("whether A will be approved", "what the FDA will decide is not known")."""
    before = {token.stem for token in sentence.tokens[: mention.first]}
    return bool(_ASKING & before) and sentence.has(*_LEFT_OPEN)


def asks_only(sentence: Reading) -> bool:
    """Whether every direction is only asked, and left open ("too early to say whether A prolongs survival")."""
    whether = next((i for i, token in enumerate(sentence.tokens) if token.stem == "whether"), len(sentence.tokens))
    return sentence.has(*_LEFT_OPEN) and all(m.first > whether for m in sentence.of_kind("up", "down"))


def is_left_open(sentence: Reading, mention: Mention) -> bool:
    """Whether a direction stands behind "whether" in a stretch that says that this is not known."""
    number = sentence.segments[mention.first]
    stretch = [i for i, found in enumerate(sentence.segments) if found == number]
    asked = any(sentence.tokens[i].stem == "whether" for i in stretch if i < mention.first)
    return asked and any(m.concept in _LEFT_OPEN and sentence.segments[m.first] == number for m in sentence.mentions)


def is_harmless(sentence: Reading, mention: Mention) -> bool:
    """Whether a word is that of people ("advisers"), of a condition to be met ("must have had A"), or of what a test denies
    ("was not significantly better than").
    """
    words = sentence.phrase(mention.first, mention.last).lower()
    if mention.kind != "advice":
        following = [token.stem for token in sentence.tokens[mention.last : mention.last + 1]]
        return words == "must" and following == ["have"] and sentence.has(*_CONDITIONAL)
    number = sentence.segments[mention.first]
    before = [m for m in sentence.of_kind("finding") if m.first < mention.first and sentence.segments[m.first] == number]
    denied = any(m.concept == "not_significant" for m in before)
    asked = is_asked(sentence, mention) and "whether" in {token.stem for token in sentence.tokens[: mention.first]}
    return words in _PEOPLE or (words == _BETTER and (denied or asked))
