"""Stage "frames" of the training: the frames of every recording, at three speeds.

    make_frames.py WORK_DIR MODEL_DIR PART

Reads samples-PART.s16 and aligned-PART.jsonl; writes frames-PART-SPEED.f16 and the count of each recording's frames
as counts-PART-SPEED.json. Played slower or faster, a voice has other formants and another pitch: a child's, an adult's.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.signal import resample_poly

from frontend import Frontend

# Speed as a fraction: duration is divided by it, frequencies are multiplied by it.
SPEEDS = {"plain": (1, 1), "slow": (9, 10), "fast": (9, 8)}
NOISE_SHARE = 0.4
NOISE_DB = (12.0, 35.0)


def changed(samples, speed, random):
    up, down = SPEEDS[speed][1], SPEEDS[speed][0]
    if up == down:
        return samples
    other = resample_poly(samples, up, down).astype(np.float32)
    if random.random() < NOISE_SHARE:
        level = np.sqrt((other**2).mean()) * 10 ** (-random.uniform(*NOISE_DB) / 20)
        other = other + level * colour(random.standard_normal(len(other)), random.uniform(0.0, 0.95))
    return other.astype(np.float32)


def colour(noise, pole):
    """White noise made darker: one pole, the same level."""
    from scipy.signal import lfilter

    return lfilter([np.sqrt(1 - pole**2)], [1, -pole], noise)


def main(work, model, part):
    torch.set_num_threads(1)
    frontend = Frontend(model).eval()
    samples = np.fromfile(work / f"samples-{part}.s16", "<i2").astype(np.float32) / 32_768
    lines = [json.loads(line) for line in open(work / f"aligned-{part}.jsonl")]
    for speed in SPEEDS:
        random = np.random.default_rng(int(part) + 10)
        start, counts = 0, []
        with open(work / f"frames-{part}-{speed}.f16", "wb") as output:
            for line in lines:
                sound = samples[start : start + line["sampleCount"]]
                start += line["sampleCount"]
                with torch.no_grad():
                    frames = frontend(torch.from_numpy(changed(sound, speed, random))[None])[0]
                output.write(frames.numpy().astype(np.float16).tobytes())
                counts.append(len(frames))
        Path(work / f"counts-{part}-{speed}.json").write_text(json.dumps(counts))
        print(f"frames {part} {speed}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
