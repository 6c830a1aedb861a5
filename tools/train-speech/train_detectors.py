"""Stage "detectors" of the training: was this word said, is this sound this text? Logistic regressions on a few facts.

    train_detectors.py CORPUS_DIR WORK_DIR OUT.json

Prints, for speakers left out, what each finds; writes weights on the facts as they are.
"""
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from corpus import FOLDS, read_recordings, split_speakers

REGULARISATION = 0.3
# Share of the words that were said, however badly, that may be called left out.
FALSE_OMISSIONS = 0.035
# A word too many in the text, one that was cut out of the sound, one in place of which another was said.
NOT_SAID = ("added", "cut", "swapped")
# The logarithm of the most words of a short text, which says too little to be judged as a long one.
SHORT = np.log(2) + 1e-6


def rows_of(facts, names):
    return np.array([[fact[name] for name in names] for fact in facts])


def fit(rows, labels):
    mean, scale = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    model = LogisticRegression(C=REGULARISATION, max_iter=2000, class_weight="balanced")
    model.fit((rows - mean) / scale, labels)
    weights = model.coef_[0] / scale
    return weights, model.intercept_[0] - (weights * mean).sum()


def disjoint(rows, labels, folds):
    """Scores of every row by the model that did not see its speaker."""
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights, bias = fit(rows[folds != fold], labels[folds != fold])
        scores[folds == fold] = rows[folds == fold] @ weights + bias
    return 1 / (1 + np.exp(-scores))


def main(corpus, work, out):
    fold_of = {speaker: fold for speaker, (_, fold) in split_speakers(read_recordings(corpus)).items()}
    lines = [json.loads(line) for part in (0, 1) for line in open(work / f"texts-{part}.jsonl")]
    words, texts = [], []
    for line in lines:
        fold = fold_of[line["speaker"]]
        if line["own"]:
            words += [(fact, 1, fold, "own") for fact in line["own"]["words"]]
            texts.append((line["own"]["text"], 1, fold))
        if line["other"]:
            texts.append((line["other"]["text"], 0, fold))
            words += [(fact, 0, fold, "other") for fact in line["other"]["words"]]
        for kind, label in (("alike", 0), ("short", 1), ("shortOther", 0)):
            if line.get(kind):
                texts.append((line[kind]["text"], label, fold))
        if line.get("short"):
            words += [(fact, 1, fold, "short") for fact in line["short"]["words"]]
        for kind in NOT_SAID:
            if line[kind]:
                at = line[kind + "At"]
                words.append((line[kind]["words"][at], 0, fold, kind))
                words += [(f, 1, fold, "beside") for i, f in enumerate(line[kind]["words"]) if abs(i - at) == 1]

    result = {}
    word_names = list(words[0][0])
    rows, labels = rows_of([w[0] for w in words], word_names), np.array([w[1] for w in words])
    folds, kinds = np.array([w[2] for w in words]), np.array([w[3] for w in words])
    trained = kinds != "other"
    said = disjoint(rows, labels, np.where(trained, folds, -1))
    for fold in range(FOLDS):
        chosen = trained & (folds != fold)
        weights, bias = fit(rows[chosen], labels[chosen])
        said[folds == fold] = 1 / (1 + np.exp(-(rows[folds == fold] @ weights + bias)))
    print(f"words: AUC {roc_auc_score(labels[trained], said[trained]):.4f}")
    for share in (0.005, 0.01, 0.02, FALSE_OMISSIONS, 0.05):
        threshold = float(np.quantile(said[kinds == "own"], share))
        called = ", ".join(f"{kind} {(said[kinds == kind] < threshold).mean():.3f}" for kind in (*NOT_SAID, "beside"))
        print(f"  own words called left out {share}: threshold {threshold:.3f}, others: {called}")
    threshold = float(np.quantile(said[kinds == "own"], FALSE_OMISSIONS))
    weights, bias = fit(rows[trained], labels[trained])
    result["word"] = {"bias": bias, "weights": dict(zip(word_names, weights)), "threshold": threshold}

    text_names = list(texts[0][0])
    is_short = np.array([t[0]["words"] <= SHORT for t in texts])
    for name, chosen in (("text", ~is_short), ("shortText", is_short)):
        own = [t for t, wanted in zip(texts, chosen) if wanted]
        rows, labels = rows_of([t[0] for t in own], text_names), np.array([t[1] for t in own])
        spoken = disjoint(rows, labels, np.array([t[2] for t in own]))
        print(f"{name}: AUC {roc_auc_score(labels, spoken):.4f} of {len(own)}")
        for share in (0.003, 0.01):
            threshold = float(np.quantile(spoken[labels == 1], share))
            print(f"  own refused {share}: threshold {threshold:.4f}, other refused {(spoken[labels == 0] < threshold).mean():.3f}")
        weights, bias = fit(rows, labels)
        result[name] = {"bias": bias, "weights": dict(zip(text_names, weights))}
    out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
