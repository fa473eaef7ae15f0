"""Words and meaning together: everything that a message says of findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import List, Sequence

from legpain.findings.assertion import AssertionClassifier, AssertionLearner, is_judged
from legpain.findings.extractor import FindingExtractor
from legpain.findings.finding import Finding
from legpain.findings.labelled import LabelledText
from legpain.findings.semantic import Meaning, SemanticFindings, beyond_words
from legpain.sentence_encoder import SentenceEncoder

_SEMANTIC, _ASSERTION = "semantic.npz", "assertion.npz"
WEIGHTS = (_SEMANTIC, _ASSERTION)


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which findings count.

    Attributes:
        meaning: a finding seen by meaning alone.
        doubt: the same, but only worth a question.
        clear: as `meaning`, where none is expected, or the words are few.
        few: number of words that are few: "what for?" means nothing alone.
        stated: a finding named in words is really stated.
        possible: a finding named in words is meant at all.
    """

    meaning: float = 0.5
    doubt: float = 1.0
    clear: float = 0.5
    few: int = 0
    stated: float = 0.0
    possible: float = 0.0


class FindingReader:
    """Reads the findings of a message: the lexicon's that are stated, and what it missed."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        lexicon: FindingExtractor,
        semantic: SemanticFindings,
        assertion: AssertionClassifier,
        thresholds: Thresholds,
    ) -> None:
        self._encoder, self._lexicon = encoder, lexicon
        self._semantic, self._assertion = semantic, assertion
        self._thresholds = thresholds

    @classmethod
    def train(
        cls,
        encoder: SentenceEncoder,
        lexicon: FindingExtractor,
        clauses: Sequence[LabelledText],
        messages: Sequence[LabelledText],
        without: Sequence[str],
        thresholds: Thresholds,
    ) -> FindingReader:
        """Learn from clauses and whole messages with findings, and from texts without any."""
        learner = AssertionLearner(lexicon, messages)
        semantic = SemanticFindings.train(encoder, [*clauses, *messages], without, learner.look)
        return cls(encoder, lexicon, semantic, learner.fit(), thresholds)

    def extract(self, text: str, expected: bool = True) -> List[Finding]:
        """Find all findings of a message.

        Args:
            expected: False where what the message is for tells no finding.
        """
        if not text.strip():
            return []
        limits = self._thresholds
        meaning = self._semantic.read(text)
        states = self._encoder.token_states([text])[0]
        known = self._assertion.judge(text, states, self._lexicon.extract(text), limits.stated)
        known = [_doubted(finding, meaning, limits.possible) for finding in known]
        clear = not expected or len(text.split()) <= limits.few
        if clear:
            return known + beyond_words(meaning, known, limits.clear)
        plain = self._lexicon.plainly_told
        return known + beyond_words(meaning, known, limits.meaning, limits.doubt, plain)

    def is_correction(self, text: str) -> bool:
        """Say whether the message takes back a fact."""
        return self._lexicon.is_correction(text)

    def save(self, folder: Path) -> None:
        """Write what was learned."""
        self._semantic.save(folder / _SEMANTIC)
        self._assertion.save(folder / _ASSERTION)

    @classmethod
    def load(
        cls,
        folder: Path,
        encoder: SentenceEncoder,
        lexicon: FindingExtractor,
        thresholds: Thresholds,
    ) -> FindingReader:
        """Read what `save` wrote."""
        semantic = SemanticFindings.load(folder / _SEMANTIC, encoder)
        assertion = AssertionClassifier.load(folder / _ASSERTION)
        return cls(encoder, lexicon, semantic, assertion, thresholds)


def _doubted(finding: Finding, meaning: Meaning, possible: float) -> Finding:
    """Return the finding; it does not count ("hypothetical") if the text hardly means it."""
    likely, _ = meaning.get(finding.id, (1.0, None))
    if is_judged(finding) and likely < possible:
        return replace(finding, context="hypothetical")
    return finding
