"""The emergency banner: seen, read out, one tap to call, and there until the danger is over."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.widget.chat import PHONE, Chat
from tests.widget.visit import Site, Visit


def _raise(chat: Chat) -> None:
    chat.say("my calf is swollen and I can't breathe")
    expect(chat.banner).to_contain_text("This may be an emergency")


def test_it_stays_until_an_answer_comes_without_it(chat: Chat, site: Site) -> None:
    expect(chat.banner).to_be_hidden()
    _raise(chat)
    expect(chat.banner.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    chat.hears("blood clot in the lung")
    chat.say("are you sure?")
    chat.hears("Do not drive yourself")
    expect(chat.banner).to_be_visible()
    chat.say("I am safe now")
    chat.hears("glad that you are safe")
    expect(chat.banner).to_be_hidden()


def test_a_turn_that_failed_does_not_end_it(chat: Chat, site: Site) -> None:
    _raise(chat)
    chat.say("it breaks")
    chat.hears("Something broke")
    expect(chat.banner).to_be_visible()
    site.control(status=400, times=1)
    chat.say("hello")
    expect(chat.log).to_contain_text("could not be sent")
    expect(chat.banner).to_be_visible()


def test_it_survives_a_reload_also_without_a_server(chat: Chat, site: Site) -> None:
    _raise(chat)
    chat.page.reload()
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.hears("blood clot in the lung")
    chat.page.route("**/webhooks/**", lambda route: route.abort())
    chat.page.reload()
    expect(chat.banner).to_contain_text("This may be an emergency")
    expect(chat.status).to_contain_text("can not reach the assistant")


def test_a_minimized_chat_opens_for_it(chat: Chat, site: Site) -> None:
    site.control(delay=0.6)
    chat.say("I can't breathe")
    chat.button("Minimize chat").click()
    expect(chat.panel).to_be_visible()
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.button("Minimize chat").click()
    expect(chat.launcher).to_have_attribute("aria-label", "Important. Open the chat")


def test_988_has_its_own_words(chat: Chat) -> None:
    chat.say("I want to hurt myself")
    expect(chat.banner).to_contain_text("You are not alone")
    call = chat.banner.get_by_role("link", name="Call 988")
    expect(call).to_have_attribute("href", "tel:988")
    expect(chat.banner.get_by_role("link", name="Text 988")).to_have_attribute("href", "sms:988")
    expect(chat.banner).not_to_contain_text("911")


def test_on_a_phone_the_call_is_in_view(visit: Visit) -> None:
    chat = visit.chat(**PHONE)
    chat.open()
    _raise(chat)
    expect(chat.banner.get_by_role("link", name="Call 911")).to_be_in_viewport()
    expect(chat.field).to_be_in_viewport()


def test_deleting_the_chat_ends_it(chat: Chat) -> None:
    _raise(chat)
    chat.menu("Delete this chat")
    chat.button("Delete").click()
    expect(chat.log).to_contain_text("The chat was deleted")
    expect(chat.banner).to_be_hidden()
