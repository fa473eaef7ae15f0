"""Lost connections and a restart on the real servers: nothing lost, nothing said twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Iterator, List

import pytest
from playwright.sync_api import Request, Route, expect

from legpain.processes import Servers
from tests.conftest import free_port, own_store
from tests.widget.chat import Chat
from tests.widget.visit import ROOT

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "servers.txt"


@pytest.fixture(scope="module")
def servers(model: Path, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers that a test may stop, with what they print in a file."""
    environment = own_store(tmp_path_factory.mktemp("own"))
    with Servers(ROOT, free_port(), free_port(), environment=environment, log=log) as running:
        running.start_actions()
        running.start_rasa(model)
        running.wait_until_answering()
        yield running


def _kept(chat: Chat) -> List[str]:
    """Return what the server holds of the patient's words."""
    turns = chat.page.evaluate(
        """async () => {
          const { token } = JSON.parse(sessionStorage.getItem('leg-pain-chat'));
          const headers = { Authorization: `Bearer ${token}` };
          return (await (await fetch('/webhooks/web/history', { headers })).json()).turns;
        }"""
    )
    return [turn["text"] for turn in turns if turn["from"] == "user"]


def _id(request: Request) -> str:
    return str(json.loads(request.post_data or "{}")["id"])


def test_offline_and_back(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    chat.say("what are shin splints?")
    expect(chat.status).to_contain_text("You are offline. Your message is kept")
    chat.page.context.set_offline(False)
    expect(chat.log.locator(".card.explanation")).to_contain_text("What it is")
    expect(chat.status).to_be_empty()
    assert _kept(chat) == chat.said() == ["what are shin splints?"]


def test_an_answer_that_is_lost_on_the_way_is_not_said_twice(chat: Chat) -> None:
    lost: List[str] = []

    def lose(route: Route) -> None:
        route.fetch()  # the server has it, the page never hears
        lost.append(_id(route.request))
        route.abort()

    chat.page.route("**/webhooks/web/messages", lose, times=1)
    with chat.page.expect_request(
        lambda request: bool(lost) and request.url.endswith("/messages"), timeout=60_000
    ) as again:
        chat.say("what are shin splints?")
    assert _id(again.value) == lost[0]
    expect(chat.log.locator(".turn.bot")).to_have_count(1)
    assert _kept(chat) == ["what are shin splints?"]


def _stop(servers: Servers) -> None:
    rasa = servers.processes["Rasa server"]
    rasa.terminate()
    rasa.wait(30)


def test_the_server_restarts_under_it(chat: Chat, servers: Servers, model: Path) -> None:
    chat.say("what are shin splints?")
    expect(chat.log.locator(".card.explanation")).to_have_count(1)
    _stop(servers)
    chat.say("how can I prevent shin splints?")
    expect(chat.status).to_contain_text("I keep trying")
    servers.start_rasa(model)
    servers.wait_until_answering()
    expect(chat.log.locator(".card.explanation")).to_have_count(2, timeout=60_000)
    expect(chat.log.locator(".card.explanation").last).to_contain_text("How to prevent it")
    expect(chat.status).to_be_empty()
    chat.hears("I have lost what you told me before")
    assert chat.said() == ["what are shin splints?", "how can I prevent shin splints?"]


def test_an_emergency_outlives_a_restart(chat: Chat, servers: Servers, model: Path) -> None:
    chat.say("my calf is swollen and I can't breathe")
    expect(chat.banner).to_contain_text("This may be an emergency")
    _stop(servers)
    servers.start_rasa(model)
    servers.wait_until_answering()
    chat.page.reload()
    expect(chat.log).to_contain_text("This is a new chat")
    expect(chat.banner).to_contain_text("This may be an emergency")
    chat.say("what are your hours?")
    chat.hears("I have lost what you told me before")
    expect(chat.banner).to_be_visible()
    chat.page.reload()
    expect(chat.log.locator(".turn.bot")).to_have_count(1)
    expect(chat.banner).to_be_visible()
    chat.say("I am safe now")
    expect(chat.log.locator(".turn.bot")).to_have_count(2)
    expect(chat.banner).to_be_hidden()


def test_no_servers_log_holds_a_patients_words(chat: Chat, servers: Servers, log: Path) -> None:
    for words, answer in (
        ("my neighbour Zebulon kicked my calf", ""),
        ("/zebulon", "no longer open"),
        ("I would like to request a visit", "What is your name?"),
        ("Zebulon Quaile", "Which phone number"),
        ("813 555 0177", "When would you like to come?"),
        ("zebulon@quaile.example", ""),
        ("my calf is swollen and I can't breathe, says Zebulon", "911"),
    ):
        chat.say(words)
        expect(chat.log).to_contain_text(answer)
        expect(chat.status).to_be_empty()
    servers.processes["action server"].terminate()
    servers.processes["action server"].wait(30)
    chat.say("and what are zebulon splints?")
    expect(chat.status).to_be_empty()
    printed = log.read_text(encoding="utf-8", errors="replace").lower()
    assert "no answer from the action server" in printed, "what breaks is told"
    for secret in ("zebulon", "quaile", "5550177", "555 0177", "calf", "breathe"):
        assert secret not in printed
