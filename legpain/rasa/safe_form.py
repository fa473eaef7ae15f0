"""The base of both forms: what a question does with an answer, a refusal, a question back.

Rasa's form asks a remote action once a turn, `validate_<form>`; this is that action, whole. It
reads the message as an answer to the question asked, and asks the next one (text, and the
contract's `question`), so that a turn costs one remote call. A message that answers nothing, a
question in between say, is left to the rules: the form rejects, a rule answers, and Rasa comes
back to the form, which asks its question again.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from typing import Any, ClassVar, Dict, Iterable, List, Optional, Tuple

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.rasa.safe_action import Events, SafeAction, intent_of
from legpain.rasa.safety_question import UTTER_SAFETY_QUESTION
from legpain.replies import custom

OFFER_RESUME = "utter_offer_resume"  # said by the red-flag policy when an emergency is over
REQUESTED_SLOT = "requested_slot"
VALIDATE = "validate_"  # Rasa's prefix of the action that a form asks
SKIPPED = "skipped"  # value of a slot whose question the patient passed over

# Said of the form itself, not an answer and no question for the rules.
CONTROLS = frozenset(
    {"stop", "goodbye", "skip", "previous_question", "ask_why_asked", "repeat", "start_over"}
)
# Statements: when they answer nothing, the question is asked again in plainer words.
_STATEMENTS = frozenset({"inform", "describe_pain", "affirm", "deny", "unsure", "nlu_fallback"})
_FAILED = frozenset({"utter_action_error", "utter_actions_unavailable"})


class Turn:
    """One turn of a form: the message, the question that waits, and the slots as they become.

    Args:
        dispatcher: takes what is said.
        tracker: the conversation.
        form: name of the form.
        order: the form's slots.
    """

    def __init__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, form: str, order: Iterable[str]
    ) -> None:
        # A safety question came in between: this is the turn of the message before it.
        self.is_late = _said_before(tracker) == UTTER_SAFETY_QUESTION
        tracker = _at_message_before(tracker) if self.is_late else tracker
        self.dispatcher, self.tracker = dispatcher, tracker
        self.text = str(tracker.latest_message.get("text") or "").strip()
        self.intent = intent_of(tracker)
        self.values: Dict[str, Any] = {slot: tracker.get_slot(slot) for slot in order}
        self.events: Events = []
        self.slot = _waiting(tracker, form)
        latest = _events_since_message(tracker)
        self.interrupted = any(e["event"] == "action_execution_rejected" for e in latest)
        self.offered = _said_before(tracker) == OFFER_RESUME
        # A rule may have asked back ("which one do you mean?"): one question a turn is enough.
        self.asked_back = any(_is_question(event) for event in latest)

    @property
    def is_control(self) -> bool:
        """Return whether the message steers the form ("skip", "go back") and answers nothing."""
        return self.intent in CONTROLS

    def set(self, slot: str, value: Any) -> None:
        """Set a slot, of the form or another."""
        self.values[slot] = value
        self.events.append(SlotSet(slot, value))

    def get(self, slot: str) -> Any:
        """Return a slot's value as it stands in this turn."""
        return self.values[slot] if slot in self.values else self.tracker.get_slot(slot)

    def slot_before(self, slot: str) -> Any:
        """Return the value that a slot had when the patient wrote the latest message."""
        events = iter(reversed(self.tracker.events))
        for event in events:
            if event["event"] == "user":
                break
        return next(
            (e["value"] for e in events if e["event"] == "slot" and e["name"] == slot), None
        )

    def utter(self, response: str, **variables: Any) -> None:
        """Say a response of the domain."""
        self.dispatcher.utter_message(response=response, **variables)

    def question(self, slot: str, text: str, input: str, **fields: Any) -> None:
        """Ask: the text, then the contract's `question` (`options`, `multiple`, `step`, `of`)."""
        self.dispatcher.utter_message(text=text)
        self.dispatcher.utter_message(
            json_message=custom("question", slot=slot, input=input, **fields)
        )


class SafeForm(SafeAction):
    """`validate_<form>`: a form's side of every turn; failures are told as `SafeAction` does.

    Subclasses name `form` and `order`, and say how a question is asked and an answer taken.
    """

    form: ClassVar[str]
    order: ClassVar[Tuple[str, ...]]

    def name(self) -> str:
        """Return the action's name."""
        return VALIDATE + self.form

    @abstractmethod
    def ask(self, turn: Turn, slot: str) -> None:
        """Utter the question of a slot (`turn.question`)."""

    @abstractmethod
    def take(self, turn: Turn) -> bool:
        """Set the slots that the message answers; False if it answers nothing asked here.

        Called before anything else; where every text is an answer, heed `turn.is_control` and
        `is_question`.
        """

    @abstractmethod
    def why(self, turn: Turn, slot: str) -> str:
        """Return why the question is asked."""

    def start(self, turn: Turn) -> None:
        """Begin: forget the answers of an earlier run."""
        for slot in self.order:
            turn.set(slot, None)

    def next_slot(self, turn: Turn) -> Optional[str]:
        """Return the slot to ask for now; None ends the form."""
        return next((slot for slot in self.order if turn.values[slot] is None), None)

    def skip(self, turn: Turn, slot: str) -> None:
        """Pass a question over; leave the slot empty if it must be answered, and say so."""
        turn.set(slot, SKIPPED)

    def forget(self, turn: Turn, slot: str) -> None:
        """Take an answer back, as the patient goes back to its question."""
        turn.set(slot, None)

    def stop(self, turn: Turn) -> None:
        """The patient ends the form; Rasa's submit rule follows."""

    def resume(self, turn: Turn) -> None:
        """The patient goes on, after an emergency that came in between."""

    def not_understood(self, turn: Turn, slot: str) -> None:
        """Say that the message was no answer, before the question comes again."""
        turn.utter("utter_form_not_understood")

    def is_question(self, turn: Turn) -> bool:
        """Return whether the message is left to the rules to answer."""
        return turn.intent not in _STATEMENTS

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Take the message as an answer and ask what comes next."""
        turn = Turn(dispatcher, tracker, self.form, self.order)
        if turn.slot is None:
            self.start(turn)
        elif turn.offered and turn.intent == "deny":
            self.stop(turn)
            return self._ask(turn, None)
        elif turn.offered and turn.intent == "affirm":
            self.resume(turn)
        elif not turn.interrupted and not self.take(turn):
            if turn.is_control:
                return self._steer(turn, turn.slot)
            if turn.is_late:  # the rules would answer the latest message
                return self._ask(turn, self.next_slot(turn))
            if self.is_question(turn):
                return [ActionExecutionRejected(self.form)]
            self.not_understood(turn, turn.slot)
        return self._ask(turn, self.next_slot(turn))

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """Run `answer`; when it fails the question stays open, or the form does not begin."""
        events = super().run(dispatcher, tracker, domain)
        return events or keep_question(tracker, self.form)

    def _steer(self, turn: Turn, slot: str) -> Events:
        if turn.intent in ("stop", "goodbye"):
            self.stop(turn)
            return self._ask(turn, None)
        if turn.intent == "start_over":
            self.start(turn)
        elif turn.intent == "skip":
            self.skip(turn, slot)
        elif turn.intent == "ask_why_asked":
            turn.dispatcher.utter_message(text=self.why(turn, slot))
        elif turn.intent == "previous_question":
            return self._ask(turn, self._back(turn, slot))
        return self._ask(turn, self.next_slot(turn))

    def _back(self, turn: Turn, slot: str) -> str:
        """Return the question before this one, its answer forgotten."""
        answered = [each for each in self.order[: self.order.index(slot)] if turn.values[each]]
        if not answered:
            turn.utter("utter_form_first_question")
            return slot
        self.forget(turn, slot)
        self.forget(turn, answered[-1])
        return answered[-1]

    def _ask(self, turn: Turn, slot: Optional[str]) -> Events:
        if slot is not None and not turn.asked_back:
            self.ask(turn, slot)
        # Rasa takes a turn without any slot set for one in which nothing was understood.
        same = slot or turn.slot or self.order[0]
        turn.set(same, turn.values[same])
        return [*turn.events, SlotSet(REQUESTED_SLOT, slot)]


def keep_question(tracker: Tracker, form: str) -> Events:
    """Return the events of a form's turn that failed: the same question waits, no rule speaks.

    A form that could not ask its first question ends.
    """
    slot = _waiting(tracker, form)
    if slot is None:
        return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
    return [SlotSet(slot, tracker.get_slot(slot)), SlotSet(REQUESTED_SLOT, slot)]


def failed_this_turn(tracker: Tracker) -> bool:
    """Return whether the patient has just heard that something broke."""
    return any(
        event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") in _FAILED
        for event in _events_since_message(tracker)
    )


def _events_since_message(tracker: Tracker) -> List[Dict[str, Any]]:
    """Return the events after the latest message of the patient."""
    latest: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        latest.append(event)
    return latest[::-1]


def _said_before(tracker: Tracker) -> Optional[str]:
    """Return the response that was said last before the patient's latest message."""
    users = 0
    for event in reversed(tracker.events):
        users += event["event"] == "user"
        if users == 1 and event["event"] == "bot":
            return str((event.get("metadata") or {}).get("utter_action"))
    return None


def _at_message_before(tracker: Tracker) -> Tracker:
    """Return the conversation with the message before the patient's latest as its latest."""
    users = [event for event in tracker.events if event["event"] == "user"]
    before = copy.copy(tracker)
    before.latest_message = users[-2].get("parse_data") or {}
    return before


def _is_question(event: Dict[str, Any]) -> bool:
    data = (event.get("data") or {}) if event["event"] == "bot" else {}
    content = (data.get("custom") or {}).get("data") or {}
    return bool(content.get("kind") == "question")


def _waiting(tracker: Tracker, form: str) -> Optional[str]:
    """Return the slot whose question waits; None as the form starts."""
    starts = any(
        event["event"] == "active_loop" and event.get("name") == form
        for event in _events_since_message(tracker)
    )
    # At the start it may still be another form's question.
    return None if starts else tracker.get_slot(REQUESTED_SLOT)
