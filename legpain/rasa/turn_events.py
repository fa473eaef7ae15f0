"""The events of the latest turn, as the red-flag policy looks at them."""

from __future__ import annotations

from typing import List, Optional

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

UTTER_RED_FLAG = "utter_red_flag"
RECORD_ESCALATION = "action_record_escalation"


def events_of_turn(tracker: DialogueStateTracker) -> Optional[List[Event]]:
    """Return the events after the latest user message, or None if there is no message yet."""
    turn: List[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return turn[::-1]
        turn.append(event)
    return None


def without_alert(
    tracker: DialogueStateTracker, domain: Domain, suspend_loop: bool
) -> DialogueStateTracker:
    """Return a copy whose latest turn lacks the alert's actions, and whose form may be asleep."""
    turn = events_of_turn(tracker) or []
    skip = set()
    for position, event in enumerate(turn):
        if isinstance(event, ActionExecuted) and event.action_name in (
            UTTER_RED_FLAG,
            RECORD_ESCALATION,
        ):
            skip.add(id(event))
            following = turn[position + 1 : position + 2]
            skip.update(id(each) for each in following if isinstance(each, BotUttered))
    copy = DialogueStateTracker.from_events(
        tracker.sender_id,
        [event for event in tracker.events if id(event) not in skip],
        domain.slots,
        domain=domain,
    )
    if suspend_loop:
        copy.active_loop = None
    return copy
