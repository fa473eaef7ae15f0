"""The safety report: its figures, its sets, and that nothing of them is learned from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from legpain.evaluation.safety import Rate, Result, SafetyReport, report_lines
from legpain.evaluation.safety_cases import Case, load_real, read_sets
from legpain.findings.labelled import read_examples, read_messages
from legpain.knowledge import examples_dir

ROOT = Path(__file__).resolve().parents[2]
SETS = read_sets(ROOT)
HELD_OUT = {title: cases for title, cases in SETS.items() if title.startswith("Held-out")}
DEVELOPMENT = {title: cases for title, cases in SETS.items() if title.startswith("Development")}


def _report(*given: tuple[str, str, str, bool]) -> SafetyReport:
    """Return a report on cases of (true level, kind, given level, asked)."""
    return SafetyReport(
        "a set",
        [
            Result(Case(("text",), level, kind=kind, rules=("E01",), trap="past"), now, (), asked)
            for level, kind, now, asked in given
        ],
    )


def test_an_emergency_is_found_asked_about_or_missed() -> None:
    report = _report(
        ("emergency", "emergency", "emergency", False),
        ("emergency", "emergency", "urgent", True),
        ("emergency", "emergency", "soon", False),
    )
    assert report.sensitivity("emergency") == Rate(1, 3)
    assert report.found_or_asked() == Rate(2, 3)
    assert report.two_level_under_triage() == Rate(1, 3)
    assert report.by_rule() == {"E01": Rate(1, 3)}


def test_who_is_sent_to_911_without_need_is_counted_by_kind() -> None:
    report = _report(
        ("info", "trap", "emergency", False),
        ("urgent", "trap", "urgent", False),
        ("soon", "routine", "urgent", True),
    )
    assert report.false_emergencies("trap") == Rate(1, 2)
    assert report.false_emergencies("routine") == Rate(0, 1)
    assert report.by_trap() == {"past": Rate(1, 2)}
    assert report.over_triage() == Rate(2, 3)
    assert report.asked_needlessly() == Rate(1, 3)
    assert "| sent to EMERGENCY: trap | 1 of 2 (50.0%, at least 2.5%) |" in report_lines(report)


@pytest.mark.parametrize(
    ("rate", "lower"), [(Rate(0, 10), 0.0), (Rate(100, 100), 0.9705), (Rate(97, 100), 0.9243)]
)
def test_the_lower_bound_is_clopper_and_pearsons(rate: Rate, lower: float) -> None:
    assert rate.lower == pytest.approx(lower, abs=1e-4)


def test_another_level_that_is_as_good_is_not_too_high() -> None:
    case = Case(("text",), "soon", also_ok=("urgent",))
    assert SafetyReport("a set", [Result(case, "urgent", ())]).over_triage() == Rate(0, 1)


@pytest.mark.parametrize("title", HELD_OUT)
def test_the_held_out_set_is_large_enough(title: str) -> None:
    assert len(HELD_OUT[title]) >= 300
    assert sum(case.level == "emergency" for case in HELD_OUT[title]) >= 100
    assert sum(case.kind == "trap" for case in HELD_OUT[title]) >= 100


def test_no_measured_message_is_learned_from() -> None:
    """But for few words that several writers hit upon: "What are your opening hours?"."""
    learned = {
        _plain(turn)
        for each in (*read_examples(examples_dir()), *read_messages(examples_dir()))
        for turn in each.turns
    }
    for title, cases in {**HELD_OUT, **DEVELOPMENT}.items():
        told = [text for case in cases for text in case.messages if len(text.split()) > 8]
        assert not {text for text in told if _plain(text) in learned}, title


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def test_real_messages_keep_what_a_careful_nurse_could_defend(tmp_path: Path) -> None:
    path = tmp_path / "real.jsonl"
    rows = [
        {"text": "a", "set": "leg", "urgency": "routine", "also_ok": []},
        {"text": "b", "set": "leg", "urgency": "emergency", "also_ok": ["urgent"]},
        {"text": "c", "set": "chitchat"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    routine, emergency = load_real(path)
    assert (routine.level, routine.kind) == ("info", "strict routine")
    assert (emergency.also_ok, emergency.kind) == (("urgent",), "emergency")
