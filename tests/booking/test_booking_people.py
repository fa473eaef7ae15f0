"""Names of the patient and of others, and who is grown up."""

from __future__ import annotations

from typing import Optional

import pytest

from legpain.booking.people import introduced_name, is_adult, read_name, read_patient


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dolores Quint", "Dolores Quint"),
        ("DOLORES QUINT", "DOLORES QUINT"),
        ("my name is siobhán o’dwyer-łęcki", "siobhán o’dwyer-łęcki"),
        ("Nguyen Van An", "Nguyen Van An"),
        ("Do Thi My", "Do Thi My"),
        ("Lee On", "Lee On"),
        ("Dolores Quint, 813 555 0100", "Dolores Quint"),
        ("Dolores Quint 813 555 0100, next tuesday", "Dolores Quint"),
        ("Quint, Dolores", "Quint, Dolores"),
        ("Robert'); DROP TABLE students;--", "Robert'); DROP TABLE students;--"),
        ("<b>Bo</b>", "<b>Bo</b>"),
        ("=2+5+cmd|' /C calc'!A0", "=2+5+cmd|' /C calc'!A0"),
    ],
)
def test_a_name_is_read(text: str, name: str) -> None:
    assert read_name(text).value == name


@pytest.mark.parametrize(
    "text",
    [
        "my knee hurts when I walk",
        "I'm not sure about this",
        "do you take medicare",
        "12345",
        "813 555 0100",
        "none of your business",
        "I'm in pain",
    ],
)
def test_a_sentence_is_no_name(text: str) -> None:
    assert read_name(text).problem == "not_a_name"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hi, I'm Teresa, can i get in this week?", "Teresa"),
        ("this is Robert Ames. call me at 813 555 0100", "Robert Ames"),
        ("name: dee harlow / number: 813-555-0190", "dee harlow"),
        ("I'm looking for an appointment", None),
        ("im desperate, book me in", None),
        ("it's Tuesday that suits me best", None),
    ],
)
def test_a_name_by_the_way(text: str, name: Optional[str]) -> None:
    assert introduced_name(text) == name


@pytest.mark.parametrize(
    ("text", "patient"),
    [
        ("can i book for my dad, hes 81", "my dad"),
        ("I need an appointment for my wife Linda Park", "my wife Linda Park"),
        ("my mother needs a visit", "my mother"),
        ("her name is Ann Ng, she is 80", "Ann Ng"),
        ("it's for my mother-in-law", "my mother-in-law"),
        ("appt for Joe Bianchi please", "Joe Bianchi"),
        ("book me for Friday Morning", None),
        ("something for my knee", None),
        ("I WANT A VISIT FOR MY KNEE PAIN", None),
    ],
)
def test_whom_the_visit_is_for(text: str, patient: Optional[str]) -> None:
    assert read_patient(text) == patient


@pytest.mark.parametrize("text", ["he is 22", "I'm 16", "a 40 year old", "she is an adult"])
def test_who_is_grown_up(text: str) -> None:
    assert is_adult(text)


@pytest.mark.parametrize("text", ["she is 9", "I'm 15", "it is 20 minutes away", "at 16:30"])
def test_who_may_not_be(text: str) -> None:
    assert not is_adult(text)
