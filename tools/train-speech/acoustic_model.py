"""The acoustic model: frames every 10 ms in, what was said and how well every 20 ms out."""
import torch
from torch import nn

from corpus import PHONES
from frontend import BANDS

CHANNELS = 288
DILATIONS = (1, 2, 4, 8, 4, 2)
# 126 states without context, 42 phones in any.
NATIVE_STATES = 168
CLASSES = len(PHONES) + 1


class Spread(nn.Module):
    """A dilated convolution over three frames, as one matrix product: twice as fast as conv1d on a CPU."""

    def __init__(self, channels, dilation):
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(channels)
        self.mix = nn.Linear(3 * channels, channels)
        self.drop = nn.Dropout(0.15)

    def forward(self, x):
        y = self.norm(x)
        frames = y.shape[1]
        padded = nn.functional.pad(y, (0, 0, self.dilation, self.dilation))
        around = [padded[:, at * self.dilation : at * self.dilation + frames] for at in range(3)]
        return x + self.drop(torch.relu(self.mix(torch.cat(around, 2))))


class AcousticModel(nn.Module):
    """[batch, frames, 64 + 168] to log posteriors of 39 phones and silence, and the goodness of each phone (0-1)."""

    def __init__(self):
        super().__init__()
        self.inlet = nn.Linear(4 * (BANDS + NATIVE_STATES), CHANNELS)
        self.blocks = nn.ModuleList(Spread(CHANNELS, dilation) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(CHANNELS)
        self.classes = nn.Linear(CHANNELS, CLASSES)
        self.goodness = nn.Linear(CHANNELS, len(PHONES))

    def forward(self, frames):
        # Output frame j sees the input frames 2j - 1 to 2j + 2.
        even = frames.shape[1] // 2 * 2
        padded = nn.functional.pad(frames[:, :even], (0, 0, 1, 1))
        windows = [padded[:, at : at + even : 2] for at in range(4)]
        x = torch.relu(self.inlet(torch.cat(windows, 2)))
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return torch.log_softmax(self.classes(x), 2), torch.sigmoid(self.goodness(x))
