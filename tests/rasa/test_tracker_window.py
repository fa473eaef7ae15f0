"""The window that the dialogue looks through shows the same conversation, and no more."""

from __future__ import annotations

from typing import Any, Dict, List

from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.rasa.tracker_window import TURNS, recent_events

SLOTS = [AnySlot(name, mappings=[]) for name in ("findings", "alert", "topic")]
_LISTEN = "action_listen"


def _turn(number: int, *inside: Event) -> List[Event]:
    user = UserUttered(f"message {number}", {"name": "inform"}, [])
    return [user, ActionExecuted("utter_x"), *inside, BotUttered("x"), ActionExecuted(_LISTEN)]


def _back() -> List[Event]:
    return _turn(2, UserUtteranceReverted(), UserUtteranceReverted())


def _session() -> List[Event]:
    start = ActionExecuted("action_session_start")
    return [start, SessionStarted(), ActionExecuted(_LISTEN)]


def _shown(events: List[Event]) -> Dict[str, Any]:
    """Return what a tracker with these events shows to policies, forms and actions."""
    tracker = DialogueStateTracker.from_events("me", events, SLOTS)
    latest = tracker.latest_message
    return {
        "slots": tracker.current_slot_values(),
        "loop": tracker.active_loop_name,
        "rejected": tracker.is_active_loop_rejected,
        "paused": tracker.is_paused(),
        "latest": latest.text if latest else None,
        "action": tracker.latest_action_name,
        "followup": tracker.followup_action,
        "begun": bool(tracker.applied_events()),
    }


_INSIDE = st.one_of(
    st.builds(SlotSet, st.sampled_from([s.name for s in SLOTS]), st.integers(0, 9)),
    st.builds(ActiveLoop, st.sampled_from(["pain_form", "visit_form", None])),
    st.builds(ActionExecutionRejected, st.just("pain_form")),
    st.builds(AllSlotsReset),
    st.builds(ConversationPaused),
    st.builds(ConversationResumed),
)
_PIECE = st.one_of(
    st.lists(_INSIDE, max_size=3).map(lambda inside: _turn(0, *inside)),
    st.lists(_INSIDE, max_size=3).map(lambda inside: _turn(1, *inside)),
    st.just([ActionExecuted("action_restart"), Restarted()]),
    # "Back" takes back itself and the message before, which the latest turns hold.
    st.builds(lambda: [*_turn(6), *_turn(7), *_back()]),
    st.builds(lambda: _turn(3, ActionReverted())),
    st.builds(lambda: _turn(4, ActionExecuted("pain_form"))),
    st.builds(_session),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECE, max_size=25), st.integers(2, 5))
def test_state_and_latest_turns_are_those_of_the_whole_conversation(
    pieces: List[List[Event]], turns: int
) -> None:
    whole: List[Event] = _session()
    step = list(whole)
    for piece in pieces:
        whole += piece
        step = recent_events([*step, *piece], turns)
        assert _shown(step) == _shown(whole)
    assert _shown(recent_events(whole, turns)) == _shown(whole)
    users = [event for event in whole if isinstance(event, UserUttered)]
    kept = [event for event in step if isinstance(event, UserUttered)]
    assert kept == users[len(users) - len(kept) :]


def test_a_long_conversation_costs_what_a_short_one_does() -> None:
    events = _session()
    for number in range(500):
        events = recent_events([*events, *_turn(number, SlotSet("topic", number))])
    assert len(events) < 10 * TURNS


def test_findings_alert_and_open_form_of_long_ago_are_there() -> None:
    events = _session()
    events += _turn(
        0, SlotSet("findings", {"present": {"swelling": {}}}), SlotSet("alert", {"a": 1})
    )
    events += _turn(1, ActiveLoop("pain_form"), SlotSet("topic", "sciatica"))
    for number in range(2, 100):
        events = recent_events([*events, *_turn(number)])
    shown = _shown(events)
    assert shown["slots"]["findings"] == {"present": {"swelling": {}}}
    assert shown["slots"]["alert"] == {"a": 1}
    assert shown["loop"] == "pain_form"


def test_what_was_taken_back_does_not_come_back() -> None:
    events = [*_session(), *_turn(0, SlotSet("topic", "sciatica")), *_turn(1, SlotSet("topic", 1))]
    events += _back()
    for number in range(3, 50):
        events = recent_events([*events, *_turn(number)])
    assert _shown(events)["slots"]["topic"] == "sciatica"
    assert len(events) < 10 * TURNS


def test_the_turns_that_actions_look_back_to_are_whole() -> None:
    events = _session()
    for number in range(50):
        events = recent_events([*events, *_turn(number)])
    said = [event.text for event in events if isinstance(event, UserUttered)]
    assert said == [f"message {number}" for number in range(50 - TURNS, 50)]
