"""What the patient's latest turn tells, also where it answers a question of the pain check."""

from __future__ import annotations

from typing import List, Optional, Tuple

from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.findings import ConversationFindings, Finding
from legpain.interview.questions import Interview
from legpain.interview.reading import UNCLEAR, as_findings, read_answer
from legpain.rasa.parsed_findings import CORRECTION, findings_of_message

PAIN_CHECK = "pain_check"  # the form


def findings_of_turn(
    tracker: DialogueStateTracker, before: ConversationFindings, interview: Optional[Interview]
) -> Tuple[List[Finding], bool]:
    """Return what the latest message tells, and whether it takes something back.

    To a question of the pain check, "both" and the titles of choices tell something too.

    Args:
        tracker: the conversation, up to the message.
        before: what it has told so far.
        interview: the pain check, if there is one.
    """
    assert tracker.latest_message is not None
    parse_data = tracker.latest_message.parse_data
    findings = findings_of_message(parse_data)
    corrected = bool(parse_data.get(CORRECTION))
    slot = tracker.get_slot(REQUESTED_SLOT)
    question = interview.question(slot) if interview else None
    if interview is None or question is None or tracker.active_loop_name != PAIN_CHECK:
        return findings, corrected
    answer = read_answer(
        interview,
        question,
        tracker.latest_message.text or "",
        tracker.latest_message.intent.get("name") or "",
        findings,
        tracker.get_slot(question.slot) == UNCLEAR,
    )
    if answer is None:
        return findings, corrected
    others = any(about.get("person") == "other" for about in before.present.values())
    kept = [each for each in findings if not answer.whole and each.id not in answer.denied]
    told = [*kept, *as_findings(answer, "other" if others else "self")]
    return told, corrected or question.exclusive
