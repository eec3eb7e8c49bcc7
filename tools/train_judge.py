"""Train the learned judge of drift from labeled conversations, and measure it by cross-validation.

    python tools/train_judge.py CORPUS [--folds FOLDER] [--check]

CORPUS is a folder of conversations with labels in `dense/`; our own conversations are in `tools/training/dialogues`.
Those in `hand_h` and `hand_c` are held out: this script does not read them. It writes
`salesnerd_tui/coach/drift_judge.json`: the same bytes for the same conversations, settings and versions. The models of
each fold are written to `--folds`, for `make judge`; `--check` compares instead of writing.

The file contains no sentences, only weights of hashed n-grams and thresholds of named features.
"""

from __future__ import annotations

import argparse
import binascii
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier
from training.conversations import VARIANTS, CoachSentence, Conversation, load_corpus, load_dialogues
from training.evaluation import ModelOf, Tap, precision_by_title, score_conversations
from training.scoring import Score, f1_interval, sum_up

from salesnerd_tui.coach.drift_judge import LEAVES, WEIGHTS, DriftModel, TalkFeatures
from salesnerd_tui.coach.speech_reader import BUYER_ACTS, USER_ACTS, Groups, SentenceContext, SpeechReader

SEED = 0
FOLDS = 4
BUCKETS = 2**14
READER = {"alpha": 2e-5, "epochs": 8}
TREES = {"rounds": 240, "leaves": 8, "rate": 0.04, "features": 0.25, "leaf": 60, "bagging": 0.7, "l2": 1.0}
TREE_SOURCES = ("akash", "calls_a", "hand_a", "hand_b", "innopolis", "pairs_a", "pairs_b", "written")
"""Sources that the trees are trained on; podcasts and protocol calls are only used for the reader of acts."""

AUTHORS = {"calls_a": ("calls_a",), "hand_a": ("hand_a", "pairs_a"), "hand_b": ("hand_b", "pairs_b")}
"""Sources that are left out together, by author."""

Matrix = Any


def assign_folds(conversations: Sequence[Conversation], count: int = FOLDS) -> dict[str, int]:
    """Return the fold of each conversation: a project stays together, and each source is balanced by stretches."""
    groups: dict[tuple[str, str], list[Conversation]] = {}
    for each in conversations:
        groups.setdefault((each.source.replace("pairs_", "hand_"), each.project), []).append(each)
    folds: dict[str, int] = {}
    filled: dict[tuple[str, int], int] = {}

    def size(key: tuple[str, str]) -> int:
        return sum(100 * len(each.stretches) + len(each.labels) for each in groups[key])

    for key in sorted(groups, key=lambda key: (key[0], -size(key), key[1])):
        fold = min(range(count), key=lambda number: filled.get((key[0], number), 0))
        filled[key[0], fold] = filled.get((key[0], fold), 0) + size(key)
        folds.update({each.name: fold for each in groups[key]})
    return folds


# Reader of acts -------------------------------------------------------------------------------------------------


@dataclass
class SideData:
    """Inputs and labels of every sentence of one side, in all variants of all conversations."""

    is_user: bool
    where: list[tuple[int, str, int]] = field(default_factory=list)
    groups: list[Groups] = field(default_factory=list)
    sentences: list[CoachSentence] = field(default_factory=list)

    @cached_property
    def inputs(self) -> Matrix:
        rows, columns, values = [0], [], []
        for groups in self.groups:
            row: dict[int, float] = {}
            for hashes, weight in groups:
                for gram in hashes:
                    bucket = gram & (BUCKETS - 1)
                    row[bucket] = row.get(bucket, 0.0) + weight / len(hashes) ** 0.5
            columns += sorted(row)
            values += [row[bucket] for bucket in sorted(row)]
            rows.append(len(columns))
        shape = (len(self.groups), BUCKETS)
        return csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(rows)), shape=shape)

    @cached_property
    def conversation(self) -> Any:
        return np.array([number for number, _, _ in self.where])

    def outputs(self) -> Iterator[tuple[Any, Any]]:
        """Yield the target of each output, and a mask of the sentences that are labeled for it."""
        acts = np.array([sentence.act for sentence in self.sentences])
        everything = np.ones(len(acts), bool)
        for code in USER_ACTS if self.is_user else BUYER_ACTS:
            yield acts == code, everything
        if self.is_user:
            relation = np.array([sentence.relation for sentence in self.sentences])
            for letter in "ATP":
                yield relation == letter, relation != ""
            yield np.array([sentence.is_drift for sentence in self.sentences]), everything


def collect_sides(conversations: Sequence[Conversation]) -> tuple[SideData, SideData]:
    """Return the inputs and labels of the reader, for the user and for the buyer."""
    sides = SideData(is_user=True), SideData(is_user=False)
    for number, conversation in enumerate(conversations):
        for variant in VARIANTS:
            context = SentenceContext()
            for place, sentence in enumerate(conversation.coach_sentences(variant)):
                side = sides[0] if sentence.is_user else sides[1]
                side.where.append((number, variant, place))
                side.groups.append(
                    context.groups(
                        sentence.words, is_user=sentence.is_user, has_question_mark=sentence.has_question_mark
                    )
                )
                side.sentences.append(sentence)
    return sides


def fit_reader(sides: Iterable[SideData], keep: Any) -> dict[str, Any]:
    """Fit one linear model per output on the conversations in the mask `keep`; return the stored form."""
    stored = {}
    for side in sides:
        chosen = keep[side.conversation]
        coefficients, intercepts = [], []
        for target, known in side.outputs():
            rows = np.flatnonzero(chosen & known)
            if len(set(target[rows].tolist())) < 2:
                coefficients.append(np.zeros(BUCKETS))
                intercepts.append(-8.0)
                continue
            model = SGDClassifier(
                loss="log_loss", alpha=READER["alpha"], max_iter=int(READER["epochs"]), tol=None, random_state=SEED
            ).fit(side.inputs[rows], target[rows])
            coefficients.append(model.coef_[0])
            intercepts.append(float(model.intercept_[0]))
        stored["user" if side.is_user else "buyer"] = _stored(np.array(coefficients), intercepts)
    return stored


def _stored(coefficients: Any, intercepts: list[float]) -> dict[str, Any]:
    """Return the weights as one byte each. The few largest are clipped, so that small ones keep their precision."""
    scale = float(np.quantile(np.abs(coefficients[coefficients != 0]), 0.9995)) / 127
    rows = np.clip(np.round(coefficients.T / scale), -127, 127).astype(int) + 128
    weights = binascii.b2a_base64(rows.astype(np.uint8).tobytes(), newline=False).decode()
    return {"bias": [round(each, 4) for each in intercepts], "scale": round(scale, 8), "weights": weights}


# Trees ----------------------------------------------------------------------------------------------------------


@dataclass
class Table:
    """One row of `FEATURES` for each sentence of the user, with its label, weight and place."""

    values: Any
    drift: Any
    weight: Any
    where: list[tuple[int, str, int]]
    conversation: Any


def collect_features(
    conversations: Sequence[Conversation], readers: Sequence[SpeechReader], variants: Iterable[str] = VARIANTS
) -> Table:
    """Return the features of every sentence of the user, read by `readers` (one per conversation)."""
    values: list[list[float]] = []
    drift: list[bool] = []
    weight: list[float] = []
    where: list[tuple[int, str, int]] = []
    for number, conversation in enumerate(conversations):
        for variant in variants:
            for place, sentence, row in feature_rows(conversation, readers[number], variant):
                values.append(row)
                drift.append(sentence.is_drift)
                weight.append(sentence.weight)
                where.append((number, variant, place))
    numbers = np.array([number for number, _, _ in where])
    return Table(np.array(values), np.array(drift), np.array(weight), where, numbers)


def feature_rows(
    conversation: Conversation, reader: SpeechReader, variant: str
) -> Iterator[tuple[int, CoachSentence, list[float]]]:
    """Yield place, sentence and features of each sentence of the user."""
    context, talk = SentenceContext(), TalkFeatures()
    for place, sentence in enumerate(conversation.coach_sentences(variant)):
        reading = reader.read(
            context.groups(sentence.words, is_user=sentence.is_user, has_question_mark=sentence.has_question_mark),
            is_user=sentence.is_user,
        )
        if sentence.is_user:
            talk.add_user_sentence(reading, sentence.words, sentence.start, sentence.end)
            yield place, sentence, talk.values()
        else:
            talk.add_buyer_sentence(reading, sentence.words, sentence.start, sentence.end)


def fit_trees(table: Table, rows: Any, seed: int = SEED) -> dict[str, Any]:
    """Fit boosted trees; return the stored form."""
    settings = {
        "objective": "binary",
        "num_leaves": TREES["leaves"],
        "learning_rate": TREES["rate"],
        "feature_fraction": TREES["features"],
        "bagging_fraction": TREES["bagging"],
        "bagging_freq": 1,
        "min_data_in_leaf": TREES["leaf"],
        "lambda_l2": TREES["l2"],
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
        "boost_from_average": False,
    }
    data = lightgbm.Dataset(table.values[rows], table.drift[rows], weight=table.weight[rows])
    model = lightgbm.train(settings, data, int(TREES["rounds"]))
    return stored_trees([tree["tree_structure"] for tree in model.dump_model()["tree_info"]])


def stored_trees(trees: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the form that `drift_judge.Trees` evaluates: leaves by tree, and excluded leaves by feature."""
    leaves: list[list[float]] = [[] for _ in trees]
    splits: dict[int, list[tuple[float, int, int]]] = {}

    def visit(number: int, node: Mapping[str, Any]) -> int:
        """Add the splits and leaves of a subtree; return its leaves as bits, from left to right."""
        if "leaf_value" in node:
            leaves[number].append(round(float(node["leaf_value"]), 5))
            return 1 << len(leaves[number]) - 1
        left = visit(number, node["left_child"])
        split = (float(f"{node['threshold']:.6g}"), number, left)
        splits.setdefault(int(node["split_feature"]), []).append(split)
        return left | visit(number, node["right_child"])

    for number, tree in enumerate(trees):
        visit(number, tree)
    assert max(map(len, leaves)) <= LEAVES
    by_feature = [[feature, *map(list, zip(*sorted(rows), strict=True))] for feature, rows in sorted(splits.items())]
    return {"leaves": leaves, "splits": by_feature}


# Models ---------------------------------------------------------------------------------------------------------


class Trainer:
    """Fits models that leave conversations out. The trees are trained on acts read by a reader of other folds."""

    def __init__(self, conversations: Sequence[Conversation]) -> None:
        self.conversations = conversations
        self.folds = assign_folds(conversations)
        self.sides = collect_sides(conversations)
        self._fold = np.array([self.folds[each.name] for each in conversations])
        self._learn = np.array([each.source in TREE_SOURCES for each in conversations])
        self.stored_readers = [fit_reader(self.sides, self._fold != number) for number in range(FOLDS)]
        self.readers = [SpeechReader(stored) for stored in self.stored_readers]
        self.table = collect_features(conversations, [self.readers[number] for number in self._fold])

    def without_fold(self, number: int) -> dict[str, Any]:
        """Fit the model that has not seen this fold."""
        return {"reader": self.stored_readers[number], "trees": self._trees(self._fold != number)}

    def without_author(self, author: str) -> dict[str, Any]:
        """Fit the model that has not seen this author."""
        keep = np.array([each.source not in AUTHORS[author] for each in self.conversations])
        return {"reader": fit_reader(self.sides, keep), "trees": self._trees(keep)}

    def complete(self) -> dict[str, Any]:
        """Fit the model of all conversations."""
        keep = np.ones(len(self.conversations), bool)
        return {"reader": fit_reader(self.sides, keep), "trees": self._trees(keep)}

    def _trees(self, keep: Any) -> dict[str, Any]:
        rows = np.flatnonzero((keep & self._learn)[self.table.conversation])
        return fit_trees(self.table, rows)


# Description of the model ---------------------------------------------------------------------------------------


def describe(trainer: Trainer, model_of: ModelOf) -> dict[str, Any]:
    """Return data, settings, versions and cross-validated figures, which the file contains as `about`."""
    conversations = trainer.conversations
    taps: list[Tap] = []
    by_source: dict[str, Any] = {}
    for source in TREE_SOURCES:
        chosen = [each for each in conversations if each.source == source]
        scores, source_taps = score_conversations(chosen, model_of)
        taps += source_taps
        by_source[source] = _row(scores)
    return {
        "data": {
            source: {
                "conversations": len(chosen),
                "sentences": sum(len(each.labels) for each in chosen),
                "stretches": sum(len(each.stretches) for each in chosen),
                "pairs": sum(len(each.relation) for each in chosen),
                "trees": source in TREE_SOURCES,
            }
            for source in sorted({each.source for each in conversations})
            for chosen in [[each for each in conversations if each.source == source]]
        },
        "settings": {"seed": SEED, "folds": FOLDS, "buckets": BUCKETS, "reader": READER, "trees": TREES},
        "versions": {name: version(name) for name in ("lightgbm", "numpy", "scikit-learn", "scipy")},
        "cross-validated": by_source,
        "acts": acts_report(trainer),
        "precision by tap": precision_by_title(taps),
    }


def _row(scores: Sequence[Score]) -> dict[str, Any]:
    figures, (low, high) = sum_up(scores), f1_interval(scores)
    return {
        "f1": round(figures.f1, 3),
        "f1 90 %": [round(low, 3), round(high, 3)],
        "wrong per hour": round(figures.wrong_per_hour, 2),
        "in time": round(figures.in_time, 3),
        "invited": figures.invited,
        "warnings": figures.warnings,
    }


def acts_report(trainer: Trainer) -> dict[str, dict[str, float]]:
    """Return precision and recall of each act on held-out sales calls and meetings, as written."""
    right: dict[str, int] = {}
    predicted: dict[str, int] = {}
    actual: dict[str, int] = {}
    for conversation in trainer.conversations:
        if conversation.source not in TREE_SOURCES:
            continue
        reader, context = trainer.readers[trainer.folds[conversation.name]], SentenceContext()
        for sentence in conversation.coach_sentences():
            acts = reader.read(
                context.groups(sentence.words, is_user=sentence.is_user, has_question_mark=sentence.has_question_mark),
                is_user=sentence.is_user,
            ).acts
            code = (USER_ACTS if sentence.is_user else BUYER_ACTS)[acts.index(max(acts))]
            predicted[code] = predicted.get(code, 0) + 1
            actual[sentence.act] = actual.get(sentence.act, 0) + 1
            right[code] = right.get(code, 0) + (code == sentence.act)
    return {
        code: {
            "precision": round(right.get(code, 0) / (predicted.get(code, 0) or 1), 3),
            "recall": round(right.get(code, 0) / (actual.get(code, 0) or 1), 3),
            "sentences": actual.get(code, 0),
        }
        for code in USER_ACTS + BUYER_ACTS
    }


def write_folds(trainer: Trainer, folder: Path) -> list[dict[str, Any]]:
    """Write the model of each fold and of each author left out, for `make judge`; return those of the folds."""
    folder.mkdir(parents=True, exist_ok=True)
    models = [trainer.without_fold(number) for number in range(FOLDS)]
    for number, model in enumerate(models):
        (folder / f"fold{number}.json").write_text(_text(model), encoding="utf-8")
    for author in AUTHORS:
        (folder / f"author_{author}.json").write_text(_text(trainer.without_author(author)), encoding="utf-8")
    (folder / "folds.json").write_text(json.dumps(trainer.folds, indent=1), encoding="utf-8")
    return models


def _text(stored: Mapping[str, Any]) -> str:
    return json.dumps(stored, separators=(",", ":"), ensure_ascii=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Train the learned judge of drift.")
    parser.add_argument("corpus", type=Path, help="folder with conversations.jsonl and dense/")
    parser.add_argument("--folds", type=Path, default=Path("build/judge"), help="folder for the models of the folds")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    options = parser.parse_args()
    if not (options.corpus / "conversations.jsonl").is_file():
        print(f"no labeled conversations in {options.corpus} (name their folder)", file=sys.stderr)
        return 1
    trainer = Trainer([*load_corpus(options.corpus), *load_dialogues()])
    models = [DriftModel(json.loads(_text(each))) for each in write_folds(trainer, options.folds)]
    model = {"about": describe(trainer, lambda each: models[trainer.folds[each.name]]), **trainer.complete()}
    for source, row in model["about"]["cross-validated"].items():
        print(f"{source:10} F1 {row['f1']:.2f} {row['f1 90 %']}  wrong/h {row['wrong per hour']:.1f}")
    text = _text(model)
    file = Path(WEIGHTS)
    if options.check:
        same = file.read_text(encoding="utf-8") == text
        print(f"{file.name} is up to date" if same else f"{file.name} differs from the trained model")
        return int(not same)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
