"""docs/web-channel.openapi.yml says what the channel does, and nothing else."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any, Callable, Dict

import jsonschema
import pytest
import requests
import yaml

from tests.web.web_server import EMERGENCY, WebServer, bearer

ROOT = Path(__file__).resolve().parent.parent.parent
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
