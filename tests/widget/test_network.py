"""Reloads, lost connections, a server that restarts, refuses, or is slow."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List

from playwright.sync_api import expect

from tests.widget.chat import Chat
from tests.widget.visit import Site


def _processed(site: Site) -> Dict[str, List[str]]:
    """Return text -> the ids under which it came; a retry has the id of the first try."""
    ids: Dict[str, List[str]] = {}
    for message in site.received():
        ids.setdefault(message["text"], [])
        if message["id"] not in ids[message["text"]]:
            ids[message["text"]].append(message["id"])
    return ids


def test_a_reload_brings_the_conversation_back_unread(chat: Chat) -> None:
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    chat.button("What can I do at home?").click()
    chat.hears("Ice can ease it")
    # What a screen reader would read out while the history is put back.
    chat.page.add_init_script(
        """window.read = [];
        new MutationObserver(() => {
          const chat = document.querySelector('leg-pain-chat');
          const log = chat?.shadowRoot.querySelector('[role=log]');
          if (!log || log.watched) return;
          log.watched = true;
          new MutationObserver((all) => {
            for (const each of all) {
              if (each.addedNodes.length && log.ariaLive === 'polite') read.push(log.textContent);
            }
          }).observe(log, { childList: true, subtree: true });
        }).observe(document, { childList: true, subtree: true });"""
    )
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    chat.hears("Ice can ease it")
    assert chat.said() == ["What are shin splints?", "What can I do at home?"]
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.log).to_have_attribute("aria-relevant", "additions")
    assert chat.page.evaluate("read") == []
    assert chat.page.evaluate("document.activeElement === document.body")  # no focus is taken
    chat.button("Request a visit").click()
    chat.hears("What name")


def test_a_reload_before_the_answer_loses_and_doubles_nothing(chat: Chat, site: Site) -> None:
    chat.say("first")
    chat.hears("You said: first")
    site.control(delay=1.0)
    chat.say("second")
    chat.page.wait_for_timeout(300)
    chat.page.reload()
    chat.hears("You said: second")
    expect(chat.log.locator(".turn.bot")).to_have_count(2)
    assert chat.said() == ["first", "second"]
    assert len(_processed(site)["second"]) == 1


def test_offline_and_back(chat: Chat, site: Site) -> None:
    chat.page.context.set_offline(True)
    chat.say("first")
    expect(chat.status).to_contain_text("You are offline. Your message is kept")
    chat.say("second")
    chat.page.context.set_offline(False)
    chat.hears("You said: second")
    expect(chat.status).not_to_contain_text("offline")
    assert [text for text in _processed(site)] == ["first", "second"]
    expect(chat.log.locator(".turn.bot")).to_have_count(2)


def test_what_was_typed_offline_survives_a_reload(chat: Chat, site: Site) -> None:
    chat.page.route("**/webhooks/**", lambda route: route.abort())
    chat.say("kept words")
    expect(chat.status).to_contain_text("Your message is kept")
    chat.page.reload()
    expect(chat.log).to_contain_text("kept words")
    chat.page.unroute("**/webhooks/**")
    chat.hears("You said: kept words")
    assert chat.said() == ["kept words"]


def test_the_server_restarts_under_it(chat: Chat, site: Site) -> None:
    chat.say("before")
    chat.hears("You said: before")
    site.stop()
    chat.say("while it is down")
    expect(chat.status).to_contain_text("I keep trying")
    expect(chat.status).to_contain_text("(555) 555-0100")
    site.start()
    chat.button("Try now").click()
    chat.hears("You said: while it is down")
    expect(chat.status).to_be_empty()
    assert chat.said() == ["before", "while it is down"]


def test_a_lost_answer_is_asked_for_with_the_same_id(chat: Chat, site: Site) -> None:
    site.control(status=500, times=2)
    chat.say("hello")
    chat.hears("You said: hello")
    assert Counter(message["text"] for message in site.received()) == {"hello": 3}
    assert len(_processed(site)["hello"]) == 1


def test_a_server_that_keeps_failing_is_said(chat: Chat, site: Site) -> None:
    chat.page.clock.install()
    site.control(status=500, times=5)
    chat.say("hello")
    for _ in range(6):
        chat.page.wait_for_timeout(150)
        chat.page.clock.fast_forward(16_000)
    expect(chat.log).to_contain_text("something broke on our side")
    expect(chat.log).to_contain_text("(555) 555-0100")
    chat.button("Try again").click()
    chat.hears("You said: hello")
    assert chat.said() == ["hello"]
    assert len(_processed(site)["hello"]) == 1


def test_an_answer_that_does_not_come_is_asked_for_again(chat: Chat, site: Site) -> None:
    chat.page.clock.install()
    site.control(delay=3)
    chat.say("hello")
    expect(chat.status).to_contain_text("The assistant is writing")
    chat.page.clock.fast_forward(20_000)
    expect(chat.status).to_contain_text("I can not reach the assistant")
    expect(chat.status).to_contain_text("(555) 555-0100")
    site.control(delay=0)
    chat.button("Try now").click()
    chat.hears("You said: hello")
    assert len(_processed(site)["hello"]) == 1


def test_busy_and_limited_wait_and_go_on(chat: Chat, site: Site) -> None:
    site.control(status=429, times=1, code="rate_limited")
    chat.say("first")
    expect(chat.status).to_contain_text("a lot of messages")
    chat.hears("You said: first")
    site.control(status=503, times=1, code="starting")
    chat.say("second")
    expect(chat.status).to_contain_text("starting or very busy")
    chat.hears("You said: second")


def test_an_expired_session_begins_anew_and_says_so(chat: Chat, site: Site) -> None:
    chat.say("first")
    chat.hears("You said: first")
    site.control(status=401, times=1, code="session_expired")
    chat.say("second")
    expect(chat.log).to_contain_text("This is a new chat")
    chat.hears("You said: second")
    assert chat.said() == ["first", "second"]


def test_a_choice_that_is_not_open_any_more(chat: Chat, site: Site) -> None:
    chat.say("hello")
    chat.hears("You said: hello")
    site.control(status=403, times=1, code="payload_not_offered")
    chat.button("Request a visit").click()
    expect(chat.log).to_contain_text("That choice is no longer open")
    chat.say("I want a visit")
    chat.hears("What name")


def test_messages_go_one_by_one_in_order(chat: Chat, site: Site) -> None:
    site.control(delay=0.3)
    for each in ("one", "two", "three"):
        chat.say(each)
    chat.hears("You said: three")
    assert [message["text"] for message in site.received()] == ["one", "two", "three"]


def test_it_shows_that_it_is_at_work(chat: Chat, site: Site) -> None:
    site.control(delay=0.8)
    chat.say("hello")
    expect(chat.status).to_contain_text("The assistant is writing")
    chat.hears("You said: hello")
    expect(chat.status).not_to_contain_text("writing")
