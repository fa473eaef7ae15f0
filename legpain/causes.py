"""Ranks explanations for a set of findings. It explains; it does not diagnose.

Source: the likelihood table and the two guards of clinical.md §5, kept in `interview.yml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import AbstractSet, Dict, List, Optional, Sequence

from legpain.findings import ConversationFindings
from legpain.interview.questions import Likelihood, load_interview
from legpain.red_flags import RedFlags

MOST_CAUSES = 3


@dataclass(frozen=True)
class Cause:
    """An explanation, with the findings that speak for and against it."""

    topic: str
    score: int
    because: List[str]
    against: List[str]


class CauseRanker:
    """Ranks conditions by the sum of their weights over the findings.

    Args:
        table: the likelihood table.
        red_flags: the rules, for the guards and the groups of findings.
    """

    def __init__(self, table: Likelihood, red_flags: RedFlags) -> None:
        self.red_flags = red_flags
        self._table = table
        self._not_alone = frozenset(table.not_alone)
        self._clot_first = self._expand(table.clot_first)
        # topic -> finding or group -> weight
        self._weights: Dict[str, Dict[str, int]] = {
            topic: dict(weights) for topic, weights in table.signatures.items()
        }
        for finding, weights in table.likelihood.items():
            for topic, weight in weights.items():
                self._weights.setdefault(topic, {})[finding] = weight

    @classmethod
    def from_folder(cls, folder: Optional[Path] = None) -> CauseRanker:
        """Load table and rules from a knowledge folder.

        Raises:
            KnowledgeError: if a file is wrong.
        """
        return cls(load_interview(folder).ranking, RedFlags.from_folder(folder))

    def _expand(self, names: List[str]) -> AbstractSet[str]:
        groups = self.red_flags.groups
        return {member for name in names for member in groups.get(name, [name])}

    def _members(self, name: str, present: AbstractSet[str]) -> List[str]:
        """Return the present findings that `name`, a finding or a group, stands for."""
        members = self.red_flags.groups.get(name, [name])
        return [member for member in members if member in present]

    def score(
        self, topic: str, present: AbstractSet[str], denied: AbstractSet[str] = frozenset()
    ) -> Cause:
        """Return one condition with its sum over the findings present and those denied."""
        total = 0
        because: List[str] = []
        against: List[str] = []
        for name, weight in self._weights[topic].items():
            found = self._members(name, present)
            if not found:
                continue
            total += weight
            (because if weight > 0 else against).extend(found)
        for name, weights in self._table.denied.items():
            if set(self.red_flags.groups.get(name, [name])) <= denied:
                total += weights.get(topic, 0)
        return Cause(topic, total, because, against)

    def rank(
        self,
        present: AbstractSet[str],
        denied: AbstractSet[str] = frozenset(),
        suspected: AbstractSet[str] = frozenset(),
        named: Sequence[str] = (),
    ) -> List[Cause]:
        """Return at most three explanations, the likeliest first; none if nothing stands out.

        Args:
            present: ids of the findings that are present.
            denied: ids of those that were asked for and are not there.
            suspected: ids of further findings, that only the two guards look at.
            named: topics that the patient asks about: they are shown beside what stands out.
        """
        causes = sorted(
            (self.score(topic, present, denied) for topic in self._weights),
            key=lambda each: -each.score,
        )
        shown = [each for each in causes if self._stands_out(each, causes[0])][:MOST_CAUSES]
        for topic in named if shown else ():
            shown = _with(shown, self.score(topic, present, denied), first=False)
        suspected = present | suspected
        if self._clot_first & suspected:
            shown = _with(shown, self.score("dvt", suspected), first=True)
        if any(rule.id in self._table.pad_rules for rule in self.red_flags.fired(suspected)):
            shown = _with(shown, self.score("pad", suspected), first=False)
        return shown

    def _stands_out(self, cause: Cause, first: Cause) -> bool:
        if self._not_alone.issuperset(cause.because) or cause.score < self._table.least_sum:
            return False
        near = cause.score >= self._table.least_share * first.score
        return near or cause.topic in self._table.never_far

    def rank_conversation(self, findings: ConversationFindings) -> List[Cause]:
        """Rank what a whole pain check has told.

        What was only seen in meaning was asked for: it counts for the guards, unless denied.
        """
        present = findings.present.keys()
        return self.rank(present, findings.denied - present, findings.active() - findings.denied)


def _with(causes: List[Cause], needed: Cause, first: bool) -> List[Cause]:
    """Return the causes with one that must be among them, in its place or in front."""
    if any(each.topic == needed.topic for each in causes) and not first:
        return causes
    others = [each for each in causes if each.topic != needed.topic][: MOST_CAUSES - 1]
    return [needed, *others] if first else [*others, needed]


@lru_cache(maxsize=1)
def shared_ranker() -> CauseRanker:
    """Return the ranker of the project's own knowledge."""
    return CauseRanker.from_folder()
