"""The appointment request's two actions, with the SDK's own tracker, on a store of their own."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import appointment
from actions.appointment import ActionEndAppointment, ValidateAppointment
from legpain.booking.form import SLOTS, Form
from legpain.booking.texts import load_booking
from legpain.leads import LeadStore, StoreUnavailable

TEXTS = load_booking()
Events = List[Dict[str, Any]]
_ALERT = {"level": "urgent", "rules": ["U06"], "standing": False}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LeadStore]:
    opened = LeadStore.open(f"sqlite:///{tmp_path / 'legpain.db'}", tmp_path / "legpain.key")
    monkeypatch.setattr(appointment, "shared_store", lambda: opened)
    yield opened
    opened.close()


def _confirmed(**changes: Any) -> Form:
    values = {
        "name": "Zoë Quint",
        "phone": "+18135550100",
        "preferred_time": "next friday",
        "reason": "knee",
    }
    parts: Dict[str, Any] = {
        "values": values,
        "asked": "confirm",
        "consent": True,
        "confirm": True,
        "consent_at": "2026-03-04T10:00:00-05:00",
        "start": "2026-03-13T00:00:00-05:00",
        "patient": "my dad",
        "end_reason": "confirmed",
        "submission": "s1",
    }
    return Form(**{**parts, **changes})


def _tracker(
    form: Form,
    text: str = "",
    intent: str = "inform",
    slots: Optional[Dict[str, Any]] = None,
    since: Optional[Events] = None,
    before: Optional[Events] = None,
) -> Tracker:
    message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
    events = [
        *(before or []),
        {"event": "user", "text": text, "input_channel": "rest", "timestamp": 1.0},
        *(since or []),
    ]
    held = {"requested_slot": form.asked, **form.to_slots(), **(slots or {})}
    return Tracker("conversation-1", held, message, events, False, None, {}, "action_listen")


def _end(tracker: Tracker) -> tuple[List[Dict[str, Any]], Events]:
    dispatcher = CollectingDispatcher()
    events = asyncio.run(ActionEndAppointment().run(dispatcher, tracker, {}))
    return dispatcher.messages, events


def _validate(tracker: Tracker) -> tuple[List[Dict[str, Any]], Events]:
    dispatcher = CollectingDispatcher()
    events = ValidateAppointment().run(dispatcher, tracker, {})
    return dispatcher.messages, events


def _custom(messages: List[Dict[str, Any]], kind: str) -> Dict[str, Any]:
    found = [each["custom"]["data"] for each in messages if each.get("custom")]
    return next((each for each in found if each["kind"] == kind), {})


def _slots(events: Events) -> Dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


# --- the end of a request


def test_the_reference_is_the_one_in_the_store(store: LeadStore) -> None:
    messages, _ = _end(_tracker(_confirmed(), slots={"alert": _ALERT}))
    lead = store.list()[0]
    assert _custom(messages, "lead") == {
        "kind": "lead",
        "status": "saved",
        "reference": lead.reference,
    }
    assert lead.reference in messages[0]["text"]
    assert (lead.contact.name, lead.contact.patient) == ("Zoë Quint", "my dad")
    assert (lead.level, lead.red_flags) == ("urgent", ("U06",))
    assert lead.consent.text_version == TEXTS.privacy.version
    assert (lead.channel, lead.conversation_id) == ("rest", "conversation-1")
    assert lead.preferred_start is not None and lead.preferred_start.day == 13


def test_afterwards_the_slots_hold_nothing_of_it(store: LeadStore) -> None:
    _, events = _end(_tracker(_confirmed()))
    assert {name: _slots(events)[name] for name in SLOTS} == dict.fromkeys(SLOTS)


def test_the_same_submission_twice_is_one_request(store: LeadStore) -> None:
    first, _ = _end(_tracker(_confirmed()))
    second, _ = _end(_tracker(_confirmed()))
    assert _custom(first, "lead") == _custom(second, "lead")
    assert len(store.list()) == 1


def test_a_second_request_of_the_same_person_is_linked(store: LeadStore) -> None:
    _end(_tracker(_confirmed()))
    _end(_tracker(_confirmed(submission="s2")))
    first, second = store.list()
    assert first.related == (second.reference,)


def test_the_pain_check_goes_along_only_if_wanted(store: LeadStore) -> None:
    summary = {"pain_check_summary": "pain starts on walking"}
    _end(_tracker(_confirmed(), slots=summary))
    _end(_tracker(_confirmed(submission="s2", with_summary=False), slots=summary))
    assert [lead.contact.summary for lead in store.list()] == [None, "pain starts on walking"]


class _Broken:
    def submit(self, *_: Any) -> None:
        raise StoreUnavailable("down")


class _Hanging:
    def submit(self, *_: Any) -> None:
        time.sleep(1.0)


@pytest.mark.parametrize("broken", [_Broken, _Hanging])
def test_when_the_store_is_down_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setattr(appointment, "shared_store", broken)
    monkeypatch.setattr(appointment, "_SAVING_SECONDS", 0.2)
    messages, events = _end(_tracker(_confirmed()))
    assert _custom(messages, "lead") == {"kind": "lead", "status": "failed"}
    assert "could not save" in messages[0]["text"] and "call" in messages[0]["text"]
    assert {"event": "active_loop", "name": "appointment", "timestamp": None} in events


def test_try_again_sends_the_same_request(
    monkeypatch: pytest.MonkeyPatch, store: LeadStore
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(appointment, "shared_store", _Broken)
        messages, events = _end(_tracker(_confirmed()))
    # In the same turn Rasa opens the form again: it says nothing more and waits.
    form = Form.from_slots(_slots(events))
    said, events = _validate(_tracker(form, since=[*events, {"event": "bot", "data": messages[1]}]))
    assert said == []
    form = Form.from_slots(_slots(events))
    _, events = _validate(_tracker(form, "try again", "repeat"))
    assert _slots(events)["requested_slot"] is None
    messages, _ = _end(_tracker(Form.from_slots(_slots(events))))
    assert _custom(messages, "lead")["status"] == "saved"
    assert len(store.list()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"consent": False},
        {"confirm": False},
        {"values": {"name": "Ann"}},
        {"values": {"name": "Ann", "phone": "not a number"}},
    ],
)
def test_slots_are_never_trusted(store: LeadStore, changes: Dict[str, Any]) -> None:
    messages, _ = _end(_tracker(_confirmed(**changes)))
    assert _custom(messages, "lead")["status"] == "failed"
    assert store.list() == []


@pytest.mark.parametrize("reason", ["cancelled", "no_consent", "no_contact", "under_16"])
def test_an_ended_request_says_so(store: LeadStore, reason: str) -> None:
    messages, events = _end(_tracker(_confirmed(end_reason=reason, confirm=False)))
    assert messages[0]["text"] == TEXTS.say(TEXTS.ends[reason])
    assert _custom(messages, "lead") == {"kind": "lead", "status": "cancelled"}
    assert _slots(events)["phone"] is None
    assert store.list() == []


# --- the form's side of a turn


def test_a_question_has_its_kind_of_input_and_its_choices() -> None:
    messages, _ = _validate(_tracker(Form(values={"name": "Ann"}, asked="phone"), "813 555 0100"))
    assert _custom(messages, "question") == {
        "kind": "question",
        "slot": "preferred_time",
        "input": "date",
    }
    form = _confirmed(asked="reason", consent=False, confirm=False, end_reason=None)
    messages, _ = _validate(_tracker(form, "skip", "skip"))
    options = _custom(messages, "question")["options"]
    assert [each["payload"] for each in options] == ["/affirm", "/deny"]


def test_the_pain_check_is_offered_with_the_consent() -> None:
    form = _confirmed(asked="reason", consent=False, confirm=False, end_reason=None)
    tracker = _tracker(form, "skip", "skip", slots={"pain_check_summary": "calf pain"})
    messages, _ = _validate(tracker)
    assert "pain check" in messages[-2]["text"]
    assert len(_custom(messages, "question")["options"]) == 3


def test_a_question_to_the_clinic_is_left_to_the_rules_and_then_asked_again() -> None:
    form = Form(values={"name": "Ann"}, asked="phone")
    messages, events = _validate(_tracker(form, "do you take medicare?", "ask_clinic_insurance"))
    assert (messages, [event["event"] for event in events]) == ([], ["action_execution_rejected"])
    messages, _ = _validate(_tracker(form, "do you take medicare?", since=events))
    assert messages[0]["text"].startswith(TEXTS.texts["resume"])


def test_a_rule_that_asked_something_itself_is_not_talked_over() -> None:
    form = Form(values={"name": "Ann"}, asked="phone")
    rejected = {"event": "action_execution_rejected", "name": "appointment"}
    asked = {"event": "bot", "data": {"custom": {"data": {"kind": "question", "slot": "topic"}}}}
    messages, events = _validate(_tracker(form, "how long?", since=[rejected, asked]))
    assert messages == []
    assert _slots(events)["requested_slot"] == "phone"


def test_a_payload_says_nothing_but_its_intent() -> None:
    _, events = _validate(_tracker(Form(asked="name"), '/inform{"name": "Evil"}'))
    assert _slots(events)["name"] is None


def test_after_an_emergency_the_offer_to_go_on_is_answered() -> None:
    form = Form(values={"name": "Ann"}, asked="phone")
    offer = [{"event": "bot", "metadata": {"utter_action": "utter_offer_resume"}}]
    _, events = _validate(_tracker(form, "no", "deny", before=offer))
    assert _slots(events)["requested_slot"] is None
    messages, _ = _validate(_tracker(form, "yes", "affirm", before=offer))
    assert _custom(messages, "question")["slot"] == "phone"


def _asked_in_between(text: str, intent: str) -> Events:
    """Return a message of the patient, and the safety question that came before the form."""
    parsed = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": []}
    return [
        {"event": "user", "text": text, "parse_data": parsed, "timestamp": 0.5},
        {"event": "bot", "metadata": {"utter_action": "utter_safety_question"}},
    ]


def test_after_a_safety_question_the_message_before_it_is_taken() -> None:
    form = Form(values={"name": "Ann"}, asked="phone")
    before = _asked_in_between("813 555 0100. my foot looks a bit odd", "inform")
    messages, events = _validate(_tracker(form, "no", "deny", before=before))
    assert Form.from_slots(_slots(events)).values["phone"] == "+18135550100"
    assert _custom(messages, "question")["slot"] == "preferred_time"


def test_after_a_safety_question_no_rule_answers_what_was_no_answer() -> None:
    form = Form(values={"name": "Ann"}, asked="phone")
    before = _asked_in_between("do you take medicare?", "ask_clinic_insurance")
    messages, events = _validate(_tracker(form, "no", "deny", before=before))
    assert _custom(messages, "question")["slot"] == "phone"
    assert "action_execution_rejected" not in [event["event"] for event in events]


def test_a_request_that_a_safety_question_held_up_begins() -> None:
    begins = [{"event": "active_loop", "name": "appointment"}]
    before = _asked_in_between("i'd like a visit, 813 555 0100, foot is odd", "book_appointment")
    messages, events = _validate(_tracker(Form(), "no", "deny", since=begins, before=before))
    assert Form.from_slots(_slots(events)).values["phone"] == "+18135550100"
    assert _custom(messages, "question")["slot"] == "name"


def test_under_16_no_request_is_taken() -> None:
    kid = {"present": {"age_under_16": {"side": None, "person": "other"}}}
    _, events = _validate(_tracker(Form(asked="name"), "Kim", slots={"findings": kid}))
    assert Form.from_slots(_slots(events)).end_reason == "under_16"
