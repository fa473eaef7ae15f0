"""Texts as the layers see them while they are tuned: padded, with the places of their stretches."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple, Sequence

import numpy as np

from legpain.findings.semantic import stretches
from legpain.sentence_encoder import SentenceEncoder

_AT_ONCE = 1024  # texts that are read by the trunk
_SHUFFLE = 0.12  # spread of a text's length, as its logarithm, when texts of like length are sought


class Turn(NamedTuple):
    """A text, or a turn of a conversation.

    Attributes:
        states: float16 (tokens, 384), the input of the layers.
        places: bool (stretches, tokens), which tokens belong to each stretch.
    """

    states: np.ndarray
    places: np.ndarray


class Padded(NamedTuple):
    """Turns side by side.

    Attributes:
        states: float32 (turns, tokens, 384).
        mask: float32 (turns, tokens), 1 for a token, 0 for padding.
    """

    states: np.ndarray
    mask: np.ndarray


class Stretches(NamedTuple):
    """The stretches of the turns of a batch.

    Attributes:
        turn: int32 (stretches,), which of the batch's turns each lies in.
        mask: float32 (stretches, tokens), 1 for its tokens.
        text: int32 (stretches,), which of the batch's texts it belongs to.
    """

    turn: np.ndarray
    mask: np.ndarray
    text: np.ndarray


def read_turns(trunk: SentenceEncoder, texts: Sequence[str]) -> Iterator[Turn]:
    """Yield what the trunk makes of each text."""
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        for text, read in zip(part, trunk.token_states(part), strict=True):
            places = [read.inside(*each) for each in stretches(text)]
            places = [each for each in places if each.any()] or [np.ones(len(read.states), bool)]
            yield Turn(read.states.astype(np.float16), np.array(places))


def padded(turns: Sequence[Turn]) -> Padded:
    """Return turns of different lengths as one array."""
    longest = max(len(each.states) for each in turns)
    states = np.zeros((len(turns), longest, turns[0].states.shape[1]), dtype=np.float32)
    mask = np.zeros((len(turns), longest), dtype=np.float32)
    for row, each in enumerate(turns):
        states[row, : len(each.states)] = each.states
        mask[row, : len(each.states)] = 1
    return Padded(states, mask)


def stretches_of(texts: Sequence[Sequence[Turn]]) -> Stretches:
    """Return the stretches of all turns of these texts."""
    turns = [turn for text in texts for turn in text]
    owners = [number for number, text in enumerate(texts) for _ in text]
    counts = [len(turn.places) for turn in turns]
    mask = np.zeros((sum(counts), max(len(turn.states) for turn in turns)), dtype=np.float32)
    row = 0
    for turn in turns:
        mask[row : row + len(turn.places), : turn.places.shape[1]] = turn.places
        row += len(turn.places)
    return Stretches(
        np.repeat(np.arange(len(turns)), counts).astype(np.int32),
        mask,
        np.repeat(owners, counts).astype(np.int32),
    )


def of_like_length(
    random: np.random.Generator, lengths: np.ndarray, batches: int
) -> List[np.ndarray]:
    """Return the places of texts in batches, in random order, so that little is padded.

    Args:
        lengths: (texts,), in tokens.
        batches: how many.
    """
    order = np.argsort(lengths * np.exp(random.normal(0, _SHUFFLE, len(lengths))))
    parts = np.array_split(order, batches)
    return [parts[each] for each in random.permutation(batches)]
