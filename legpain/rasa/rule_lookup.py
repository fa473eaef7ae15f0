"""Makes the look-up of a dialogue rule cost what the rule costs, not what the conversation does.

Rasa's RulePolicy builds the state of every turn of the conversation and compares it with every
rule, three times a message. The same answer comes from the few latest turns, and from the rules
that name the intent and the action before. Both rest on the inner shape of Rasa 3.6.21;
tests/rasa/test_rule_lookup.py compares them with Rasa's own way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_Place = Tuple[Optional[str], Optional[str]]  # name of the action before, intent


class RuleIndex:
    """Finds the rules that can apply to a state, of all that a lookup holds.

    Args:
        lookup: Rasa's lookup: a rule's states as JSON -> action or condition.
    """

    def __init__(self, lookup: Mapping[str, str]) -> None:
        self._lookup = lookup
        self._at: Dict[_Place, List[str]] = defaultdict(list)
        self.longest = 0  # states of the longest rule
        for key in lookup:
            states: List[State] = json.loads(key)
            self._at[_place(states[-1])].append(key)
            self.longest = max(self.longest, len(states))

    def candidates(self, state: State) -> Dict[str, str]:
        """Return the part of the lookup that can apply to the latest state of a conversation."""
        action, intent = _place(state)
        if action is None:  # the start of a conversation: Rasa compares nothing there
            return dict(self._lookup)
        keys = [*self._at.get((action, None), ())]
        if intent is not None:
            keys += self._at.get((action, intent), ())
        return {key: self._lookup[key] for key in keys}

    def without_intent(self, action: str) -> bool:
        """Return whether a rule can apply after an action whatever the user's intent is."""
        return bool(self._at.get((action, None)))


def _place(state: Mapping[str, Any]) -> _Place:
    return (
        (state.get(PREVIOUS_ACTION) or {}).get(ACTION_NAME),
        (state.get(USER) or {}).get(INTENT),
    )


class LatestStates:
    """Stands for a tracker where the states of its latest turns are asked, and no others.

    Args:
        tracker: the conversation.
        count: how many states, at least 1.
    """

    def __init__(self, tracker: DialogueStateTracker, count: int) -> None:
        self._tracker, self._count = tracker, count

    def past_states(self, domain: Domain, **options: Any) -> List[State]:
        """Return the latest states, oldest first (see the tracker's method)."""
        return list(domain.states_for_tracker_history(self, **options))

    def generate_all_prior_trackers(self) -> Iterator[Tuple[DialogueStateTracker, bool]]:
        """Yield the tracker before each of the latest actions (see the tracker's method)."""
        events = self._tracker.applied_events()
        states = 1 + sum(isinstance(event, ActionExecuted) for event in events)
        tracker = self._tracker.init_copy()
        for event in events:
            if isinstance(event, ActionExecuted):
                if states <= self._count:
                    yield tracker, event.hide_rule_turn
                states -= 1
            tracker.update(event)
        yield tracker, False
