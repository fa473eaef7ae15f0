"""Too much load, with real processes: late or refused is fine, lost is not; red flags are told."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, List

import pytest

from legpain.bench.load import RED_FLAG
from legpain.bench.overload import OverloadPlan, lost_of, overload
from legpain.bench.patients import Note, outcome, plan_notes, send
from tests.conftest import ROOT

_SMALL = OverloadPlan(seconds=6, patients=400, capacity_seconds=2)


@pytest.mark.servers
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs loopback addresses")
def test_overload_loses_nothing_and_the_server_recovers(model: Path, tmp_path: Path) -> None:
    found = overload(ROOT, tmp_path, _SMALL)
    assert found.notes
    assert {each.outcome for each in found.notes} <= {"answered", "refused"}
    flags = [each for each in found.notes if each.red_flag]
    assert flags
    assert {each.outcome for each in flags} == {"answered"}
    assert [each.outcome for each in found.again] == ["answered"] * len(found.again)
    assert found.lost == 0
    figures = json.loads((tmp_path / "overload.json").read_text(encoding="utf-8"))
    assert figures["messages"] == figures["answered"] + figures["refused"]
    page = (tmp_path / "overload.md").read_text(encoding="utf-8")
    assert f"| red flags answered | {len(flags)} of {len(flags)} |" in page
    assert str(ROOT) not in page


def test_every_patient_says_the_texts_in_turn_and_every_tenth_tells_a_red_flag() -> None:
    notes = plan_notes(["a", "b"], rate=20, seconds=3, patients=20)
    assert [note.at for note in notes] == [n / 20 for n in range(60)]
    assert [notes[n].text for n in (1, 21, 41)] == ["b", "a", "b"]
    assert [notes[n].text for n in (2, 22, 42)] == ["a", "b", "a"]
    assert [notes[n].text for n in (0, 20, 40)] == [RED_FLAG] * 3
    assert sum(note.red_flag for note in notes) == 6
    assert len({note.id for note in notes}) == 60


_BUSY = {"error": {"code": "busy", "message": "Try again."}}
_ALERT = [{"text": "911"}, {"custom": {"data": {"kind": "alert", "level": "emergency"}}}]


@pytest.mark.parametrize(
    ("text", "status", "headers", "content", "expected"),
    [
        ("hello", 200, {}, {"messages": [{"text": "hi"}]}, "answered"),
        ("hello", 200, {}, {"messages": []}, "failed"),
        ("hello", 503, {"Retry-After": "5"}, _BUSY, "refused"),
        ("hello", 503, {}, _BUSY, "failed"),
        ("hello", 429, {"Retry-After": "5"}, _BUSY, "failed"),
        (RED_FLAG, 200, {}, {"messages": [{"text": "hi"}]}, "failed"),
        (RED_FLAG, 200, {}, {"messages": _ALERT}, "answered"),
    ],
)
def test_what_became_of_a_message(
    text: str, status: int, headers: Any, content: Any, expected: str
) -> None:
    assert outcome(Note(0.0, text), status, headers, content) == expected


def test_messages_are_sent_whether_or_not_those_before_were_answered() -> None:
    class Silent:
        """Hears and does not answer before all has been said."""

        heard: List[str] = []
        all_said = asyncio.Event()

        async def say(self, note: Note, _started: float) -> None:
            self.heard.append(note.text)
            if len(self.heard) == 3:
                self.all_said.set()
            await self.all_said.wait()

    async def run() -> List[str]:
        patient: Any = Silent()
        patient.all_said = asyncio.Event()
        await asyncio.wait_for(send([patient], [Note(0.0, each) for each in "abc"], 0.0), 10)
        return list(patient.heard)

    assert asyncio.run(run()) == ["a", "b", "c"]


def test_what_is_lost() -> None:
    said = [Note(0.0, each, outcome="answered") for each in ("a", "b", "a")]
    assert lost_of([*said, Note(0.0, "c", outcome="refused")], ["a", "a", "b"]) == 0
    assert lost_of(said, ["a", "b"]) == 1
    assert lost_of(said, ["a", "a", "b", "b"]) == 1
    assert lost_of([Note(0.0, RED_FLAG, outcome="answered")], []) == 0
