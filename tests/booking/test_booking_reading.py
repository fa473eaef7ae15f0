"""What a longer message gives besides the answer."""

from __future__ import annotations

from typing import Callable, Optional

import pytest

from legpain.booking.reading import Message, bad_phone, read_details, read_reason, read_time

Say = Callable[..., Message]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Book me tuesday, my left knee hurts on stairs, my cell is 813 555 0100",
         "my left knee hurts on stairs"),
        ("I'd like to come in about my painful heel", "my painful heel"),
        ("name: Dee / reason: varicose veins", "varicose veins"),
        ("appt for Joe Bianchi, 813-555-0166, hip and thigh hurts when walking",
         "hip and thigh hurts when walking"),
        ("my number is 813 555 0100 and I am free on friday", None),
        ("knee pain", None),
    ],
)  # fmt: skip
def test_the_clause_with_the_complaint_is_the_reason(
    say: Say, text: str, reason: Optional[str]
) -> None:
    assert read_reason(say(text)) == reason


def test_a_part_of_the_body_marks_the_reason(say: Say) -> None:
    text = "I'd like to come in Tuesday morning about my heel"
    assert read_reason(say(text, topics=((45, 49),))) == "my heel"


def test_a_time_is_read_beside_other_things(say: Say) -> None:
    wish = read_time(say("tuesday afternoon, my calf hurts most in the mornings")).value
    assert wish is not None and wish.start is not None
    assert wish.raw == "tuesday afternoon"
    assert wish.start.hour == 12


def test_the_day_on_which_it_began_is_no_wish(say: Say) -> None:
    assert "preferred_time" not in read_details(say("it hurts since Tuesday"))
    assert "preferred_time" in read_details(say("my name is Ann, Tuesday would suit me"))


def test_a_number_that_lacks_something_is_noticed() -> None:
    assert bad_phone("I'm Carla, 555-0123, about my heel") == "no_area_code"
    assert bad_phone("813 555 0123") is None
    assert bad_phone("on 12/24/2026") is None
