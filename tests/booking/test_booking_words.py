"""The words that steer the form."""

from __future__ import annotations

from typing import Callable

import pytest

from legpain.booking import words


@pytest.mark.parametrize(
    ("recognises", "text"),
    [
        (words.quits, "stop"),
        (words.quits, "Never mind."),
        (words.quits, "ok, forget about it"),
        (words.quits, "you know what, I’ll just call the office"),
        (words.quits, "I don't want an appointment any more"),
        (words.quits, "cancel my appointment please"),
        (words.quits, "do not send it"),
        (words.starts_over, "can we start over?"),
        (words.asks_why, "why do you need that?"),
        (words.asks_why, "what do you need my e-mail for"),
        (words.asks_why, "why"),
        (words.refuses, "none of your damn business"),
        (words.refuses, "I'd rather not"),
        (words.refuses, "I don't do email"),
        (words.refuses, "no thanks"),
        (words.says_yes, "Yes please"),
        (words.says_yes, "that's right"),
        (words.says_yes, "try again"),
        (words.says_no, "not yet"),
        (words.wants_change, "the number is wrong"),
        (words.wants_change, "no, make it friday"),
        (words.steps_back, "go back"),
        (words.keeps, "never mind, keep it"),
        (words.removes, "leave my phone number out"),
        (words.prefers_email, "can you email me instead"),
        (words.prefers_phone, "just call me"),
        (words.is_question, "do you take medicare"),
    ],
)
def test_words_are_recognised(recognises: Callable[[str], bool], text: str) -> None:
    assert recognises(text)


@pytest.mark.parametrize(
    ("recognises", "text"),
    [
        (words.quits, "it hurts and I have to stop every block"),
        (words.quits, "call me tomorrow"),
        (words.quits, "Will Stopes"),
        (words.starts_over, "the pain starts over my knee"),
        (words.asks_why, "why do my legs hurt after a walk?"),
        (words.asks_why, "why do I get cramps at night"),
        (words.refuses, "next tuesday"),
        (words.says_yes, "okinawa"),
        (words.says_no, "november"),
        (words.is_question, "my knee hurts"),
    ],
)
def test_other_words_are_not(recognises: Callable[[str], bool], text: str) -> None:
    assert not recognises(text)


def test_the_field_that_is_spoken_of() -> None:
    assert words.field_named("the number is wrong") == "phone"
    assert words.field_named("change my e-mail address") == "email"
    assert words.field_named("it is spelled with a K") == "name"
    assert words.field_named("another day") == "preferred_time"
    assert words.field_named("my knee") is None
