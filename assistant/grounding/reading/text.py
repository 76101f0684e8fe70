"""Text folded to one spelling and cut into tokens. It knows no term; signs beside names ("HER2-", "HR+") become words.

Stems are those of the Snowball English stemmer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import Stemmer

from assistant.grounding.types import Token

_FOLDS = (
    (re.compile(r"\[\^?\d+(?:\s*[,;-]\s*\d+)*\]"), " "),
    (re.compile(r"[\u2010-\u2015\u2212]"), "-"),
    (re.compile(r"[\u2018\u2019\u02bc]"), "'"),
    (re.compile(r"[\u201c\u201d\"]"), " "),
    (re.compile(r"\u2265|>="), " at least "),
    (re.compile(r"\u2264|<="), " at most "),
    (re.compile(r"\b(?:gr|gd)\.?\s*(?=(?:at (?:least|most) )?\d)", re.IGNORECASE), "grade "),
    (re.compile(r"[\u223c~\u2248]"), " about "),
    (re.compile(r"(?<=\d)\u00b7(?=\d)"), "."),
    (re.compile(r"\u00d7"), " x "),
    (re.compile(r"(?<=grade \d)\+", re.IGNORECASE), " or higher "),
    (re.compile(r"\bgrades? (\d)(?: or |/| and | to | - )(?=\d\b)", re.IGNORECASE), r"grade \1-"),
    (re.compile(r"(?<=[A-Za-z0-9])\+(?=[\s/,;.)]|$)"), "-positive "),
    # "A-, B- or C-altered": the hyphens wait for the last word and deny nothing.
    (re.compile(r"(?<=[A-Z0-9])-(?=[\s/,;.)]|$)(?!,?\s(?:\w+-,?\s)*(?:and|or)\s\w+-)"), "-negative "),
    (re.compile(r"\bper cent\b", re.IGNORECASE), "percent"),
    (re.compile(r"(?<=\d)'s\b"), ""),
    (re.compile(r"\bas well as\b", re.IGNORECASE), "and"),
    # The authors behind the first one; no treatment "ET".
    (re.compile(r",?\s+et\.?\s+al\b\.?,?|,?\s+and\s+co-?(?:workers|authors)\b", re.IGNORECASE), " and colleagues"),
    (re.compile(r"\bi\.e\.,?|\be\.g\.,?", re.IGNORECASE), "namely"),
    (re.compile(r"\bend[- ]points?\b", re.IGNORECASE), "endpoint"),
    (re.compile(r"\s\+\s"), " plus "),
    (re.compile(r"(?<=[A-Za-z])\+(?=[A-Za-z])"), " plus "),
    (re.compile(r"\b(?:vs|v)\.(?=\s)"), "vs"),
    (re.compile(r"(?<=\s)v(?=\s)"), "vs"),
    (re.compile(r"\b([bqto])\.([id])\.(d)?\.?", re.IGNORECASE), r"\1\2\3"),
    (re.compile(r"\bp\.o\.", re.IGNORECASE), "PO"),
    (re.compile(r"\bi\.([mv])\.", re.IGNORECASE), r"I\1"),
    (re.compile(r"\bn\.s\.", re.IGNORECASE), "not significant"),
    (re.compile(r"(?<![\w/])w/o(?![\w/])"), "without"),
    (re.compile(r"(?<![\w/])w/(?=\s?[A-Za-z])"), "with "),
    (re.compile(r"\s&\s"), " and "),
    (re.compile(r"(?<=\bphase )III(?=[ab]?\b)", re.IGNORECASE), "3"),
    (re.compile(r"(?<=\bphase )II(?=[ab]?\b)", re.IGNORECASE), "2"),
    (re.compile(r"(?<=\bphase )I(?=[ab]?\b)", re.IGNORECASE), "1"),
)
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|(?<![\w.])\.\d+|\d+|(?<=\d)-(?=\d|not|NR)|[^\W\d_][^\W_]*(?:'[a-z]+)?|[%()\[\];:,./=<>?!]"
)
_NAME_BEFORE = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*-$")
_NAME_REACH = 24
_SHORTEST_SPELLED = 5
_BRITISH_ENDINGS = ("isation", "isations", "ised", "ises", "ising", "ise")
_NOT_BRITISH = tuple(
    stem + ending
    for stem in (
        "adv",
        "rev",
        "comprom",
        "compr",
        "ra",
        "prom",
        "superv",
        "exerc",
        "dev",
        "surpr",
        "prem",
        "prec",
        "otherw",
        "likew",
        "clockw",
        "stepw",
        "pairw",
        "ar",
    )
    for ending in ("ised", "ises", "ising", "ise")
)
_AMERICAN = frozenset({"rising", "uprising", "advertising"})
_BRITISH = (
    (re.compile(r"(?<=[a-z])aem(?=[a-z])"), "em"),
    (re.compile(r"\bhaem", re.IGNORECASE), "hem"),
    (re.compile(r"\boe(?=str|dem|soph)", re.IGNORECASE), "e"),
    (re.compile(r"(?<=rrh)oe(?=a)"), "e"),
    (re.compile(r"\b(fav|col|behavi|harb|tum|hon|rum)our"), r"\1or"),
    (re.compile(r"\b(label|model|signal|cancel|channel)l(?=ed\b|ing\b)"), r"\1"),
    (re.compile(r"\bprogramme"), "program"),
    (re.compile(r"\bcentre"), "center"),
)
_STEMMER = Stemmer.Stemmer("english")
# The stemmer would make these the units they are derived from, or words of another claim ("likely" of "like").
_UNSTEMMED = frozenset(
    {
        "commoner",
        "favorable",
        "favorably",
        "effective",
        "effectiveness",
        "effectively",
        "likely",
        "unlikely",
        "largely",
        "mainly",
        "generally",
        "highly",
        "greatly",
        "entirely",
        "totally",
        "nearly",
        "definition",
        "definitions",
        "conclusion",
        "conclusions",
        "consideration",
        "considerations",
        "determines",
        "majority",
        "minority",
        "authorize",
        "authorizes",
        "authorized",
        "authorization",
        "authority",
        "authorities",
        "cleared",
        "clinical",
        "demonstrable",
        "remarkable",
        "remarkably",
        "marked",
        "markedly",
        "numerous",
        "originally",
        "objective",
        "objectives",
        "appearance",
        "responsible",
        "completed",
        "completing",
        "completion",
        "ended",
        "terminal",
        "impressive",
        "severity",
        "activity",
        "activities",
        "active",
        "initiate",
        "initiates",
        "initiated",
        "initiating",
        "initiation",
        "comparable",
        "investigator",
        "investigators",
        "indication",
        "indications",
        "investigational",
        "evidently",
        "university",
        "monthly",
        "weekly",
        "daily",
        "yearly",
        "hourly",
        "several",
        "evening",
        "evenings",
    }
)


def fold(text: str) -> str:
    """Return the text with one kind of dash, quote and comparison sign, without citation marks."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, replacement in _FOLDS:
        text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a word; names with digits are only lower-cased."""
    lowered = word.lower().removesuffix("'s")
    if len(lowered) <= 3 or not lowered.isalpha() or lowered in _UNSTEMMED:
        return lowered
    return str(_STEMMER.stemWord(lowered))


@lru_cache(maxsize=65536)
def _respell(word: str) -> str:
    """A British spelling in the American one, by its letters: "-isation", "-ised", "-our", "-aem-", "oe-"."""
    lowered = word.lower()
    if lowered.endswith(_BRITISH_ENDINGS) and not lowered.endswith(_NOT_BRITISH) and lowered not in _AMERICAN:
        return re.sub(r"is(ations?|ed|es|ing|e)$", r"iz\1", word)
    for pattern, replacement in _BRITISH:
        word = pattern.sub(replacement, word)
    return word


def tokenize(text: str, american: Mapping[str, str]) -> tuple[Token, ...]:
    """Return the tokens of a folded text; `american` maps lower-case British spellings."""
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word[0].isalpha():
            lowered = word.lower()
            word = american.get(lowered, _respell(word)) if len(word) > _SHORTEST_SPELLED else american.get(lowered, word)
        form = word if len(word) == 1 else word.replace(",", "")
        named = word[0].isdigit() and _NAME_BEFORE.search(text[max(0, match.start() - _NAME_REACH) : match.start()]) is not None
        tokens.append(Token(text=word, stem=stem(word) if word[0].isalpha() else form, named=named))
    return tuple(tokens)


def stems(words: str) -> frozenset[str]:
    """Return the stems of words set apart by spaces."""
    return frozenset(stem(word) for word in words.split())
