"""One small bench from end to end, with the real bots; it checks what is measured, not how fast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from legpain.bench import bench
from legpain.bench.report import MEASURES
from legpain.bench.rounds import Counts

ROOT = Path(__file__).resolve().parent.parent
TINY = Counts(
    starts=1, rounds=1, warm_up=1, conversations=1, clients=2, each=1, long=1, length=24, rules=1
)


@pytest.mark.bench
def test_bench(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = bench(ROOT, tmp_path, training=False, counts=TINY)
    data = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    measured = {row["key"] for row in data["rows"]}
    assert measured == {measure.key for measure in MEASURES} - {"train_s"}
    assert data["ours"]["failed"] == data["stock"]["failed"] == 0
    assert set(data["ours"]["memory"]) == {"action server", "Rasa server"}
    assert report.table() in capsys.readouterr().out
    assert str(ROOT) not in (tmp_path / "bench.md").read_text(encoding="utf-8")
