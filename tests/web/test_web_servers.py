"""The channel in the real server: trained model, whole process, its log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator

import pytest
import requests

from legpain.processes import Servers, port_is_free
from tests.web.web_server import EMERGENCY, Client, bearer, code_of, customs

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.servers
PORT = 7311
SECRET = "my neighbour Zebulon kicked my calf"


@pytest.fixture(scope="module")
def site(servers: Servers) -> Client:
    """Both servers, running and answering."""
    return Client(servers.url)


def test_a_question_and_a_tap(site: Client) -> None:
    token = site.token()
    answer = site.say(token, "what are shin splints?")
    assert customs(answer)["explanation"]["topic"] == "shin_splints"
    offered = [button for each in answer.json()["messages"] for button in each.get("buttons") or []]
    assert offered, answer.text
    tapped = site.say(token, offered[0]["payload"])
    assert tapped.status_code == 200 and tapped.json()["messages"]
    assert code_of(site.say(site.token(), offered[0]["payload"])) == "payload_not_offered"
    said = [turn["text"] for turn in site.history(token) if turn["from"] == "user"]
    assert said == ["what are shin splints?", offered[0]["title"]]


def test_history_and_answers_say_the_same(site: Client) -> None:
    token = site.token()
    answers = [site.say(token, text).json()["messages"] for text in ("hello", EMERGENCY)]
    told = [turn for turn in site.history(token) if turn["from"] == "bot"]
    texts = [each["text"] for answer in answers for each in answer if "text" in each]
    assert [turn["text"] for turn in told if "text" in turn] == texts
    kinds = [turn["custom"]["data"]["kind"] for turn in told if "custom" in turn]
    assert "alert" in kinds


def test_an_emergency_goes_through_when_the_limit_is_hit(site: Client) -> None:
    token = site.token()
    with ThreadPoolExecutor(4) as pool:
        statuses = [
            each.status_code for each in pool.map(lambda _: site.say(token, "hello"), range(45))
        ]
    assert 429 in statuses and 500 not in statuses
    assert customs(site.say(token, EMERGENCY))["alert"]["level"] == "emergency"


def test_a_deleted_conversation_is_gone(site: Client) -> None:
    token = site.token()
    site.say(token, SECRET)
    assert site.call("DELETE", "conversation", headers=bearer(token)).status_code == 204
    assert code_of(site.call("GET", "history", headers=bearer(token))) == "bad_session"


def test_other_channels_do_not_see_it(site: Client) -> None:
    """REST's `sender` names a conversation; that of a session is not to be guessed."""
    token = site.token()
    site.say(token, EMERGENCY)
    body = {"sender": "web-", "message": "hello"}
    rest = site.http.post(f"{site.base}/webhooks/rest/webhook", json=body, timeout=30)
    assert "alert" not in rest.text


class _Alone(Client):
    """The Rasa server without an action server, its output in a file."""

    def __init__(self, model: Path, folder: Path) -> None:
        super().__init__(f"http://127.0.0.1:{PORT}")
        self.log = folder / "log.txt"
        self._model, self._key = model, uuid.uuid4().hex * 2
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert port_is_free("127.0.0.1", PORT)
        command = ["serve", "--model", str(self._model), "--port", str(PORT)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "legpain", *command, "--actions-port", "1"],
                cwd=ROOT,
                env={**os.environ, "LEGPAIN_WEB_KEY": self._key},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if self.call("GET", "ready").status_code == 200:
                    return
            except requests.ConnectionError:
                time.sleep(0.5)
        raise AssertionError(self.log.read_text(encoding="utf-8")[-2000:])

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)


@pytest.fixture(scope="module")
def alone(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Alone]:
    server = _Alone(model, tmp_path_factory.mktemp("alone"))
    server.start()
    yield server
    server.stop()


def test_without_an_action_server(alone: _Alone) -> None:
    token = alone.token()
    assert customs(alone.say(token, EMERGENCY))["alert"]["level"] == "emergency"
    assert customs(alone.say(alone.token(), "what are shin splints?"))["error"]


def test_a_session_outlives_a_restart(alone: _Alone) -> None:
    token = alone.token()
    alone.stop()
    alone.start()
    assert alone.say(token, "hello").status_code == 200


def test_the_servers_log_holds_no_words(alone: _Alone) -> None:
    token = alone.token()
    for text in (SECRET, EMERGENCY + " says Zebulon", "/Zebulon", '/ask{"a": "Zebulon"}', "/" * 9):
        alone.say(token, text, page="/Zebulon")
    alone.call("GET", "history?secret=Zebulon", headers=bearer(token))
    alone.call("GET", "history", headers=bearer(token + "x"))
    alone.call("POST", "messages", data=b'{"text": "Zebulon', headers=bearer(token))
    alone.call("DELETE", "conversation", headers=bearer(token))
    log = alone.log.read_text(encoding="utf-8")
    for secret in ("Zebulon", "chest pain", token, token.split(".")[1]):
        assert secret not in log
    assert "Traceback" not in log
