"""Which aspects of a condition a message asks for, and which to offer next."""

from __future__ import annotations

from functools import lru_cache
from typing import Dict, List, Optional, Sequence

from legpain.knowledge import ASPECTS, Condition, knowledge_dir, read_yaml

_PREFIX = "ask_"
# Cues that often stand in a question about something else: alone they decide nothing.
_WEAK_CUES = {"overview"}
_NEXT = {
    "overview": ["self_care", "recovery", "when_to_see_someone"],
    "symptoms": ["causes", "self_care", "when_to_see_someone"],
    "causes": ["self_care", "prevention", "when_to_see_someone"],
    "self_care": ["recovery", "treatment", "when_to_see_someone"],
    "treatment": ["recovery", "self_care", "when_to_see_someone"],
    "recovery": ["self_care", "prevention", "when_to_see_someone"],
    "prevention": ["self_care", "recovery", "when_to_see_someone"],
    "when_to_see_someone": ["symptoms", "self_care", "treatment"],
}


def aspects_asked(intent: str, cues: Sequence[str], before: Optional[str]) -> List[str]:
    """Return the aspects that a message asks for, the classifier's first.

    Args:
        intent: the message's intent; `ask_<aspect>`, or `ask_same_about` for "and for X?".
        cues: aspects whose cue words stand in the message.
        before: the aspect explained before.
    """
    asked = intent[len(_PREFIX) :] if intent.startswith(_PREFIX) else ""
    if intent == "ask_same_about":
        asked = next(iter(cues), before or "overview")
    first = asked if asked in ASPECTS else "overview"
    others = [cue for cue in cues if cue != first and cue in ASPECTS and cue not in _WEAK_CUES]
    return [first, *others]


def next_aspects(told: Sequence[str]) -> List[str]:
    """Return the aspects to offer after those told, most useful first."""
    return [aspect for aspect in _NEXT[told[-1]] if aspect not in told]


def difference(first: Condition, second: Condition) -> str:
    """Return what sets two conditions apart, and the question that separates them, if known."""
    question = next(
        (
            neighbour.ask
            for one, other in ((first, second), (second, first))
            for neighbour in one.confused_with
            if neighbour.condition == other.id
        ),
        "",
    )
    lines = [f"{first.hallmark} {second.hallmark}"]
    if question:
        lines.append(f"A good question to ask yourself: {question}")
    return "\n\n".join(lines)


@lru_cache(maxsize=1)
def finding_labels() -> Dict[str, str]:
    """Return finding id -> short plain words for it."""
    content = read_yaml(knowledge_dir() / "findings.yml")
    return {each["id"]: each["label"] for each in content["findings"]}


def because_text(findings: Sequence[str]) -> str:
    """Return the reason in plain words: "because you tell of pain in the calf and a cramp"."""
    labels = [finding_labels().get(finding, finding) for finding in findings]
    if len(labels) > 1:
        labels = [", ".join(labels[:-1]), labels[-1]]
    return f"because you tell of {' and '.join(labels)}."
