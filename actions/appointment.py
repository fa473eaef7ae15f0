"""The appointment request: its form's side of every turn, and its end."""

import asyncio
import logging
from datetime import datetime
from typing import Any, ClassVar, Dict, Optional, Tuple
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from legpain.booking.form import SLOTS, Form, empty_slots
from legpain.booking.reading import Message
from legpain.booking.reply import CONFIRMED, Reply
from legpain.booking.request import changeable, lead_request, question, ways_out
from legpain.booking.texts import load_booking
from legpain.booking.turns import answer, begin
from legpain.findings import ConversationFindings
from legpain.leads import LeadError
from legpain.leads.shared import shared_store, staff_mail
from legpain.rasa.safe_action import Events, SafeAction, intent_of
from legpain.rasa.safe_form import REQUESTED_SLOT, SafeForm, Turn
from legpain.replies import custom

logger = logging.getLogger(__name__)

FORM = "appointment"
_TOPICS = ("condition", "body_part")
_MINOR = "age_under_16"
_SAVING_SECONDS = 3.0  # Rasa's server waits four


class ValidateAppointment(SafeForm):
    """Takes what a message gives, says what is wrong with it, asks for what is missing."""

    form: ClassVar[str] = FORM
    order: ClassVar[Tuple[str, ...]] = SLOTS

    def start(self, turn: Turn) -> None:
        """Open the request, or take it up where it was left."""
        self._apply(turn, begin(_form(turn), _message(turn.tracker), _is_minor(turn.tracker)))

    def take(self, turn: Turn) -> bool:
        """Take the message; False leaves it to the rules."""
        reply = answer(_form(turn), _message(turn.tracker), _is_minor(turn.tracker))
        if not reply.aside:
            self._apply(turn, reply)
        return not reply.aside

    def stop(self, turn: Turn) -> None:
        """Give the request up."""
        self._apply(turn, Reply(_form(turn).ended("cancelled")))

    def resume(self, turn: Turn) -> None:
        """Say what is gone on with."""
        turn.dispatcher.utter_message(text=load_booking().texts["again"])

    def is_question(self, turn: Turn) -> bool:
        """What is no answer here, the rules answer."""
        return True

    def next_slot(self, turn: Turn) -> Optional[str]:
        """Return the field to ask for; None once the request has ended."""
        form = _form(turn)
        return None if form.end_reason else form.asked

    def ask(self, turn: Turn, slot: str) -> None:
        """Ask for a field; not when the request has just failed, and may be tried again."""
        if _has_failed_this_turn(turn.tracker):
            return
        form = _form(turn)
        text, fields = question(form, _has_summary(turn), turn.interrupted)
        if turn.interrupted:
            text = f"{load_booking().texts['resume']} {text}"
        buttons = changeable(form) if form.asked == "confirm" and form.tries else []
        turn.dispatcher.utter_message(text=text, buttons=[*buttons, *ways_out(form)] or None)
        turn.dispatcher.utter_message(json_message=custom("question", **fields))

    def why(self, turn: Turn, slot: str) -> str:
        """Return why a field is asked for."""
        return load_booking().fields[slot].why

    def _apply(self, turn: Turn, reply: Reply) -> None:
        if reply.said:
            turn.dispatcher.utter_message(text=" ".join(reply.said))
        for slot, value in reply.form.to_slots().items():
            turn.set(slot, value)


class ActionEndAppointment(SafeAction):
    """Saves a confirmed request and says so, or says that there is none.

    Only a reference read from the committed row is told to the patient.
    """

    def name(self) -> str:
        """Return the action's name."""
        return "action_end_appointment"

    async def run(  # type: ignore[override]
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """Run `answer` in a thread: a database that hangs must not keep other patients waiting."""
        own = CollectingDispatcher()
        work = asyncio.get_running_loop().run_in_executor(None, super().run, own, tracker, domain)
        try:
            events = await asyncio.wait_for(asyncio.shield(work), _SAVING_SECONDS)
        except asyncio.TimeoutError:
            logger.error("A request was not saved within %.0f s.", _SAVING_SECONDS)
            return _failed(dispatcher, Form.from_slots(tracker.slots))
        dispatcher.messages.extend(own.messages)
        return events

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Save or cancel."""
        form = Form.from_slots(tracker.slots)
        if form.end_reason == CONFIRMED:
            return _save(dispatcher, tracker, form)
        if form.end_reason is None:  # the form could not begin; that has been said
            return []
        texts = load_booking()
        dispatcher.utter_message(text=texts.say(texts.ends[form.end_reason]))
        dispatcher.utter_message(json_message=custom("lead", status="cancelled"))
        return _forget()


def _save(dispatcher: CollectingDispatcher, tracker: Tracker, form: Form) -> Events:
    texts = load_booking()
    try:
        request = lead_request(
            form,
            tracker.sender_id,
            _channel(tracker),
            tracker.get_slot("alert"),
            tracker.get_slot("pain_check_summary"),
        )
        saved = shared_store().submit(request, f"{tracker.sender_id}:{form.submission}")
    except LeadError as error:
        logger.error("A request was not saved: %s.", type(error).__name__)
        return _failed(dispatcher, form)
    mail = staff_mail()
    if mail:
        mail.wake()
    dispatcher.utter_message(
        text=texts.say(texts.ends["saved"], reference=saved.reference, contact=form.contact)
    )
    dispatcher.utter_message(json_message=custom("lead", status="saved", reference=saved.reference))
    return _forget()


def _failed(dispatcher: CollectingDispatcher, form: Form) -> Events:
    """Say that nothing is saved; the form stays, so that "try again" sends the same request."""
    texts = load_booking()
    dispatcher.utter_message(
        text=texts.say(texts.ends["failed"]),
        buttons=[{"title": texts.texts["try_again"], "payload": "try again"}],
    )
    dispatcher.utter_message(json_message=custom("lead", status="failed"))
    slots = form.ended("failed").to_slots()
    return [*(SlotSet(slot, value) for slot, value in slots.items()), ActiveLoop(FORM)]


def _forget() -> Events:
    """Return the events after which the conversation's slots hold nothing of the request."""
    return [SlotSet(slot, value) for slot, value in {**empty_slots(), REQUESTED_SLOT: None}.items()]


def _has_summary(turn: Turn) -> bool:
    return bool(turn.tracker.get_slot("pain_check_summary"))


def _form(turn: Turn) -> Form:
    return Form.from_slots(turn.values)


def _message(tracker: Tracker) -> Message:
    latest = tracker.latest_message
    text = str(latest.get("text") or "").strip()
    spans = [
        (int(entity["start"]), int(entity["end"]))
        for entity in latest.get("entities") or []
        if entity.get("entity") in _TOPICS and entity.get("end")
    ]
    return Message(
        # A payload names an intent and says nothing else: anyone can type one.
        text="" if text.startswith("/") else text,
        intent=intent_of(tracker),
        now=datetime.now(ZoneInfo(load_booking().time_zone)),
        sure=float((latest.get("intent") or {}).get("confidence") or 0.0),
        topics=tuple(sorted(spans)),
    )


def _is_minor(tracker: Tracker) -> bool:
    return _MINOR in ConversationFindings.from_json(tracker.get_slot("findings")).active()


def _channel(tracker: Tracker) -> str:
    """Return the channel's name; over REST it is the client's to choose."""
    name = str(tracker.get_latest_input_channel() or "")
    return "".join(sign for sign in name if sign.isprintable())[:100] or "unknown"


def _has_failed_this_turn(tracker: Tracker) -> bool:
    """Whether the patient has just heard that the request could not be saved."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        data = (event.get("data") or {}) if event["event"] == "bot" else {}
        if ((data.get("custom") or {}).get("data") or {}).get("kind") == "lead":
            return True
    return False
