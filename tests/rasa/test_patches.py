"""What is changed in Rasa 3.6.21 at run time keeps what Rasa does."""

from __future__ import annotations

import copy
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List

import pytest
import rasa
import rasa.core.processor
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.rasa import patches
from legpain.rasa.finding_extractor import FindingEntityExtractor
from legpain.rasa.graph_runner import InOrderGraphRunner

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
    monkeypatch.setattr(rasa.core.processor, "DaskGraphRunner", DaskGraphRunner)
    patches.apply()
    assert RemoteAction._validate_action_result is patches._validate_action_result
    assert rasa.core.processor.DaskGraphRunner is InOrderGraphRunner


def test_the_graph_gives_what_dask_gives(model: Path, tmp_path: Path) -> None:
    storage, metadata = LocalModelStorage.from_model_archive(tmp_path, model)
    context = ExecutionContext(metadata.predict_schema, model_id=metadata.model_id)
    runners = [
        runner.create(metadata.predict_schema, storage, context)
        for runner in (DaskGraphRunner, InOrderGraphRunner)
    ]
    for text in ("what is plantar fasciitis?", "my calf is swollen and warm", "hello"):
        read, decided = [], []
        for runner in runners:
            tracker = DialogueStateTracker.from_events(
                "me", [ActionExecuted("action_listen")], metadata.domain.slots
            )
            inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: tracker}
            target = metadata.nlu_target
            parsed = runner.run(inputs, [target])[target][0].as_dict(only_output_properties=True)
            read.append(parsed)
            tracker.update(UserUttered(text, parsed["intent"], parsed["entities"], parsed))
            target = metadata.core_target
            decided.append(runner.run({PLACEHOLDER_TRACKER: tracker}, [target])[target])
        assert read[0] == read[1]
        assert decided[0].probabilities == decided[1].probabilities
        assert decided[0].events == decided[1].events


def test_a_graph_whose_input_is_missing_says_so(model: Path, tmp_path: Path) -> None:
    storage, metadata = LocalModelStorage.from_model_archive(tmp_path, model)
    context = ExecutionContext(metadata.predict_schema, model_id=metadata.model_id)
    runner = InOrderGraphRunner.create(metadata.predict_schema, storage, context)
    with pytest.raises(GraphRunError):
        runner.run({}, [metadata.nlu_target])


def test_a_component_of_the_graph_is_found(model: Path, tmp_path: Path) -> None:
    storage, metadata = LocalModelStorage.from_model_archive(tmp_path, model)
    context = ExecutionContext(metadata.predict_schema, model_id=metadata.model_id)
    runner = InOrderGraphRunner.create(metadata.predict_schema, storage, context)
    found = runner.component(FindingEntityExtractor)
    assert found is not None and found.reader is not None
    assert any(each.id == "calf_pain" for each in found.reader.read("my calf hurts").findings)
    assert runner.component(Path) is None
