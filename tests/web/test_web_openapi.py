"""docs/web-channel.openapi.yml says what the channel does, and nothing else."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any, Callable, Dict

import jsonschema
import pytest
import requests
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.web_server import EMERGENCY, WebServer, bearer

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "not.a.token"
API: Dict[str, Any] = yaml.safe_load((ROOT / "docs" / "web-channel.openapi.yml").read_text())


def _resolved(node: Any) -> Any:
    """Return a part of the description with its references filled in."""
    if isinstance(node, list):
        return [_resolved(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        found: Any = API
        for name in node["$ref"].lstrip("#/").split("/"):
            found = found[name]
        return _resolved(found)
    filled = {name: _resolved(each) for name, each in node.items()}
    if filled.get("nullable") and isinstance(filled.get("type"), str):
        filled["type"] = [filled["type"], "null"]
    return filled


def check(answer: requests.Response) -> requests.Response:
    """Assert that an answer is one that the description has."""
    request = answer.request
    assert request.method and request.url
    path = "/" + request.url.split("/webhooks/web/")[1].split("?")[0]
    responses = API["paths"][path].get(request.method.lower(), {}).get("responses")
    if responses is None:
        assert answer.status_code == 405
        responses = {"405": {"$ref": "#/components/responses/Refused"}}
    known = responses.get(str(answer.status_code)) or responses["default"]
    content = _resolved(known).get("content")
    if content is None:
        assert answer.content == b""
        return answer
    jsonschema.validate(answer.json(), content["application/json"]["schema"])
    for name in _resolved(known).get("headers", {}):
        assert name in answer.headers
    return answer


def test_every_address_is_described(web: WebServer) -> None:
    for path, methods in API["paths"].items():
        for method in methods:
            assert web.call(method.upper(), path[1:]).status_code not in (404, 405)
    source = (ROOT / "legpain" / "rasa" / "web_channel.py").read_text()
    routes = re.findall(r'^ {12}"(/[a-z]+)": \{', source, re.M)
    assert sorted(routes) == sorted(API["paths"])


def test_every_code_is_described() -> None:
    files = [*(ROOT / "legpain" / "web").glob("*.py"), *(ROOT / "legpain" / "rasa").glob("web*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    used = set(re.findall(r'Refusal\(\s*\d+,\s*"(\w+)"', source))
    used |= set(re.findall(r'wait_and_retry\(\s*\d+,\s*"(\w+)"', source))
    used |= set(re.findall(r'_refusal\(\s*"(\w+)"', source))
    described = API["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]
    assert used == set(described["enum"])


def test_answers_are_as_described(start: Callable[..., WebServer]) -> None:
    web = start(messages_per_session=4)

    async def everything(_message: Any) -> Any:
        return [
            {"text": "Where?", "buttons": [{"title": "Calf", "payload": "/inform", "x": 1}]},
            {"custom": {"data": {"kind": "question", "slot": "place"}}, "secret": "no"},
        ]

    web.agent.script = everything
    token = check(web.call("POST", "session", json={})).json()["token"]
    for text in ("hello", "/inform", "", 5, "x" * 1001, "/forged", "hello", EMERGENCY, "hello"):
        check(web.say(token, text))
    for path in ("info", "health", "ready", "history"):
        check(web.call("GET", path, headers=bearer(token)))
        check(web.call("GET", path))
        check(web.call("PUT", path))
    for body in (b"", b"{", b"[]", b"x" * 9000):
        for path in ("session", "messages"):
            for kind in ("application/json", "text/plain"):
                headers = {"Content-Type": kind, **bearer(token)}
                check(web.call("POST", path, data=body, headers=headers))
    check(web.call("GET", "info", headers={"Origin": "https://evil.example"}))
    web.agent.ready = False
    check(web.call("GET", "ready"))
    check(web.say(web.token(), "hello", str(uuid.uuid4())))
    check(web.call("GET", "history", headers=bearer(token)))
    web.agent.ready = True
    check(web.call("DELETE", "conversation", headers=bearer(token)))
    check(web.call("DELETE", "conversation", headers=bearer(token)))


def test_a_server_that_breaks_says_so_and_no_more(
    web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    web.agent.tracker_store = None
    answer = check(web.call("GET", "history", headers=bearer(web.token())))
    assert answer.status_code == 500 and answer.json()["error"]["code"] == "internal"
    assert "NoneType" not in answer.text and "Traceback" not in caplog.text


def _values(schema: Dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what a schema of the description allows."""
    if schema["type"] == "object":
        parts = {name: _values(part) for name, part in schema.get("properties", {}).items()}
        needed = {name: parts.pop(name) for name in schema.get("required", [])}
        return st.fixed_dictionaries(needed, optional=parts)
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    pattern = schema["pattern"]
    texts = st.from_regex(pattern, fullmatch=pattern.startswith("^"))
    texts = texts.filter(lambda text: len(text) <= schema.get("maxLength", 1000))
    return st.none() | texts if schema.get("nullable") else texts


def _body(path: str, method: str = "post") -> Dict[str, Any]:
    content = API["paths"][path][method]["requestBody"]["content"]["application/json"]
    return dict(_resolved(content["schema"]))


JSON = {"Content-Type": "application/json"}
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=6), part, max_size=3)
    ),
    max_leaves=8,
)


@FUZZ
@given(body=_values(_body("/messages")))
def test_what_the_description_allows_is_taken(shared: WebServer, body: Dict[str, Any]) -> None:
    data = json.dumps(body, ensure_ascii=False).encode()
    answer = check(
        shared.call("POST", "messages", data=data, headers={**JSON, **bearer(shared.token())})
    )
    tap = body["text"].strip().startswith("/")
    assert answer.status_code in ((200, 403) if tap else (200,)), answer.text


@FUZZ
@given(
    body=_values(_body("/messages")),
    field=st.sampled_from(["id", "text", "page", "locale"]),
    value=anything,
)
def test_what_it_does_not_allow_is_refused(
    shared: WebServer, body: Dict[str, Any], field: str, value: Any
) -> None:
    changed = {**body, field: value}
    data = json.dumps(changed).encode()
    answer = check(shared.call("POST", "messages", data=data, headers={**JSON, **bearer(TOKEN)}))
    assert answer.status_code == 401  # whoever has no session learns nothing of the fields
    answer = check(
        shared.call("POST", "messages", data=data, headers={**JSON, **bearer(shared.token())})
    )
    schema = _body("/messages")["properties"][field]
    fits = jsonschema.Draft7Validator(schema).is_valid(value) and field != "id"
    assert (answer.status_code in (200, 403, 413)) == fits, (value, answer.text)


@FUZZ
@given(
    path=st.sampled_from(sorted(API["paths"])),
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    known=st.booleans(),
    kind=st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded"]),
    body=st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()),
)
def test_every_request_gets_an_answer_of_the_description(
    shared: WebServer, path: str, method: str, known: bool, kind: str, body: bytes
) -> None:
    token = shared.token() if known else TOKEN
    headers = {"Content-Type": kind, **bearer(token)}
    assert check(shared.call(method, path[1:], data=body, headers=headers)).status_code < 500
