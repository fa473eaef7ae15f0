"""The chat on the real channel: sessions, choices, history, deleting, the served pages' policy."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.widget.chat import Chat
from tests.widget.visit import ROOT, Site, Visit


@pytest.fixture(scope="module")
def address(shared_site: Site) -> Iterator[str]:
    """The channel's process; it takes a while, for it imports Rasa."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.widget.channel_server", shared_site.url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = next((line for line in process.stdout if line.startswith("http")), "")
    assert line, "the channel did not start"
    yield line.strip()
    process.kill()
    process.wait()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    going = Visit(browser, address)
    yield going
    going.close()
    going.check()


def test_ask_follow_up_and_reload(chat: Chat) -> None:
    expect(chat.panel).to_contain_text("This chat is not for emergencies")
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    chat.button("What can I do at home?").click()
    chat.hears("Ice can ease it")
    chat.page.reload()
    chat.hears("Ice can ease it")
    expect(chat.log.locator(".card.explanation")).to_have_count(2)
    assert chat.said() == ["What are shin splints?", "What can I do at home?"]
    chat.button("Request a visit").click()
    chat.hears("What name")


def test_pain_check(chat: Chat) -> None:
    chat.button("Check my pain").click()
    chat.log.get_by_label("None of these").check()
    chat.button("Done").click()
    chat.hears("Where does it hurt")
    chat.page.reload()
    chat.hears("Question 2 of 3")
    chat.button("Shin").click()
    chat.say("on long walks")
    chat.hears("What it can be")
    assert chat.said() == [
        "Can you check my pain?",
        "None of these",
        "Shin",
        "on long walks",
    ]


def test_booking(chat: Chat) -> None:
    for words in ("I want a visit", "Pat Doe", "(555) 555-0100", "p@example.com", "Monday"):
        chat.say(words)
        expect(chat.log.locator(".turn.bot")).to_have_count(len(chat.said()))
    chat.button("Yes, send").click()
    chat.hears("K7Q-2MD")


def test_emergency_over_a_reload(chat: Chat) -> None:
    chat.say("my calf is swollen and I can't breathe")
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.page.reload()
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.say("I am safe now")
    chat.hears("glad that you are safe")
    expect(chat.banner).to_be_hidden()


def test_a_forged_choice_is_refused_kindly(chat: Chat) -> None:
    chat.say('/book_appointment{"name": "x"}')
    expect(chat.log).to_contain_text("That choice is no longer open")
    assert chat.said() == ['/book_appointment{"name": "x"}']


def test_deleted_is_deleted(chat: Chat) -> None:
    chat.say("hello")
    chat.hears("You said: hello")
    old = chat.page.evaluate("JSON.parse(sessionStorage.getItem('leg-pain-chat')).token")
    chat.menu("Delete this chat")
    chat.button("Delete").click()
    expect(chat.log).to_contain_text("The chat was deleted")
    status = chat.page.evaluate(
        """async (token) => (await fetch('/webhooks/web/history',
          {headers: {Authorization: `Bearer ${token}`}})).status""",
        old,
    )
    assert status == 401
    chat.say("hello again")
    chat.hears("You said: hello again")


def test_embedded_in_a_website_that_is_allowed(browser: Browser, address: str, site: Site) -> None:
    visit = Visit(browser, site.url)
    visit.origins.append(address)
    chat = visit.chat(f"/embed.html?{address}")
    chat.open()
    chat.say("hello")
    chat.hears("You said: hello")
    chat.page.reload()
    chat.hears("You said: hello")
    chat.button("Menú").click()
    chat.button("Borrar este chat").click()
    chat.button("Borrar").click()
    expect(chat.log).to_contain_text("El chat se borró")
    visit.close()
    visit.check()
    assert site.received() == []


def test_another_website_is_not_answered(browser: Browser, address: str) -> None:
    other = Site()
    other.start()
    visit = Visit(browser, other.url)
    try:
        chat = visit.chat(f"/embed.html?{address}")
        chat.open()
        chat.say("hello")
        expect(chat.status.locator("a[href='tel:+15555550155']")).to_be_visible()
        expect(chat.log.locator(".turn.bot")).to_have_count(0)
    finally:
        visit.close()
        other.stop()
