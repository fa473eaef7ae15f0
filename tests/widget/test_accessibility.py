"""WCAG 2.2 AA: axe in every state, keyboard, focus, small screens, zoom, motion, targets."""

from __future__ import annotations

from typing import Callable, Dict, List

import pytest
from playwright.sync_api import expect

from tests.widget.axe import violations
from tests.widget.chat import PHONE, Chat
from tests.widget.visit import Site, Visit


def _nothing(_: Chat) -> None:
    pass


def _open(chat: Chat) -> None:
    chat.open()
    expect(chat.panel).to_contain_text("Florida Pain Medicine")


def _after(words: str, answer: str) -> Callable[[Chat], None]:
    def reach(chat: Chat) -> None:
        _open(chat)
        chat.say(words)
        expect(chat.log).to_contain_text(answer)

    return reach


def _question(number: int) -> Callable[[Chat], None]:
    def reach(chat: Chat) -> None:
        _open(chat)
        for words in ("request a visit", "Pat", "5555550100", "p@example.com", "Monday")[:number]:
            chat.say(words)
            expect(chat.log.locator(".turn.bot")).to_have_count(len(chat.said()))

    return reach


def _offline(chat: Chat) -> None:
    _open(chat)
    chat.page.context.set_offline(True)
    chat.say("hello")
    expect(chat.status).to_contain_text("offline")


def _too_long(chat: Chat) -> None:
    _open(chat)
    chat.say("x" * 1001)
    expect(chat.panel).to_contain_text("characters too many")


def _menu(chat: Chat) -> None:
    _after("hello", "You said")(chat)
    chat.button("Menu").click()


def _forget(chat: Chat) -> None:
    _menu(chat)
    chat.button("Delete this chat").click()


STATES: Dict[str, Callable[[Chat], None]] = {
    "closed": _nothing,
    "open": _open,
    "explanation": _after("shin splints", "dull ache"),
    "many choices": _after("check my pain", "Question 1 of 3"),
    "phone field": _question(2),
    "day": _question(4),
    "confirm": _question(5),
    "emergency": _after("I can't breathe", "blood clot"),
    "988": _after("I want to hurt myself", "this hard"),
    "urgent": _after("urgent", "should be seen"),
    "error": _after("breaks", "Something broke"),
    "no answer": _after("nothing", "no answer to that"),
    "too long": _too_long,
    "offline": _offline,
    "menu": _menu,
    "delete": _forget,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit: Visit, state: str, scheme: str) -> None:
    chat = visit.chat(color_scheme=scheme)
    STATES[state](chat)
    assert violations(chat.page) == []


@pytest.mark.parametrize("state", ["open", "many choices", "emergency"])
def test_axe_finds_nothing_on_a_phone(visit: Visit, state: str) -> None:
    chat = visit.chat(**PHONE)
    STATES[state](chat)
    assert violations(chat.page) == []


def _too_wide(chat: Chat) -> List[str]:
    """Return what is wider than its place, and so cut off or scrolled sideways."""
    wide: List[str] = chat.panel.evaluate(
        """(panel) => [panel, ...panel.querySelectorAll('*')]
          .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
          .filter((each) => !each.closest('.hidden') && getComputedStyle(each).display !== 'inline')
          .map((each) => each.outerHTML.slice(0, 200))"""
    )
    return wide


@pytest.mark.parametrize("state", ["open", "many choices", "emergency", "day"])
def test_text_twice_as_large_has_room(visit: Visit, state: str) -> None:
    page = visit.page()
    sizes = {"standard": 32, "fixed": 26}  # as the visitor has set the browser
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    page.goto(visit.url)
    chat = Chat(page)
    STATES[state](chat)
    box = chat.panel.bounding_box()
    assert box and box["width"] > 600 and box["y"] >= 0
    assert _too_wide(chat) == []
    expect(chat.field).to_be_in_viewport(ratio=1)


# 320 px: a small phone, and a screen of 1280 px zoomed to 400 %; 640 px: zoomed to 200 %.
@pytest.mark.parametrize("size", [(320, 568), (320, 256), (640, 400)])
@pytest.mark.parametrize("state", ["open", "explanation", "many choices", "emergency", "day"])
def test_nothing_is_cut_off_or_too_small(visit: Visit, state: str, size: tuple[int, int]) -> None:
    chat = visit.chat(viewport={"width": size[0], "height": size[1]})
    STATES[state](chat)
    assert _too_wide(chat) == []
    small = chat.panel.evaluate(
        """(panel) => [...panel.querySelectorAll('a, button, input, textarea, summary')]
          .map((each) => [each.closest('label') ?? each, each])
          .map(([target, each]) => [target.getBoundingClientRect(), each])
          .filter(([box, each]) => box.width && (box.width < 24 || box.height < 24))
          .filter(([, each]) => !each.closest('p'))  // links in a sentence are exempt
          .map(([, each]) => each.outerHTML.slice(0, 200))"""
    )
    assert small == []
    expect(chat.field).to_be_in_viewport(ratio=1)


def test_escape_and_the_focus_returned(chat: Chat) -> None:
    page = chat.page
    expect(chat.field).to_be_focused()
    chat.button("Menu").click()
    page.keyboard.press("Escape")
    expect(chat.button("Start over")).to_be_hidden()
    expect(chat.button("Menu")).to_be_focused()
    chat.button("Menu").click()
    chat.field.focus()
    expect(chat.button("Start over")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()


def test_the_page_behind_stays_usable_on_a_desktop_and_out_of_reach_on_a_phone(
    visit: Visit,
) -> None:
    desktop = visit.chat()
    desktop.open()
    assert not desktop.panel.evaluate("each => each.matches(':modal')")
    phone = visit.chat(**PHONE)
    phone.open()
    assert phone.panel.evaluate("each => each.matches(':modal')")
    phone.page.keyboard.press("Escape")
    expect(phone.panel).to_be_hidden()
    expect(phone.launcher).to_be_focused()


def test_every_focus_is_seen(chat: Chat) -> None:
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    for _ in range(18):
        chat.page.keyboard.press("Tab")
        seen = chat.page.evaluate(
            """() => {
              const each = document.activeElement?.shadowRoot?.activeElement;
              if (!each) return true;
              const field = each.closest('.field');
              return field
                ? getComputedStyle(field).boxShadow !== 'none'
                : getComputedStyle(each).outlineStyle === 'solid';
            }"""
        )
        assert seen


def test_reduced_motion_stands_still(visit: Visit, site: Site) -> None:
    site.control(delay=1)
    for motion, moves in (("reduce", 0), ("no-preference", 3)):
        chat = visit.chat(reduced_motion=motion)
        chat.open()
        chat.say("hello")
        expect(chat.status.locator(".typing")).to_be_visible()
        running = "each => each.getAnimations({subtree: true}).length"
        assert chat.status.evaluate(running) == moves


def test_only_new_turns_are_read_out(chat: Chat) -> None:
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.say("first")
    chat.hears("You said: first")
    chat.log.locator(".turn").first.evaluate("each => { each.marked = true }")
    chat.say("second")
    chat.hears("You said: second")
    # What was said before is the same node still: nothing was added again.
    assert chat.log.locator(".turn").first.evaluate("each => each.marked") is True
