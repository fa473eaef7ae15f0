"""Whether a text states a finding that its words name.

The lexicon's own rules read negation, time and person from cue words. Many texts have none: "the
poster says …", "we train lifeguards, the scenario was …". One logistic regression over all findings
looks at the words that name the finding, at their sentence and at the whole text, as the encoder
reads them. It learns from the messages of `data/findings/messages`, which say what does not count.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from legpain.findings.extractor import FindingExtractor
from legpain.findings.finding import Finding
from legpain.findings.labelled import LabelledText
from legpain.findings.semantic import SENTENCE, SIDES
from legpain.sentence_encoder import DIMENSION, TokenStates

_COUNTS = ("present", "uncertain")
_C = 3.0


class AssertionClassifier:
    """Tells what is stated from what is only named.

    Args:
        weights: float32 array of shape (3 * 384 + 1,); the last is the bias.
    """

    def __init__(self, weights: np.ndarray) -> None:
        self._weights = weights

    def judge(
        self, text: str, states: TokenStates, findings: Sequence[Finding], threshold: float
    ) -> List[Finding]:
        """Return the findings; those that are hardly stated do not count ("hypothetical").

        Args:
            threshold: probability of being stated, below which a finding does not count.
        """
        judged: List[Finding] = []
        for finding in findings:
            if _is_judged(finding):
                score = _features(text, states, finding) @ self._weights[:-1] + self._weights[-1]
                if 1 / (1 + np.exp(-score)) < threshold:
                    finding = replace(finding, context="hypothetical")
            judged.append(finding)
        return judged

    def save(self, path: Path) -> None:
        """Write the weights to an `.npy` file."""
        np.save(path, self._weights)

    @classmethod
    def load(cls, path: Path) -> AssertionClassifier:
        """Read what `save` wrote."""
        return cls(np.load(path))


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
            if labelled and _is_judged(finding):
                self._rows.append(_features(text, states, finding))
                self._stated.append(finding.id in message.findings)

    def fit(self) -> AssertionClassifier:
        """Return the classifier; without both kinds to learn from, all counts as stated."""
        if len(set(self._stated)) < 2:
            return AssertionClassifier(np.array([0.0] * 3 * DIMENSION + [9.0], dtype=np.float32))
        model = LogisticRegression(C=_C, max_iter=600).fit(np.array(self._rows), self._stated)
        return AssertionClassifier(np.append(model.coef_[0], model.intercept_).astype(np.float32))


def _is_judged(finding: Finding) -> bool:
    return finding.context in _COUNTS and finding.id not in SIDES


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
