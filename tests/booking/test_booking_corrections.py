"""Earlier answers, put right in passing."""

from __future__ import annotations

from typing import Callable, Dict

import pytest

from legpain.booking.corrections import change_wanted, read_corrections
from legpain.booking.form import Form
from legpain.booking.reading import Message

Say = Callable[..., Message]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("wait, the number ends in 19", {"phone": "+18135550119"}),
        ("it ends with nineteen", {"phone": "+18135550119"}),
        ("the last two digits are four two", {"phone": "+18135550142"}),
        ("last digit is 7", {"phone": "+18135550117"}),
        ("ends in twenty one not eighteen", {"phone": "+18135550121"}),
        ("my number is actually 813 555 0199", {"phone": "+18135550199"}),
        ("it's spelled Zoë with two dots", {"name": "Zoë Quint"}),
        ("Quint is spelled K-w-i-n-t", {"name": "Zoe Kwint"}),
        ("sorry, my name should be Zoe Quine", {"name": "Zoe Quine"}),
        ("my name is Zoey Quint", {"name": "Zoey Quint"}),
        ("my email is zoe@example.org by the way", {"email": "zoe@example.org"}),
    ],
)
def test_answers_put_right(half_full: Form, say: Say, text: str, changed: Dict[str, str]) -> None:
    assert read_corrections(half_full, say(text)) == changed


@pytest.mark.parametrize(
    "text", ["no wait, make it tuesday", "actually thursday is better", "change the time to june 5"]
)
def test_another_time(half_full: Form, say: Say, text: str) -> None:
    assert read_corrections(half_full, say(text))["preferred_time"].start is not None


@pytest.mark.parametrize(
    "text",
    [
        "it started on tuesday",
        "actually it began last friday",
        "the pain ends in my foot",
        "my knee hurts in the morning",
        "her name is Ann Ng",
        "it is wrong",
    ],
)
def test_what_changes_nothing(half_full: Form, say: Say, text: str) -> None:
    assert read_corrections(half_full, say(text)) == {}


def test_a_bare_day_changes_the_summary(summed_up: Form, say: Say) -> None:
    assert "preferred_time" in read_corrections(summed_up, say("thursday"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("change the email", "email"),
        ("the number is wrong", "phone"),
        ("Change: Preferred time", "preferred_time"),
        ("the reason", "reason"),
        ("is that time confirmed?", None),
        ("purple", None),
    ],
)
def test_a_change_without_its_value(summed_up: Form, say: Say, text: str, field: str) -> None:
    assert change_wanted(summed_up, say(text, intent="manage_appointment")) == field
