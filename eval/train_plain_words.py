"""Learns which everyday words add nothing to what a statement says, for the grounding check.

The words of telling that the lexicon lists by hand ("light", "plain") and the words that are new in faithful sentences of the
development set are examples; words of the lexicon's own concepts, the words for which a corrupted development sentence must be
stopped, and a sample of all everyday words are counterexamples. A logistic model over the word vectors of the embedding
model (the rows of its WordPiece table; no text is embedded) tells the two apart and is asked of every everyday word: what it
takes for plain is written to `assistant/policy/grounding_plain_words.txt`. Run `python -m eval.train_plain_words --write` after
the light words or the development set have changed. It reads no report set.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from tokenizers import Tokenizer

from assistant.grounding import Checker, ReasonCode
from assistant.grounding.reading.lexicon import LANGUAGE, read_policy, topic_policies
from assistant.grounding.reading.reader import read_text
from assistant.grounding.reading.text import stem
from corpus.glossary import load_glossary
from eval.commands.shared import find_set
from eval.grounding import load_grounding
from index.embedding import minilm_dir

Matrix = NDArray[np.float64]
TARGET = resources.files("assistant.policy") / "grounding_plain_words.txt"
EVERYDAY = "answer_words_en.txt"
TABLE = "embeddings.word_embeddings.weight"
SHORTEST = 3
SAMPLE = 6000
SEED = 20261122
RANK_SCALE = 0.2
C = 1.0
THRESHOLD = 0.0
HEADER = """\
# Words that add nothing to what a statement says: a generated sentence may have them although no cited statement does.
# Everyday words (answer_words_en.txt) that a logistic model over their word vectors takes for words of telling; see
# eval/train_plain_words.py, which writes this file. Words the lexicon lists as light are not repeated.
# id: grounding-plain-words; version: 2; owner: Medical Information
"""


def read_everyday() -> list[str]:
    """Return the packaged everyday words, each a single word piece of the embedding model."""
    text = (resources.files("assistant.policy") / EVERYDAY).read_text(encoding="utf-8")
    return [word for word in text.splitlines() if word.isalpha() and len(word) >= SHORTEST]


def light_words() -> list[str]:
    """Return the words of telling that the lexicon lists."""
    words = read_policy(LANGUAGE)["light"].split()
    return sorted({word for word in words if word.isalpha() and len(word) >= SHORTEST})


def content_words() -> list[str]:
    """Return the single words that stand for a concept of the lexicon."""
    entries = [entry for name in (LANGUAGE, *topic_policies()) for entry in read_policy(name)["concepts"]]
    forms = {form.lower() for entry in entries for form in entry["forms"]}
    return sorted(form for form in forms if form.isalpha() and len(form) >= SHORTEST)


def lessons() -> tuple[set[str], set[str]]:
    """Return the words that are new in faithful development sentences, and those that corrupted ones are stopped for alone."""
    checker = Checker(load_glossary())
    plain: set[str] = set()
    telling: set[str] = set()
    for item in load_grounding(find_set("development", "grounding")).items:
        sentence = read_text(item.sentence, checker.lexicon)
        known = {token.stem for source in item.sources for token in checker.lexicon.tokenize(source)}
        new = {
            token.text
            for index, token in enumerate(sentence.tokens)
            if token.text.islower() and token.text.isalpha() and not sentence.covered[index] and token.stem not in known
        }
        reasons = checker.check(item.sentence, item.sources).reasons
        if item.supported:
            plain |= new
        elif {reason.code for reason in reasons} == {ReasonCode.UNKNOWN_WORD}:
            telling |= {word for reason in reasons for word in reason.text.lower().split()}
    return plain - telling, telling


class WordTable:
    """Vectors of words that are one piece of the embedding model's vocabulary, with how rare they are (rank in it)."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(minilm_dir() / "tokenizer.json"))
        with safe_open(str(minilm_dir() / "model.safetensors"), framework="np") as tensors:
            rows = tensors.get_tensor(TABLE)
        self._rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def known(self, words: Iterable[str]) -> list[str]:
        """Return those of the words that are one piece."""
        return [word for word in words if self._tokenizer.token_to_id(word) is not None]

    def features(self, words: Sequence[str]) -> Matrix:
        """Return the `(n, 385)` features of known words."""
        places = [self._tokenizer.token_to_id(word) for word in words]
        return np.hstack([self._rows[places], RANK_SCALE * np.log(np.array(places, dtype=np.float64))[:, None]])


def plain_words(table: WordTable, threshold: float) -> tuple[list[str], str]:
    """Return the everyday words taken for plain, light ones aside, and what five folds say of the model."""
    everyday, (new, telling) = table.known(read_everyday()), lessons()
    told_by_hand = {word for word in read_policy(LANGUAGE)["plain"].split() if word.isalpha() and len(word) >= SHORTEST}
    listed = {stem(word) for word in light_words()}
    light = table.known(sorted({*light_words(), *told_by_hand, *new} - telling))
    plain = {stem(word) for word in light}
    content = [word for word in table.known(sorted({*content_words(), *telling})) if stem(word) not in plain]
    others = [word for word in everyday if stem(word) not in plain and word not in set(content)]
    sample = np.random.default_rng(SEED).choice(len(others), size=min(SAMPLE, len(others)), replace=False)
    examples = [*light, *content, *(others[place] for place in sorted(sample))]
    labels = np.array([True] * len(light) + [False] * (len(examples) - len(light)))
    model = LogisticRegression(C=C, max_iter=3000, class_weight="balanced")
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    scores = cross_val_predict(model, table.features(examples), labels, cv=folds, method="decision_function")
    held = scores > threshold
    of_light, of_content = held[labels].mean(), held[len(light) : len(light) + len(content)].mean()
    told = f"light words found {of_light:.3f}, words of content taken for plain {of_content:.3f}"
    model.fit(table.features(examples), labels)
    taken = model.decision_function(table.features(everyday)) > threshold
    refused = listed | {stem(word) for word in [*content, *read_policy(LANGUAGE)["consequential"].split()]}
    return [word for word, plain in zip(everyday, taken, strict=True) if plain and stem(word) not in refused], told


def main() -> None:
    """Print what the model is worth and how many words it takes for plain; write them when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    options = parser.parse_args()
    words, told = plain_words(WordTable(), options.threshold)
    print(f"{len(words)} plain words; in five folds: {told}")
    if options.write:
        with resources.as_file(TARGET) as path:
            path.write_text(HEADER + "\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
