"""Emergencies that are told without a turn of Rasa's come into the clinic's list as well."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import record_escalation
from actions.record_escalation import ActionRecordEscalation
from legpain.leads import LeadStore
from tests.web.web_server import EMERGENCY, WebServer, customs

Start = Callable[..., WebServer]


class Endpoint:
    """Keeps the calls that would go to the action server."""

    def __init__(self) -> None:
        self.calls: List[Dict[str, Any]] = []

    async def request(self, json: Dict[str, Any]) -> None:
        self.calls.append(json)

    def wait(self, number: int) -> List[Dict[str, Any]]:
        """Return the calls once there are so many."""
        until = time.monotonic() + 10
        while len(self.calls) < number and time.monotonic() < until:
            time.sleep(0.02)
        return self.calls


async def _failing(_message: Any) -> List[Dict[str, Any]]:
    raise RuntimeError("broken")


def test_what_the_guard_tells_is_recorded(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = start(messages_per_session=1, emergencies_per_session=1)
    web.agent.action_endpoint = endpoint = Endpoint()
    token = web.token()
    for _ in range(5):  # the first ones are Rasa's turns, and Rasa records those
        told = customs(web.say(token, EMERGENCY))
    (call,) = endpoint.wait(1)
    assert EMERGENCY not in str(call)

    store = LeadStore.open(f"sqlite:///{tmp_path / 'legpain.db'}", tmp_path / "legpain.key")
    monkeypatch.setattr(record_escalation, "shared_store", lambda: store)
    tracker = Tracker.from_dict(call["tracker"])
    ActionRecordEscalation().run(CollectingDispatcher(), tracker, {})
    (kept,) = store.list_escalations()
    store.close()
    assert kept.conversation_id == web.agent.seen[0].sender_id
    assert (kept.level, list(kept.rules)) == ("emergency", told["alert"]["rules"])


def test_an_alert_for_a_turn_that_broke_is_recorded(web: WebServer) -> None:
    web.agent.action_endpoint, web.agent.script = Endpoint(), _failing
    assert "alert" in customs(web.say(web.token(), EMERGENCY))
    assert len(web.agent.action_endpoint.wait(1)) == 1


def test_an_alert_while_the_server_starts_is_recorded_when_it_has(web: WebServer) -> None:
    web.agent.action_endpoint, web.agent.ready = Endpoint(), False
    assert "alert" in customs(web.say(web.token(), EMERGENCY))
    assert web.agent.action_endpoint.calls == []
    web.agent.ready = True
    assert len(web.agent.action_endpoint.wait(1)) == 1


class BrokenEndpoint(Endpoint):
    """Fails at every call."""

    async def request(self, json: Dict[str, Any]) -> None:
        await super().request(json)
        raise OSError("no way to the action server")


def test_a_failing_record_harms_nothing(web: WebServer) -> None:
    web.agent.action_endpoint, web.agent.script = BrokenEndpoint(), _failing
    assert "alert" in customs(web.say(web.token(), EMERGENCY))
    assert len(web.agent.action_endpoint.wait(1)) == 1
    assert "alert" in customs(web.say(web.token(), EMERGENCY))
    assert web.call("GET", "health").status_code == 200
