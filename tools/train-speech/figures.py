"""Figures of the folds: how predictions on speakers left out agree with the experts.

    figures.py CORPUS_DIR WORK_DIR
"""
import json
import sys
from pathlib import Path

import numpy as np

from corpus import FOLDS, read_recordings, split_speakers
from score_model import SENTENCE_SCORES

LOW_TAIL = 3
CHILD = 13


def pearson(one, other):
    return float(np.corrcoef(one, other)[0, 1])


def within(values, speakers):
    """Values minus the mean of their speaker."""
    means = {speaker: np.mean([v for v, s in zip(values, speakers) if s == speaker]) for speaker in set(speakers)}
    return np.array([value - means[speaker] for value, speaker in zip(values, speakers)])


def figures(recordings, predicted):
    own = [r for r in recordings if r["id"] in predicted]
    result = {}
    pairs = [(p, s) for r in own for p, s in zip(predicted[r["id"]]["phones"], [s for w in r["words"] for s in w["phoneScores"]]) if s is not None]
    result["phone"] = pearson(*zip(*pairs))
    words = [(p, w["accuracy"]) for r in own for p, w in zip(predicted[r["id"]]["words"], r["words"])]
    result["word"] = pearson(*zip(*words))
    for at, name in enumerate(SENTENCE_SCORES):
        guess = np.array([predicted[r["id"]]["sentence"][at] for r in own])
        result[name] = pearson(guess, [r["scores"][name] for r in own])
    guess = np.array([predicted[r["id"]]["sentence"][0] for r in own])
    truth = np.array([r["scores"]["overall"] for r in own])
    child = np.array([r["age"] < CHILD for r in own])
    speakers = [r["speaker"] for r in own]
    result["overall, under 13"] = pearson(guess[child], truth[child])
    result["overall, adults"] = pearson(guess[~child], truth[~child])
    result["overall, within a speaker"] = pearson(within(guess, speakers), within(truth, speakers))
    result["overall, without 3 and below"] = pearson(guess[truth > LOW_TAIL], truth[truth > LOW_TAIL])
    return result


def main(corpus, work):
    recordings = read_recordings(corpus)
    fold_of = {speaker: fold for speaker, (_, fold) in split_speakers(recordings).items()}
    predicted = {}
    for path in sorted(work.glob("predicted-*.json")):
        predicted.update(json.loads(path.read_text()))
    together = figures(recordings, predicted)
    single = [
        figures([r for r in recordings if fold_of[r["speaker"]] == fold], predicted) for fold in range(FOLDS)
        if any(r["id"] in predicted and fold_of[r["speaker"]] == fold for r in recordings)
    ]
    for name, value in together.items():
        values = [figure[name] for figure in single]
        print(f"{name:30s} {value:.3f}   folds {np.mean(values):.3f} ± {np.std(values):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
