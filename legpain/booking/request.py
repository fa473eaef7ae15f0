"""From the form to the question on the screen, and to the request that is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional, Tuple

from legpain.booking.form import OPTIONAL, TYPED, Form
from legpain.booking.reply import MOST_TRIES
from legpain.booking.texts import load_booking
from legpain.leads import Consent, Contact, LeadRequest
from legpain.leads.errors import InvalidLead
from legpain.leads.validation import parse_email, parse_name, parse_phone


def question(form: Form, has_summary: bool, again: bool = False) -> Tuple[str, Dict[str, Any]]:
    """Return the text of the question that is asked now, and the contract's `question` fields.

    Args:
        form: that asks `form.asked`.
        has_summary: there is a summary of a pain check to send along.
        again: it was asked before, and another question came in between.
    """
    texts = load_booking()
    name = form.asked or form.next_field()
    field = texts.fields[name]
    ask, options = field.ask, field.options
    if form.patient and field.ask_for_other:
        ask = field.ask_for_other
    if (again or form.tries) and field.ask_again:
        ask = field.ask_again
    if has_summary and field.ask_with_summary:
        ask, options = field.ask_with_summary, field.options_with_summary
    shown = texts.say(
        ask,
        patient=_theirs(form.patient or ""),
        contact=form.contact,
        summary=summary(form, has_summary),
    )
    custom: Dict[str, Any] = {"slot": name, "input": field.input}
    if options:
        custom["options"] = [each.dict() for each in options]
    return shown, custom


def ways_out(form: Form) -> List[Dict[str, str]]:
    """Return buttons that lead out of a question that was tried too often."""
    texts = load_booking()
    if form.tries < MOST_TRIES:
        return []
    skip = {"title": texts.texts["skip"], "payload": "/skip"}
    stop = {"title": texts.texts["stop"], "payload": "/stop"}
    return [skip, stop] if form.asked in OPTIONAL else [stop]


def changeable(form: Form) -> List[Dict[str, str]]:
    """Return a button for each answer that can be changed in the summary."""
    texts = load_booking()
    titles = [texts.fields[name].title for name in TYPED]
    shown = [texts.say(texts.texts["button_change"], title=title) for title in titles]
    return [{"title": title, "payload": title} for title in shown]


def summary(form: Form, has_summary: bool) -> str:
    """Return the request as a list, as the patient gave it."""
    texts = load_booking()
    lines = [(texts.fields[name].title, form.shown(name)) for name in TYPED if name in form.values]
    if form.patient:
        lines.insert(1, (texts.texts["summary_for"], form.patient))
    shown = [f"- {title}: {value}" for title, value in lines]
    if has_summary and form.with_summary:
        shown.append(f"- {texts.texts['summary_note']}")
    return "\n".join(shown)


def lead_request(
    form: Form,
    conversation_id: str,
    channel: str,
    alert: Optional[Mapping[str, Any]],
    pain_check: Optional[str],
) -> LeadRequest:
    """Return the request to store; every value is checked again, whoever set the slot.

    Args:
        form: confirmed by the patient.
        conversation_id: of the dialogue.
        channel: where it came from.
        alert: the slot `alert`: level and rules of the conversation's red flags.
        pain_check: the summary of the pain check, if there is one.

    Raises:
        InvalidLead: if something is missing or has the wrong form.
    """
    values = form.values
    if not (form.consent and form.confirm and form.consent_at):
        raise InvalidLead("A request needs consent and confirmation.")
    for name, parse in (("name", parse_name), ("phone", parse_phone), ("email", parse_email)):
        if name in values and parse(values[name]).value is None:
            raise InvalidLead(f"The {name} has the wrong form.")
    alert = alert or {}
    return LeadRequest(
        contact=Contact(
            name=values.get("name", ""),
            phone=values.get("phone"),
            email=values.get("email"),
            preferred_time=values.get("preferred_time", ""),
            reason=values.get("reason", ""),
            summary=pain_check if form.with_summary else None,
            patient=form.patient,
        ),
        consent=Consent(load_booking().privacy.version, datetime.fromisoformat(form.consent_at)),
        conversation_id=conversation_id,
        channel=channel,
        level=alert.get("level"),
        red_flags=tuple(alert.get("rules") or ()),
        preferred_start=_moment(form.start),
        preferred_end=_moment(form.end),
    )


def _moment(text: Optional[str]) -> Optional[datetime]:
    return datetime.fromisoformat(text) if text else None


def _theirs(patient: str) -> str:
    """Turn "my wife, Ann" into "your wife, Ann"."""
    return "your " + patient[3:] if patient.lower().startswith("my ") else patient
