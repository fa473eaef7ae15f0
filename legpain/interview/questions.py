"""The pain check as data: `interview.yml`, loaded and checked."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple

from pydantic import Field

from legpain.knowledge import KnowledgeError, KnowledgeModel, knowledge_dir, parse_model, read_yaml

INTERVIEW_FILE = "interview.yml"


class Option(KnowledgeModel):
    """A choice that a question offers, and the findings it stands for."""

    title: str
    findings: List[str]
    words: List[str] = []
    denied: List[str] = Field([], description="findings that choosing it rules out")
    denied_with_none: List[str] = Field([], description="denied as well by 'none of these'")
    settled_by: List[str] = Field([], description="findings that make it known; else `findings`")
    at_least: Optional[int] = Field(None, description="a typed number below this denies it")

    @property
    def key(self) -> List[str]:
        """Return the findings by which the option is known, or denied."""
        return self.settled_by or self.findings

    @property
    def payload(self) -> str:
        """Return the button's payload: the findings as any others are told."""
        return f"/inform{json.dumps({'finding': self.findings})}"


class NoneOption(KnowledgeModel):
    """The choice that denies all others."""

    title: str
    words: List[str] = []


class Closed(KnowledgeModel):
    """The plain yes-or-no question after an unclear answer; unclear again counts as yes."""

    text: str
    present: List[str]


class Question(KnowledgeModel):
    """One question of the pain check (clinical.md §5)."""

    slot: str
    step: int
    text: str
    why: str
    options: List[Option]
    none: Optional[NoneOption] = None
    each: bool = Field(False, description="every option must be known, not just one")
    multiple: bool = False
    exclusive: bool = Field(False, description="a new answer takes back the other options")
    also: List[str] = []
    settled_by: List[str] = []
    more_words: Dict[str, List[str]] = Field({}, description="finding -> words, without an option")
    closed: Optional[Closed] = None

    @property
    def findings(self) -> FrozenSet[str]:
        """Return the findings that answer this question."""
        told = {finding for option in self.options for finding in option.findings}
        return frozenset(
            told | {f for o in self.options for f in o.denied_with_none} | {*self.also}
        )


class AnswerWords(KnowledgeModel):
    """Words of answers to any question."""

    none: List[str] = Field(description="deny every option")
    all: List[str] = Field(description="choose every option")
    around: List[str] = Field(description="may stand beside a choice without changing it")


class Likelihood(KnowledgeModel):
    """How much each finding speaks for each condition.

    Attributes:
        likelihood: finding or group -> condition -> weight.
        signatures: condition -> finding -> weight, for conditions outside the table.
        denied: finding or group -> condition -> weight, when it was asked for and is not there.
        pad_rules: rules with which the clogged artery is always listed.
        clot_first: findings and groups with which the clot comes first.
        least_sum: a condition is shown from this sum on.
        least_share: and from this share of the highest sum on.
        never_far: conditions to which the share does not apply.
        not_alone: findings that say nothing of a cause by themselves.
    """

    likelihood: Dict[str, Dict[str, int]]
    signatures: Dict[str, Dict[str, int]]
    denied: Dict[str, Dict[str, int]]
    pad_rules: List[str]
    clot_first: List[str]
    least_sum: int
    least_share: float
    never_far: List[str]
    not_alone: List[str]

    def topics(self) -> FrozenSet[str]:
        """Return the conditions that can be ranked."""
        return frozenset({t for row in self.likelihood.values() for t in row} | {*self.signatures})


class Texts(KnowledgeModel):
    """What the result says.

    Attributes:
        mentioned: reason for a finding whose label is a noun; `because` has the others.
        named: reason for a condition that no finding speaks for.
    """

    noted: str
    mentioned: str
    named: str
    because: Dict[str, str]
    standout: str
    standout_one: str
    urgent: str
    nothing: str
    against: str
    try_first: str
    see_someone: str


class SummaryTexts(KnowledgeModel):
    """The lines of the summary to print."""

    title: str
    present: str
    denied: str
    level: str
    levels: Dict[str, str]
    shown: str
    nothing_shown: str
    closing: str


class Interview(KnowledgeModel):
    """`interview.yml`, whole."""

    questions: List[Question]
    unsure: str
    words: AnswerWords
    texts: Texts
    summary: SummaryTexts
    ranking: Likelihood

    @property
    def order(self) -> Tuple[str, ...]:
        """Return the slots in the order in which they are asked."""
        return tuple(question.slot for question in self.questions)

    @property
    def steps(self) -> int:
        """Return how many questions the patient counts."""
        return self.questions[-1].step

    def question(self, slot: Optional[str]) -> Optional[Question]:
        """Return the question of a slot, or None if it is no slot of the pain check."""
        return next((each for each in self.questions if each.slot == slot), None)

    def patient_texts(self) -> Iterator[Tuple[str, str]]:
        """Yield (place, text) of everything that the pain check says by itself."""
        for each in self.questions:
            yield f"{INTERVIEW_FILE}: {each.slot}.text", each.text
            yield f"{INTERVIEW_FILE}: {each.slot}.why", each.why
            if each.closed:
                yield f"{INTERVIEW_FILE}: {each.slot}.closed", each.closed.text
        said = [(name, text) for name, text in self.texts.dict().items() if name != "because"]
        for name, text in [*said, *self.summary.levels.items()]:
            yield f"{INTERVIEW_FILE}: {name}", text


def load_interview(folder: Optional[Path] = None) -> Interview:
    """Load the pain check from a knowledge folder (the project's own by default).

    Raises:
        KnowledgeError: with one line for every mistake: file, field, what was expected.
    """
    return _load(folder or knowledge_dir())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Interview:
    interview = parse_model(Interview, read_yaml(folder / INTERVIEW_FILE), INTERVIEW_FILE)
    listed = frozenset(each["id"] for each in read_yaml(folder / "findings.yml")["findings"])
    groups = frozenset(read_yaml(folder / "red_flags.yml")["groups"])
    mistakes = [*_unknown_findings(interview, listed), *_unclear_options(interview)]
    mistakes += [
        f"{INTERVIEW_FILE}: ranking: no finding or group '{name}'"
        for name in [
            *interview.ranking.likelihood,
            *interview.ranking.denied,
            *interview.ranking.clot_first,
            *interview.ranking.not_alone,
        ]
        if name not in listed | groups
    ]
    if mistakes:
        raise KnowledgeError("\n".join(mistakes))
    return interview


def _unknown_findings(interview: Interview, listed: FrozenSet[str]) -> Iterator[str]:
    for question in interview.questions:
        named: List[Tuple[str, Any]] = [
            ("also", question.also),
            ("settled_by", question.settled_by),
            ("more_words", question.more_words),
            ("texts.because", interview.texts.because),
            ("closed.present", question.closed.present if question.closed else []),
        ]
        for option in question.options:
            named += [
                (f"options.{option.title}", ids)
                for ids in (
                    option.findings,
                    option.denied,
                    option.denied_with_none,
                    option.settled_by,
                )
            ]
        for field, ids in named:
            for finding in ids:
                if finding not in listed:
                    yield f"{INTERVIEW_FILE}: {question.slot}.{field}: no finding '{finding}'"
    for topic, weights in interview.ranking.signatures.items():
        for finding in weights:
            if finding not in listed:
                yield f"{INTERVIEW_FILE}: ranking.signatures.{topic}: no finding '{finding}'"


def _unclear_options(interview: Interview) -> Iterator[str]:
    """Yield the words and titles that stand for two choices of one question."""
    for question in interview.questions:
        owner: Dict[str, str] = {}
        choices = [(each.title, each.words) for each in question.options]
        if question.none:
            choices.append((question.none.title, question.none.words))
        for title, words in [*choices, *question.more_words.items()]:
            for phrase in {each.lower() for each in (title, *words)}:
                if owner.setdefault(phrase, title) != title:
                    where = f"{INTERVIEW_FILE}: {question.slot}.options"
                    yield f"{where}: '{phrase}' stands for both '{owner[phrase]}' and '{title}'"
