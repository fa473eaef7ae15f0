"""The channel as a browser meets it: sessions, messages, history, deletion, headers."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
import requests
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain

from tests.web.web_server import FakeAgent, WebServer, bearer, code_of, customs

Start = Callable[..., WebServer]

CHOICES: Dict[str, Any] = {
    "text": "Where does it hurt?",
    "buttons": [{"title": "My calf", "payload": '/inform{"place": "calf"}'}],
}
MORE: Dict[str, Any] = {
    "custom": {
        "data": {
            "kind": "question",
            "slot": "side",
            "input": "choice",
            "options": [{"title": "Left", "payload": '/inform{"side": "left"}'}],
        }
    }
}


async def choices(_message: Any) -> List[Dict[str, Any]]:
    return [CHOICES, MORE]


def test_a_conversation(web: WebServer) -> None:
    created = web.call("POST", "session", json={})
    assert created.status_code == 201 and set(created.json()) == {"token", "expires_at"}
    expires = datetime.fromisoformat(created.json()["expires_at"])
    assert 11 < (expires - datetime.now(timezone.utc)).total_seconds() / 3600 < 13
    token, id_ = created.json()["token"], str(uuid.uuid4())
    answer = web.say(token, "my calf hurts", id_, page="/knee-pain", locale="en-US")
    assert answer.json() == {"id": id_, "messages": [{"text": "You said: my calf hurts"}]}
    message = web.agent.seen[0]
    assert message.metadata == {"page": "/knee-pain", "locale": "en-US"}
    assert message.input_channel == "web" and message.message_id == id_
    turns = web.history(token)
    assert [(turn["from"], turn["text"]) for turn in turns] == [
        ("user", "my calf hurts"),
        ("bot", "You said: my calf hurts"),
    ]
    assert all(datetime.fromisoformat(turn["at"]).tzinfo for turn in turns)


def test_the_conversation_is_the_servers_to_name(web: WebServer) -> None:
    token = web.token()
    for extra in ({"sender": "x"}, {"sid": "x"}, {"metadata": {"a": 1}}, {"input_channel": "rest"}):
        assert web.say(token, "hello", **extra).status_code == 200
    web.say(web.token(), "hello")
    senders = [message.sender_id for message in web.agent.seen]
    assert len(set(senders[:4])) == 1 and senders[4] != senders[0]
    assert all(message.metadata == {} for message in web.agent.seen)
    assert all(message.input_channel == "web" for message in web.agent.seen)


def test_a_tap_is_taken_only_if_offered(web: WebServer) -> None:
    token, other = web.token(), web.token()
    web.agent.script = choices
    payloads = ['/inform{"place": "calf"}', '/inform{"side": "left"}']
    for payload in payloads:
        assert code_of(web.say(token, payload)) == "payload_not_offered"
    assert web.say(token, "my leg hurts").status_code == 200
    for payload in payloads:
        assert web.say(token, payload).status_code == 200
        assert code_of(web.say(other, payload)) == "payload_not_offered"
    said = [turn["text"] for turn in web.history(token) if turn["from"] == "user"]
    assert said == ["my leg hurts", "My calf", "Left"]


def test_a_tap_is_still_taken_after_a_restart_of_the_server(start: Start) -> None:
    agent = FakeAgent()
    before = start(agent)
    agent.script = choices
    token = before.token()
    before.say(token, "my leg hurts")
    assert start(agent).say(token, '/inform{"place": "calf"}').status_code == 200


def test_an_old_offer_ends(web: WebServer) -> None:
    token, payload = web.token(), '/inform{"place": "calf"}'
    agent, script = web.agent, web.agent.script
    agent.script = choices
    web.say(token, "my leg hurts")
    agent.script = script
    for _ in range(5):
        assert web.say(token, "hello").status_code == 200
    assert code_of(web.say(token, payload)) == "payload_not_offered"


@pytest.mark.parametrize(
    "forged",
    ["/restart", " /greet", '/inform{"reason": "x"}', "/ask_dose@0.9", "/greet\n", "/inform{",
     '//inform{"a": 1}'],
)  # fmt: skip
def test_intents_can_not_be_forged(web: WebServer, forged: str) -> None:
    answer = web.say(web.token(), forged)
    assert answer.status_code in (200, 403)
    assert not any(message.text.startswith("/") for message in web.agent.seen)


def test_a_slip_of_the_finger_is_no_command(web: WebServer) -> None:
    assert web.say(web.token(), "/ my calf hurts").status_code == 200
    assert web.agent.seen[0].text == "my calf hurts"


@pytest.mark.parametrize("kind", ["memory", "sql", "failsafe"])
def test_deletion_forgets_conversation_and_token(start: Start, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "conversations.sqlite"
    sql = SQLTrackerStore(Domain.empty(), db=str(path)) if kind != "memory" else None
    web = start(FakeAgent(FailSafeTrackerStore(sql) if sql and kind == "failsafe" else sql))
    token, other = web.token(), web.token()
    web.say(token, "a secret of mine")
    web.say(other, "of another patient")
    store = web.agent.tracker_store
    if kind == "memory":
        assert "a secret of mine" in str(store.store)
    assert web.call("DELETE", "conversation", headers=bearer(token)).status_code == 204
    for answer in (
        web.call("GET", "history", headers=bearer(token)),
        web.say(token, "hello"),
        web.call("DELETE", "conversation", headers=bearer(token)),
    ):
        assert (answer.status_code, code_of(answer)) == (401, "bad_session")
    assert len(web.history(other)) == 2
    left = str(store.store) if kind == "memory" else path.read_bytes().decode("latin-1")
    assert "of another patient" in left
    if kind == "memory":  # SQLite leaves a freed page's bytes until they are written over
        assert "a secret of mine" not in left


def test_opening_words(web: WebServer) -> None:
    info = web.call("GET", "info").json()
    assert set(info) == {"clinic", "privacy", "emergency", "greeting"}
    assert info["clinic"]["name"] and "phone" in info["clinic"]
    assert "911" in info["emergency"] and info["privacy"] and info["greeting"]


def test_health_and_readiness(web: WebServer) -> None:
    assert web.call("GET", "health").json() == {"status": "ok"}
    assert web.call("GET", "ready").json() == {"status": "ready"}
    assert web.call("HEAD", "health").status_code == 200
    token = web.token()
    web.agent.ready = False
    ready = web.call("GET", "ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "starting"})
    assert web.call("GET", "health").status_code == 200
    for answer in (
        web.say(token, "hello"),
        web.call("GET", "history", headers=bearer(token)),
        web.call("DELETE", "conversation", headers=bearer(token)),
    ):
        assert (answer.status_code, code_of(answer)) == (503, "starting")
        assert int(answer.headers["Retry-After"]) > 0
    web.agent.ready = True
    assert web.say(token, "hello").status_code == 200, "the token must have survived"


def test_unknown_addresses_and_methods(web: WebServer) -> None:
    for path in ("nothing", "history/x", "messages/../x"):
        answer = web.call("GET", path)
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
    for method, path in (("GET", "session"), ("POST", "history"), ("PUT", "messages")):
        answer = web.call(method, path)
        assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
        assert answer.headers["Allow"]


def test_security_headers_on_every_answer(web: WebServer) -> None:
    answers: List[requests.Response] = [
        web.call("GET", "health"),
        web.call("POST", "session", json={}),
        web.call("GET", "history"),
        web.call("GET", "nothing"),
        web.call("POST", "messages", data=b"x" * 20_000),
    ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers


SITE = "https://clinic.example"


def test_allowed_origins(start: Start) -> None:
    web = start(allowed_origins=[SITE])
    for origin in (SITE, web.base):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        before = web.call("OPTIONS", "messages", headers=asked)
        assert before.status_code in (200, 204)
        assert before.headers["Access-Control-Allow-Origin"] == origin
        assert before.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
        assert "POST" in before.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in before.headers
        answer = web.call("POST", "session", json={}, headers={"Origin": origin})
        assert answer.status_code == 201
        assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://clinic.example", "null", "https://clinic.example.evil.example",
     "https://clinic.example:444", "http://[", "x", "https://clinic.example, https://evil.example"],
)  # fmt: skip
def test_other_origins_are_refused(start: Start, origin: str) -> None:
    web = start(allowed_origins=[SITE])
    token = web.token()
    for answer in (
        web.call("POST", "session", json={}, headers={"Origin": origin}),
        web.call("GET", "history", headers={"Origin": origin, **bearer(token)}),
        web.call("GET", "info", headers={"Origin": origin}),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer.headers
    before = web.call("OPTIONS", "messages", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in before.headers


def test_cross_site_form_posts_are_refused(web: WebServer) -> None:
    token = web.token()
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""):
        for path in ("session", "messages"):
            headers = {**bearer(token), "Content-Type": kind}
            answer = web.call("POST", path, data=b'{"id": 1}', headers=headers)
            assert (answer.status_code, code_of(answer)) == (415, "not_json")


def test_an_integrators_call_without_emergency_gets_no_alert(web: WebServer) -> None:
    assert customs(web.say(web.token(), "what are shin splints?")) == {}
