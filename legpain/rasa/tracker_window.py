"""The part of a conversation that the dialogue looks at: its state, and its latest turns.

Rasa replays all events of a conversation several times a message, so that message 200 costs many
times what message 1 did. Of the turns before the latest ones only their outcome counts: the last
value of each slot, the form that is open, whether the bot is paused. The events that say so are
kept as they are, all others are left out.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Sequence, Tuple, Type

from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)

TURNS = 5  # the furthest that an action or rule looks back are three turns

_STARTS = (Restarted, SessionStarted)  # all before them is forgotten
_UNDOES = (ActionReverted, UserUtteranceReverted)
_STATES = (
    SlotSet,
    AllSlotsReset,
    ActiveLoop,
    ActionExecutionRejected,
    ConversationPaused,
    ConversationResumed,
)


def recent_events(events: Sequence[Event], turns: int = TURNS) -> List[Event]:
    """Return the events that give a tracker the conversation's state and its latest turns.

    Applying it to its own result with more events at the end gives the same as applying it to all
    events at once.

    Args:
        events: of one conversation, oldest first.
        turns: how many messages of the user, with what followed, are kept whole.
    """
    present = events[_start(events) :]
    first = _first_of_latest(present, turns)
    # What is taken back in the latest turns may lie before them.
    if first is None or any(isinstance(event, _UNDOES) for event in present[first:]):
        return list(present)
    before = _settled(present[:first])
    opening = next((at for at, e in enumerate(before) if isinstance(e, UserUttered)), len(before))
    kept = {at for at in range(opening) if not isinstance(before[at], _STATES)}
    kept.update(_outcome(before))
    return [*(before[at] for at in sorted(kept)), *present[first:]]


def _settled(events: Sequence[Event]) -> List[Event]:
    """Return the events without those that were taken back, as `tracker.applied_events` does it."""
    done: List[Event] = []
    for event in events:
        if isinstance(event, _UNDOES):
            if isinstance(event, UserUtteranceReverted):
                _drop_through(done, UserUttered)
            _drop_through(done, ActionExecuted)
        else:
            done.append(event)
    return done


def _drop_through(done: List[Event], kind: Type[Event]) -> None:
    while done and not isinstance(done.pop(), kind):
        pass


def _outcome(events: Sequence[Event]) -> Iterable[int]:
    """Return the places of the events that made the state what it is."""
    last: Dict[Tuple[type, str], int] = {}
    for place, event in enumerate(events):
        if isinstance(event, AllSlotsReset):
            last = {kind: at for kind, at in last.items() if kind[0] is not SlotSet}
        elif isinstance(event, ActiveLoop):
            last = {kind: at for kind, at in last.items() if kind[0] is not ActionExecutionRejected}
        elif isinstance(event, ActionExecuted):
            # A form that runs again is no longer one that was left to the rules.
            last.pop((ActionExecutionRejected, str(event.action_name)), None)
        if isinstance(event, _STATES):
            last[_kind(event)] = place
    return last.values()


def _start(events: Sequence[Event]) -> int:
    """Return where the present session begins, with the action that started it."""
    for place in range(len(events) - 1, -1, -1):
        if isinstance(events[place], _STARTS):
            before = events[place - 1] if place else None
            return place - isinstance(before, ActionExecuted)
    return 0


def _first_of_latest(events: Sequence[Event], turns: int) -> Optional[int]:
    """Return where the latest turns begin, or None if there are no more than those."""
    users = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    return users[-turns] if len(users) > turns else None


def _kind(event: Event) -> Tuple[type, str]:
    if isinstance(event, SlotSet):
        return SlotSet, str(event.key)
    if isinstance(event, ActionExecutionRejected):
        return ActionExecutionRejected, str(event.action_name)
    if isinstance(event, (ActiveLoop, AllSlotsReset)):
        return type(event), ""
    return ConversationPaused, ""  # or resumed: the later one counts
