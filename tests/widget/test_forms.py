"""The pain check, and booking a visit with the keyboard alone."""

from __future__ import annotations

import datetime
import re

from playwright.sync_api import expect

from tests.widget.chat import PHONE, Chat
from tests.widget.visit import Site, Visit


def test_pain_check_from_a_starter_to_the_causes(chat: Chat, site: Site) -> None:
    chat.button("Check my pain").click()
    chat.hears("Question 1 of 3")
    expect(chat.log.get_by_role("progressbar")).to_have_attribute("value", "1")
    chat.log.get_by_label("Trouble breathing").check()
    chat.log.get_by_label("Numb between the legs").check()
    chat.button("Done").click()
    chat.hears("Where does it hurt")
    expect(chat.log.get_by_text("Question 2 of 3")).to_have_count(1)  # the bar's words alone
    assert site.received()[-1]["text"] == "Trouble breathing, Numb between the legs"
    expect(chat.log.get_by_role("checkbox")).to_have_count(0)
    chat.button("Outer knee").click()
    chat.hears("When does it start")
    assert site.received()[-1]["text"] == '/inform{"v": "Outer knee"}'
    chat.say("going downhill")
    chat.hears("What it can be")
    expect(chat.log.locator(".card.causes li")).to_have_count(2)
    expect(chat.button("Shin splints")).to_be_visible()
    assert chat.said()[-1] == "going downhill"


def test_none_goes_with_no_other_choice(chat: Chat, site: Site) -> None:
    chat.say("check my pain")
    box = chat.log.get_by_label("Trouble breathing")
    none = chat.log.get_by_label("None of these")
    box.check()
    none.check()
    expect(box).not_to_be_checked()
    box.check()
    expect(none).not_to_be_checked()
    none.check()
    chat.button("Done").click()
    chat.hears("Where does it hurt")
    assert site.received()[-1]["text"] == "/deny"


def test_no_choice_is_not_an_answer(chat: Chat, site: Site) -> None:
    chat.say("check my pain")
    chat.button("Done").click()
    expect(chat.log.get_by_role("checkbox").first).to_be_focused()
    assert len(site.received()) == 1


def test_booking_by_keyboard_only(visit: Visit, site: Site) -> None:
    chat = visit.chat()
    page = chat.page
    chat.press_until("Tab", "Leg pain? Ask here")
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    chat.press_until("Shift+Tab", "Request a visit")
    page.keyboard.press("Enter")
    chat.hears("What name")
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_attribute("autocomplete", "name")
    page.keyboard.type("Pat Doe\n")
    chat.hears("Which number")
    expect(chat.field).to_be_focused()
    for attribute in ("type", "inputmode", "autocomplete"):
        expect(chat.field).to_have_attribute(attribute, "tel")
    page.keyboard.type("(555) 555-0100\n")
    chat.hears("e-mail")
    for attribute in ("type", "inputmode", "autocomplete"):
        expect(chat.field).to_have_attribute(attribute, "email")
    page.keyboard.type("pat@example.com\n")
    chat.hears("When would a visit")
    expect(chat.field).to_be_focused()
    page.keyboard.type("next Monday morning\n")
    chat.hears("Shall I send this?")
    expect(chat.log.locator(".card.confirm")).to_contain_text("Please check")
    chat.press_until("Shift+Tab", "Yes, send")
    page.keyboard.press("Space")
    chat.hears("Request sent")
    chat.hears("K7Q-2MD")
    expect(chat.field).to_be_focused()
    assert [each["text"] for each in site.received()][1:5] == [
        "Pat Doe",
        "(555) 555-0100",
        "pat@example.com",
        "next Monday morning",
    ]


def test_a_day_may_be_picked(chat: Chat, site: Site) -> None:
    for words in ("request a visit", "Pat", "5555550100", "pat@example.com"):
        chat.say(words)
        expect(chat.log.locator(".turn.bot")).to_have_count(len(chat.said()))
    day = datetime.date.today() + datetime.timedelta(days=3)
    chat.log.get_by_label("Pick a day").fill(day.isoformat())
    chat.button("Use this day").click()
    chat.hears("Shall I send this?")
    assert site.received()[-1]["text"] == f"{day:%A, %B} {day.day}, {day.year}"


def test_a_request_that_was_not_saved_is_not_called_sent(chat: Chat) -> None:
    chat.say("lead failed")
    chat.hears("The request was not sent")
    expect(chat.log).not_to_contain_text("Request sent")


def test_on_a_phone_no_keyboard_unasked_and_no_zoom(visit: Visit) -> None:
    chat = visit.chat(**PHONE)
    chat.open()
    expect(chat.field).not_to_be_focused()
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    chat.say("request a visit")
    for words in ("Pat", "5555550100"):
        chat.hears("?")
        expect(chat.field).to_have_css("font-size", re.compile(r"^(1[6-9]|[2-9]\d)(\.\d+)?px$"))
        chat.say(words)


def test_a_phones_keyboard_does_not_cover_the_field(visit: Visit) -> None:
    page = visit.page(**PHONE)
    # A phone shrinks the visual viewport alone, which no automatic browser does.
    page.add_init_script(
        """Object.defineProperty(visualViewport, 'height', {get: () => window.seen ?? 844});
        Object.defineProperty(visualViewport, 'offsetTop', {get: () => window.top_ ?? 0});"""
    )
    page.goto(visit.url)
    chat = Chat(page)
    chat.open()
    page.evaluate("window.seen = 460; window.top_ = 30")
    page.evaluate("visualViewport.dispatchEvent(new Event('resize'))")
    box = chat.field.bounding_box()
    panel = chat.panel.bounding_box()
    assert box and panel and (panel["y"], panel["height"]) == (30, 460)
    assert box["y"] + box["height"] < 30 + 460
