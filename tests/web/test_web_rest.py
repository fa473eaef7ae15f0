"""The REST webhook: for programs of this machine, and never without an answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Callable, Dict, Iterator, List

import pytest
import requests
from rasa.core.channels.channel import UserMessage

from legpain.rasa.rest_channel import SafeRestInput, is_near
from tests.web.web_server import FakeAgent, WebServer

Post = Callable[..., requests.Response]


async def _silent(_: UserMessage) -> List[Dict[str, Any]]:
    return []


@pytest.fixture()
def agent() -> FakeAgent:
    return FakeAgent()


@pytest.fixture()
def post(agent: FakeAgent) -> Iterator[Post]:
    """Send `{"sender", "message"}` to the webhook."""
    server = WebServer(SafeRestInput.from_credentials(None), agent)
    address = f"{server.base}/webhooks/rest/webhook"

    def send(message: Any = "hello", sender: Any = "me", **more: Any) -> requests.Response:
        body = {"sender": sender, "message": message}
        return server.http.post(address, timeout=30, **{"json": body, **more})

    yield send
    server.stop()


def test_an_answer(post: Post) -> None:
    assert post().json() == [{"recipient_id": "me", "text": "You said: hello"}]


def test_no_turn_is_silent(post: Post, agent: FakeAgent) -> None:
    agent.script = _silent
    text, error = post().json()
    assert "911" in text["text"] and error["custom"]["data"]["code"] == "turn_failed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": "{"},
        {"json": []},
        {"sender": ""},
        {"sender": 5},
        {"message": None},
        {"message": "x" * 20_001},
    ],
)
def test_wrong_bodies_are_refused(post: Post, wrong: Dict[str, Any]) -> None:
    answer = post(**wrong)
    assert answer.status_code == 400 and answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Content-Type": "text/plain"},  # what a page may send unasked
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
    ],
)
def test_pages_and_what_a_proxy_passes_on_are_refused(
    post: Post, agent: FakeAgent, headers: Dict[str, str]
) -> None:
    assert post(headers=headers).status_code == 403
    assert agent.seen == []


@pytest.mark.parametrize(
    ("peer", "own", "near"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", True),
        ("192.0.2.7", "192.0.2.7", True),  # the machine, by its own address
        ("192.0.2.8", "192.0.2.7", False),
        ("203.0.113.9", "127.0.0.1", False),
        ("2001:db8::9", "::1", False),
    ],
)
def test_other_machines_are_not_near(peer: str, own: str, near: bool) -> None:
    request: Any = SimpleNamespace(
        ip=peer, headers={}, conn_info=SimpleNamespace(sockname=(own, 5005))
    )
    assert is_near(request) == near


@pytest.mark.parametrize("wrong", [{"loopback_only": "no"}, {"loopback": True}])
def test_wrong_settings_are_named(wrong: Dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="loopback_only"):
        SafeRestInput.from_credentials(wrong)
