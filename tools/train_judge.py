"""Train the learned judge of drift from labeled conversations, and say by cross-validation how good it is.

    python tools/train_judge.py CORPUS [--folds FOLDER] [--check]

CORPUS is the folder of given conversations (``dense/`` holds their labels); conversations of our own are in
``tools/training/dialogues``. Those in ``hand_h`` and ``hand_c`` are held out: nothing here reads them. Writes
``salesnerd_tui/coach/drift_judge.json``: the same bytes for the same conversations, settings and versions. With
``--folds`` the models of each fold are written, too, for ``make judge``; ``--check`` compares instead of writing.

Numbers are learned, no sentences: the file holds weights of hashed n-grams and thresholds of named features.
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
from training.conversations import HEARINGS, Conversation, Piece, given, own
from training.evaluation import ModelOf, Tap, counted, precision_by_kind
from training.scoring import Count, figures, interval

from salesnerd_tui.coach.drift_judge import LEAVES, WEIGHTS, DriftModel, TalkFeatures
from salesnerd_tui.coach.speech_reader import BUYER_ACTS, USER_ACTS, Groups, SentenceContext, SpeechReader

SEED = 0
FOLDS = 4
BUCKETS = 2**14
READER = {"alpha": 2e-5, "epochs": 8}
TREES = {"rounds": 240, "leaves": 8, "rate": 0.04, "features": 0.25, "leaf": 60, "bagging": 0.7, "l2": 1.0}
TREE_SOURCES = ("akash", "calls_a", "hand_a", "hand_b", "innopolis", "pairs_a", "pairs_b", "written")
"""Sources the trees learn from; podcasts and protocol calls teach the reader of acts only."""

AUTHORS = {"calls_a": ("calls_a",), "hand_a": ("hand_a", "pairs_a"), "hand_b": ("hand_b", "pairs_b")}
"""Sources left out together, by who wrote them."""

Matrix = Any


def fold_of(conversations: Sequence[Conversation], count: int = FOLDS) -> dict[str, int]:
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


# The reader of acts ---------------------------------------------------------------------------------------------


@dataclass
class Sentences:
    """Inputs and labels of every sentence of one side, over all conversations and hearings."""

    user: bool
    where: list[tuple[int, str, int]] = field(default_factory=list)
    groups: list[Groups] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

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
        """Yield the target of each output, and which sentences say anything about it."""
        acts = np.array([piece.act for piece in self.pieces])
        everything = np.ones(len(acts), bool)
        for code in USER_ACTS if self.user else BUYER_ACTS:
            yield acts == code, everything
        if self.user:
            relation = np.array([piece.relation for piece in self.pieces])
            for letter in "ATP":
                yield relation == letter, relation != ""
            yield np.array([piece.drift for piece in self.pieces]), everything


def sentences_of(conversations: Sequence[Conversation]) -> tuple[Sentences, Sentences]:
    """Return what the reader sees, for the user and for the buyer."""
    sides = Sentences(True), Sentences(False)
    for number, conversation in enumerate(conversations):
        for hearing in HEARINGS:
            context = SentenceContext()
            for place, piece in enumerate(conversation.pieces(hearing)):
                side = sides[0] if piece.user else sides[1]
                side.where.append((number, hearing, place))
                side.groups.append(context.groups(piece.words, is_user=piece.user, has_question_mark=piece.asked))
                side.pieces.append(piece)
    return sides


def fit_reader(sides: Iterable[Sentences], keep: Any) -> dict[str, Any]:
    """Fit one linear model per output on the conversations ``keep`` (a mask); return the stored form."""
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
        stored["user" if side.user else "buyer"] = _stored(np.array(coefficients), intercepts)
    return stored


def _stored(coefficients: Any, intercepts: list[float]) -> dict[str, Any]:
    """One byte per weight. The few largest are cut, so that the many small ones keep their digits."""
    scale = float(np.quantile(np.abs(coefficients[coefficients != 0]), 0.9995)) / 127
    rows = np.clip(np.round(coefficients.T / scale), -127, 127).astype(int) + 128
    weights = binascii.b2a_base64(rows.astype(np.uint8).tobytes(), newline=False).decode()
    return {"bias": [round(each, 4) for each in intercepts], "scale": round(scale, 8), "weights": weights}


# The trees ------------------------------------------------------------------------------------------------------


@dataclass
class Table:
    """A row of `FEATURES` for each sentence of the user, with its label, weight and place."""

    values: Any
    drift: Any
    weight: Any
    where: list[tuple[int, str, int]]
    conversation: Any


def features_of(
    conversations: Sequence[Conversation], readers: Sequence[SpeechReader], hearings: Iterable[str] = HEARINGS
) -> Table:
    """Return the features of every sentence of the user, read by ``readers`` (one per conversation)."""
    values: list[list[float]] = []
    drift: list[bool] = []
    weight: list[float] = []
    where: list[tuple[int, str, int]] = []
    for number, conversation in enumerate(conversations):
        for hearing in hearings:
            for place, piece, row in rows_of(conversation, readers[number], hearing):
                values.append(row)
                drift.append(piece.drift)
                weight.append(piece.weight)
                where.append((number, hearing, place))
    numbers = np.array([number for number, _, _ in where])
    return Table(np.array(values), np.array(drift), np.array(weight), where, numbers)


def rows_of(conversation: Conversation, reader: SpeechReader, hearing: str) -> Iterator[tuple[int, Piece, list[float]]]:
    """Yield place, sentence and features of each sentence of the user."""
    context, talk = SentenceContext(), TalkFeatures()
    for place, piece in enumerate(conversation.pieces(hearing)):
        reading = reader.read(
            context.groups(piece.words, is_user=piece.user, has_question_mark=piece.asked), is_user=piece.user
        )
        if piece.user:
            talk.add_user_sentence(reading, piece.words, piece.start, piece.end)
            yield place, piece, talk.values()
        else:
            talk.add_buyer_sentence(reading, piece.words, piece.start, piece.end)


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
    return stored_trees([each["tree_structure"] for each in model.dump_model()["tree_info"]])


def stored_trees(trees: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the form that `drift_judge.Trees` evaluates: leaves by tree, and by feature what its splits rule out."""
    leaves: list[list[float]] = [[] for _ in trees]
    splits: dict[int, list[tuple[float, int, int]]] = {}

    def visit(number: int, node: Mapping[str, Any]) -> int:
        """Add what is under a node of one tree; return its leaves as bits, from left to right."""
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
    by_feature = [[feature, *map(list, zip(*sorted(found), strict=True))] for feature, found in sorted(splits.items())]
    return {"leaves": leaves, "splits": by_feature}


# All of it ------------------------------------------------------------------------------------------------------


class Trainer:
    """Fits models that leave conversations out. The trees learn from acts read by a reader of other folds."""

    def __init__(self, conversations: Sequence[Conversation]) -> None:
        self.conversations = conversations
        self.folds = fold_of(conversations)
        self.sides = sentences_of(conversations)
        self._fold = np.array([self.folds[each.name] for each in conversations])
        self._learn = np.array([each.source in TREE_SOURCES for each in conversations])
        self.stored_readers = [fit_reader(self.sides, self._fold != number) for number in range(FOLDS)]
        self.readers = [SpeechReader(stored) for stored in self.stored_readers]
        self.table = features_of(conversations, [self.readers[number] for number in self._fold])

    def without_fold(self, number: int) -> dict[str, Any]:
        """The model that has not seen this fold."""
        return {"reader": self.stored_readers[number], "trees": self._trees(self._fold != number)}

    def without_author(self, author: str) -> dict[str, Any]:
        """The model that has not seen this author."""
        keep = np.array([each.source not in AUTHORS[author] for each in self.conversations])
        return {"reader": fit_reader(self.sides, keep), "trees": self._trees(keep)}

    def whole(self) -> dict[str, Any]:
        """The model of all conversations."""
        keep = np.ones(len(self.conversations), bool)
        return {"reader": fit_reader(self.sides, keep), "trees": self._trees(keep)}

    def _trees(self, keep: Any) -> dict[str, Any]:
        rows = np.flatnonzero((keep & self._learn)[self.table.conversation])
        return fit_trees(self.table, rows)


# What the file says about itself --------------------------------------------------------------------------------


def about(trainer: Trainer, model_of: ModelOf) -> dict[str, Any]:
    """Return data, settings, versions and cross-validated figures, as the file records them."""
    conversations = trainer.conversations
    taps: list[Tap] = []
    by_source: dict[str, Any] = {}
    for source in TREE_SOURCES:
        counts, told = counted([each for each in conversations if each.source == source], model_of)
        taps += told
        by_source[source] = _row(counts)
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
        "precision by tap": precision_by_kind(taps),
    }


def _row(counts: Sequence[Count]) -> dict[str, Any]:
    found, (low, high) = figures(counts), interval(counts)
    return {
        "f1": round(found.f1, 3),
        "f1 90 %": [round(low, 3), round(high, 3)],
        "wrong per hour": round(found.wrong_per_hour, 2),
        "in time": round(found.in_time, 3),
        "invited": found.invited,
        "warnings": found.warnings,
    }


def acts_report(trainer: Trainer) -> dict[str, dict[str, float]]:
    """Return precision and recall of each act on sales calls and meetings left out, as written."""
    right: dict[str, int] = {}
    said: dict[str, int] = {}
    true: dict[str, int] = {}
    for conversation in trainer.conversations:
        if conversation.source not in TREE_SOURCES:
            continue
        reader, context = trainer.readers[trainer.folds[conversation.name]], SentenceContext()
        for piece in conversation.pieces():
            acts = reader.read(
                context.groups(piece.words, is_user=piece.user, has_question_mark=piece.asked), is_user=piece.user
            ).acts
            code = (USER_ACTS if piece.user else BUYER_ACTS)[acts.index(max(acts))]
            said[code] = said.get(code, 0) + 1
            true[piece.act] = true.get(piece.act, 0) + 1
            right[code] = right.get(code, 0) + (code == piece.act)
    return {
        code: {
            "precision": round(right.get(code, 0) / (said.get(code, 0) or 1), 3),
            "recall": round(right.get(code, 0) / (true.get(code, 0) or 1), 3),
            "sentences": true.get(code, 0),
        }
        for code in USER_ACTS + BUYER_ACTS
    }


def write_folds(trainer: Trainer, folder: Path) -> list[dict[str, Any]]:
    """Write the model of each fold and of each author left out, for ``make judge``; return those of the folds."""
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
    parser.add_argument("corpus", type=Path, help="folder of given conversations, with conversations.jsonl and dense/")
    parser.add_argument("--folds", type=Path, default=Path("build/judge"), help="where the models of folds are written")
    parser.add_argument("--check", action="store_true", help="compare with the file that is there instead of writing")
    options = parser.parse_args()
    if not (options.corpus / "conversations.jsonl").is_file():
        print(f"no labeled conversations in {options.corpus} (name their folder)", file=sys.stderr)
        return 1
    trainer = Trainer([*given(options.corpus), *own()])
    models = [DriftModel(json.loads(_text(each))) for each in write_folds(trainer, options.folds)]
    whole = {"about": about(trainer, lambda each: models[trainer.folds[each.name]]), **trainer.whole()}
    for source, row in whole["about"]["cross-validated"].items():
        print(f"{source:10} F1 {row['f1']:.2f} {row['f1 90 %']}  wrong/h {row['wrong per hour']:.1f}")
    text = _text(whole)
    file = Path(WEIGHTS)
    if options.check:
        same = file.read_text(encoding="utf-8") == text
        print("the same bytes" if same else f"{file.name} differs from what this trains")
        return int(not same)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
