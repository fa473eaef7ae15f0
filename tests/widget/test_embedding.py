"""On pages of others: wild styles, strict policies, another origin, the clinic's own look."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.widget.chat import Chat
from tests.widget.visit import Site, Visit

_LOOK = [
    *("color", "backgroundColor", "fontSize", "fontFamily", "fontStyle", "lineHeight"),
    *("letterSpacing", "textTransform", "direction", "visibility", "opacity", "display"),
]


def _look(part: Locator) -> Dict[str, Any]:
    style = part.evaluate(
        "(each, names) => names.map((name) => getComputedStyle(each)[name])", _LOOK
    )
    return {**dict(zip(_LOOK, style, strict=True)), "box": part.bounding_box()}


def _looks(chat: Chat) -> Dict[str, Dict[str, Any]]:
    looks = {"launcher": _look(chat.launcher)}
    chat.open()
    expect(chat.panel).to_contain_text("Florida Pain Medicine")
    chat.say("hello")
    chat.hears("You said: hello")
    looks["panel"] = _look(chat.panel)
    looks["answer"] = _look(chat.log.locator(".turn.bot .bubble"))
    looks["field"] = _look(chat.field)
    looks["choice"] = _look(chat.button("Check my pain"))
    return looks


def test_a_hostile_page_changes_nothing(visit: Visit) -> None:
    assert _looks(visit.chat("/hostile.html")) == _looks(visit.chat())


@pytest.fixture
def other() -> Iterator[Site]:
    running = Site()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def embedded(visit: Visit, other: Site) -> Chat:
    """The chat on a page of one origin, with script and server of another."""
    visit.origins.append(other.url)
    return visit.chat(f"/embed.html?{other.url}")


def test_one_script_tag_on_a_page_of_another_origin(
    embedded: Chat, other: Site, site: Site
) -> None:
    embedded.open()
    embedded.say("hello")
    embedded.hears("You said: hello")
    assert [message["page"] for message in other.received()] == ["/embed.html"]
    assert site.received() == []


def test_the_clinics_own_look_and_language(embedded: Chat) -> None:
    box = embedded.launcher.bounding_box()
    assert box and box["x"] == 20
    expect(embedded.launcher).to_have_css("background-color", "rgb(255, 212, 0)")
    expect(embedded.launcher).to_have_css("color", "rgb(0, 0, 0)")
    embedded.open()
    expect(embedded.panel).to_contain_text("Hill Street Clinic")
    expect(embedded.panel).to_contain_text("No es para emergencias")
    expect(embedded.panel).to_contain_text("solo entiende inglés")
    expect(embedded.panel.locator("a[href='tel:+15555550155']").first).to_be_visible()
    embedded.say("hello")
    embedded.hears("You said: hello")
    expect(embedded.log.locator(".turn.bot")).to_have_attribute("lang", "en")


def test_no_cookies_and_nothing_that_outlives_the_tab(chat: Chat) -> None:
    chat.say("my secret words")
    chat.hears("You said")
    assert chat.page.context.cookies() == []
    assert chat.page.evaluate("localStorage.length") == 0
    assert "secret" not in chat.page.evaluate("JSON.stringify(sessionStorage)")
    other_tab = chat.page.context.new_page()
    other_tab.goto(chat.page.url)
    fresh = Chat(other_tab)
    fresh.open()
    expect(fresh.panel).to_contain_text("Florida Pain Medicine")
    assert fresh.said() == []


def test_it_works_where_storage_is_forbidden(visit: Visit) -> None:
    page = visit.page()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('no') }})"
    )
    page.goto(visit.url)
    chat = Chat(page)
    chat.open()
    chat.say("hello")
    chat.hears("You said: hello")


def test_without_a_known_number_it_says_where_to_find_it(visit: Visit, site: Site) -> None:
    site.control(phone=None)
    chat = visit.chat()
    chat.open()
    expect(chat.panel).to_contain_text("Florida Pain Medicine")
    expect(chat.panel).not_to_contain_text("Call the clinic")
    chat.say("nothing")
    chat.hears("its number is on the clinic’s website")


def test_odd_addresses_and_languages_stop_no_message(visit: Visit, site: Site) -> None:
    page = visit.page(locale="en-US-u-hc-h12")
    page.goto(visit.url)
    page.evaluate("history.replaceState(null, '', '/knee[1]|' + 'x'.repeat(300))")
    chat = Chat(page)
    chat.open()
    chat.say("hello")
    chat.hears("You said: hello")
    assert site.received()[0]["page"] == "/knee"
