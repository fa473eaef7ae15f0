"""What both forms do with an answer, a refusal and a question in between."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.rasa.action_endpoint import _failed
from legpain.rasa.safe_form import SKIPPED, SafeForm, Turn


class ColorForm(SafeForm):
    """Asks two colors; "boom" breaks it."""

    form = "colors"
    order = ("wall", "door")

    def start(self, turn: Turn) -> None:
        if turn.text == "broken":
            raise ValueError
        super().start(turn)

    def ask(self, turn: Turn, slot: str) -> None:
        turn.question(slot, f"Which color has the {slot}?", "text")

    def take(self, turn: Turn) -> bool:
        if turn.text == "boom":
            raise ValueError("secret words")
        if turn.text not in ("red", "blue") or turn.slot is None:
            return False
        turn.set(turn.slot, turn.text)
        return True

    def why(self, turn: Turn, slot: str) -> str:
        return f"I ask for the {slot} to buy paint."


def _run(
    text: str,
    intent: str = "",
    asked: Optional[str] = "wall",
    slots: Optional[Dict[str, Any]] = None,
    since: Optional[List[Dict[str, Any]]] = None,
) -> tuple[List[str], Dict[str, Any], List[str]]:
    """Return the texts said, the slots set, and the kinds of the other events."""
    message = {"text": text, "intent": {"name": intent}, "entities": []}
    events = [{"event": "user", "text": text}, *(since or [])]
    tracker = Tracker(
        "t", {"requested_slot": asked, **(slots or {})}, message, events, False, None, {}, "x"
    )
    dispatcher = CollectingDispatcher()
    answer = ColorForm().run(dispatcher, tracker, {})
    said = [m.get("text") or m.get("response") for m in dispatcher.messages]
    return (
        [each for each in said if each],
        {e["name"]: e["value"] for e in answer if e["event"] == "slot"},
        [e["event"] for e in answer if e["event"] != "slot"],
    )


def test_it_starts_with_its_first_question_whatever_another_form_had_asked() -> None:
    began = [{"event": "active_loop", "name": "colors"}]
    said, slots, _ = _run("paint", "paint", "phone", {"wall": "old"}, began)
    assert said == ["Which color has the wall?"]
    assert slots == {"wall": None, "door": None, "requested_slot": "wall"}


def test_an_answer_leads_to_the_next_question() -> None:
    said, slots, _ = _run("red", "inform")
    assert (said, slots["wall"], slots["requested_slot"]) == (
        ["Which color has the door?"],
        "red",
        "door",
    )


def test_the_last_answer_ends_it() -> None:
    said, slots, _ = _run("red", "inform", "door", {"wall": "blue"})
    assert (said, slots) == ([], {"door": "red", "requested_slot": None})


def test_a_question_in_between_is_left_to_the_rules() -> None:
    assert _run("what is a color?", "ask_overview") == ([], {}, ["action_execution_rejected"])


def test_after_it_the_question_comes_again() -> None:
    rejected = [{"event": "action_execution_rejected", "name": "colors"}]
    said, slots, _ = _run("what is a color?", "ask_overview", since=rejected)
    assert (said, slots["requested_slot"]) == (["Which color has the wall?"], "wall")


def test_it_does_not_ask_beside_a_question_of_the_rule() -> None:
    since: List[Dict[str, Any]] = [
        {"event": "action_execution_rejected", "name": "colors"},
        {"event": "bot", "data": {"custom": {"data": {"kind": "question", "slot": "topic"}}}},
    ]
    said, slots, _ = _run("how long does it take?", "ask_recovery", since=since)
    assert (said, slots["requested_slot"]) == ([], "wall")


def test_words_that_are_no_answer_are_asked_again() -> None:
    said, slots, _ = _run("squares", "inform")
    assert said == ["utter_form_not_understood", "Which color has the wall?"]
    assert slots["requested_slot"] == "wall"


@pytest.mark.parametrize("intent", ["stop", "goodbye"])
def test_stop_ends_it(intent: str) -> None:
    assert _run("enough", intent) == ([], {"wall": None, "requested_slot": None}, [])


def test_skip_passes_over() -> None:
    _, slots, _ = _run("skip", "skip")
    assert slots["wall"] == SKIPPED and slots["requested_slot"] == "door"


def test_back_forgets_the_answer_before() -> None:
    said, slots, _ = _run("back", "previous_question", "door", {"wall": "red"})
    assert said == ["Which color has the wall?"]
    assert slots == {"wall": None, "door": None, "requested_slot": "wall"}
    assert _run("back", "previous_question")[0][0] == "utter_form_first_question"


def test_why_is_told_and_the_question_stays() -> None:
    said, slots, _ = _run("why?", "ask_why_asked")
    assert said == ["I ask for the wall to buy paint.", "Which color has the wall?"]
    assert slots["requested_slot"] == "wall"


def test_a_failure_is_told_and_the_question_stays(caplog: pytest.LogCaptureFixture) -> None:
    said, slots, events = _run("boom", "inform")
    assert said == ["utter_action_error"]
    assert slots == {"wall": None, "requested_slot": "wall"} and not events
    assert "secret" not in caplog.text


def test_a_form_that_can_not_begin_ends() -> None:
    began = [{"event": "active_loop", "name": "colors"}]
    said, slots, events = _run("broken", "paint", "phone", since=began)
    assert said == ["utter_action_error"]
    assert slots == {"requested_slot": None} and events == ["active_loop"]


def test_without_an_action_server_a_form_keeps_its_question_and_says_so_once() -> None:
    tracker: Dict[str, Any] = {
        "sender_id": "t",
        "slots": {"requested_slot": "wall"},
        "events": [{"event": "user"}],
    }
    call = {"next_action": "validate_colors", "tracker": tracker}
    first = _failed(call, "utter_actions_unavailable")
    assert [e["name"] for e in first["events"]] == ["wall", "requested_slot"]
    assert first["responses"] == [{"response": "utter_actions_unavailable"}]
    heard = {"event": "bot", "metadata": {"utter_action": "utter_actions_unavailable"}}
    tracker["events"].append(heard)
    assert _failed(call, "utter_actions_unavailable")["responses"] == []
