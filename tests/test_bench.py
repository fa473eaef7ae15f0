"""The bench's arithmetic, client and report, on given figures: nothing here depends on speed."""

from __future__ import annotations

import json
import os
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legpain.bench import client, rules_cost
from legpain.bench.bots import Bot, free_ports, read_messages
from legpain.bench.client import Load
from legpain.bench.figures import Rounds, add, medians, percentile, ratio
from legpain.bench.floor import Floor
from legpain.bench.memory import processor_seconds, resident_mb, sum_of_family
from legpain.bench.report import MEASURES, Promise, Report, number, rows
from legpain.bench.rounds import Counts, Measured, add_floor, add_load, add_long, long_conversation
from legpain.bench.size import installed_mb
from legpain.findings.network import Network
from legpain.findings.reader import WEIGHTS
from legpain.findings.semantic import SemanticFindings
from legpain.sentence_encoder import shared_encoder

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([5.0], 50, 5),
        ([3.0, 1.0, 2.0], 50, 2),
        ([4.0, 1.0, 3.0, 2.0], 50, 2),
        ([float(n) for n in range(1, 101)], 99, 99),
        ([float(n) for n in range(1, 301)], 99, 297),
        ([float(n) for n in range(1, 11)], 99, 10),
        ([1.0, 2.0], 100, 2),
    ],
)
def test_percentile(values: List[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == expected


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=200),
    st.integers(1, 100),
)
def test_percentile_is_the_smallest_value_that_enough_values_do_not_exceed(
    values: List[float], percent: int
) -> None:
    found = percentile(values, percent)
    assert sum(value <= found for value in values) >= len(values) * percent / 100
    assert sum(value < found for value in values) < len(values) * percent / 100


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_percentile_refuses_what_has_no_answer(values: List[float], percent: int) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_ratio() -> None:
    assert ratio(3, 4) == 0.75
    assert ratio(None, 4) is None
    assert ratio(3, None) is None
    assert ratio(3, 0) is None


def test_medians_of_rounds_and_growth() -> None:
    rounds: Rounds = {}
    for first, last in ((10, 60), (12, 66), (50, 48)):
        add(rounds, first_ms=first, last_ms=last)
    found = medians(rounds)
    # Of each conversation by itself: the machine was busy in the third.
    assert found == {"first_ms": 12, "last_ms": 60, "growth": 5.5}


def test_a_round_of_load() -> None:
    rounds: Rounds = {}
    one = Load([float(n) for n in range(1, 101)], seconds=4)
    add_load(rounds, one, Load([8.0, 2.0, 4.0], seconds=0.5))
    assert medians(rounds) == {
        "one_median_ms": 50,
        "one_p99_ms": 99,
        "one_a_second": 25,
        "many_median_ms": 4,
        "many_p99_ms": 8,
        "many_a_second": 6,
    }


def test_a_long_conversation_compares_the_same_texts() -> None:
    bot = Bot("ours", [f"m{n}" for n in range(10)], "probe", Path(), lambda: pytest.fail())
    texts = long_conversation(bot, 200)
    assert len(texts) == 200
    assert texts[0] == "probe"
    assert texts[-3:] == ["probe"] * 3
    assert sorted(texts[1:11]) == sorted(texts[-13:-3]) == sorted(bot.messages)
    rounds: Rounds = {}
    late = [14.0, 99.0, 12.0]
    add_long(rounds, [7.0, 1.0, 9.0], [50.0] + [2.0] * 10 + [99.0] * 176 + [3.0] * 10 + late)
    assert medians(rounds)["growth"] == 2
    assert medians(rounds)["growth_ten"] == 1.5


def test_a_message_over_its_floor() -> None:
    rounds: Rounds = {}
    add(rounds, one_median_ms=12)
    add_floor(rounds, {"http": [1.0, 9.0, 1.0], "encoder": [2.5], "write": [0.5]})
    found = medians(rounds)
    assert found["floor_http_ms"] == 1
    assert found["floor_ms"] == 4
    assert found["over_floor"] == 3


def test_the_floor_is_measured_part_by_part() -> None:
    texts = ["hello", "my calf hurts"]
    with Floor(free_ports()[0]) as floor:
        floor.wait()
        costs = floor.measure(texts)
    assert set(costs) == {"http", "encoder", "write"}
    assert all(len(each) == len(texts) and min(each) > 0 for each in costs.values())


def test_both_bots_are_asked_as_much() -> None:
    said = read_messages()
    assert len(said["stock"]["messages"]) == len(said["ours"]["messages"]) == 10
    for name in ("stock", "ours"):
        assert said[name]["probe"] in said[name]["messages"]


def test_memory_of_a_family() -> None:
    table = {1: (0, 1000), 2: (1, 10), 3: (2, 5), 4: (1, 7), 9: (8, 99)}
    assert sum_of_family(2, table) == 15
    assert sum_of_family(1, table) == 1022
    with pytest.raises(ProcessLookupError):
        sum_of_family(77, table)
    assert resident_mb(os.getpid()) > 1


def test_processor_time_of_a_family() -> None:
    spent = processor_seconds([os.getpid()])
    if spent is None:
        pytest.skip("only Linux tells it")
    assert 0 < spent <= sum(os.times()[:4])
    with pytest.raises(ProcessLookupError):
        processor_seconds([2**22 + 1])


def test_installed_size() -> None:
    sizes = installed_mb("rasa-sdk")
    assert sizes["rasa-sdk"] > 0
    assert "sanic" in sizes
    with pytest.raises(PackageNotFoundError):
        installed_mb("no-such-package-of-ours")


def _network(inputs: int, outputs: int) -> Network:
    """Return a network that has learned nothing."""
    zeros = np.zeros((inputs, outputs), dtype=np.float32)
    return Network(zeros[:, :2], zeros[0, :2], zeros[:2], zeros[0])


def test_rules_of_a_model_are_timed_for_every_message(tmp_path: Path) -> None:
    SemanticFindings(shared_encoder(), ["calf_pain"], _network(768, 3)).save(tmp_path / WEIGHTS)
    model = tmp_path / "model.tar.gz"
    with tarfile.open(model, "w:gz") as archive:
        archive.add(tmp_path / WEIGHTS, f"components/train_one/{WEIGHTS}")
        for name in ("findings.yml", "context.yml", "red_flags.yml"):
            archive.add(ROOT / "data/knowledge" / name, f"components/train_two/{name}")
    parts = rules_cost.read_parts(model)
    for reader in (parts.words, parts.whole):
        conversations = [["my calf hurts a lot", "hello"], ["ok"]]
        for read_before in (False, True):
            spent = rules_cost.measure(reader, parts.red_flags, conversations, 2, read_before)
            assert len(spent) == 6
            assert all(each > 0 for each in spent)


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ([], False),
        ([{"text": "hello"}], True),
        ([{"custom": {"data": {"kind": "clinic"}}}], False),
        ([{"text": "hello"}, {"custom": {"data": {"kind": "clinic"}}}], True),
        ([{"text": "sorry"}, {"custom": {"data": {"kind": "error"}}}], False),
    ],
)
def test_what_counts_as_an_answer(answer: List[Dict[str, Any]], good: bool) -> None:
    assert client.is_answer(answer) is good


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was told; nothing to "silence", status 500 to "break"."""

    protocol_version = "HTTP/1.1"
    heard: List[Tuple[str, str]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append((body["sender"], body["message"]))
        answer = [] if body["message"] == "silence" else [{"text": body["message"]}]
        content = json.dumps(answer).encode()
        self.send_response(500 if body["message"] == "break" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[str]:
    _Echo.heard = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_one_client(echo: str) -> None:
    load = client.talk(echo, ["hello", "silence", "bye"], conversations=2)
    assert len(load.milliseconds) == 6
    assert load.failed == 2
    assert load.seconds >= sum(load.milliseconds) / 1000
    senders = [sender for sender, _ in _Echo.heard]
    assert senders[:3] == [senders[0]] * 3
    assert senders[3:] == [senders[3]] * 3 != senders[:3]


def test_several_clients(echo: str) -> None:
    load = client.talk_together(echo, ["hello", "silence"], conversations=3, clients=4)
    assert len(load.milliseconds) == len(_Echo.heard) == 24
    assert load.failed == 12
    assert len({sender for sender, _ in _Echo.heard}) == 12


def test_a_bot_that_breaks_off(echo: str) -> None:
    with pytest.raises(OSError, match="500"):
        client.talk(echo, ["break"], conversations=1)


def _report() -> Report:
    stock, ours = Measured(memory={"Rasa server": 1000.0}), Measured()
    add(stock.rounds, one_median_ms=20, first_ms=10, last_ms=60, many_a_second=50, start_s=20)
    add(ours.rounds, one_median_ms=9, first_ms=10, last_ms=13, many_a_second=99, rules_ms=1.5)
    return Report(stock, ours, Counts(), {"cores": 2}, ["A note."])


def test_rows() -> None:
    found = {row.measure.key: row for row in _report().rows}
    assert found["one_median_ms"].ratio == 0.45
    assert found["one_median_ms"].kept is True
    assert found["many_a_second"].kept is False  # 1.98 times as many, and twice was promised
    assert found["growth"].ours == 1.3
    assert found["growth"].kept is False  # the promise is on our own growth
    assert found["rules_ms"].kept is True
    assert found["rules_ms"].stock is None
    assert found["start_s"].ratio is None
    assert found["start_s"].kept is None  # ours was not measured: neither kept nor broken
    assert found["failed"].kept is True
    assert "memory_mb" not in found


def test_a_lost_turn_breaks_a_promise() -> None:
    found = {row.measure.key: row for row in rows(Measured(failed=3), Measured(failed=1), Counts())}
    assert found["failed"].kept is False


def test_promises() -> None:
    assert Promise(0.5).kept(0.5)
    assert not Promise(0.5).kept(0.51)
    assert Promise(2, at_least=True).kept(2)
    assert not Promise(2, at_least=True).kept(1.99)
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


def test_report_is_written(tmp_path: Path) -> None:
    report = _report()
    report.write(tmp_path / "reports")
    written = (tmp_path / "reports/bench.md").read_text(encoding="utf-8")
    assert report.table() in written
    assert "A note." in written
    assert len({len(line) for line in report.table().splitlines()}) == 1
    data = json.loads((tmp_path / "reports/bench.json").read_text(encoding="utf-8"))
    assert data["stock"]["rounds"]["one_median_ms"] == [20]
    assert data["rows"][0]["ratio"] == 0.45
    assert data["about"] == {"cores": 2}
    assert report.verdict().startswith("Not kept, of 5 promises: messages a second, 8 clients;")
    assert report.broken == ["messages a second, 8 clients", "message 200 over message 1"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0.456, "0.46"), (12.34, "12.3"), (1131.6, "1132")]
)
def test_number(value: Any, text: str) -> None:
    assert number(value) == text
