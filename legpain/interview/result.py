"""What comes of a pain check: the explanations with their reasons, and the summary to print."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Iterable, List, Optional, Sequence

from legpain.causes import Cause
from legpain.explain import because_text, listed
from legpain.findings import ConversationFindings
from legpain.interview.questions import Interview
from legpain.knowledge import Knowledge
from legpain.red_flags import Alert

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def in_order(interview: Interview, findings: Iterable[str]) -> List[str]:
    """Return findings as a patient would tell them: the place first, then the side, when, what.

    "Pain in the leg" is left out beside a place in the leg.
    """
    place = interview.question("place")
    places = [*place.settled_by] if place else []
    asked = [f for q in interview.questions[3:] for o in q.options for f in o.findings]
    listing = list(dict.fromkeys([*places, *asked]))
    found = set(findings)
    if found.intersection(places):
        found.discard("leg_pain")
    rest = sorted(found.difference(listing))
    return [each for each in listing if each in found] + rest


def introduction(interview: Interview, causes: Sequence[Cause], alert: Optional[Alert]) -> str:
    """Return the sentence before the explanations; being seen comes first when it is urgent."""
    texts = interview.texts
    if not causes:
        return texts.nothing
    if alert and alert.level != "soon":
        return texts.urgent.format(suspected=alert.suspected)
    return texts.standout if len(causes) > 1 else texts.standout_one


def explanations(interview: Interview, knowledge: Knowledge, causes: Sequence[Cause]) -> List[str]:
    """Return one short text for each explanation: why, what speaks against, what to do, when."""
    texts = interview.texts
    told = []
    for number, cause in enumerate(causes, start=1):
        condition = knowledge.condition(cause.topic)
        against = listed(in_order(interview, cause.against))
        try_first = _opening(condition.aspects["self_care"], 1)
        # First how serious it is, then the sign that matters most.
        seek = _opening(condition.aspects["when_to_see_someone"], 2)
        lines = [
            f"**{number}. {condition.name}**{_reason(in_order(interview, cause.because))}",
            *([f"- {texts.against.format(findings=against)}"] if against else []),
            f"- {texts.try_first.format(text=try_first)}",
            f"- {texts.see_someone.format(text=seek)}",
        ]
        told.append("\n".join(lines))
    return told


def summary(
    interview: Interview,
    knowledge: Knowledge,
    findings: ConversationFindings,
    causes: Sequence[Cause],
    alert: Optional[Alert],
    time: datetime,
) -> str:
    """Return the plain summary that can be emailed, printed or sent with a request; no diagnosis.

    Args:
        time: when the pain check ended, with its time zone.
    """
    texts = interview.summary
    level = texts.levels[alert.level if alert else "none"]
    names = [knowledge.condition(each.topic).name for each in causes]
    shown = ", ".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
    sides = {f for q in interview.questions if q.exclusive for f in q.findings}
    denied = findings.denied - findings.present.keys() - sides
    lines = [
        texts.title.format(time=f"{time:%b} {time.day}, {time:%Y, %H:%M %Z}"),
        texts.present.format(findings=listed(in_order(interview, findings.present)) or "nothing"),
        texts.denied.format(findings=listed(in_order(interview, denied)) or "nothing"),
        texts.level.format(level=level.format(suspected=alert.suspected if alert else "")),
        texts.shown.format(causes=shown) if causes else texts.nothing_shown,
        texts.closing,
    ]
    return "\n".join(lines)


def _reason(findings: List[str]) -> str:
    """Return what follows the name of an explanation; an end mark if there is no reason."""
    return f", {because_text(findings)}" if findings else "."


def _opening(text: str, sentences: int) -> str:
    return " ".join(_SENTENCE_END.split(text.strip())[:sentences])
