"""One turn of an appointment request: what a message gives, what is said, what is asked next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Dict, List, Optional

from legpain.booking import words
from legpain.booking.choices import take_choice
from legpain.booking.corrections import change_wanted, read_corrections
from legpain.booking.form import OPTIONAL, Form
from legpain.booking.people import is_adult, names_other, read_name, read_patient
from legpain.booking.reading import LONGEST_REASON, Message, bad_phone, read_reason, read_time
from legpain.booking.reply import (
    ANSWERS,
    CONFIRMED,
    NODS,
    REFUSALS,
    Reply,
    ask,
    failed,
    filled,
    stepped_back,
)
from legpain.booking.texts import load_booking
from legpain.leads.validation import Result, clean_text, parse_email, parse_phone

_NO_REASON = frozenset(["manage_appointment", "ask_other_peoples_data", "talk_to_human"])
_ENDINGS = frozenset({"stop", "goodbye"})
_ABOUT_TIME = ("no_such_date", "no_such_time", "in_past", "too_far")
_CONTACT = re.compile(r"\d{5}|@")
_FEW = 8  # words; a longer message says more than no
_SURE, _VERY_SURE = 0.5, 0.8  # of the intent


def begin(form: Form, message: Message, minor: bool = False) -> Reply:
    """Open the form, or take it up again, with what the message gives already.

    Args:
        form: new, or left off earlier.
        message: that asks for a visit.
        minor: the conversation speaks of somebody under 16.
    """
    texts = load_booking()
    if form.end_reason == "failed":  # this very turn: the patient may say "try again"
        return Reply(replace(form.ended(None), asked="confirm", tries=0))
    if form.confirm:  # whether it was saved is not known; saving it twice makes one
        return Reply(form.ended(CONFIRMED))
    form = replace(form.ended(None), adult=form.adult or is_adult(message.text))
    if minor and not form.adult:
        return Reply(form.ended("under_16"))
    said = [texts.texts["opening"], texts.privacy.text] if form.is_new else [texts.texts["again"]]
    form = replace(form, asked=None)
    form = _with_details(form, read_corrections(form, message), message)
    problem = None if form.contact else bad_phone(message.text)
    if problem and "name" in form.values:
        said.append(texts.fields["phone"].problems[problem])
    return ask(form, said)


def answer(form: Form, message: Message, minor: bool = False) -> Reply:
    """Take a message as the answer to what was asked, or as whatever else it is.

    Args:
        form: that has asked `form.asked`.
        message: the patient's.
        minor: the conversation speaks of somebody under 16.
    """
    texts = load_booking()
    form = replace(form, adult=form.adult or is_adult(message.text))
    if minor and not form.adult:
        return Reply(form.ended("under_16"))
    steered = _steer(form, message)
    if steered:
        return steered
    found = read_corrections(form, message)
    said = _changes(form, found)
    wanted = None if said else change_wanted(form, message)
    before, form = form, _with_details(form, found, message)
    if (form.patient != before.patient or names_other(message.text)) and not said:
        said = [texts.say(texts.texts["noted_patient"], patient=form.patient or "")]
    if form.asked in ("consent", "confirm"):
        return take_choice(form, message, said, wanted)
    return _typed(form, message, said, wanted, _given_instead(before, form))


# --- what steers the form, whatever was asked


def _steer(form: Form, message: Message) -> Optional[Reply]:
    texts, text = load_booking(), message.text
    field = form.asked or form.next_field()
    named = words.field_named(text)
    if field in form.values and words.keeps(text):
        return ask(form)
    if _gives_up(message):
        return Reply(form.ended("cancelled"))
    if message.intent == "start_over" or words.starts_over(text):
        return ask(Form(adult=form.adult), [texts.texts["start_over"]])
    if message.intent == "ask_why_asked" or words.asks_why(text):
        about = named if named in ("name", "phone", "email") else field
        return Reply(form, (texts.say(texts.fields[about].why),))
    if message.intent == "previous_question" or words.steps_back(text):
        return stepped_back(form, field)
    if named in OPTIONAL and named in form.values and words.removes(text):
        return ask(form.without(named), [texts.say(texts.fields[named].skipped or "")])
    return None


def _gives_up(message: Message) -> bool:
    if words.quits(message.text):
        return True
    sure = message.intent in _ENDINGS and message.sure >= _SURE and message.words <= _FEW
    return sure and not message.complaints and not _CONTACT.search(message.text)


# --- answers in words


def _typed(
    form: Form,
    message: Message,
    said: List[str],
    wanted: Optional[str],
    instead: Optional[List[str]],
) -> Reply:
    field = form.asked or form.next_field()
    result = _read(field, message)
    is_aside = _is_aside(field, message, result)
    corrects = bool(said) and (field == "reason" or result.value is None)
    if result.value is not None and not is_aside and not corrects and not wanted:
        return ask(filled(form, field, result.value), said)
    if said:
        return ask(form, said)
    if wanted:
        return ask(form, [load_booking().texts["which"]], wanted)
    refused = _refused(form, message, field)
    if refused:
        return refused
    if instead is not None and not words.is_question(message.text):
        return ask(form, instead)
    if is_aside:
        return Reply(form, aside=True)
    if message.intent in NODS:
        return ask(form)
    return failed(form, field, result.problem or "empty")


def _read(field: str, message: Message) -> Result[Any]:
    if field == "name":
        return read_name(message.text)
    if field == "phone":
        return parse_phone(message.text)
    if field == "email":
        return parse_email(message.text)
    return read_time(message) if field == "preferred_time" else _as_reason(message)


def _as_reason(message: Message) -> Result[str]:
    text = clean_text(message.text)
    unwilling = message.intent in (*REFUSALS, "unsure", "affirm") or words.refuses(text)
    is_refusal = unwilling and not message.complaints and message.words <= _FEW
    if is_refusal or not re.search(r"\w", text):
        return Result(problem="empty")
    return Result(problem="too_long") if len(text) > LONGEST_REASON else Result(text)


def _is_aside(field: str, message: Message, result: Result[Any]) -> bool:
    """Whether the ordinary rules shall answer, although the message may hold a value."""
    if message.intent in ANSWERS or message.intent in NODS:
        return False
    if field in ("phone", "email"):
        return result.value is None and not _CONTACT.search(message.text)
    if words.is_question(message.text):
        return True
    if result.value is None:
        return result.problem not in _ABOUT_TIME
    if field == "reason":
        return message.intent in _NO_REASON and message.sure >= _SURE
    # Names have no capitals in haste; a word that the model knows well is no name.
    return field == "name" and message.text.islower() and message.sure >= _VERY_SURE


def _refused(form: Form, message: Message, field: str) -> Optional[Reply]:
    texts, text = load_booking(), message.text
    if field == "phone" and words.prefers_email(text):
        return ask(form.without("phone"))
    if field == "email" and words.prefers_phone(text):
        return ask(form.without("email"))
    unsure = message.intent == "unsure" and field in ("preferred_time", "reason")
    refuses = words.refuses(text) and not words.is_question(text)
    if _CONTACT.search(text) or not (refuses or unsure or message.intent in REFUSALS):
        return None
    named = words.field_named(text)
    contacts = ("phone", "email")
    which = named if named in contacts and field in ("name", *contacts) else field
    if which in form.values:  # asked again to change it, and left as it is
        return ask(form)
    if which == "name":
        return failed(form, "name", None)
    if which in contacts and not form.contact:
        return _without_contact(form, which)
    return ask(form.without(which), [texts.say(texts.fields[which].skipped or "")])


def _without_contact(form: Form, which: str) -> Reply:
    """Decline a way of contact while there is none; refused once more, the request ends."""
    texts = load_booking()
    other = "email" if which == "phone" else "phone"
    if which in form.declined and other in form.declined:
        return Reply(form.ended("no_contact"))
    text = texts.texts["no_contact"] if other in form.declined else texts.fields[which].skipped
    return ask(form.without(which), [texts.say(text or "")])


# --- the form's next state


def _with_details(form: Form, found: Dict[str, Any], message: Message) -> Form:
    """Take what a message gives besides the answer: other fields, the reason, whom it is for."""
    for name, value in found.items():
        form = filled(form, name, value)
    if form.asked not in ("reason", "consent", "confirm"):
        reason = read_reason(message) if "reason" not in form.values else None
        form = form.with_value("reason", reason) if reason else form
        form = replace(form, patient=_patient(form, message.text))
    return form


def _patient(form: Form, text: str) -> Optional[str]:
    """Return whom the visit is for: first "my dad", later perhaps "my dad, Walter Reed"."""
    said = read_patient(text)
    if said and (said == form.values.get("name") or said in (form.patient or "")):
        return form.patient
    if said and form.patient and names_other(text) and not said.startswith("my "):
        return f"{form.patient.split(',')[0]}, {said}"
    return said or form.patient


def _changes(before: Form, found: Dict[str, Any]) -> List[str]:
    """Say which earlier answers change."""
    texts = load_booking()
    said: List[str] = []
    for name, value in found.items():
        if name in before.values or before.asked == "confirm":
            text = texts.texts["also_changed" if said else "changed"]
            shown = filled(before, name, value).shown(name)
            said.append(texts.say(text, title=texts.fields[name].title, value=shown))
    return said


def _given_instead(before: Form, form: Form) -> Optional[List[str]]:
    """Return what is said of an answer to another question; None if there was none."""
    if form.contact and not before.contact:
        return []
    if "reason" in form.values and "reason" not in before.values:
        return [load_booking().texts["noted"]]
    return None
