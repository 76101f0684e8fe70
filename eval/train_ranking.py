"""Fits the models behind `assistant/policy/answer_ranking.yaml` on development questions, and says by cross-validation what
they are worth.

Three small models over `assistant.evidence.features.NAMES`: a conditional logit that ranks the statements of a question
(McFadden 1974), a logistic model of a statement being about what was asked, and one of the best statement being an answer.
Signs that theory gives are bounds; ties to a prior are L2. Run `python -m eval.train_ranking --index var/index --write` after
features or documents have changed. It never reads a report set, and its figures are of questions that were tuned on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.evidence.features import NAMES
from assistant.evidence.finder import EvidenceFinder
from assistant.evidence.profiles import Profiles
from assistant.evidence.ranking import LogisticModel, Ranked
from assistant.evidence.summary import SUMMARY
from assistant.query import Annotator, QuestionParser, build_lexicon
from corpus import load_glossary
from eval.answer_measures import facts_meet
from eval.datasets import PACKAGED, QuestionItem, load_questions
from index import open_index

Matrix = NDArray[np.float64]
FOLDS = 5
SETS = (
    "development.yaml",
    "development-2.yaml",
    "development-3.yaml",
    "development-4.yaml",
    "development-5.yaml",
    "development-6.yaml",
    "development-7.yaml",
    "development-8.yaml",
    "development-9.yaml",
    "development-10.yaml",
    "development-11.yaml",
    "development-12.yaml",
    "development-13.yaml",
    "development-14.yaml",
    "development-paraphrases.yaml",
    "development-gaps.yaml",
    "development-gaps-2.yaml",
)
# Plain questions by eight further authors, read one after another: what may be answered is judged by them too.
JUDGED_SETS = (*SETS, *(f"development-{number}.yaml" for number in range(15, 23)))
POLICY = Path(__file__).resolve().parent.parent / "assistant" / "policy" / "answer_ranking.yaml"
NEGATIVE = frozenset({
    "other_names", "names_unasked", "other_classes", "state_open", "state_extra", "attributes_missing", "attributes_beside",
    "side_matters", "region_unasked", "no_figure", "first_narrow", "table_row", "denial_missing", "denial_unasked",
    "unexplained", "named", "unexplained_named",
})  # fmt: skip
CONSTANT = frozenset({"named", "asks", "unexplained", "unexplained_named"})
"""Features that are the same for all statements of a question, or nearly so: they cannot rank."""
PRIOR: Mapping[str, float] = {
    "state_match": 0.15, "names_in_text": 0.15, "strict_in_text": 0.15, "region": 0.1, "markers": 0.1, "classes": 0.15,
    "question_gap": 0.15, "dense_question": 0.15, "overlap": 0.15, "side_matters": -0.08, "state_extra": -0.05,
    "denied_asked": 0.1, "figure": 0.1, "no_figure": -0.1, "before": 0.15,
}  # fmt: skip
RELEVANCE = (
    "dense", "dense_question", "question_gap", "words", "words_asked", "overlap", "strict_around", "loose_around", "classes",
    "names_in_text", "markers", "lexical", "state_match", "unexplained", "numbers",
)  # fmt: skip
RANKING_L2, RELEVANCE_L2 = 0.03, 0.001
SUFFICIENCY_C = 0.03
"""Inverse strength of the L2 penalty on standardised summaries (best of 0.003 to 0.1 with each set held out in turn)."""
AGAINST = frozenset({
    "new_words", "new_terms", "new_share", "uncovered", "no_figure_shown", "numbers_missing", "first_unexplained",
    "top_unexplained", "first_unexplained_named", "top_unexplained_named", "first_attributes_missing",
})  # fmt: skip
FOR = frozenset({
    "relevance", "relevance_top", "first_dense", "first_dense_question", "first_overlap", "first_words", "first_words_asked",
    "top_dense", "top_dense_question", "top_overlap",
})  # fmt: skip
"""What of a summary speaks against an answer, and what for one: the signs of their weights are bound."""
WEIGHTS = {"para": 0.3, "gaps2": 0.5}
"""How much an example counts in the judgement, by the beginning of its id: single statements asked for in passing, and near
misses harder than what is asked day by day, must not drown the sets that are like real questions.
"""
TOP = 3
"""A question whose first statements hold nothing right teaches nothing about what a sufficient ranking looks like."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question part: its item, the features of its statements best first, how far each answers, and whether it is about
    it.
    """

    item_id: str
    features: Matrix
    gain: Matrix
    about: Matrix
    answerable: bool
    summary: Matrix


class Bench:
    """Everything that ranks and judges over one index, with a policy of our own."""

    def __init__(self, index_dir: Path) -> None:
        self._index = open_index(index_dir)
        self._glossary = load_glossary()
        self._annotator = Annotator(build_lexicon(self._glossary))
        self._profiles = Profiles(self._index, self._annotator)
        self._parser = QuestionParser(self._annotator, self._glossary, self._profiles.vocabulary)

    def collect(self, policy: Mapping[str, Any], names: Sequence[str] = SETS) -> list[Example]:
        """Return the examples of the development sets, ranked and summed up under a policy."""
        finder = EvidenceFinder(self._index, self._profiles, self._annotator.lexicon, policy)
        examples: list[Example] = []
        for item in (item for name in names for item in load_questions(PACKAGED / "questions" / name).items):
            parsed = self._parser.parse(item.turns[-1], item.turns[:-1])
            if parsed.unknown or parsed.barrier is not None:
                continue
            for part in parsed.parts:
                whole, ranking, chosen = finder.rank(part)
                if ranking.ranked:
                    examples.append(_example(item, ranking.ranked, finder.sum_up(whole, ranking, chosen)))
        return examples


def _example(item: QuestionItem, ranked: Sequence[Ranked], summary: Matrix) -> Example:
    facts = [facts_meet(r.scored.statement.facts, item.facts) for r in ranked]
    gains = [_gain(item, r.scored.statement.text) if about else 0.0 for r, about in zip(ranked, facts, strict=True)]
    features = np.array([r.features for r in ranked])
    return Example(item.id, features, np.array(gains), np.array(facts, dtype=float), item.answerable, summary)


def _gain(item: QuestionItem, text: str) -> float:
    import re

    found = [nugget for nugget in item.nuggets if any(re.search(p, text, re.IGNORECASE) for p in nugget.any)]
    return sum(1.0 if nugget.vital else 0.3 for nugget in found)


def fit_ranking(examples: Sequence[Example]) -> Matrix:
    """Return the weights of the conditional logit over raw features, in the order of `NAMES`."""
    usable = [e for e in examples if e.gain.sum() > 0]
    scale = np.vstack([e.features for e in usable]).std(axis=0) + 1e-6
    prior = np.array([PRIOR.get(name, 0.0) for name in NAMES])
    data = [(e.features / scale, e.gain / e.gain.sum()) for e in usable]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, gradient = 0.0, np.zeros_like(weights)
        for matrix, target in data:
            scores = matrix @ weights
            scores -= scores.max()
            shares = np.exp(scores) / np.exp(scores).sum()
            total -= float(target @ np.log(shares + 1e-12))
            gradient += matrix.T @ (shares - target)
        gap = weights - prior
        return total / len(data) + RANKING_L2 * float(gap @ gap), gradient / len(data) + 2 * RANKING_L2 * gap

    fitted = _minimise(loss, prior, [(0.0, 0.0) if name in CONSTANT else _bound(name) for name in NAMES])
    return np.asarray(fitted / scale, dtype=np.float64)


def fit_logistic(matrix: Matrix, labels: Matrix, weight: Matrix, names: Sequence[str], l2: float) -> Matrix:
    """Return the weights of a logistic model with signs bounded, the intercept last."""

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        p = 1 / (1 + np.exp(-(matrix @ weights[:-1] + weights[-1])))
        entropy = -(weight * (labels * np.log(p + 1e-9) + (1 - labels) * np.log(1 - p + 1e-9))).sum() / weight.sum()
        error = weight * (p - labels) / weight.sum()
        gradient = np.append(matrix.T @ error + 2 * l2 * weights[:-1], error.sum())
        return float(entropy + l2 * weights[:-1] @ weights[:-1]), gradient

    return _minimise(loss, np.zeros(len(names) + 1), [*map(_bound, names), (None, None)])


def _bound(name: str) -> tuple[float | None, float | None]:
    return (None, 0.0) if name in NEGATIVE else (0.0, None)


def _minimise(
    loss: Callable[[Matrix], tuple[float, Matrix]], start: Matrix, bounds: Sequence[tuple[float | None, float | None]]
) -> Matrix:
    from scipy.optimize import minimize

    result = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return np.asarray(result.x, dtype=np.float64)


def relevance_rows(examples: Sequence[Example]) -> tuple[Matrix, Matrix, Matrix]:
    """Return features, labels and weights of the ten best statements of every answerable question."""
    rows = [(e.features[i], e.about[i], 1.0) for e in examples if e.answerable for i in range(min(10, len(e.features)))]
    return _columns(rows, RELEVANCE)


def fit_sufficiency(examples: Sequence[Example]) -> dict[str, Any]:
    """Return the model of a ranking being an answer, its weights for raw summaries (`SUMMARY`).

    A logistic model with L2 on standardised summaries. Where theory gives a sign it is a bound: a question full of words that
    no document uses must not count as answered the more for it, however its like fared in the sets.
    """
    rows = judged(examples)
    raw, right = np.array([e.summary for e in rows]), np.array([float(e.answerable) for e in rows])
    weight = np.array([WEIGHTS.get(e.item_id.partition("-")[0], 1.0) for e in rows])
    mean, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    matrix = (raw - mean) / scale
    penalty = 1.0 / (2 * SUFFICIENCY_C * weight.sum())

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        z = matrix @ weights[:-1] + weights[-1]
        error = weight * (1 / (1 + np.exp(-z)) - right) / weight.sum()
        gradient = np.append(matrix.T @ error + 2 * penalty * weights[:-1], error.sum())
        loss_at = float(weight @ (np.logaddexp(0, z) - right * z)) / weight.sum()
        return float(loss_at + penalty * weights[:-1] @ weights[:-1]), gradient

    fitted = _minimise(loss, np.zeros(len(SUMMARY) + 1), [*map(_sufficiency_bound, SUMMARY), (None, None)])
    weights = fitted[:-1] / scale
    named = {
        name: round(float(w), 4) for name, w, s in zip(SUMMARY, weights, scale, strict=True) if s > 1e-6 and abs(w) >= 5e-5
    }
    return {"weights": named, "intercept": round(float(fitted[-1] - weights @ mean), 4)}


def _sufficiency_bound(name: str) -> tuple[float | None, float | None]:
    if name in AGAINST:
        return (None, 0.0)
    return (0.0, None) if name in FOR else (None, None)


def judged(examples: Sequence[Example]) -> list[Example]:
    """Return one example for each question: the part that answers, where one does; the likeliest part where none should."""
    by_item: dict[str, list[Example]] = {}
    for e in examples:
        by_item.setdefault(e.item_id, []).append(e)
    rows = []
    for parts in by_item.values():
        if parts[0].answerable:
            best = max(parts, key=lambda e: float(e.gain[:TOP].max()))
            rows += [best] if best.gain[:TOP].max() > 0 else []
        else:
            rows.append(max(parts, key=lambda e: float(e.summary[SUMMARY.index("relevance")])))
    return rows


def sufficiency_curve(examples: Sequence[Example]) -> list[dict[str, float]]:
    """Return, for thresholds, the shares answered and declined, each question judged by a model fitted without its fold."""
    rows = judged(examples)
    predicted = np.zeros(len(rows))
    for k in range(FOLDS):
        model = LogisticModel(fit_sufficiency([e for i, e in enumerate(rows) if i % FOLDS != k]), SUMMARY)
        places = [i for i in range(len(rows)) if i % FOLDS == k]
        predicted[places] = model.probabilities(np.array([rows[i].summary for i in places]))
    right = np.array([e.answerable for e in rows])
    return [
        {"threshold": t, "answered": float((predicted[right] >= t).mean()), "declined": float((predicted[~right] < t).mean())}
        for t in (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)
    ]


def _columns(rows: Sequence[tuple[Matrix, Any, float]], names: Sequence[str]) -> tuple[Matrix, Matrix, Matrix]:
    columns = [NAMES.index(name) for name in names]
    features = np.array([row[0] for row in rows])[:, columns]
    return features, np.array([float(row[1]) for row in rows]), np.array([row[2] for row in rows])


def cross_validate(examples: Sequence[Example]) -> dict[str, float]:
    """Return share of questions with a right statement first and among the first three, each question ranked by weights fitted
    without its fold."""
    ids = sorted({e.item_id for e in examples})
    fold = {item_id: position % FOLDS for position, item_id in enumerate(ids)}
    places: list[int] = []
    for k in range(FOLDS):
        weights = fit_ranking([e for e in examples if fold[e.item_id] != k])
        for e in (e for e in examples if fold[e.item_id] == k and e.gain.max(initial=0.0) > 0):
            order = np.argsort(-(e.features @ weights), kind="stable")
            wanted = e.gain >= (1.0 if e.gain.max() >= 1 else 1e-9)
            places.append(int(np.argmax(wanted[order])))
    ranks = np.array(places)
    return {"right_first": float((ranks == 0).mean()), "right_in_three": float((ranks < 3).mean()), "n": float(len(ranks))}


def train(bench: Bench, before: Mapping[str, Any]) -> tuple[dict[str, Any], list[Example]]:
    """Return the content of `answer_ranking.yaml` and the examples it was fitted on; thresholds are carried over, they are set
    by hand. Sufficiency is fitted on rankings made with the new weights, and on more sets.
    """
    examples = bench.collect(before)
    fitted = fit_logistic(*relevance_rows(examples), RELEVANCE, RELEVANCE_L2)
    weights = {name: round(float(w), 3) for name, w in zip(RELEVANCE, fitted, strict=False) if abs(w) >= 1e-3}
    ranking = fit_ranking(examples)
    policy = {
        "id": "answer-ranking",
        "version": "2.0",
        "owner": "Medical Information",
        "weights": {n: round(float(w), 4) for n, w in zip(NAMES, ranking, strict=True)},
        "relevance": {"weights": weights, "intercept": round(float(fitted[-1]), 3), **_thresholds(before["relevance"])},
        "sufficiency": {"weights": {}, "intercept": 0.0, **_thresholds(before["sufficiency"])},
    }
    return refit_sufficiency(bench, policy, before), examples


def refit_sufficiency(bench: Bench, policy: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy with the judgement fitted anew on its rankings."""
    examples = bench.collect(policy, JUDGED_SETS)
    for row in sufficiency_curve(examples):
        print(row)
    return {**policy, "sufficiency": {**fit_sufficiency(examples), **_thresholds(before["sufficiency"])}}


def _thresholds(model: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in model.items() if name.endswith("threshold")}


def main() -> None:
    """Fit, print what cross-validation says, and write the policy file when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="folder of a built index")
    parser.add_argument("--write", action="store_true", help="write assistant/policy/answer_ranking.yaml")
    parser.add_argument("--judgement-only", action="store_true", help="fit sufficiency alone, on the rankings as they are")
    options = parser.parse_args()
    bench, before = Bench(options.index), yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    if options.judgement_only:
        policy = refit_sufficiency(bench, before, before)
    else:
        policy, examples = train(bench, before)
        print(cross_validate(examples))
    if options.write:
        note = "# Fitted by eval.train_ranking on the development questions; thresholds are set by hand. Do not edit weights.\n"
        POLICY.write_text(note + yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
