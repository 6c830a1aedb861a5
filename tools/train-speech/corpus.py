"""The labels of the corpus and who is held out when."""
import json
from pathlib import Path

PHONES = (
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH".split()
)
SILENCE = len(PHONES)
INDEX = {phone: at for at, phone in enumerate([*PHONES, "SIL"])}
THIRDS = 3
FOLDS = 5


def read_recordings(corpus):
    return [json.loads(line) for line in open(Path(corpus) / "train.jsonl")]


def without_stress(phone):
    return phone.rstrip("012")


def split_speakers(recordings):
    """{speaker: (third, fold)}: both alike in age and skill. A third is left out of the training of one acoustic
    model, a fold out of that of one score model."""
    scores, ages = {}, {}
    for recording in recordings:
        speaker = recording["speaker"]
        scores.setdefault(speaker, []).append(recording["scores"]["overall"])
        ages[speaker] = recording["age"]
    ordered = sorted(scores, key=lambda speaker: (ages[speaker] >= 13, sum(scores[speaker]) / len(scores[speaker]), speaker))
    return {speaker: (at % THIRDS, at // THIRDS % FOLDS) for at, speaker in enumerate(ordered)}
