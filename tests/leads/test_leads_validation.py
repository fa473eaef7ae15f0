"""What patients type: names, numbers, addresses, times."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Optional
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legpain.leads.validation import (
    LONGEST_NAME,
    clean_text,
    find_details,
    parse_email,
    parse_name,
    parse_phone,
    parse_preferred_time,
)

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=ZoneInfo("America/New_York"))  # a Wednesday


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dolores Quint", "Dolores Quint"),
        ("DOLORES QUINT", "DOLORES QUINT"),
        ("  Siobhán   O’Dwyer-Łęcki ", "Siobhán O’Dwyer-Łęcki"),
        ("my name is Dolores Quint", "Dolores Quint"),
        ("MY NAME IS DOLORES", "DOLORES"),
        ("Hi, I'm Dolores. Thanks!", "Dolores"),
        ("it's José", "José"),
        ("my name's Dolores and my number is 813", "Dolores"),
        ("her name is Ann Ng, she is 80", "Ann Ng"),
        ("name: D'Arcy", "D'Arcy"),
        ("Jose\u0301", "José"),
        ("Ng", "Ng"),
        ("李小龍", "李小龍"),
        ("<b onclick=alert(1)>Bo</b>", "<b onclick=alert(1)>Bo</b>"),
        ("x'); DROP TABLE leads;--", "x'); DROP TABLE leads;--"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("=2+5", "=2+5"),
        ("two\nlines\x00", "two lines"),
        ("hid\u202eden", "hidden"),
    ],
)
def test_names_are_kept_as_written(text: str, name: str) -> None:
    assert parse_name(text).value == name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (" \n\u200b ", "empty"),
        ("x" * (LONGEST_NAME + 1), "too_long"),
        ("no", "not_a_name"),
        ("I don’t know", "not_a_name"),
        ("why do you need that?", "not_a_name"),
        ("813 555 0100", "not_a_name"),
    ],
)
def test_what_is_no_name(text: str, problem: str) -> None:
    assert parse_name(text).problem == problem


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("8135550100", "+18135550100"),
        ("(813) 555-0100", "+18135550100"),
        ("call 1.813.555.0100 please", "+18135550100"),
        ("813-555-0100 ext 12", "+18135550100 ext. 12"),
        ("eight one three five five five oh one zero zero", "+18135550100"),
        ("EIGHT ONE THREE, double five five, zero one double zero", "+18135550100"),
        ("eight hundred 555 0123", "+18005550123"),
        ("eight thirteen five fifty five twenty one forty two", "+18135552142"),
        ("813-555-0012", "+18135550012"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 (20) 7946-0958", "+442079460958"),
        ("44 20 7946 0958", "+442079460958"),
        ("plus four four seven seven double zero nine double zero one two three", "+447700900123"),
        ("555-123-4567", "+15551234567"),
        ("813 555 0100, no wait, 813 555 0101", "+18135550101"),
        ("813 555 0100 or 813 555 0101", "+18135550100"),
    ],
)
def test_phone_numbers(text: str, phone: str) -> None:
    assert parse_phone(text).value == phone


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no_number"),
        ("I would rather not", "no_number"),
        ("one or two questions first", "no_number"),
        ("12345", "too_short"),
        ("555-0100", "no_area_code"),
        ("813 555 0100 0000", "too_long"),
        ("000-000-0000", "impossible"),
    ],
)
def test_what_is_no_phone_number(text: str, problem: str) -> None:
    assert parse_phone(text).problem == problem


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("d.quint@example.org", "d.quint@example.org"),
        ("It is <D.Quint+x@EXAMPLE.org>.", "D.Quint+x@example.org"),
        ("mailto:d@example.org", "d@example.org"),
        ("o'dwyer@example.org", "o'dwyer@example.org"),
        ("d dot quint at example dot org", "d.quint@example.org"),
        ("d at example.org", "d@example.org"),
        ("d (at) example (dot) org", "d@example.org"),
        ("a@example.org sorry b@example.org", "b@example.org"),
        ("ñandú@exämple.org", "ñandú@exämple.org"),
    ],
)
def test_email_addresses(text: str, email: str) -> None:
    assert parse_email(text).value == email


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no_email"),
        ("call me at noon.thanks", "no_email"),
        ("d@", "malformed"),
        ("d@example", "malformed"),
        ("d@@example.org", "malformed"),
        ("d@localhost", "malformed"),
    ],
)
def test_what_is_no_email_address(text: str, problem: str) -> None:
    assert parse_email(text).problem == problem


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("next tuesday morning", "03-10 08:00", "03-10 12:00"),
        ("NEXT TUESDAY AFTERNOON", "03-10 12:00", "03-10 17:00"),
        ("tmrw after 3pm", "03-05 15:00", "03-06 00:00"),
        ("tommorow", "03-05 00:00", "03-06 00:00"),
        ("tomorrow between 2 and 4", "03-05 14:00", "03-05 16:00"),
        ("fri 10 to 2 pm", "03-06 10:00", "03-06 14:00"),
        ("monday before noon", "03-09 00:00", "03-09 12:00"),
        ("June 5th at 3:30 p.m.", "06-05 15:30", "06-05 16:30"),
        ("june the sixth", "06-06 00:00", "06-07 00:00"),
        ("tuesday, no wait, thursday", "03-05 00:00", "03-06 00:00"),
        ("6/5", "06-05 00:00", "06-06 00:00"),
        ("31/12", "12-31 00:00", "01-01 00:00"),
        ("2026-06-05", "06-05 00:00", "06-06 00:00"),
        ("the 2nd", "04-02 00:00", "04-03 00:00"),
        ("the 31st", "03-31 00:00", "04-01 00:00"),
        ("wednesday", "03-11 00:00", "03-12 00:00"),
        ("in two weeks", "03-18 00:00", "03-25 00:00"),
        ("in a couple of days", "03-06 00:00", "03-07 00:00"),
        ("early next week", "03-09 00:00", "03-11 00:00"),
        ("next month", "04-01 00:00", "05-01 00:00"),
        ("sometime in May", "05-01 00:00", "06-01 00:00"),
        ("this weekend", "03-07 00:00", "03-09 00:00"),
        ("tuesday or thursday afternoon", "03-05 12:00", "03-10 17:00"),
        ("by friday", "03-04 10:00", "03-07 00:00"),
        ("after june 5", "06-06 00:00", None),
        ("today", "03-04 10:00", "03-05 00:00"),
        ("tonight", "03-04 17:00", "03-04 21:00"),
        ("asap", "03-04 10:00", None),
        ("first available", "03-04 10:00", None),
        ("any afternoon", None, None),
        ("mornings please, not mondays", None, None),
        ("any day but friday", None, None),
        ("whenever", None, None),
        ("at 5", None, None),
    ],
)
def test_times(text: str, start: Optional[str], end: Optional[str]) -> None:
    wish = parse_preferred_time(text, NOW).value
    assert wish is not None
    assert wish.raw == text

    def shown(moment: Optional[datetime]) -> Optional[str]:
        return f"{moment:%m-%d %H:%M}" if moment else None

    assert (shown(wish.start), shown(wish.end)) == (start, end)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("a banana", "not_understood"),
        ("it may hurt", "not_understood"),
        ("30 February", "no_such_date"),
        ("feb 30th at 3pm", "no_such_date"),
        ("2/30/2026", "no_such_date"),
        ("13/13", "no_such_date"),
        ("the 45th", "no_such_date"),
        ("friday at 25:00", "no_such_time"),
        ("13pm tomorrow", "no_such_time"),
        ("yesterday", "in_past"),
        ("last friday", "in_past"),
        ("two days ago", "in_past"),
        ("June 5 2020", "in_past"),
        ("today at 8am", "in_past"),
        ("June 5 2099", "too_far"),
    ],
)
def test_times_that_can_not_be_asked_for(text: str, problem: str) -> None:
    assert parse_preferred_time(text, NOW).problem == problem


def test_everything_at_once() -> None:
    details = find_details(
        "Hello, my name is Dolores Quint, eight one three 555 0100 or d@example.org, "
        "next Tuesday morning would suit me. My calf hurts in the evening",
        NOW,
    )
    assert (details.name, details.phone) == ("Dolores Quint", "+18135550100")
    assert details.email == "d@example.org"
    assert details.preferred_time is not None
    assert details.preferred_time.raw.strip() == "next Tuesday morning would suit me"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("813 555 0100, mornings", "mornings"),
        ("d@example.org; any afternoon", "any afternoon"),
        ("813 555 0100, it hurts in the morning", None),
        ("mornings", None),
    ],
)
def test_a_part_of_the_day_beside_a_way_of_contact_is_a_wish(text: str, wish: str | None) -> None:
    found = find_details(text, NOW).preferred_time
    assert (found.raw.strip() if found else None) == wish


def test_a_complaint_gives_no_details() -> None:
    found = find_details("I am tired and my calf hurts in the morning since yesterday", NOW)
    assert set(vars(found).values()) == {None}


_WORDS = (
    "my name is next last tuesday may 30 february feb 31 13 25:61 at @ . , / - + ( ) 555 0100 "
    "813 noon between and to after before by in two weeks ago asap dot com one double triple "
    "hundred twenty the 99th st month end of 2/30 00/00/0000 9999-99-99 pm am not tomorrow"
)
_SAID = st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), _SAID))
def test_no_text_breaks_the_validators(text: str) -> None:
    for result in (parse_name(text), parse_phone(text), parse_email(text)):
        assert (result.value is None) != (result.problem is None)
    phone = parse_phone(text).value
    if phone:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_possible_number(number)
        assert parse_phone(phone).value == phone
    wish = parse_preferred_time(text, NOW)
    assert (wish.value is None) != (wish.problem is None)
    if wish.value and wish.value.start:
        assert NOW <= wish.value.start <= NOW + timedelta(days=401)
        assert wish.value.end is None or wish.value.start < wish.value.end
    find_details(text, NOW)


_DIGITS = st.from_regex(r"[2-9][0-8][0-9][2-9][0-9]{2}[0-9]{4}", fullmatch=True).filter(
    lambda digits: len(set(digits)) > 1  # one digit ten times over is a made-up number
)
_SIGNS = st.sampled_from(
    ["{}{}{}", "({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}", "1 {}-{}-{}"]
)


@settings(max_examples=100, deadline=None)
@given(_DIGITS, _SIGNS)
def test_every_us_number_is_read_in_every_spelling(digits: str, signs: str) -> None:
    written = signs.format(digits[:3], digits[3:6], digits[6:])
    for text in (written, f"my number is {written}, thanks", f"it's {written}."):
        assert parse_phone(text).value == f"+1{digits}"


@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(
        r"[a-z][a-z0-9_+]{0,20}(\.[a-z0-9]{1,8})?@[a-z]{2,12}\.(org|com|net)", fullmatch=True
    )
)
def test_every_address_is_read_out_of_a_sentence(address: str) -> None:
    for text in (address, f"my email is {address}.", f"<{address}>", f"mailto:{address}, please"):
        assert parse_email(text).value == address


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_a_name_is_kept_or_refused_and_never_altered(text: str) -> None:
    name = parse_name(text).value
    if name is not None:
        assert name in clean_text(text)


@pytest.mark.parametrize("piece", ["1", "a@", "tuesday ", "five ", "my name is ", "1 to ", "- "])
def test_long_inputs_are_read_quickly(piece: str) -> None:
    started = time.perf_counter()
    find_details(piece * 4000, NOW)
    parse_name(piece * 4000)
    assert time.perf_counter() - started < 2


@settings(max_examples=100, deadline=None)
@given(st.dates(min_value=NOW.date() + timedelta(days=1), max_value=datetime(2027, 3, 3).date()))
def test_every_date_is_read_in_every_spelling(day: datetime) -> None:
    for spelling in ("%B %-d", "%-d %b", "%m/%d/%Y", "%Y-%m-%d", "%B %-d, %Y", "%-m/%-d"):
        wish = parse_preferred_time(day.strftime(spelling), NOW).value
        assert wish is not None and wish.start is not None
        assert wish.start.date() == day
