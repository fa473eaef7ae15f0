"""All that is learned while the encoder is tuned, batch by batch."""

from __future__ import annotations

from typing import Iterator, NamedTuple

import numpy as np

from legpain.findings.semantic import labels_of
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import SentenceEncoder
from legpain.tuning.batches import (
    Padded,
    Stretches,
    of_like_length,
    padded,
    read_turns,
    stretches_of,
)
from legpain.tuning.texts import TuningTexts

_BATCH = 64  # texts with findings


class Lesson(NamedTuple):
    """A batch of texts with findings, and one of examples of intents.

    Attributes:
        turns: of the texts with findings.
        places: their stretches.
        labels: float32 (texts, outputs), see `labels_of`.
        emphasis: the weights of the labels.
        examples: the texts with intents.
        intents: int32 (examples,).
    """

    turns: Padded
    places: Stretches
    labels: np.ndarray
    emphasis: np.ndarray
    examples: Padded
    intents: np.ndarray


class Lessons:
    """The texts as the layers see them.

    Args:
        trunk: the encoder up to the layers.
        texts: what is to be learned.
    """

    def __init__(self, trunk: SentenceEncoder, texts: TuningTexts) -> None:
        turns = read_turns(trunk, [turn for text in texts.findings for turn in text.turns])
        self._texts = [[next(turns) for _ in text.turns] for text in texts.findings]
        _, self._labels, self._emphasis = labels_of(texts.findings, RedFlags.from_folder())
        self._examples = list(read_turns(trunk, [text for text, _ in texts.intents]))
        names = sorted({intent for _, intent in texts.intents})
        self._intents = np.array([names.index(each) for _, each in texts.intents], dtype=np.int32)
        self.findings_outputs = self._labels.shape[1]
        self.intents_outputs = len(names)
        self.a_round = -(-len(self._texts) // _BATCH)  # lessons until each text was seen once

    def __call__(self, random: np.random.Generator, epochs: int) -> Iterator[Lesson]:
        """Yield the lessons of all epochs, each time in another order."""
        lengths = np.array([max(len(turn.states) for turn in text) for text in self._texts])
        of_examples = np.array([len(turn.states) for turn in self._examples])
        for _ in range(epochs):
            texts = of_like_length(random, lengths, self.a_round)
            examples = of_like_length(random, of_examples, self.a_round)
            for chosen, beside in zip(texts, examples, strict=True):
                batch = [self._texts[text] for text in chosen]
                yield Lesson(
                    padded([turn for text in batch for turn in text]),
                    stretches_of(batch),
                    self._labels[chosen],
                    self._emphasis[chosen],
                    padded([self._examples[each] for each in beside]),
                    self._intents[beside],
                )
