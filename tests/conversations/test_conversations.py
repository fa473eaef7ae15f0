"""Whole dialogues over REST against running servers, told in `*.yml` beside this file.

A step is what the user writes and what the answer must show:
`kinds` custom messages (given fields must match), `says` and `never_says` pieces of text (any
case), `first` the kind that must come before anything but its text, `without` kinds that must not
come, `offers` titles or payload intents of buttons.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from legpain.processes import Servers, ask

Messages = List[Dict[str, Any]]


def _conversations() -> List[Any]:
    cases = []
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            cases.append(pytest.param(case["steps"], id=f"{path.stem}: {case['conversation']}"))
    return cases


@pytest.mark.servers
@pytest.mark.parametrize("steps", _conversations())
def test_conversation(servers: Servers, steps: List[Dict[str, Any]]) -> None:
    sender = f"test-{uuid.uuid4().hex}"
    for step in steps:
        answer: Messages = ask(servers.url, sender, str(step["user"]))
        where = f"user: {step['user']}\nbot: {answer}"
        assert any(message.get("text") for message in answer), where
        _check(step.get("bot") or {}, answer, where)


def _check(expected: Dict[str, Any], answer: Messages, where: str) -> None:
    unknown = set(expected) - {"kinds", "says", "never_says", "first", "without", "offers"}
    assert not unknown, f"unknown expectations {unknown}"
    customs = {each["kind"]: each for each in _customs(answer)}
    assert len(customs) == len(_customs(answer)), f"a kind came twice\n{where}"
    for kind, fields in (expected.get("kinds") or {}).items():
        assert kind in customs, f"no {kind}\n{where}"
        for name, value in (fields or {}).items():
            assert customs[kind].get(name) == value, f"{kind}.{name}\n{where}"
    text = "\n".join(str(message.get("text") or "") for message in answer).lower()
    for piece in expected.get("says") or []:
        assert str(piece).lower() in text, f"does not say '{piece}'\n{where}"
    for piece in expected.get("never_says") or []:
        assert str(piece).lower() not in text, f"says '{piece}'\n{where}"
    for kind in expected.get("without") or []:
        assert kind not in customs, f"{kind} came\n{where}"
    if "first" in expected:
        assert answer[0].get("text") and answer[1]["custom"]["data"]["kind"] == expected["first"]
    offered = str([message.get("buttons") or [] for message in answer])
    for name in expected.get("offers") or []:
        assert name in offered, f"does not offer {name}\n{where}"


def _customs(answer: Messages) -> Messages:
    return [message["custom"]["data"] for message in answer if message.get("custom")]
