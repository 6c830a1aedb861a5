"""Reads the Gaussians of CMU Sphinx's model of US English (BSD licence, Carnegie Mellon University, Alpha Cephei Inc.).

It heard native speakers of US English; ours hears learners. For every frame it gives the log likelihood of each of
its context-independent states, and of each phone over its states in any context: inputs of our model beside the
spectrum.
"""
import struct
from pathlib import Path

import numpy as np

# The mixture weights are stored in steps of 1024 (a shift by ten bits) of a logarithm with this base.
LOG_STEP = 1024 * np.log(1.0001)
VARIANCE_FLOOR = 1e-4
STATES_PER_PHONE = 3


def read_gaussians(path):
    """Values of a "means" or "variances" file as [phone, stream, density, dimension]."""
    data = Path(path).read_bytes()
    at = data.index(b"endhdr\n") + len(b"endhdr\n")
    (order,) = struct.unpack_from("<I", data, at)
    assert order == 0x11223344, "byte order"
    phones, streams, densities = struct.unpack_from("<3i", data, at + 4)
    lengths = struct.unpack_from(f"<{streams}i", data, at + 16)
    assert len(set(lengths)) == 1
    start = at + 16 + 4 * streams + 4
    count = phones * streams * densities * lengths[0]
    values = np.frombuffer(data, "<f4", count, start)
    return values.reshape(phones, streams, densities, lengths[0])


def read_state_count(path):
    """The number of states (context-independent and -dependent), the fifth number of an "mdef" file."""
    data = Path(path).read_bytes()
    (description,) = struct.unpack_from("<i", data, 8)
    return struct.unpack_from("<5i", data, 12 + description)[4]


def read_mixture_weights(path, streams, densities, phones, states):
    """Log weights [phone, state, stream, density] of the context-independent states, which are stored first."""
    data = Path(path).read_bytes()
    raw = np.frombuffer(data, np.uint8)[-streams * densities * states :].reshape(streams, densities, states)
    first = raw[:, :, : phones * STATES_PER_PHONE].astype(np.float32) * -LOG_STEP
    return first.reshape(streams, densities, phones, STATES_PER_PHONE).transpose(2, 3, 0, 1)


def read_allophones(path):
    """For each phone the numbers of all its states in any context, from an "mdef" file."""
    data = Path(path).read_bytes()
    (description,) = struct.unpack_from("<i", data, 8)
    at = 12 + description
    phones, entries, states_per_phone, _, states, _, sequences, _, nodes, _ = struct.unpack_from("<10i", data, at)
    assert states_per_phone == STATES_PER_PHONE
    names = at = at + 40
    for _ in range(phones):
        at = data.index(b"\0", at) + 1
    # Padded to four bytes; then a tree of eight bytes a node.
    at = names + (at - names + 3) // 4 * 4 + 8 * nodes
    entry = np.dtype([("sequence", "<i4"), ("transition", "<i4"), ("place", "u1"), ("phone", "u1"), ("context", "u1", 2)])
    table = np.frombuffer(data, entry, entries, at)
    at += entries * entry.itemsize + 4
    sequence = np.frombuffer(data, "<u2", sequences * STATES_PER_PHONE, at).reshape(sequences, STATES_PER_PHONE)
    # The first entries are the phones without a context, whose other fields mean something else.
    phone = np.concatenate([np.arange(phones), table["phone"][phones:]])
    owner = np.full(states, -1)
    for state in range(STATES_PER_PHONE):
        owner[sequence[table["sequence"], state]] = phone
    assert (owner >= 0).all()
    return [np.flatnonzero(owner == phone) for phone in range(phones)]


def read_native_model(directory):
    """Means and variances, the log weights of the states without context, and all states' weights as stored."""
    directory = Path(directory)
    means = read_gaussians(directory / "means")
    variances = np.maximum(read_gaussians(directory / "variances"), VARIANCE_FLOOR)
    phones, streams, densities, _ = means.shape
    states = read_state_count(directory / "mdef")
    weights = read_mixture_weights(directory / "sendump", streams, densities, phones, states)
    stored = np.frombuffer((directory / "sendump").read_bytes(), np.uint8)[-streams * densities * states :]
    return means, variances, weights, stored.reshape(streams, densities, states)
