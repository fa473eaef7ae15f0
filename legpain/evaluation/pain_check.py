"""Measures the pain check: told stories and the worked vignettes, beside two simple baselines.

Each story is taken through the whole check, question by question, without servers: the story's own
findings answer. `make evaluate` prints the figures, `legpain evaluate --pain-check` them alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, List, Optional, Sequence, Tuple

from legpain.causes import MOST_CAUSES, CauseRanker
from legpain.evaluation.metrics import Share
from legpain.explain import listed
from legpain.findings import ConversationFindings, FindingExtractor
from legpain.interview.progress import next_question, options_left
from legpain.interview.questions import Interview, Question, load_interview
from legpain.interview.reading import Answer, as_findings, read_answer
from legpain.knowledge import KnowledgeModel, load_knowledge, parse_model, read_yaml

STORIES_FILE = Path("tests/evaluation/stories_heldout.yml")
VIGNETTES_FILE = Path("tests/findings/vignettes.yml")
_WORD = re.compile(r"[a-z]{3,}")


class Story(KnowledgeModel):
    """A patient: what is said first, all that is true, and the explanation that fits best."""

    says: str
    findings: List[str]
    expected: str


class _StoriesFile(KnowledgeModel):
    stories: List[Story]


@dataclass(frozen=True)
class Check:
    """One story taken through the check.

    Attributes:
        shown: the explanations, best first; the clot alone where an emergency ended the check.
        questions: how many were asked.
        ended: an emergency ended it.
    """

    shown: Tuple[str, ...]
    questions: int
    ended: bool


@dataclass(frozen=True)
class Agreement:
    """How often the expected explanation was shown.

    Attributes:
        title: what was measured.
        first: it was the first one.
        among: it was among the first three.
    """

    title: str
    first: Share
    among: Share


@dataclass(frozen=True)
class PainCheckResult:
    """The figures for one set of stories.

    Attributes:
        title: which set.
        agreements: the pain check's, then the baselines'.
        questions: mean number of questions asked.
        ended: how many checks an emergency ended; they are no part of the agreements.
    """

    title: str
    agreements: List[Agreement]
    questions: float
    ended: Share


def load_stories(root: Path) -> List[Story]:
    """Load the held-out stories.

    Raises:
        KnowledgeError: with one line for every mistake in the file.
    """
    path = root / STORIES_FILE
    return parse_model(_StoriesFile, read_yaml(path), path.name).stories


def load_vignettes(root: Path) -> List[Story]:
    """Load those worked vignettes that show an explanation and are no emergency."""
    rows: List[Dict[str, Any]] = read_yaml(root / VIGNETTES_FILE)["vignettes"]
    return [
        Story(says=row["text"], findings=row["findings"], expected=row["topics"][0])
        for row in rows
        if row.get("topics") and row["level"] != "emergency"
    ]


class Checker:
    """Takes stories through the pain check."""

    def __init__(self) -> None:
        self._interview: Interview = load_interview()
        self._ranker = CauseRanker.from_folder()
        self._extractor = FindingExtractor.from_folder()

    def check(self, story: Story) -> Check:
        """Tell the story's opening, answer each question from its findings, and rank."""
        truth = frozenset(story.findings)
        told = ConversationFindings().update(self._extractor.extract(story.says), correction=False)
        answered: Dict[str, object] = {}
        while self._ranker.red_flags.level(told.active()) != "emergency":
            question = next_question(self._interview, answered, told)
            if question is None:
                shown = tuple(each.topic for each in self._ranker.rank_conversation(told))
                return Check(shown, len(answered), ended=False)
            answered[question.slot] = True
            answer = self._answer(question, truth, told)
            if answer is not None:
                told = told.update(as_findings(answer, "self"), question.exclusive)
        return Check((), len(answered), ended=True)

    def _answer(
        self, question: Question, truth: FrozenSet[str], told: ConversationFindings
    ) -> Optional[Answer]:
        """Return what the patient picks, written as the website writes it."""
        fitting = [each for each in options_left(question, told) if truth.issuperset(each.findings)]
        words = [each.title for each in fitting]
        words += [words[0] for finding, words in question.more_words.items() if finding in truth]
        if not words and question.none:
            words = [question.none.title]
        return read_answer(self._interview, question, ", ".join(words), "inform", ())


def measure_pain_check(root: Path) -> List[PainCheckResult]:
    """Measure the vignettes and the held-out stories.

    Raises:
        KnowledgeError: if a file has a mistake.
    """
    checker = Checker()
    sets = [("vignettes", load_vignettes(root)), ("held-out stories", load_stories(root))]
    return [_measure(title, stories, checker) for title, stories in sets]


def _measure(title: str, stories: Sequence[Story], checker: Checker) -> PainCheckResult:
    checks = [checker.check(story) for story in stories]
    counted = [story for story, check in zip(stories, checks, strict=True) if not check.ended]
    shown = [check.shown for check in checks if not check.ended]
    frequent = tuple(t for t, _ in Counter(s.expected for s in stories).most_common(MOST_CAUSES))
    by_words = keyword_baseline()
    return PainCheckResult(
        title,
        [
            _agreement("pain check", counted, shown),
            _agreement("most frequent causes", counted, [frequent] * len(counted)),
            _agreement("keyword match", counted, [by_words(story) for story in counted]),
        ],
        sum(check.questions for check in checks) / len(checks),
        Share(sum(check.ended for check in checks), len(checks)),
    )


def _agreement(title: str, stories: Sequence[Story], shown: Sequence[Sequence[str]]) -> Agreement:
    pairs = list(zip(stories, shown, strict=True))
    first = sum(story.expected in topics[:1] for story, topics in pairs)
    among = sum(story.expected in topics[:MOST_CAUSES] for story, topics in pairs)
    return Agreement(title, Share(first, len(pairs)), Share(among, len(pairs)))


def keyword_baseline() -> Callable[[Story], Tuple[str, ...]]:
    """Return a ranker that counts words in common with each condition's overview and symptoms.

    It is told everything: the opening and all findings, in their plain words.
    """
    words = {
        each.id: frozenset(_WORD.findall(f"{each.aspects['overview']} {each.aspects['symptoms']}"))
        for each in load_knowledge().conditions.values()
    }
    everywhere = Counter(word for each in words.values() for word in each)
    rare = {word for word, count in everywhere.items() if count <= len(words) / 2}

    def rank(story: Story) -> Tuple[str, ...]:
        told = set(_WORD.findall(f"{story.says.lower()} {listed(story.findings)}")) & rare
        scores = sorted(words, key=lambda topic: (-len(told & words[topic]), topic))
        return tuple(scores[:MOST_CAUSES])

    return rank
