"""What is changed in Rasa 3.6.21 at run time keeps what Rasa does."""

from __future__ import annotations

import copy
from importlib.metadata import version
from typing import Any, Dict, List

import pytest
import rasa
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from legpain.rasa import patches

_GOOD: Dict[str, Any] = {
    "events": [{"event": "slot", "timestamp": None, "name": "topic", "value": "sciatica"}],
    "responses": [{"text": "hello", "buttons": []}],
}
_ANSWERS: List[Any] = [
    _GOOD,
    {"events": [], "responses": []},
    {},
    {"events": [{"event": "no such event"}], "responses": []},
    {"events": [{"name": "topic"}]},
    {"events": "none"},
    {"responses": ["hello"]},
    None,
]
_ORIGINAL = RemoteAction._validate_action_result


def _refuses(check: Any, answer: Any) -> bool:
    try:
        check(RemoteAction("action_x", None), copy.deepcopy(answer))
    except ValidationError:
        return True
    return False


def test_the_changes_are_made_for_the_installed_version() -> None:
    assert version("rasa") == patches.RASA_VERSION == "3.6.21"


def test_an_action_servers_answer_is_refused_as_by_rasa() -> None:
    refused = [_refuses(patches._validate_action_result, answer) for answer in _ANSWERS]
    assert refused == [_refuses(_ORIGINAL, answer) for answer in _ANSWERS]
    assert True in refused
    assert False in refused


def test_another_version_of_rasa_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", _ORIGINAL)
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    patches.apply()
    assert RemoteAction._validate_action_result is _ORIGINAL
    assert "3.6.21" in caplog.text


def test_the_change_is_in_place_after_applying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", _ORIGINAL)
    patches.apply()
    assert RemoteAction._validate_action_result is patches._validate_action_result
