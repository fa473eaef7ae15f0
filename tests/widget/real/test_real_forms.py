"""Pain check and request for a visit on the real servers, up to the clinic's list."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from legpain.processes import Servers
from tests.widget.axe import violations
from tests.widget.chat import Chat
from tests.widget.visit import ROOT, Visit

pytestmark = pytest.mark.servers


_PICKED = [  # of each question of the pain check
    "None of these",
    "No, they look the same",
    "None of these",
    "Shin",
    "Both legs",
    "The next day",
    "None of these",
    "I did more than usual",
    "Less than two weeks",
    "None of these",
]


def test_pain_check_by_taps_alone(chat: Chat) -> None:
    chat.button("Check my pain").click()
    steps = []
    for number, title in enumerate(_PICKED, 1):
        expect(chat.log.locator(".turn.bot")).to_have_count(number)
        turn = chat.log.locator(".turn.bot").last
        steps.append(int(turn.get_by_role("progressbar").get_attribute("value") or 0))
        assert violations(chat.page) == []
        many = turn.get_by_role("checkbox", name=title, exact=True)
        if many.count():
            many.check()
            chat.button("Done").click()
        else:
            chat.button(title).click()
    chat.hears("What it can be")
    expect(chat.log.locator(".card.causes")).to_contain_text("Shin splints")
    expect(chat.log.get_by_role("checkbox")).to_have_count(0)
    assert steps == [1, 2, 2, 3, 3, 4, 5, 6, 7, 7]
    assert chat.said()[1:] == _PICKED
    assert violations(chat.page) == []


def test_a_request_by_keyboard_only_is_in_the_clinics_list(visit: Visit, servers: Servers) -> None:
    chat = visit.chat()
    keys = chat.page.keyboard
    chat.press_until("Tab", "Leg pain? Ask here")
    keys.press("Enter")
    expect(chat.field).to_be_focused()
    chat.press_until("Shift+Tab", "Request a visit")
    keys.press("Enter")
    for asked, typed, attributes in (
        ("What is your name?", "Pat Doe", {"autocomplete": "name"}),
        ("Which phone number", "813 555 0123", {"type": "tel", "inputmode": "tel"}),
        ("When would you like to come?", "any afternoon", {}),
        ("what is the visit about?", "my shins hurt on walks", {}),
    ):
        chat.hears(asked)
        expect(chat.field).to_be_focused()
        for name, value in attributes.items():
            expect(chat.field).to_have_attribute(name, value)
        assert violations(chat.page) == []
        keys.type(typed + "\n")
    chat.hears("May the clinic contact you")
    chat.press_until("Shift+Tab", "Yes")
    keys.press("Enter")
    chat.hears("This is your request")
    expect(chat.log.locator(".card.confirm")).to_contain_text("Pat Doe")
    assert violations(chat.page) == []
    chat.press_until("Shift+Tab", "Yes, send it")
    keys.press("Space")
    chat.hears("Request sent")
    expect(chat.field).to_be_focused()
    told = chat.log.locator(".lead.saved").inner_text()
    reference = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", told)
    assert reference, told
    listed = _leads(servers, "list", "--json")
    assert reference[0] in listed and "Pat Doe" in listed
    shown = _leads(servers, "show", reference[0])
    for words in ("Pat Doe", "813", "any afternoon", "my shins hurt on walks"):
        assert words in shown


def _leads(servers: Servers, *command: str) -> str:
    """Return what the clinic's staff see."""
    done = subprocess.run(
        [sys.executable, "-m", "legpain", "leads", *command],
        cwd=ROOT,
        env=servers.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
