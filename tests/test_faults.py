"""When parts fail: real processes, killed, hung and without a disk to write to."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from legpain.processes import Servers, ask
from tests.conftest import ROOT, free_port, own_store

pytestmark = pytest.mark.servers

_QUESTION = "what is plantar fasciitis?"
_EMERGENCY = "my left calf is swollen and warm and it hurts"


@pytest.fixture(scope="module")
def fragile(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers of this module's own: it breaks them."""
    folder = tmp_path_factory.mktemp("var")
    with Servers(ROOT, free_port(), free_port(), environment=own_store(folder)) as running:
        running.start_actions()
        running.start_rasa(model)
        running.wait_until_answering()
        yield running


@pytest.fixture
def actions(fragile: Servers) -> Iterator[subprocess.Popen[bytes]]:
    """The action server's process, whole again after the test."""
    process = fragile.processes["action server"]
    yield process
    if process.poll() is None:
        os.kill(process.pid, signal.SIGCONT)
    else:
        fragile.start_actions()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if _kinds(_say(fragile, _QUESTION)) == ["explanation"]:
            return
        time.sleep(0.5)
    raise AssertionError("the action server did not come back")


def _say(servers: Servers, text: str, sender: str = "") -> List[Dict[str, Any]]:
    return ask(servers.url, sender or uuid.uuid4().hex, text, timeout=10.0)


def _kinds(answer: List[Dict[str, Any]]) -> List[str]:
    return [message["custom"]["data"]["kind"] for message in answer if message.get("custom")]


def _assert_helpful_error(answer: List[Dict[str, Any]]) -> None:
    assert _kinds(answer) == ["error"]
    assert "call" in answer[0]["text"]
    assert "911" in answer[0]["text"]


def test_a_killed_action_server_is_told_at_once(
    fragile: Servers, actions: subprocess.Popen[bytes]
) -> None:
    actions.kill()
    actions.wait()
    _assert_helpful_error(_say(fragile, _QUESTION))


def test_a_hanging_action_server_is_told_within_ten_seconds(
    fragile: Servers, actions: subprocess.Popen[bytes]
) -> None:
    os.kill(actions.pid, signal.SIGSTOP)
    _assert_helpful_error(_say(fragile, _QUESTION))  # `ask` itself waits no longer than that
    _assert_helpful_error(_say(fragile, _QUESTION))


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP])
def test_an_emergency_needs_no_action_server(
    fragile: Servers, actions: subprocess.Popen[bytes], fault: signal.Signals
) -> None:
    sender = uuid.uuid4().hex
    _say(fragile, "i want to book a visit", sender)
    os.kill(actions.pid, fault)
    answer = _say(fragile, _EMERGENCY, sender)
    assert answer[1]["custom"]["data"]["level"] == "emergency"
    assert _kinds(answer) == ["alert"]


def test_after_a_failure_the_conversation_goes_on(
    fragile: Servers, actions: subprocess.Popen[bytes]
) -> None:
    sender = uuid.uuid4().hex
    os.kill(actions.pid, signal.SIGSTOP)
    _assert_helpful_error(_say(fragile, _QUESTION, sender))
    os.kill(actions.pid, signal.SIGCONT)
    deadline = time.monotonic() + 30
    while _kinds(_say(fragile, _QUESTION, sender)) != ["explanation"]:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_small_talk_needs_no_action_server(
    fragile: Servers, actions: subprocess.Popen[bytes]
) -> None:
    actions.kill()
    actions.wait()
    assert "911" in _say(fragile, "hello")[0]["text"]
