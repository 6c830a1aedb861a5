"""Stage "scores" of the training: the score models, one per fold of speakers, and the figures of the folds.

    train_scores.py CORPUS_DIR WORK_DIR FOLD[,FOLD...] EPOCHS

Writes WORK_DIR/scores-FOLD.pt and, of the speakers left out, WORK_DIR/predicted-FOLD.json.
"""
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from corpus import read_recordings, split_speakers
from score_model import SENTENCE_SCORES, ScoreModel, Twins

SEED = 762
PHONE_FEATURES, SENTENCE_FEATURES = 182, 45
# Models of one fold that differ by chance only, as one.
TWINS = 4
BATCH = 24
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 2e-2
WEIGHTS = {"phone": 1.0, "word": 1.0, "sentence": 1.0}


class Example:
    def __init__(self, recording, phones, sentence, tempo):
        self.id, self.speaker = recording["id"], recording["speaker"]
        self.phones, self.sentence, self.is_slowed = phones, sentence, tempo < 1
        lengths = [len(word["phones"]) for word in recording["words"]]
        self.words = np.zeros((len(lengths), len(phones)), np.float32)
        at = 0
        for index, length in enumerate(lengths):
            self.words[index, at : at + length] = 1 / length
            at += length
        scores = [score for word in recording["words"] for score in word["phoneScores"]]
        self.phone_scores = np.array([np.nan if s is None else s / 2 for s in scores], np.float32)
        self.word_scores = np.array(
            [(word["accuracyMean"] + word["accuracy"]) / 20 for word in recording["words"]], np.float32
        )
        # Between the mean of the experts, which is the finer measure, and their median, which is published.
        self.sentence_scores = np.array(
            [(recording["scores"][name] + np.mean(recording["experts"][name])) / 20 for name in SENTENCE_SCORES],
            np.float32,
        )
        if self.is_slowed:
            # Said more slowly it is as accurate; how fluent that is, nobody has judged, and the sound of the stretching
            # is none of the speaker's.
            self.sentence_scores[[name != "accuracy" for name in SENTENCE_SCORES]] = np.nan
            self.phone_scores[:] = np.nan
            self.word_scores[:] = np.nan


def load(corpus, work):
    recordings = {recording["id"]: recording for recording in read_recordings(corpus)}
    examples = []
    for part in (0, 1):
        phones = np.fromfile(work / f"phones-{part}.f32", np.float32).reshape(-1, PHONE_FEATURES)
        sentences = np.fromfile(work / f"sentences-{part}.f32", np.float32).reshape(-1, SENTENCE_FEATURES)
        at = 0
        for index, line in enumerate(open(work / f"measured-{part}.jsonl")):
            line = json.loads(line)
            own = phones[at : at + line["phones"]]
            at += line["phones"]
            examples.append(Example(recordings[line["id"]], own, sentences[index], line["tempo"]))
    return examples


def collate(examples):
    phone_count = max(len(e.phones) for e in examples)
    word_count = max(len(e.words) for e in examples)
    size = len(examples)
    phones = np.zeros((size, phone_count, PHONE_FEATURES), np.float32)
    words = np.zeros((size, word_count, phone_count), np.float32)
    present = np.zeros((size, phone_count), np.float32)
    phone_scores = np.full((size, phone_count), np.nan, np.float32)
    word_scores = np.full((size, word_count), np.nan, np.float32)
    for at, e in enumerate(examples):
        phones[at, : len(e.phones)] = e.phones
        words[at, : len(e.words), : len(e.phones)] = e.words
        present[at, : len(e.phones)] = 1
        phone_scores[at, : len(e.phones)] = e.phone_scores
        word_scores[at, : len(e.words)] = e.word_scores
    arrays = (phones, words, np.stack([e.sentence for e in examples]), present, phone_scores, word_scores,
              np.stack([e.sentence_scores for e in examples]))
    return [torch.from_numpy(array) for array in arrays]


def masked(error, target):
    known = ~torch.isnan(target)
    return ((error - target)[known] ** 2).sum() / known.sum().clamp(min=1)


def loss_of(model, batch):
    phones, words, sentence, present, phone_scores, word_scores, sentence_scores = batch
    phone, word, score, log_error = model(phones, words, sentence, present)
    known = ~torch.isnan(sentence_scores)
    squared = ((score - sentence_scores.nan_to_num()) ** 2)[known]
    log_error = log_error[known]
    # The error is learnt beside the score and does not disturb it.
    expected = (log_error + squared.detach() * torch.exp(-log_error)).mean()
    return (
        WEIGHTS["phone"] * 10 * masked(phone, phone_scores)
        + WEIGHTS["word"] * 10 * masked(word, word_scores)
        + WEIGHTS["sentence"] * 20 * squared.mean()
        + 0.02 * expected
    )


def standardise(model, examples):
    for rows, mean, scale in (
        (np.concatenate([e.phones for e in examples if not e.is_slowed]), model.phone_mean, model.phone_scale),
        (np.stack([e.sentence for e in examples if not e.is_slowed]), model.sentence_mean, model.sentence_scale),
    ):
        mean.data = torch.from_numpy(rows.mean(0))
        scale.data = torch.from_numpy(np.maximum(rows.std(0), 0.02))


def train(examples, epochs, seed):
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = ScoreModel(PHONE_FEATURES, SENTENCE_FEATURES)
    standardise(model, examples)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps, step = epochs * math.ceil(len(examples) / BATCH), 0
    for _ in range(epochs):
        order = random.permutation(len(examples))
        # Of similar length, in random order.
        order = sorted(order, key=lambda at: len(examples[at].phones) + random.uniform(-4, 4))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        random.shuffle(batches)
        for batch in batches:
            rate = LEARNING_RATE * min(1, step / 100) * max(0.01, 0.5 * (1 + math.cos(math.pi * step / steps)))
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = loss_of(model, collate([examples[at] for at in batch]))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
    return model.eval()


@torch.no_grad()
def predict(model, examples):
    predicted = {}
    for e in examples:
        phones, words, sentence, present, *_ = collate([e])
        phone, word, score, log_error = model(phones, words, sentence, present)
        predicted[e.id] = {
            "phones": phone[0].tolist(), "words": word[0].tolist(),
            "sentence": score[0].tolist(), "logError": log_error[0].tolist(),
        }
    return predicted


def main(corpus, work, folds, epochs):
    torch.set_num_threads(1)
    examples = load(corpus, work)
    fold_of = {speaker: fold for speaker, (_, fold) in split_speakers(read_recordings(corpus)).items()}
    for fold in folds:
        started = time.time()
        others = [e for e in examples if fold_of[e.speaker] != fold]
        model = Twins([train(others, epochs, SEED + fold + 100 * twin) for twin in range(TWINS)])
        torch.save(model.state_dict(), work / f"scores-{fold}.pt")
        predicted = predict(model, [e for e in examples if fold_of[e.speaker] == fold and not e.is_slowed])
        (work / f"predicted-{fold}.json").write_text(json.dumps(predicted))
        print(f"fold {fold} {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(fold) for fold in sys.argv[3].split(",")], int(sys.argv[4]))
