"""The lists that names of persons are known by: first names, surnames, and the words that are no names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.screening.policy import MaskingPolicy, word_list


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the word in small letters without accents, as the lists are written."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class NameLists:
    """First names, those that are also words, surnames, everyday words, and words that are no person's to mask.

    `words` are everyday words, names among them only where they are words too ("baker", not "gutierrez"); `never` are words
    that are no names, with the `public` persons.
    """

    first: frozenset[str]
    ambiguous: frozenset[str]
    last: frozenset[str]
    words: frozenset[str]
    not_names: frozenset[str]
    public: frozenset[str]

    @property
    def never(self) -> frozenset[str]:
        """Return the words that are no names of persons to mask."""
        return self.not_names | self.public


def packaged_lists(policy: MaskingPolicy) -> NameLists:
    """Return the packaged lists, with the words of the policy taken out of the first names."""
    ambiguous, not_names = frozenset(policy.ambiguous_names.split()), frozenset(policy.not_names.split())
    first = word_list("names_first") | word_list("names_first_world")
    last = word_list("names_last") | word_list("names_last_world")
    words = (word_list("answer_words_en") - first - last) | word_list("names_words")
    public = frozenset(policy.public_persons.split())
    return NameLists(first - ambiguous - not_names, ambiguous, last, words, not_names, public)
