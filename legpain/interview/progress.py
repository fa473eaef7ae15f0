"""Where a pain check stands: which question comes next, and what of it is still unknown."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from legpain.findings import ConversationFindings
from legpain.interview.questions import Interview, Option, Question
from legpain.interview.reading import MISSED, NONE_PAYLOAD, UNCLEAR, UNSURE_PAYLOAD, YES_PAYLOAD

_YES, _NO = "Yes", "No"


def next_question(
    interview: Interview, values: Mapping[str, Any], findings: ConversationFindings
) -> Optional[Question]:
    """Return the first question neither answered nor known; None when all is known.

    Args:
        interview: the pain check.
        values: slot -> its value; None where it was not asked yet.
        findings: what the conversation has told.
    """
    for question in interview.questions:
        value = values.get(question.slot)
        if value == UNCLEAR or (value in (None, MISSED) and not is_known(question, findings)):
            return question
    return None


def is_known(question: Question, findings: ConversationFindings) -> bool:
    """Return whether the conversation has answered the question already."""
    if question.each:
        return not options_left(question, findings)
    settling = set(question.settled_by) or set(question.findings)
    return bool(settling & findings.present.keys()) or settling <= findings.denied


def options_left(question: Question, findings: ConversationFindings) -> List[Option]:
    """Return the options to offer: of a list to go through, those that are not known."""
    if not question.each:
        return list(question.options)
    known = findings.present.keys() | findings.denied
    return [option for option in question.options if not set(option.key) & known]


def choices(
    interview: Interview, question: Question, findings: ConversationFindings, unclear: bool
) -> List[Dict[str, str]]:
    """Return title and payload of each choice (contract `question`, field `options`).

    Args:
        unclear: the closed question is asked.
    """
    if unclear:
        offered = [(_YES, YES_PAYLOAD), (_NO, NONE_PAYLOAD)]
    else:
        offered = [(each.title, each.payload) for each in options_left(question, findings)]
        if question.none:
            offered.append((question.none.title, NONE_PAYLOAD))
    offered.append((interview.unsure, UNSURE_PAYLOAD))
    return [{"title": title, "payload": payload} for title, payload in offered]
