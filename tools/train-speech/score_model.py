"""The score model: phones of an utterance in, scores of phones, words and the sentence out."""
import torch
from torch import nn

SENTENCE_SCORES = ("overall", "accuracy", "fluency", "prosody")
WIDTH = 64
SENTENCE_WIDTH = 32


class Twins(nn.Module):
    """The mean of several models, answer by answer."""

    def __init__(self, models):
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, *inputs):
        answers = [model(*inputs) for model in self.models]
        return tuple(sum(parts) / len(answers) for parts in zip(*answers))


class ScoreModel(nn.Module):
    """`phones` [batch, phones, features]; `words` [batch, words, phones], each row the mean over the phones of a word;
    `sentence` [batch, features]; `present` [batch, phones] is 1 for phones and 0 for padding.

    All scores are 0-1. Of the sentence also the logarithm of the expected squared error.
    """

    def __init__(self, phone_features, sentence_features, drop=0.3):
        super().__init__()
        self.phone_mean = nn.Parameter(torch.zeros(phone_features), requires_grad=False)
        self.phone_scale = nn.Parameter(torch.ones(phone_features), requires_grad=False)
        self.sentence_mean = nn.Parameter(torch.zeros(sentence_features), requires_grad=False)
        self.sentence_scale = nn.Parameter(torch.ones(sentence_features), requires_grad=False)
        self.drop = nn.Dropout(drop)
        self.inlet = nn.Linear(phone_features, WIDTH)
        self.context = nn.GRU(WIDTH, WIDTH, batch_first=True, bidirectional=True)
        self.phone_out = nn.Sequential(nn.Linear(3 * WIDTH, WIDTH), nn.ReLU(), nn.Dropout(drop), nn.Linear(WIDTH, 1))
        self.word_out = nn.Sequential(nn.Linear(6 * WIDTH, WIDTH), nn.ReLU(), nn.Dropout(drop), nn.Linear(WIDTH, 1))
        self.attention = nn.Linear(3 * WIDTH, 1)
        self.sentence_in = nn.Sequential(nn.Linear(sentence_features, SENTENCE_WIDTH), nn.ReLU(), nn.Dropout(drop))
        self.sentence_out = nn.Sequential(
            nn.Linear(6 * WIDTH + SENTENCE_WIDTH + sentence_features, WIDTH),
            nn.ReLU(),
            nn.Dropout(drop),
            nn.Linear(WIDTH, 2 * len(SENTENCE_SCORES)),
        )

    def forward(self, phones, words, sentence, present):
        x = ((phones - self.phone_mean) / self.phone_scale).clamp(-5, 5)
        s = ((sentence - self.sentence_mean) / self.sentence_scale).clamp(-5, 5)
        x = torch.relu(self.inlet(self.drop(x)))
        h = torch.cat([x, self.context(x)[0]], 2)
        phone = self.phone_out(self.drop(h))[:, :, 0]
        pooled = words @ h
        worst = words @ torch.sigmoid(phone)[:, :, None]
        word = self.word_out(self.drop(torch.cat([pooled, pooled * worst], 2)))[:, :, 0]
        weight = torch.softmax(self.attention(h) - 1e4 * (1 - present)[:, :, None], 1)
        attended = (weight * h).sum(1)
        mean = (h * present[:, :, None]).sum(1) / present.sum(1, keepdim=True)
        both = torch.cat([attended, mean, self.sentence_in(s), s], 1)
        out = self.sentence_out(self.drop(both))
        count = len(SENTENCE_SCORES)
        return torch.sigmoid(phone), torch.sigmoid(word), torch.sigmoid(out[:, :count]), out[:, count:]
