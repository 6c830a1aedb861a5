"""Stages "acoustic", "acoustic-again" and "acoustic-by-phone" of the training: a model from two thirds of the speakers.

    train_acoustic.py CORPUS_DIR WORK_DIR THIRD ALIGNMENT GOAL EPOCHS

Writes WORK_DIR/acoustic-THIRD.pt. ALIGNMENT is "aligned", and the model starts from nothing, or "realigned", and it
goes on from itself. GOAL says what the experts' score of a phone is a target for: each of its "frames", or their mean
over the "phones". Figures printed on the way are on the third of the speakers that was left out.
"""
import json
import math
import sys
import time
from copy import copy
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from acoustic_model import AcousticModel, NATIVE_STATES
from corpus import INDEX, PHONES, SILENCE, read_recordings, split_speakers, without_stress
from frontend import BANDS, HOP, SAMPLE_RATE, hertz_to_mel
from make_frames import SPEEDS

SEED = 762
BATCH_FRAMES = 2_600
WEIGHT_DECAY = 1e-2
SILENCE_WEIGHT = 0.3
# A phone that was not said, as a target of no goodness at all.
ABSENT_WEIGHT = 0.1
VARIANTS = (("plain", 0.4), ("slow", 0.3), ("fast", 0.3))
MEL_MASK, TIME_MASK = 12, 20
NATIVE_DROP = 0.15
NOISE_SHARE, NARROW_SHARE = 0.25, 0.12
# Another vocal tract: its formants this much higher or lower.
WARP_SHARE, MOST_WARP = 0.4, 0.1
# Said more slowly, which is no worse.
STRETCH_SHARE, MOST_STRETCH = 0.15, 2.0
BAND_HERTZ = 700.0 * (10.0 ** (np.linspace(hertz_to_mel(50.0), hertz_to_mel(7800.0), BANDS + 2)[1:-1] / 2595.0) - 1.0)


class Plan(NamedTuple):
    learning_rate: float
    warm_up_steps: int
    goodness_weight: float
    seed: int


# By frames a model learns the sounds; at the end by phones, since that is how it will be asked: a poor phone is not poor
# in each of its frames. Three epochs of it lift the agreement of goodness, on speakers never heard, from .503 to .522.
PLANS = {"frames": Plan(2.5e-3, 200, 6.0, SEED), "phones": Plan(4e-4, 50, 12.0, SEED + 1_000)}


class Utterance:
    def __init__(self, frames, phones, scores):
        self.frames = frames
        count = len(frames) // 2
        self.bounds = []
        self.phone = np.full(count, SILENCE, np.int64)
        self.score = np.full(count, 2.0, np.float32)
        # Which of the phones that experts scored.
        self.place = np.full(count, -1, np.int64)
        for at, ((phone, start, end), score) in enumerate(zip(phones, scores)):
            first, last = (start + 1) // 2, min((end + 1) // 2, count)
            self.phone[first:last] = INDEX[phone]
            self.score[first:last] = 2.0 if score is None else score
            self.place[first:last] = -1 if score is None else at
            self.bounds.append((first, last, INDEX[phone], score))

    def stretched(self, factor):
        """The same, that much slower."""
        other = copy(self)
        count = int(len(self.phone) * factor)
        place = np.arange(2 * count) / factor
        low = np.minimum(place.astype(int), len(self.frames) - 2)
        part = np.minimum(place - low, 1)[:, None].astype(np.float32)
        other.frames = self.frames[low] * (1 - part) + self.frames[low + 1] * part
        at = np.minimum((np.arange(count) / factor).astype(int), len(self.phone) - 1)
        other.phone, other.score, other.place = self.phone[at], self.score[at], self.place[at]
        return other


def load(work, recordings, variant, alignment):
    up, down = SPEEDS[variant]
    factor = down / up / (1000 * HOP / SAMPLE_RATE)
    labels = {r["id"]: [s for word in r["words"] for s in word["phoneScores"]] for r in recordings}
    utterances = {}
    for part in (0, 1):
        frames = np.fromfile(work / f"frames-{part}-{variant}.f16", np.float16).reshape(-1, BANDS + NATIVE_STATES)
        counts = json.loads((work / f"counts-{part}-{variant}.json").read_text())
        start = 0
        for line, count in zip(open(work / f"{alignment}-{part}.jsonl"), counts):
            line = json.loads(line)
            own = frames[start : start + count]
            start += count
            phones = [(name, round(at * factor), round((at + duration) * factor)) for name, at, duration in line["phones"]]
            if len(phones) == len(labels[line["id"]]):
                utterances[line["id"]] = Utterance(own, phones, labels[line["id"]])
    return utterances


def batches(identifiers, lengths, random):
    """Of similar length, so that little is padding; in random order."""
    noisy = sorted(identifiers, key=lambda key: lengths[key] * random.uniform(0.9, 1.1))
    groups, group = [], []
    for key in noisy:
        if group and (len(group) + 1) * lengths[key] / 2 > BATCH_FRAMES:
            groups.append(group)
            group = []
        group.append(key)
    groups.append(group)
    random.shuffle(groups)
    return groups


def collate(utterances, random=None):
    longest = max(len(u.frames) for u in utterances) // 2 * 2
    frames = np.full((len(utterances), longest, BANDS + NATIVE_STATES), -4.0, np.float32)
    phone = np.full((len(utterances), longest // 2), -1, np.int64)
    score = np.zeros((len(utterances), longest // 2), np.float32)
    place = np.full((len(utterances), longest // 2), -1, np.int64)
    places = 0
    for at, u in enumerate(utterances):
        count = len(u.phone)
        frames[at, : 2 * count] = u.frames[: 2 * count]
        phone[at, :count] = u.phone
        score[at, :count] = u.score
        place[at, :count] = np.where(u.place < 0, -1, u.place + places)
        places += len(u.bounds)
        if random:
            mask(frames[at, : 2 * count], random)
    return [torch.from_numpy(array) for array in (frames, phone, score, place)]


def mask(frames, random):
    if random.random() < WARP_SHARE:
        warp(frames, 1 + random.uniform(-MOST_WARP, MOST_WARP))
    for _ in range(3):
        width = random.integers(0, MEL_MASK)
        first = random.integers(0, BANDS - width)
        frames[:, first : first + width] = 0
        width = min(random.integers(0, TIME_MASK), len(frames) // 8)
        first = random.integers(0, len(frames) - width)
        frames[first : first + width] = 0
    if random.random() < NATIVE_DROP:
        frames[:, BANDS:] = 0
    if random.random() < NOISE_SHARE:
        add_noise(frames, random)
    if random.random() < NARROW_SHARE:
        # A telephone: nothing above 3.4 to 6 kHz, which the mean of a band leaves at about zero.
        first = random.integers(36, 56)
        frames[:, first:BANDS] *= random.uniform(0, 0.15)
    # Another microphone: a slow tilt over the bands.
    frames[:, :BANDS] += np.linspace(-1, 1, BANDS, dtype=np.float32) * random.normal(0, 0.3)


def warp(frames, factor):
    place = np.interp(BAND_HERTZ * factor, BAND_HERTZ, np.arange(BANDS))
    low = np.minimum(place.astype(int), BANDS - 2)
    part = (place - low).astype(np.float32)
    frames[:, :BANDS] = frames[:, low] * (1 - part) + frames[:, low + 1] * part


def add_noise(frames, random):
    """Steady noise of any colour, in the logarithms of the bands; the native model's states fade towards each other."""
    level = -random.uniform(8, 30) / 4.34
    colour = np.linspace(-1, 1, BANDS, dtype=np.float32) * random.normal(0, 1)
    flicker = np.log(random.gamma(3.0, 1 / 3.0, (len(frames), BANDS)).astype(np.float32) + 1e-3)
    spectrum = np.logaddexp(2 * frames[:, :BANDS], level + colour + flicker)
    frames[:, :BANDS] = np.clip(spectrum / 2, -4, None)
    frames[:, BANDS:] *= random.uniform(0.6, 1.0)


def mean_by_phone(values, places):
    """[frames] to one for each place, in the order of the places."""
    _, own, counts = torch.unique(places, return_inverse=True, return_counts=True)
    return torch.zeros(len(counts)).index_add_(0, own, values) / counts


def loss_of(model, batch, goal, random):
    frames, phone, score, place = batch
    classes, goodness = model(frames)
    valid = phone >= 0
    spoken = valid & (phone != SILENCE)
    trust = torch.where(phone == SILENCE, torch.full_like(score, SILENCE_WEIGHT), (score / 2).clamp(min=0.1))
    chosen = classes.gather(2, phone.clamp(min=0)[:, :, None])[:, :, 0]
    cross_entropy = -(chosen * trust)[valid].sum() / trust[valid].sum()
    at = phone.clamp(max=len(PHONES) - 1, min=0)
    said = goodness.gather(2, at[:, :, None])[:, :, 0]
    other = torch.from_numpy(random.integers(1, len(PHONES), tuple(phone.shape)))
    absent = goodness.gather(2, ((at + other) % len(PHONES))[:, :, None])[:, :, 0]
    scored = place >= 0
    errors = mean_by_phone((said - score / 2)[scored], place[scored]) if goal == "phones" else (said - score / 2)[spoken]
    regression = (errors**2).mean() + ABSENT_WEIGHT * (absent[spoken] ** 2).mean()
    return cross_entropy + PLANS[goal].goodness_weight * regression, cross_entropy


@torch.no_grad()
def evaluate(model, utterances):
    model.eval()
    right = total = 0
    goodness_means, posterior_means, scores = [], [], []
    for u in utterances:
        classes, goodness = model(torch.from_numpy(u.frames.astype(np.float32))[None])
        classes, goodness = classes[0].numpy(), goodness[0].numpy()
        spoken = u.phone != SILENCE
        right += (classes[:, :SILENCE].argmax(1) == u.phone)[spoken].sum()
        total += spoken.sum()
        for first, last, phone, score in u.bounds:
            if last > first and score is not None:
                goodness_means.append(goodness[first:last, phone].mean())
                posterior_means.append(classes[first:last, phone].mean())
                scores.append(score)
    model.train()
    correlation = lambda values: np.corrcoef(values, scores)[0, 1]
    return right / total, correlation(goodness_means), correlation(posterior_means)


def main(corpus, work, third, alignment, goal, epochs):
    plan = PLANS[goal]
    torch.manual_seed(plan.seed + third)
    np.random.seed(plan.seed + third)
    torch.set_num_threads(1)
    random = np.random.default_rng(plan.seed + third)
    recordings = read_recordings(corpus)
    thirds = {speaker: own for speaker, (own, _) in split_speakers(recordings).items()}
    variants = {name: load(work, recordings, name, alignment) for name, _ in VARIANTS}
    own = [r["id"] for r in recordings if thirds[r["speaker"]] != third and r["id"] in variants["plain"]]
    held = [variants["plain"][r["id"]] for r in recordings if thirds[r["speaker"]] == third and r["id"] in variants["plain"]][::2]
    lengths = {key: len(variants["slow"][key].frames) for key in own}

    model = AcousticModel()
    if alignment == "realigned":
        model.load_state_dict(torch.load(work / f"acoustic-{third}.pt"))
    decay = [p for p in model.parameters() if p.dim() > 1]
    other = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": WEIGHT_DECAY}, {"params": other, "weight_decay": 0.0}], lr=plan.learning_rate
    )
    steps = epochs * len(batches(own, lengths, np.random.default_rng(0)))
    step, started = 0, time.time()
    for epoch in range(epochs):
        for group in batches(own, lengths, random):
            progress = step / steps
            rise = min(1, step / plan.warm_up_steps)
            rate = plan.learning_rate * rise * max(0.01, 0.5 * (1 + math.cos(math.pi * min(1, progress))))
            for parameters in optimizer.param_groups:
                parameters["lr"] = rate
            names = random.choice([n for n, _ in VARIANTS], len(group), p=[p for _, p in VARIANTS])
            utterances = [variants[name][key] for name, key in zip(names, group)]
            if random.random() < STRETCH_SHARE:
                factor = random.uniform(1, MOST_STRETCH)
                utterances = [u.stretched(factor) for u in utterances]
            loss, cross_entropy = loss_of(model, collate(utterances, random), goal, random)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            step += 1
        if epoch % 5 == 4 or epoch == epochs - 1:
            figures = " ".join(f"{figure:.3f}" for figure in evaluate(model, held))
            print(f"third {third} epoch {epoch + 1} loss {loss.item():.3f} ce {cross_entropy.item():.3f} "
                  f"frames/goodness/posterior {figures} {time.time() - started:.0f} s", flush=True)
            torch.save(model.state_dict(), work / f"acoustic-{third}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6], int(sys.argv[6]))
