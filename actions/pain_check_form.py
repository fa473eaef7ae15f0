"""The pain check's side of every turn: take an answer, ask the next question."""

import re
from typing import Optional

from legpain.explain import listed
from legpain.findings import ConversationFindings
from legpain.interview.progress import choices, next_question, options_left
from legpain.interview.questions import Interview, Question, load_interview
from legpain.interview.reading import MISSED, UNCLEAR, read_answer
from legpain.interview.result import in_order
from legpain.rasa.parsed_findings import findings_of_message
from legpain.rasa.safe_form import SafeForm, Turn

UNSURE = "unsure"  # value of a slot whose question the patient could not answer
_FINDINGS = "findings"
_CHILD = "age_under_16"
_START = "start_pain_check"
_ASKS = re.compile(
    r"\?|^(?:what|why|how|when|where|which|who|can|could|should|is|are|do|does)\b", re.I
)


class ValidatePainCheck(SafeForm):
    """Asks what is still unknown; every answer's findings are in the slot `findings` already.

    The policy puts them there, so that the red flags see an answer before this action does. A
    slot's value says which of them its answer brought in, to take back when the patient goes back.
    """

    form = "pain_check"
    order = load_interview().order

    @property
    def interview(self) -> Interview:
        """Return the pain check's questions."""
        return load_interview()

    def start(self, turn: Turn) -> None:
        """Begin: what an earlier pain check brought in is asked again, the rest is known."""
        for slot in self.order:
            self.forget(turn, slot)
        known = _told(turn)
        if _CHILD not in known.present:
            turn.utter("utter_pain_check_intro")
        if known.present.keys() - {"leg_pain"}:
            text = self.interview.texts.noted
            turn.dispatcher.utter_message(
                text=text.format(findings=listed(in_order(self.interview, known.present)))
            )

    def next_slot(self, turn: Turn) -> Optional[str]:
        """Return the first question that nothing has answered; adults only."""
        findings = _told(turn)
        if _CHILD in findings.present:
            return None
        question = next_question(self.interview, turn.values, findings)
        return question.slot if question else None

    def ask(self, turn: Turn, slot: str) -> None:
        """Utter the question with its choices, or the closed one after an unclear answer."""
        question = self._question(slot)
        unclear = turn.values[slot] == UNCLEAR
        text = question.closed.text if unclear and question.closed else question.text
        number, of = question.step, self.interview.steps
        turn.question(
            slot,
            f"Question {number} of {of}. {text}",
            "choice",
            options=choices(self.interview, question, _told(turn), unclear),
            multiple=question.multiple and not unclear,
            step=number,
            of=of,
        )

    def take(self, turn: Turn) -> bool:
        """Take the message as the answer to the question that waits."""
        question = self._question(turn.slot)
        unclear = turn.values[question.slot] == UNCLEAR
        answer = read_answer(
            self.interview,
            question,
            turn.text,
            turn.intent,
            findings_of_message(turn.tracker.latest_message),
            unclear,
        )
        if answer is None:
            if turn.intent == UNSURE:
                turn.set(question.slot, UNCLEAR if question.closed and not unclear else UNSURE)
            return turn.intent == UNSURE
        before = ConversationFindings.from_json(turn.slot_before(_FINDINGS))
        value = {
            "present": sorted(answer.present - before.present.keys()),
            "denied": sorted(answer.denied - before.denied),
        }
        only_some = not answer.present and question.closed and options_left(question, _told(turn))
        # "No swelling" to a list of signs: the others are still asked for.
        turn.set(question.slot, None if only_some else value)
        return True

    def forget(self, turn: Turn, slot: str) -> None:
        """Take an answer back, with the findings that it alone brought in."""
        value = turn.values[slot]
        if isinstance(value, dict):
            told = _told(turn)
            for finding in value["present"]:
                told.present.pop(finding, None)
            told.denied -= set(value["denied"])
            turn.set(_FINDINGS, told.to_json())
        turn.set(slot, None)

    def skip(self, turn: Turn, slot: str) -> None:
        """Pass over; a sign of an emergency is asked for once more, plainly."""
        if self._question(slot).closed and turn.values[slot] != UNCLEAR:
            turn.set(slot, UNCLEAR)
        else:
            super().skip(turn, slot)

    def why(self, turn: Turn, slot: str) -> str:
        """Return why the question is asked."""
        return self._question(slot).why

    def is_question(self, turn: Turn) -> bool:
        """Return whether a rule answers: not what tells something, and not "what could it be?"."""
        states = _tells(turn) and not _ASKS.search(turn.text)
        return turn.intent != _START and not states and super().is_question(turn)

    def not_understood(self, turn: Turn, slot: str) -> None:
        """Say that it was noted, if it told something else; leave a question missed twice."""
        if _tells(turn):
            turn.utter("utter_pain_check_noted")
        elif turn.intent == _START:
            turn.utter("utter_pain_check_goes_on")
        elif self._question(slot).closed:
            super().not_understood(turn, slot)
            turn.set(slot, UNCLEAR)
        elif turn.values[slot] == MISSED:
            turn.utter("utter_pain_check_leave_it")
            turn.set(slot, UNSURE)
        else:
            super().not_understood(turn, slot)
            turn.set(slot, MISSED)

    def _question(self, slot: Optional[str]) -> Question:
        question = self.interview.question(slot)
        assert question is not None, "the form asks its own slots only"
        return question


def _tells(turn: Turn) -> bool:
    """Return whether the message says something of the pain, asked or not."""
    found = findings_of_message(turn.tracker.latest_message)
    return any(each.context in ("present", "denied") for each in found)


def _told(turn: Turn) -> ConversationFindings:
    return ConversationFindings.from_json(turn.get(_FINDINGS))
