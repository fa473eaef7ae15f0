"""Turn by turn: what is taken, what is said, what is asked next."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legpain.booking.form import Form
from legpain.booking.reading import Message
from legpain.booking.reply import CONFIRMED
from legpain.booking.request import question
from legpain.booking.texts import FIELDS, load_booking
from legpain.booking.turns import answer, begin
from tests.booking.conftest import NOW

Say = Callable[..., Message]
TEXTS = load_booking()


def test_the_privacy_sentence_comes_before_the_first_question(say: Say) -> None:
    reply = begin(Form(), say("book a visit", "book_appointment"))
    assert TEXTS.privacy.text in reply.said
    assert reply.form.asked == "name"


def test_everything_given_at_once_is_taken_at_once(say: Say) -> None:
    text = (
        "my name is Dolores Quint, 813-555-0100, next Tuesday morning would suit me, "
        "my left knee hurts on stairs"
    )
    form = begin(Form(), say(text, "book_appointment")).form
    assert form.values["name"] == "Dolores Quint"
    assert form.values["phone"] == "+18135550100"
    assert form.values["reason"] == "my left knee hurts on stairs"
    assert (form.start or "").startswith("2026-03-10T08:00")
    assert form.asked == "consent"


@pytest.mark.parametrize(
    ("asked", "text", "following"),
    [
        ("name", "Dolores Quint", "phone"),
        ("name", "Dolores Quint, 813 555 0100", "preferred_time"),
        ("phone", "eight one three 555 0100", "preferred_time"),
        ("phone", "dolores@example.org", "preferred_time"),
        ("phone", "I don't do phones", "email"),
        ("phone", "can't you e-mail me instead", "email"),
    ],
)
def test_answers_lead_on(say: Say, asked: str, text: str, following: str) -> None:
    form = Form(values={} if asked == "name" else {"name": "Dolores"}, asked=asked)
    assert answer(form, say(text)).form.asked == following


@pytest.mark.parametrize(
    ("asked", "text", "problem"),
    [
        ("name", "12345", "not_a_name"),
        ("phone", "555-0100", "no_area_code"),
        ("email", "ann@", "malformed"),
        ("preferred_time", "30 february", "no_such_date"),
        ("preferred_time", "yesterday", "in_past"),
        ("preferred_time", "banana", "not_understood"),
        ("reason", "...", "empty"),
        ("reason", "x" * 1001, "too_long"),
        ("consent", "purple", "not_understood"),
        ("confirm", "purple", "not_understood"),
    ],
)
def test_a_second_failure_shows_the_way_out(say: Say, asked: str, text: str, problem: str) -> None:
    field = TEXTS.fields[asked]
    first = answer(Form(values={"name": "Ann"} if asked != "name" else {}, asked=asked), say(text))
    assert first.said == (field.problems[problem],)
    second = answer(first.form, say(text))
    assert second.said == (field.problems[problem], TEXTS.say(field.way_out))
    assert (second.form.asked, second.form.end_reason) == (asked, None)


@pytest.mark.parametrize("asked", FIELDS)
def test_every_question_says_why_it_is_asked(say: Say, asked: str) -> None:
    reply = answer(Form(asked=asked), say("why?", "ask_why_asked"))
    assert reply.said == (TEXTS.say(TEXTS.fields[asked].why),)
    assert reply.form.asked == asked


@pytest.mark.parametrize("asked", FIELDS)
@pytest.mark.parametrize("text", ["stop", "never mind", "I'll just call", "do not send it"])
def test_a_request_can_be_given_up_at_any_question(say: Say, asked: str, text: str) -> None:
    assert answer(Form(asked=asked), say(text, "stop")).form.end_reason == "cancelled"


def test_optional_fields_are_skipped(say: Say, half_full: Form) -> None:
    reply = answer(half_full, say("I'd rather not say", "skip"))
    assert reply.form.asked == "consent"
    assert "reason" in reply.form.declined


def test_without_any_way_of_contact_there_is_no_request(say: Say) -> None:
    form = Form(values={"name": "Bob"}, asked="phone")
    form = answer(form, say("no phone", "skip")).form
    reply = answer(form, say("I don't do email", "skip"))
    assert reply.said == (TEXTS.say(TEXTS.texts["no_contact"]),)
    assert reply.form.asked == "phone"
    assert answer(reply.form, say("no", "deny")).form.end_reason == "no_contact"


def test_refusing_consent_twice_ends_the_request(say: Say, summed_up: Form) -> None:
    form = replace(summed_up, consent=False, asked="consent")
    form = answer(form, say("purple")).form
    form = answer(form, say("no", "deny")).form
    assert form.end_reason is None
    assert answer(form, say("no", "deny")).form.end_reason == "no_consent"


def test_consent_may_leave_the_pain_check_out(say: Say, summed_up: Form) -> None:
    form = replace(summed_up, consent=False, asked="consent")
    assert answer(form, say("yes", "affirm")).form.with_summary
    without = answer(form, say("Yes, but without the summary", "affirm")).form
    assert without.consent and not without.with_summary


def test_consent_may_be_for_one_way_of_contact(say: Say, summed_up: Form) -> None:
    form = replace(summed_up.with_value("email", "z@example.org"), consent=False, asked="consent")
    given = answer(form, say("yes, only by email")).form
    assert (given.consent, given.contact) == (True, "z@example.org")


def test_yes_to_the_summary_sends_it(say: Say, summed_up: Form) -> None:
    form = answer(summed_up, say("yes", "affirm")).form
    assert (form.confirm, form.end_reason) == (True, CONFIRMED)


@pytest.mark.parametrize("text", ["yes but change the time to monday", "no, make it monday"])
def test_a_change_in_the_summary_is_shown_before_anything_is_sent(
    say: Say, summed_up: Form, text: str
) -> None:
    form = answer(summed_up, say(text, "affirm")).form
    assert form.end_reason is None
    assert "monday" in question(form, False)[0]


def test_a_question_is_left_to_the_rules(say: Say, half_full: Form) -> None:
    for asked in FIELDS:
        form = replace(half_full, asked=asked)
        assert answer(form, say("do you take medicare?", "ask_clinic_insurance")).aside


def test_a_complaint_is_kept_as_the_reason(say: Say) -> None:
    form = Form(asked="name")
    reply = answer(form, say("my left knee hurts on stairs", "describe_pain"))
    assert reply.form.values["reason"] == "my left knee hurts on stairs"
    assert (reply.form.asked, reply.said) == ("name", (TEXTS.texts["noted"],))


def test_under_16_a_parent_is_asked_to_call(say: Say) -> None:
    assert begin(Form(), say("for my kid"), minor=True).form.end_reason == "under_16"
    assert answer(Form(asked="name"), say("Kim"), minor=True).form.end_reason == "under_16"
    assert begin(Form(), say("book for my kid, he is 22"), minor=True).form.end_reason is None


def test_starting_over_forgets_everything(say: Say, half_full: Form) -> None:
    form = answer(half_full, say("start over", "start_over")).form
    assert (dict(form.values), form.asked) == ({}, "name")
    assert form.submission != half_full.submission


def test_what_could_not_be_saved_is_sent_again_under_the_same_key(
    say: Say, summed_up: Form
) -> None:
    confirmed = answer(summed_up, say("yes", "affirm")).form
    kept = begin(confirmed.ended("failed"), say("yes", "affirm")).form
    assert (kept.asked, kept.confirm, kept.end_reason) == ("confirm", False, None)
    again = answer(kept, say("try again", "repeat")).form
    assert again.end_reason == CONFIRMED
    assert again.submission == summed_up.submission


def test_a_form_survives_its_slots(summed_up: Form) -> None:
    form = replace(summed_up.without("email"), patient="my dad", tries=1, start=NOW.isoformat())
    assert Form.from_slots(form.to_slots()) == form


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=80),
    st.sampled_from(FIELDS),
    st.sampled_from(["inform", "deny", "affirm", "nlu_fallback", "ask_overview", "describe_pain"]),
)
def test_no_text_breaks_a_turn(text: str, asked: str, intent: Optional[str]) -> None:
    reply = answer(Form(values={"name": "Ann"}, asked=asked), Message(text, intent or "", NOW))
    assert reply.aside or reply.form.end_reason or reply.form.asked in FIELDS
    assert question(replace(reply.form, end_reason=None), False)[0]
