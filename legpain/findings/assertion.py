"""Whether a text states a finding that its words name.

The lexicon's own rules read negation, time and person from cue words. Many texts have none: "the
poster says …", "we train lifeguards, the scenario was …". One network for all findings
looks at the words that name the finding, at their sentence and at the whole text, as the encoder
reads them. It learns from the messages of `data/findings/messages`, which say what does not count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional, Sequence

import numpy as np

from legpain.findings.extractor import FindingExtractor
from legpain.findings.finding import Finding
from legpain.findings.labelled import LabelledText
from legpain.findings.network import Network, Schedule, fit
from legpain.findings.semantic import SENTENCE, SIDES
from legpain.sentence_encoder import TokenStates

_SCHEDULE = Schedule(hidden=64, epochs=30, rate=2e-3, dropout=0.5)


class AssertionClassifier:
    """Tells what is stated from what is only named.

    Args:
        network: scores what is named; None takes all as stated.
    """

    def __init__(self, network: Optional[Network]) -> None:
        self._network = network

    def probability(self, text: str, states: TokenStates, finding: Finding) -> float:
        """Return how likely the text states a finding that its words name; 1 without a network."""
        if self._network is None:
            return 1.0
        score = self._network.scores(_features(text, states, finding))[0]
        return float(1 / (1 + np.exp(-score)))

    def save(self, path: Path) -> None:
        """Write the network, if there is one, to an `.npz` file."""
        if self._network:
            self._network.save(path)

    @classmethod
    def load(cls, path: Path) -> AssertionClassifier:
        """Read what `save` wrote."""
        return cls(Network.load(path) if path.exists() else None)


class AssertionLearner:
    """Collects what the lexicon reads in labelled messages, and learns from it.

    Args:
        lexicon: finds what is named.
        messages: say what is stated and what is only named.
    """

    def __init__(self, lexicon: FindingExtractor, messages: Sequence[LabelledText]) -> None:
        self._lexicon = lexicon
        self._messages: Dict[str, LabelledText] = {
            turn: message for message in messages for turn in message.turns
        }
        self._rows: List[np.ndarray] = []
        self._stated: List[bool] = []

    def look(self, text: str, states: TokenStates) -> None:
        """Take in a text, if it is one of the messages'."""
        message = self._messages.get(text)
        if message is None:
            return
        for finding in self._lexicon.extract(text):
            labelled = finding.id in (*message.findings, *message.named)
            if labelled and is_judged(finding):
                self._rows.append(_features(text, states, finding))
                self._stated.append(finding.id in message.findings)

    def fit(self) -> AssertionClassifier:
        """Return the classifier; without both kinds to learn from, all counts as stated."""
        if len(set(self._stated)) < 2:
            return AssertionClassifier(None)
        labels = np.array(self._stated, dtype=np.float32)[:, None]
        vectors, each_one = np.array(self._rows), np.ones(len(labels), dtype=int)
        return AssertionClassifier(fit(vectors, each_one, labels, np.ones_like(labels), _SCHEDULE))


def is_judged(finding: Finding) -> bool:
    """Say whether the finding counts, as the words are read, and meaning may tell otherwise."""
    return finding.counts and finding.id not in SIDES


def _features(text: str, states: TokenStates, finding: Finding) -> np.ndarray:
    """Return three unit vectors in a row: of the words, of their sentence, of the whole text."""
    sentences = [found.span() for found in SENTENCE.finditer(text)]
    around = [(a, b) for a, b in sentences if a <= finding.start < b] or [(0, len(text))]
    places = ((finding.start, finding.end), around[0], (0, len(text)))
    return np.concatenate([_unit_mean(states, start, end) for start, end in places])


def _unit_mean(states: TokenStates, start: int, end: int) -> np.ndarray:
    vector = states.mean(start, end)
    if vector is None:
        vector = states.states.mean(axis=0)
    return np.asarray(vector / np.linalg.norm(vector))
