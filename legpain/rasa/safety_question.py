"""The one closed question that is asked when an emergency hangs on a doubtful finding.

It comes at the end of a turn, after the answer; in an appointment request it comes before the
form takes the message. Whatever is said to it that is no "no" counts as a yes (clinical.md §1
rule 6).
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from legpain.findings import ConversationFindings, Finding
from legpain.red_flags import RedFlags

SAFETY_QUESTION_SLOT = "safety_question"
UTTER_SAFETY_QUESTION = "utter_safety_question"
_NO = re.compile(
    r"\W*(?!no (idea|clue)|not (\w+ )?(sure|certain))(no+|nope|nah|not|none|never|neither)\b", re.I
)


def question_for(
    red_flags: RedFlags, memory: ConversationFindings, findings: Sequence[Finding]
) -> Optional[Dict[str, Any]]:
    """Return the slot's value for a message with doubtful findings; None if nothing is to ask.

    What the patient has denied before is not asked again.
    """
    doubtful = [
        each for each in findings if each.context == "doubtful" and each.id not in memory.denied
    ]
    asked = red_flags.doubt(memory.active(), [each.id for each in doubtful])
    if asked is None:
        return None
    person = next(each.person for each in doubtful if each.id == asked)
    return {"finding": asked, "person": person, "text": red_flags.question_text(asked)}


def answer_to(
    question: Mapping[str, Any], text: str, intent: Optional[str], findings: Sequence[Finding]
) -> List[Finding]:
    """Return what the next message says of the finding that was asked for.

    Args:
        question: the slot's value.
        text: the message.
        intent: its intent.
        findings: what it tells by itself.
    """
    asked = question["finding"]
    if any(each.id == asked and each.context in ("present", "denied") for each in findings):
        return []
    is_no = intent == "deny" or _NO.match(text)
    return [Finding(asked, "denied" if is_no else "uncertain", question["person"], None, 0, 0)]
