"""Asking on the real servers: an answer, a follow-up, the starters, an emergency."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.widget.chat import PHONE, Chat
from tests.widget.visit import Visit

pytestmark = pytest.mark.servers


def test_ask_and_follow_up_by_a_choice(chat: Chat) -> None:
    expect(chat.panel).to_contain_text("Florida Pain Medicine")
    chat.say("what are shin splints?")
    expect(chat.log.locator(".card.explanation")).to_contain_text("What it is")
    chat.button("What can I do at home?").click()
    expect(chat.log.locator(".card.explanation").last).to_contain_text("At home")
    chat.page.reload()
    expect(chat.log.locator(".card.explanation")).to_have_count(2)
    assert chat.said() == ["what are shin splints?", "What can I do at home?"]
    assert chat.page.context.cookies() == []
    chat.menu("Delete this chat")
    chat.button("Delete").click()
    expect(chat.log).to_contain_text("The chat was deleted")


def test_the_starters_are_understood(visit: Visit) -> None:
    for starter in ("Common causes", "Check my pain", "Request a visit"):
        chat = visit.chat()
        chat.open()
        chat.button(starter).click()
        expect(chat.log.locator(".turn.bot")).to_have_count(1)
        expect(chat.log.locator(".turn.bot")).not_to_contain_text("did not get that")


def test_an_emergency_stands_until_the_patient_is_safe(visit: Visit) -> None:
    chat = visit.chat(**PHONE)
    chat.open()
    chat.say("my calf is swollen and I can't breathe")
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.say("what are your hours?")
    expect(chat.log.locator(".turn.bot")).to_have_count(2)
    expect(chat.banner).to_be_visible()
    chat.page.reload()
    expect(chat.banner).to_be_visible()
    chat.say("the ambulance is here")
    expect(chat.log.locator(".turn.bot")).to_have_count(3)
    expect(chat.banner).to_be_hidden()


def test_what_a_patient_writes_never_becomes_markup(chat: Chat) -> None:
    words = "<img src=x onerror='window.hacked=1'> **my shin** hurts [tap](javascript:hacked=1)"
    chat.say(words)
    expect(chat.log.locator(".turn.bot")).to_have_count(1)
    chat.page.reload()
    expect(chat.log.locator(".turn.bot")).to_have_count(1)
    assert chat.said() == [words]
    expect(chat.log.locator(".turn.user").locator("img, b, strong, a")).to_have_count(0)
    assert chat.page.evaluate("window.hacked") is None


def test_the_transcript_holds_what_was_said(chat: Chat, tmp_path: Path) -> None:
    chat.say("what are shin splints?")
    expect(chat.log.locator(".card.explanation")).to_be_visible()
    with chat.page.expect_download() as download:
        chat.menu("Save as a text file")
    download.value.save_as(tmp_path / "chat.txt")
    text = (tmp_path / "chat.txt").read_text(encoding="utf-8")
    assert "You: what are shin splints?" in text and "Assistant: Shin splints are" in text
    assert "In an emergency call 911" in text


def test_a_choice_made_up_in_the_browser_is_refused(chat: Chat) -> None:
    chat.say("/affirm")
    expect(chat.log).to_contain_text("That choice is no longer open")
    expect(chat.log.locator(".turn.bot")).to_have_count(0)
