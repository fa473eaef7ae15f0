"""The two questions that are answered with yes or no: consent, and the summary."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import List, Optional

from legpain.booking import words
from legpain.booking.form import Form
from legpain.booking.reading import Message
from legpain.booking.reply import ANSWERS, CONFIRMED, NODS, REFUSALS, Reply, ask, failed
from legpain.booking.texts import load_booking

_WITHOUT_SUMMARY = re.compile(
    r"\b(?:without|not|no|don'?t|leave out)\b.*\b(?:summary|check|answers)\b", re.I
)
_ONLY_EMAIL = re.compile(r"\bonly\b.*\be-?mail\b|\be-?mail only\b", re.I)
_ONLY_PHONE = re.compile(r"\bonly\b.*\b(?:phone|call)\b|\bphone only\b", re.I)


def take_choice(form: Form, message: Message, said: List[str], wanted: Optional[str]) -> Reply:
    """Take the answer to the question for consent, or to the summary.

    Args:
        form: with the message's corrections in it already.
        message: the patient's.
        said: what was changed by them.
        wanted: a field that the patient wants to change.
    """
    yes = words.says_yes(message.text) or message.intent == "affirm"
    no = words.says_no(message.text) or message.intent in REFUSALS or words.refuses(message.text)
    yes = yes and not (no and not words.says_yes(message.text))
    if form.asked == "consent" and yes:
        form = _consented(form, message)
    if said:
        return ask(form, said)
    if wanted and not (form.asked == "consent" and yes):
        return ask(form, [load_booking().texts["which"]], wanted)
    if form.asked == "consent":
        return ask(form) if yes else _no_consent(form, message, no)
    if yes and not words.wants_change(message.text):
        return Reply(replace(form, confirm=True, end_reason=CONFIRMED))
    if no or (words.wants_change(message.text) and message.intent in ANSWERS):
        return failed(form, "confirm", "change")
    return _neither(form, message)


def _consented(form: Form, message: Message) -> Form:
    form = replace(form, consent=True, consent_at=message.now.isoformat())
    if _WITHOUT_SUMMARY.search(message.text):
        form = replace(form, with_summary=False)
    if _ONLY_EMAIL.search(message.text) and "email" in form.values:
        form = form.without("phone")
    if _ONLY_PHONE.search(message.text) and "phone" in form.values:
        form = form.without("email")
    return form


def _no_consent(form: Form, message: Message, no: bool) -> Reply:
    if no and "consent" in form.declined:
        return Reply(form.ended("no_consent"))
    return failed(form.without("consent"), "consent", "refused") if no else _neither(form, message)


def _neither(form: Form, message: Message) -> Reply:
    if message.intent in NODS:
        return ask(form)
    if message.intent not in ANSWERS:
        return Reply(form, aside=True)
    return failed(form, form.asked or "confirm", "not_understood")
