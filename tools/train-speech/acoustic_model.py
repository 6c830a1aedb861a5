"""The acoustic model: frames every 10 ms in, what was said and how well every 20 ms out."""
import numpy as np
import torch
from torch import nn

from corpus import PHONES
from frontend import BANDS

CHANNELS = 288
DILATIONS = (1, 2, 4, 8, 4, 2)
# 126 states without context, 42 phones in any.
NATIVE_STATES = 168
CLASSES = len(PHONES) + 1


def rounded(values, training):
    """A model learns in bfloat16, which a processor with AMX multiplies seven times as fast, and answers in float32.
    Its weights, their steps and what is summed up from layer to layer are float32 always."""
    return values.bfloat16() if training else values


class Product(nn.Linear):
    def forward(self, x):
        return nn.functional.linear(x, rounded(self.weight, self.training), rounded(self.bias, self.training))


class Drop(nn.Module):
    """Dropout by numpy's random bytes, which come five times as fast as torch's own choices."""

    def __init__(self, share):
        super().__init__()
        self.dropped = round(share * 256)

    def forward(self, x):
        if not self.training:
            return x
        chance = torch.frombuffer(bytearray(np.random.bytes(x.numel())), dtype=torch.uint8).view(x.shape)
        return x * ((chance >= self.dropped).to(x.dtype) * (256 / (256 - self.dropped)))


class Spread(nn.Module):
    """A dilated convolution over three frames, as one matrix product: twice as fast as conv1d on a CPU."""

    def __init__(self, channels, dilation):
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(channels)
        self.mix = Product(3 * channels, channels)
        self.drop = Drop(0.15)

    def forward(self, x):
        y = rounded(self.norm(x), self.training)
        frames = y.shape[1]
        padded = nn.functional.pad(y, (0, 0, self.dilation, self.dilation))
        around = [padded[:, at * self.dilation : at * self.dilation + frames] for at in range(3)]
        return x + self.drop(torch.relu(self.mix(torch.cat(around, 2))))


class AcousticModel(nn.Module):
    """[batch, frames, 64 + 168] to log posteriors of 39 phones and silence, and the goodness of each phone (0-1)."""

    def __init__(self):
        super().__init__()
        self.inlet = Product(4 * (BANDS + NATIVE_STATES), CHANNELS)
        self.blocks = nn.ModuleList(Spread(CHANNELS, dilation) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(CHANNELS)
        self.classes = nn.Linear(CHANNELS, CLASSES)
        self.goodness = nn.Linear(CHANNELS, len(PHONES))

    def forward(self, frames):
        # Output frame j sees the input frames 2j - 1 to 2j + 2.
        even = frames.shape[1] // 2 * 2
        padded = nn.functional.pad(rounded(frames[:, :even], self.training), (0, 0, 1, 1))
        windows = [padded[:, at : at + even : 2] for at in range(4)]
        x = torch.relu(self.inlet(torch.cat(windows, 2))).float()
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return torch.log_softmax(self.classes(x), 2), torch.sigmoid(self.goodness(x))
