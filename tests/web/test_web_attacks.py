"""What an attacker sends: nothing leaks, nothing crashes, the log holds no words."""

from __future__ import annotations

import base64
import json
import logging
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, Optional

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.web_server import KEY, WebServer, bearer, code_of

Start = Callable[..., WebServer]
SID = "a" * 32


_DAY = 24 * 3600  # seconds; tokens are made when tests are collected, and a slow run takes long


def _token(key: Any = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(time.time())
    content = {"sid": SID, "iat": now, "exp": now + _DAY, **claims}
    content = {name: value for name, value in content.items() if value is not None}
    return str(jwt.encode(content, key, algorithm=algorithm))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unsigned(algorithm: str) -> str:
    now = int(time.time())
    head = _b64(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    body = _b64(json.dumps({"sid": SID, "iat": now, "exp": now + _DAY}).encode())
    return f"{head}.{body}."


def test_a_well_signed_token_is_taken(shared: WebServer) -> None:
    assert shared.call("GET", "history", headers=bearer(_token())).json() == {"turns": []}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_session"),
        ("", "no_session"),
        ("Bearer", "no_session"),
        ("Basic dXNlcjpwYXNz", "no_session"),
        ("Bearer " + SID, "bad_session"),
        ("Bearer a.b.c", "bad_session"),
        ("Bearer " + "x" * 5000, "bad_session"),
        ("Bearer " + _unsigned("none"), "bad_session"),
        ("Bearer " + _unsigned("None"), "bad_session"),
        ("Bearer " + _unsigned("HS256"), "bad_session"),
        ("Bearer " + _token(b"another key that is as long as ours is"), "bad_session"),
        ("Bearer " + _token(algorithm="HS512"), "bad_session"),
        ("Bearer " + _token(sid=None), "bad_session"),
        ("Bearer " + _token(exp=None), "bad_session"),
        ("Bearer " + _token(iat=None), "bad_session"),
        ("Bearer " + _token(sid=""), "bad_session"),
        ("Bearer " + _token(sid=["a" * 32]), "bad_session"),
        ("Bearer " + _token(sid="../../default-conversation"), "bad_session"),
        ("Bearer " + _token(exp="soon"), "bad_session"),
        ("Bearer " + _token(exp=int(time.time()) - 1), "session_expired"),
        ("Bearer " + _token(b"x" * 40, exp=int(time.time()) - 1), "bad_session"),
        ("Bearer " + _token() + ", Bearer " + _token(), "bad_session"),
    ],
)
def test_sessions_can_not_be_forged(shared: WebServer, header: Optional[str], code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    body = {"id": str(uuid.uuid4()), "text": "hello"}
    seen = len(shared.agent.seen)
    for method, path, more in (
        ("GET", "history", {}),
        ("POST", "messages", {"json": body}),
        ("DELETE", "conversation", {}),
    ):
        answer = shared.call(method, path, headers=headers, **more)
        assert (answer.status_code, code_of(answer)) == (401, code)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert len(shared.agent.seen) == seen


def test_a_changed_claim_breaks_the_signature(shared: WebServer) -> None:
    victim, own = shared.token(), shared.token()
    shared.say(victim, "a secret of mine")
    head, _, signature = own.split(".")
    swapped = ".".join([head, victim.split(".")[1], signature])
    assert code_of(shared.call("GET", "history", headers=bearer(swapped))) == "bad_session"
    assert shared.history(own) == []


def test_a_conversations_name_is_no_key(shared: WebServer) -> None:
    victim = shared.token()
    shared.say(victim, "a secret of mine")
    sender = shared.agent.seen[-1].sender_id
    sid = jwt.decode(victim, options={"verify_signature": False})["sid"]
    for guess in (sender, sid):
        assert code_of(shared.call("GET", "history", headers=bearer(guess))) == "bad_session"
        for place in (f"history?sid={guess}", f"history/{guess}", f"history?token={victim}"):
            assert "secret" not in shared.call("GET", place).text


def test_session_ids_are_random(shared: WebServer) -> None:
    sids = {
        jwt.decode(shared.token(), options={"verify_signature": False})["sid"] for _ in range(50)
    }
    assert len(sids) == 50 and all(len(sid) >= 22 for sid in sids)


def _post(shared: WebServer, body: bytes, **headers: str) -> Any:
    kind = {"Content-Type": "application/json", **bearer(_token()), **headers}
    return shared.call("POST", "messages", data=body, headers=kind)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"null", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b'"text"', 400, "bad_json"),
        (b"\xff\xfe{}", 400, "bad_json"),
        (b"[" * 8000, 400, "bad_json"),
        (b'{"a":' * 1600, 400, "bad_json"),
        (b'{"id": 1' + b"0" * 8000 + b"}", 400, "bad_json"),
        (b"{}", 400, "bad_request"),
        (b" " * 8193, 413, "too_large"),
        (b"x" * 2_000_000, 413, "too_large"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_bodies(shared: WebServer, body: bytes, status: int, code: str) -> None:
    answer = _post(shared, body)
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_a_body_without_a_length_is_cut_off_as_well(shared: WebServer) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    headers = {"Content-Type": "application/json", **bearer(_token())}
    try:
        answer = shared.call("POST", "messages", data=endless(), headers=headers)
        assert code_of(answer) == "too_large"
    except OSError:
        pass  # the line was cut


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("id", None, 400), ("id", 1, 400), ("id", "", 400), ("id", "1", 400), ("id", ["x"], 400),
        ("id", "g" * 8 + "-0000-0000-0000-" + "0" * 12, 400), ("id", SID, 400),
        ("text", None, 400), ("text", 1, 400), ("text", "", 400), ("text", " \n\t", 400),
        ("text", "\x00", 400), ("text", {"a": 1}, 400), ("text", ["hi"], 400), ("text", True, 400),
        ("text", "\ud800", 400), ("text", "x" * 1001, 422), ("text", "é" * 1000, 200),
        ("page", 1, 400), ("page", "x", 400), ("page", "/a?token=secret", 400),
        ("page", "/" + "x" * 300, 400), ("page", "https://x", 400), ("page", None, 200),
        ("locale", 1, 400), ("locale", "<b>", 400), ("locale", "en-US", 200),
    ],
)  # fmt: skip
def test_fields(shared: WebServer, field: str, value: Any, status: int) -> None:
    body: Dict[str, Any] = {"id": str(uuid.uuid4()), "text": "hello", field: value}
    answer = shared.call("POST", "messages", data=json.dumps(body), headers={
        "Content-Type": "application/json", **bearer(shared.token())})  # fmt: skip
    assert answer.status_code == status, answer.text
    if status == 400:
        assert code_of(answer) == "bad_request"
        assert f"'{field}'" in answer.json()["error"]["message"]
    elif status == 422:
        assert code_of(answer) == "too_long"


def test_control_characters_do_not_reach_rasa(shared: WebServer) -> None:
    shared.say(shared.token(), "my\x00calf\x1b[31m hurts\nbadly")
    assert shared.agent.seen[-1].text == "my calf [31m hurts\nbadly"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=8), part, max_size=4)
    ),
    max_leaves=12,
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "id": st.uuids().map(str) | json_values,
        "text": st.text(max_size=1200) | json_values,
        "page": st.text(max_size=20).map(lambda text: "/" + text) | json_values,
        "locale": json_values,
        "metadata": json_values,
        "sender": json_values,
    },
)
bodies = (
    st.binary(max_size=600)
    | json_values.map(lambda value: json.dumps(value).encode())
    | fields.map(lambda value: json.dumps(value).encode())
)
CODES = ("bad_json", "bad_request", "payload_not_offered", "too_large", "too_long")
FUZZ = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(body=bodies)
def test_any_body_gets_an_answer_of_the_api(shared: WebServer, body: bytes) -> None:
    answer = _post(shared, body)
    assert answer.status_code in (200, 400, 403, 413, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["messages"]
    else:
        assert code_of(answer) in CODES
    assert not (shared.agent.seen and shared.agent.seen[-1].text.startswith("/"))


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]),
    path=st.sampled_from(["session", "messages", "history", "conversation", "info", "x", "%2e%2e"]),
    header=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    kind=st.sampled_from(["application/json", "text/plain", "application/json; charset=utf-16"]),
    body=st.binary(max_size=300),
)
def test_any_request_gets_an_answer_below_500(
    shared: WebServer, method: str, path: str, header: str, kind: str, body: bytes
) -> None:
    headers = {"Authorization": header.strip(), "Content-Type": kind}
    assert shared.call(method, path, data=body, headers=headers).status_code < 500


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST /webhooks/web/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{",
        b"POST /webhooks/web/messages HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /webhooks/web/session HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /webhooks/web/history HTTP/1.1\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_broken_http(shared: WebServer, raw: bytes) -> None:
    port = int(shared.base.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(2)
        try:
            answer = line.recv(4096)
        except OSError:
            answer = b""
    assert b"Traceback" not in answer
    assert shared.call("GET", "health").status_code == 200


def test_a_thousand_sessions_a_minute(start: Start) -> None:
    web = start()
    token = web.token()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda _: web.call("POST", "session", json={}).status_code, range(1000))
        )
    assert set(statuses) <= {201, 429} and statuses.count(429) > 700
    assert web.say(token, "hello").status_code == 200, "who talks already is not disturbed"


def test_the_log_holds_no_words_no_tokens_no_addresses(
    web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="legpain")
    token = web.token()
    web.say(token, "my very private calf")
    web.say(token, "/forged_private{")
    web.say(token + "x", "my very private calf")
    web.call("GET", "history", headers=bearer(token))
    web.call("DELETE", "conversation", headers=bearer(token))
    said = "\n".join(each.getMessage() for each in caplog.records if "legpain" in each.name)
    for secret in ("private", token, token[-20:], "127.0.0.1"):
        assert secret not in said
