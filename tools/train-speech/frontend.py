"""From samples to frames, as layers of the network, so that training and service compute the same numbers.

Input: mono samples at 16 kHz in [-1, 1]. Output, one frame per 10 ms: the logarithms of 64 mel bands, and the log
likelihoods of the native model's 126 states without context and of its 42 phones in any context.
"""
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from native_model import LOG_STEP, read_allophones, read_native_model

SAMPLE_RATE = 16_000
FRAME = 410  # 25.6 ms, as the native model was trained with
HOP = 160
FFT = 512
PRE_EMPHASIS = 0.97
BANDS = 64
# As in the feat.params of the native model.
NATIVE_FILTERS, NATIVE_LOW, NATIVE_HIGH, NATIVE_CEPSTRA, NATIVE_LIFTER = 25, 130.0, 6800.0, 13, 22
# The native speakers were grown up, half of the learners are children: a little higher fits both better (on every sixth
# recording, its margin for the right phone agrees with the experts at .299; at 1.0 .283, at 1.16 .294).
NATIVE_WARP = 1.08
# The native model saw 16-bit integers.
INTEGER_SCALE = 32_768.0
# Its likelihoods are those of single frames, which are not independent: sharper than the truth.
NATIVE_SCALE = 0.1
NATIVE_FLOOR = -8.0
# Only frames this near to the loudest count for the mean: so that pauses and gain do not matter.
LOUD_WITHIN = 5.0


def hertz_to_mel(frequency):
    return 2595.0 * np.log10(1.0 + np.asarray(frequency) / 700.0)


def mel_filters(count, low, high, unit_area, warp=1.0):
    """Triangles [FFT / 2 + 1, count], equally wide in mel; with their edges on FFT bins when of unit area (as Sphinx)."""
    edges = 700.0 * (10.0 ** (np.linspace(hertz_to_mel(low), hertz_to_mel(high), count + 2) / 2595.0) - 1.0) * warp
    width = SAMPLE_RATE / FFT
    if unit_area:
        edges = np.floor(edges / width + 0.5) * width
    frequencies = np.arange(FFT // 2 + 1) * width
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (frequencies - left) / np.maximum(centre - left, 1e-9)
    falling = (right - frequencies) / np.maximum(right - centre, 1e-9)
    filters = np.clip(np.minimum(rising, falling), 0.0, None)
    if unit_area:
        filters = filters * 2.0 / (right - left)
    return filters.T


def cosine_transform():
    """Orthonormal DCT-II of the log filters with Sphinx's lifter: [filters, cepstra]."""
    index, band = np.arange(NATIVE_CEPSTRA)[:, None], np.arange(NATIVE_FILTERS)[None, :]
    matrix = np.cos(np.pi * index * (band + 0.5) / NATIVE_FILTERS) * np.sqrt(2.0 / NATIVE_FILTERS)
    matrix[0] = np.sqrt(1.0 / NATIVE_FILTERS)
    lifter = 1.0 + NATIVE_LIFTER / 2 * np.sin(np.arange(NATIVE_CEPSTRA) * np.pi / NATIVE_LIFTER)
    return (matrix * lifter[:, None]).T


def constant(array):
    return nn.Parameter(torch.tensor(np.ascontiguousarray(array), dtype=torch.float32), requires_grad=False)


class Frontend(nn.Module):
    def __init__(self, native_directory):
        super().__init__()
        window = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))
        phase = 2 * np.pi * np.outer(np.arange(FFT // 2 + 1), np.arange(FRAME)) / FFT
        self.cosines = constant((np.cos(phase) * window)[:, None])
        self.sines = constant((np.sin(phase) * window)[:, None])
        self.bands = constant(mel_filters(BANDS, 50.0, 7800.0, False))
        self.native_filters = constant(mel_filters(NATIVE_FILTERS, NATIVE_LOW, NATIVE_HIGH, True, NATIVE_WARP))
        self.cepstra = constant(cosine_transform())

        means, variances, weights, stored = read_native_model(native_directory)
        self.phones, self.streams, self.densities, self.dimensions = means.shape
        # log N(x) = x^2 . square + x . linear + offset, for all Gaussians of a stream at once.
        shape = (self.phones, self.streams, self.densities, self.dimensions)
        order = (1, 3, 0, 2)
        flat = (self.streams, self.dimensions, self.phones * self.densities)
        self.square = constant((-0.5 / variances).reshape(shape).transpose(order).reshape(flat))
        self.linear = constant((means / variances).transpose(order).reshape(flat))
        offset = -0.5 * (np.log(2 * np.pi * variances) + means**2 / variances).sum(-1)
        self.offset = constant(offset.transpose(1, 0, 2))
        # [stream, phone, density, state]
        self.weights = constant(np.exp(weights).transpose(2, 0, 3, 1))
        # [stream, density, state] as stored, the states of a phone side by side.
        own = read_allophones(Path(native_directory) / "mdef")
        self.register_buffer("stored", torch.from_numpy(stored[:, :, np.concatenate(own)]))
        self.counts = [len(states) for states in own]

    def power(self, samples):
        """[batch, samples] to the power spectrum [batch, frames, FFT / 2 + 1] of 16-bit integers."""
        scaled = samples * INTEGER_SCALE
        emphasised = scaled[:, 1:] - PRE_EMPHASIS * scaled[:, :-1]
        emphasised = emphasised[:, None]
        real = F.conv1d(emphasised, self.cosines, stride=HOP)
        imaginary = F.conv1d(emphasised, self.sines, stride=HOP)
        return (real * real + imaginary * imaginary).transpose(1, 2)

    def spectrum(self, power):
        """Log mel bands minus their mean over the loud frames; silence lies at the floor."""
        log = torch.log(power @ self.bands + 1.0)
        level = log.mean(2, keepdim=True)
        loud = (level > level.amax(1, keepdim=True) - LOUD_WITHIN).float()
        mean = (log * loud).sum(1, keepdim=True) / loud.sum(1, keepdim=True)
        return (log - mean).clamp(min=-8.0) / 2.0

    def cepstral(self, power):
        """What the native model sees: cepstra minus their mean, their change and its change, [batch, frames, 39]."""
        cepstra = torch.log(power @ self.native_filters + 1e-3).clamp(min=-10.0) @ self.cepstra
        cepstra = cepstra - cepstra.mean(1, keepdim=True)
        padded = torch.cat([cepstra[:, :1]] * 3 + [cepstra] + [cepstra[:, -1:]] * 3, 1)
        frames = cepstra.shape[1]
        at = lambda shift: padded[:, 3 + shift : 3 + shift + frames]
        return torch.cat([cepstra, at(2) - at(-2), (at(3) - at(-1)) - (at(1) - at(-3))], 2)

    def native(self, cepstral):
        """Scaled log likelihoods of the native model's states and phones, relative to the best: [batch, frames, 168].
        Frame by frame, so that it can be asked for a few at a time: it takes 200 KB a frame."""
        frames = cepstral.shape[1]
        total, near_all, best_all = 0, [], 0
        for stream, values in enumerate(cepstral.split(NATIVE_CEPSTRA, 2)):
            density = values * values @ self.square[stream] + values @ self.linear[stream]
            density = density.reshape(-1, frames, self.phones, self.densities) + self.offset[stream]
            best = density.amax(3, keepdim=True)
            near = torch.exp(density - best).permute(0, 2, 1, 3)
            total = total + torch.log(near @ self.weights[stream] + 1e-30) + best.permute(0, 2, 1, 3)
            near_all.append(near)
            best_all = best_all + best[:, :, :, 0]
        states = total.permute(0, 2, 1, 3).reshape(-1, frames, self.phones * 3)
        return torch.cat([self.relative(states), self.relative(self.anywhere(near_all) + best_all)], 2)

    def anywhere(self, near):
        """Log likelihood of each phone, summed over its states in any context: [batch, frames, phone]."""
        weights = torch.exp(self.stored.to(torch.float32) * -LOG_STEP)
        sums, first = [], 0
        for phone, count in enumerate(self.counts):
            likely = 1.0
            for stream in range(self.streams):
                likely = likely * (near[stream][:, phone] @ weights[stream, :, first : first + count])
            sums.append(likely.sum(2))
            first += count
        return torch.log(torch.stack(sums, 2) + 1e-37)

    def relative(self, likelihoods):
        return ((likelihoods - likelihoods.amax(2, keepdim=True)) * NATIVE_SCALE).clamp(min=NATIVE_FLOOR)

    def forward(self, samples):
        power = self.power(samples)
        return torch.cat([self.spectrum(power), self.native(self.cepstral(power))], 2)
