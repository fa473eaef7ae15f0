"""Which aspects of a condition a message asks for, and which to offer next."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from legpain.interview.questions import load_interview
from legpain.knowledge import ASPECTS, Condition, knowledge_dir, read_yaml

_PREFIX = "ask_"
# Words that point at what was talked about before.
_BACK = re.compile(r"\b(?:it|its|it's|that|this|these|those|they|them|one|more)\b", re.IGNORECASE)
_OVERVIEW = "overview"
_ARTICLE = 5  # characters between "what is" and a name: " the "
# Said of leg pain in general when no condition is known: aspect -> general topic.
IN_GENERAL = {
    "when_to_see_someone": "when_to_worry",
    "self_care": "home_care",
    "treatment": "clinic_care",
    "prevention": "prevention",
}
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


def refers_back(text: str) -> bool:
    """Return whether a message points at what was talked about before ("how long does it take")."""
    return bool(_BACK.search(text))


def aspect_cues(entities: Sequence[Mapping[str, Any]]) -> List[str]:
    """Return the aspects whose cue words stand in a message, in their order.

    "What is" stands in many questions: it counts only right before a condition's name.

    Args:
        entities: the message's entities, with `entity`, `value`, and `start` and `end` if known.
    """
    starts = [each.get("start") for each in entities if each["entity"] == "condition"]
    return list(
        dict.fromkeys(
            str(each["value"])
            for each in sorted(entities, key=lambda each: each.get("start") or 0)
            if each["entity"] == "aspect"
            and (
                each["value"] != _OVERVIEW
                or any(0 < (start or 0) - (each.get("end") or 0) <= _ARTICLE for start in starts)
            )
        )
    )


def aspects_asked(intent: str, cues: Sequence[str], before: Optional[str]) -> List[str]:
    """Return the one or two aspects that a message asks for.

    Args:
        intent: the message's intent; `ask_<aspect>`, or `ask_same_about` for "and for X?".
        cues: aspects whose cue words stand in the message.
        before: the aspect explained before.
    """
    asked = intent[len(_PREFIX) :] if intent.startswith(_PREFIX) else ""
    if intent == "ask_same_about":
        asked = next(iter(cues), before or _OVERVIEW)
    first = asked if asked in ASPECTS else next(iter(cues), _OVERVIEW)
    other = next((cue for cue in cues if cue != first and cue in ASPECTS), None)
    if other is None:
        return [first]
    told_first = first not in cues or list(cues).index(first) < list(cues).index(other)
    return [first, other] if told_first else [other, first]


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


def listed(findings: Iterable[str]) -> str:
    """Return findings in plain words: "pain in the calf, a cramp and one leg only"."""
    return _and([finding_labels().get(finding, finding) for finding in findings])


def because_text(findings: Sequence[str]) -> str:
    """Return the reason: "because you mentioned pain in the calf and it is in one leg only.".

    Without a finding, the reason is that the patient named the condition.
    """
    texts = load_interview().texts
    named = [finding for finding in findings if finding not in texts.because]
    reasons = [texts.because[finding] for finding in findings if finding in texts.because]
    if named:
        reasons.insert(0, texts.mentioned.format(findings=listed(named)))
    return f"because {_and(reasons or [texts.named])}."


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
