"""A patient's message as the matchers see it: tokens, sentences, and words that carry content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import AbstractSet, List, NamedTuple, Tuple

from legpain.findings.words import SENTENCE_ENDS, Token, Words


class Span(NamedTuple):
    """A stretch of tokens, end excluded."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Say whether the two share a token."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        """Say whether the other lies wholly within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Match:
    """A finding that the words of a message name, before its context is read.

    `pieces` are the tokens that name it; `region` is the body part that it was tied to. An
    `implied` finding ("calf is swollen": calf pain) gives way to an outright denial.
    """

    finding: str
    pieces: Tuple[Span, ...]
    region: Tuple[Span, ...] = ()
    implied: bool = False

    @cached_property
    def span(self) -> Span:
        """Return the stretch from the first to the last token that names it."""
        return Span(min(p.start for p in self.pieces), max(p.end for p in self.pieces))

    def covers(self, token: int) -> bool:
        """Say whether the token is one of those that name the finding."""
        return any(piece.start <= token < piece.end for piece in self.pieces)


class Message:
    """Tokens of one message, with the sentence of each, and the positions that carry content.

    Articles, forms of "to be" and the like are not content: "my calf is really swollen" and
    "calf swollen" are the same to a pattern.
    """

    def __init__(self, text: str, words: Words, fillers: AbstractSet[str]) -> None:
        self.text = text
        self.tokens: List[Token] = words.tokens(text)
        self.sentence: List[int] = []
        self.content: List[int] = []
        self.place: List[int] = []  # token -> the next position in `content`
        sentence = 0
        for index, token in enumerate(self.tokens):
            self.sentence.append(sentence)
            self.place.append(len(self.content))
            if token.word in SENTENCE_ENDS:
                sentence += 1
            elif token.word[0].isalnum() and token.word not in fillers:
                self.content.append(index)
        self.place.append(len(self.content))
        starts = [i for i, n in enumerate(self.sentence) if i == 0 or n != self.sentence[i - 1]]
        ends = [*starts[1:], len(self.tokens)][: len(starts)]
        self._sentences = {self.sentence[i]: Span(i, j) for i, j in zip(starts, ends, strict=True)}

    def word(self, index: int) -> str:
        """Return the word at this token, or '' outside the message."""
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def sentence_span(self, index: int) -> Span:
        """Return the tokens of the sentence that holds this token."""
        return self._sentences[self.sentence[index]]

    def gap(self, left: Span, right: Span) -> int:
        """Return the number of content words between two spans (negative if out of order)."""
        return self.place[right.start] - self.place[left.end] if right.start >= left.end else -1
