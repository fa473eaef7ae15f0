"""A short soak with real processes, and the report on given figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from legpain.bench.load import Run, Sent, is_alert
from legpain.bench.soak import Plan, Soaked, soak
from legpain.bench.soak_report import growth_mb, markdown, picture, summary
from tests.conftest import ROOT

_SMALL = Plan(minutes=0.05, capacity_conversations=1, every=0.5)


@pytest.mark.servers
def test_a_soak_answers_all_and_records_every_red_flag(model: Path, tmp_path: Path) -> None:
    soaked = soak(ROOT, tmp_path, _SMALL)
    assert soaked.soak.sent
    assert soaked.soak.lost == []
    assert soaked.soak.red_flags
    told, recorded = soaked.escalations
    assert told == recorded == len(soaked.soak.red_flags)
    data = json.loads((tmp_path / "soak.json").read_text(encoding="utf-8"))
    assert set(data["memory"][0]) == {"at", "action server", "Rasa server"}
    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")
    assert str(ROOT) not in (tmp_path / "soak.md").read_text(encoding="utf-8")


def test_a_red_flag_counts_as_answered_only_with_its_alert_first() -> None:
    alert = {"custom": {"data": {"kind": "alert", "level": "emergency"}}}
    assert is_alert([{"text": "Call 911 now."}, alert])
    assert not is_alert([alert, {"text": "Call 911 now."}])
    assert not is_alert([{"text": "hello"}])
    assert not is_alert([])


def _soaked() -> Soaked:
    sent = [Sent(float(at), 10.0 + at, at % 10 == 0, at != 7) for at in range(100)]
    memory: List[Any] = [(float(at), {"Rasa server": 300.0 + at}) for at in range(50)]
    return Soaked(50.0, Run(sent), memory, (12, 11))


def test_the_report_counts_what_was_lost() -> None:
    found: Dict[str, Any] = summary(_soaked(), steps=10)
    assert found["soak"]["messages"] == 100
    assert found["soak"]["lost"] == 1
    assert found["soak"]["red_flags"] == found["soak"]["red_flags_answered"] == 10
    assert found["escalations"] == {"told": 12, "recorded": 11}
    assert len(found["latency"]) == len(found["memory"]) == 10
    assert growth_mb(found) == 20.0
    assert "| without a good answer | 1 |" in markdown(found, Plan(minutes=2))
    assert picture(found).startswith(b"\x89PNG")
