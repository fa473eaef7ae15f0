"""Findings by meaning: what the lexicon misses, recognised clause by clause.

A clause's sentence vector goes through one logistic regression a finding, trained on the clauses
of `data/findings`. Clauses with a cue of negation, question, past or condition are left to the
lexicon, which reads context: this layer only ever adds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, List, Sequence, Set, Tuple

import numpy as np
from scipy.optimize import minimize

from legpain.findings.experiencer import Person
from legpain.findings.extractor import Finding, FindingExtractor
from legpain.knowledge import KnowledgeError, read_yaml
from legpain.sentence_encoder import SentenceEncoder

# Sides come from grammar ("my calf"), not from meaning.
_NOT_LEARNED = frozenset({"unilateral", "bilateral"})
_POSITIVE_WEIGHT = 3.0  # a finding's clauses are few among all the others
_L2 = 1.0 / 30.0
_WORDS = (3, 25)  # a clause to look at has so many words
_BREAK = re.compile(r"[.!?;,:\n]+|\b(?:and|but|so|because|then|while|although|though)\b", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_CONTEXT = re.compile(
    r"\b(?:no|not|never|without|nothing|none|neither|nor|(?:is|was|do|does|did|has|have)n['’]?t"
    r"|if|what|how|should|could|would|can an?|does|years? ago|used to|last year|when i was"
    r"|once had|grandm\w+|grandf\w+|neighbou?r|movie|friend|history|in (?:19|20)\d\d)\b|\?",
    re.I,
)
_ASKS = re.compile(r"(?:is|are|am|can|will|do|did|why|when|which|has|have)\b(?!['’])", re.I)


@dataclass(frozen=True)
class Clause:
    """A piece of a message, with its character offsets."""

    text: str
    start: int
    end: int


def clauses(text: str) -> List[Clause]:
    """Return the clauses and short sentences of a message that assert something."""
    found: Dict[Tuple[int, int], Clause] = {}
    for sentence in _SENTENCE.finditer(text):
        for start, end in [(sentence.start(), sentence.end()), *_pieces(sentence)]:
            piece = text[start:end].strip()
            if sentence.group().rstrip().endswith("?") and _ASKS.match(piece):
                continue
            if _WORDS[0] <= len(piece.split()) <= _WORDS[1] and not _CONTEXT.search(piece):
                found[(start, end)] = Clause(piece, start, end)
    return list(found.values())


def _pieces(sentence: re.Match[str]) -> Iterable[Tuple[int, int]]:
    start = sentence.start()
    for mark in _BREAK.finditer(sentence.string, sentence.start(), sentence.end()):
        yield start, mark.start()
        start = mark.end()
    yield start, sentence.end()


def read_examples(folder: Path) -> Dict[str, List[str]]:
    """Read `data/findings/*.yml`: clause -> the findings that it states.

    A file maps a finding to clauses; after ` ## ` a clause names further findings.

    Raises:
        KnowledgeError: if there are no files, or one is wrong.
    """
    examples: Dict[str, Set[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        for finding, listed in read_yaml(path).items():
            for line in listed:
                text, _, others = str(line).partition(" ## ")
                further = {each.strip() for each in others.split(",") if each.strip()}
                examples.setdefault(text, set()).update({finding, *further})
    if not examples:
        raise KnowledgeError(f"{folder.name}: expected files with examples of findings")
    return {text: sorted(found - _NOT_LEARNED) for text, found in examples.items()}


class SemanticFindings:
    """Recognises findings by meaning.

    Args:
        encoder: the sentence encoder.
        findings: ids, one for each row of the weights.
        weights: float32 array of shape (findings, 384 + 1); the last column is the bias.
        threshold: probability from which a finding counts.
    """

    def __init__(
        self,
        encoder: SentenceEncoder,
        findings: Sequence[str],
        weights: np.ndarray,
        threshold: float,
    ) -> None:
        self._encoder, self._findings = encoder, list(findings)
        self._weights, self._threshold = weights, threshold

    @classmethod
    def train(
        cls,
        encoder: SentenceEncoder,
        examples: Dict[str, List[str]],
        without: Sequence[str],
        threshold: float,
    ) -> SemanticFindings:
        """Fit on clauses with their findings, and on texts without any."""
        findings = sorted({finding for found in examples.values() for finding in found})
        texts = [*examples, *without]
        vectors = encoder.encode(texts)
        labels = np.zeros((len(texts), len(findings)), dtype=np.float32)
        for row, found in enumerate(examples.values()):
            labels[row, [findings.index(finding) for finding in found]] = 1
        return cls(encoder, findings, _fit(vectors, labels), threshold)

    def extract(self, text: str, known: Sequence[Finding]) -> List[Finding]:
        """Return findings beyond those `known`, as "uncertain": seen in meaning, not in words.

        A finding that the lexicon read as denied, past or another's is not brought back.
        """
        pieces = clauses(text)
        if not pieces:
            return []
        vectors = self._encoder.encode([piece.text for piece in pieces])
        scores = vectors @ self._weights[:, :-1].T + self._weights[:, -1]
        likely = 1 / (1 + np.exp(-scores)) >= self._threshold
        seen = {finding.id for finding in known}
        person: Person = (
            "other" if known and all(each.person == "other" for each in known) else "self"
        )
        found: Dict[str, Finding] = {}
        for row, column in zip(*np.nonzero(likely), strict=True):
            finding, piece = self._findings[column], pieces[row]
            if finding not in seen:
                found[finding] = Finding(finding, "uncertain", person, None, piece.start, piece.end)
        return list(found.values())

    def save(self, path: Path) -> None:
        """Write findings and weights to an `.npz` file."""
        np.savez(path, findings=np.array(self._findings), weights=self._weights)

    @classmethod
    def load(cls, path: Path, encoder: SentenceEncoder, threshold: float) -> SemanticFindings:
        """Read what `save` wrote."""
        with np.load(path) as content:
            return cls(encoder, content["findings"].tolist(), content["weights"], threshold)


def _fit(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Fit all logistic regressions at once by L-BFGS; returns (findings, 384 + 1)."""
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    emphasis = np.where(labels > 0, _POSITIVE_WEIGHT, 1.0).astype(np.float32)
    shape = (labels.shape[1], inputs.shape[1])
    free_bias = np.ones(shape[1], dtype=np.float32)
    free_bias[-1] = 0

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        weights = flat.reshape(shape).astype(np.float32)
        scores = inputs @ weights.T
        cost = emphasis * (np.logaddexp(0, scores) - labels * scores)
        gradient = (emphasis * (1 / (1 + np.exp(-scores)) - labels)).T @ inputs
        penalty = weights * free_bias
        total = float(cost.sum() + _L2 / 2 * (penalty**2).sum())
        return total, (gradient + _L2 * penalty).astype(np.float64).ravel()

    start = np.zeros(shape[0] * shape[1])
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return result.x.reshape(shape).astype(np.float32)


class FindingReader:
    """Words and meaning together: the lexicon's findings, and what it missed."""

    def __init__(self, lexicon: FindingExtractor, semantic: SemanticFindings) -> None:
        self._lexicon, self._semantic = lexicon, semantic

    def extract(self, text: str) -> List[Finding]:
        """Find all findings of a message."""
        known = self._lexicon.extract(text)
        return known + self._semantic.extract(text, known)

    def is_correction(self, text: str) -> bool:
        """Say whether the message takes back a fact."""
        return self._lexicon.is_correction(text)
