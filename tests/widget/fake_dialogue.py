"""Answers of the contract's every kind, by what the patient says: for what a test must arrange."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

Message = Dict[str, Any]

CALL_911 = "[911](tel:911)"
_EXPLANATION = (
    "Shin splints can cause a dull ache along the inner shin.\n\n"
    "- It **often starts** with a longer walk.\n- Rest makes it ease.\n\n"
    "You can [read more](https://www.example.org/shin)."
)
MARKUP = (
    '<img src=x onerror="window.hacked=1"> <b>bold?</b> **<script>window.hacked=1</script>** '
    "[tap](javascript:window.hacked=1) [tap](data:text/html,x) [tap](http://plain.example/) "
    "[safe](https://www.example.org/) [ring](tel:+15555550100) &lt;i&gt;"
)


def says(text: str, *buttons: str, **payloads: str) -> Message:
    """Return a text message; buttons by title, payload as `/title` in lower case."""
    offered = [{"title": each, "payload": "/" + each.lower().replace(" ", "_")} for each in buttons]
    offered += [
        {"title": title.replace("_", " "), "payload": each} for title, each in payloads.items()
    ]
    return {"text": text, "buttons": offered} if offered else {"text": text}


def tells(kind: str, **fields: Any) -> Message:
    """Return a custom message."""
    return {"custom": {"data": {"kind": kind, **fields}}}


def _options(*titles: str) -> List[Message]:
    return [
        {"title": each, "payload": "/deny" if "None" in each else f'/inform{{"v": "{each}"}}'}
        for each in titles
    ]


def _alert(level: str, call: str, text: str) -> List[Message]:
    return [says(text), tells("alert", level=level, rules=["E01"], suspected="x", call=call)]


_EMERGENCY = _alert(
    "emergency",
    "911",
    f"A swollen leg with trouble breathing can be a blood clot in the lung. **Call {CALL_911} "
    "now.** Do not drive yourself. Do not wait to see if it gets better.",
)
_PAIN_CHECK: List[List[Message]] = [
    [
        says("First, is any of this true right now? You can pick more than one."),
        tells(
            "question",
            slot="danger",
            input="choice",
            multiple=True,
            step=1,
            of=3,
            options=_options("Trouble breathing", "Numb between the legs", "None of these"),
        ),
    ],
    [
        says("Question 2 of 3. Where does it hurt most?"),
        tells(
            "question",
            slot="place",
            input="choice",
            step=2,
            of=3,
            options=_options("Calf", "Shin", "Outer knee", "Heel"),
        ),
    ],
    [
        says("When does it start, and what makes it better?"),
        tells("question", slot="timing", input="text", step=3, of=3),
    ],
    [
        says("From what you tell me, it can be one of these. Only an exam can say which."),
        says(
            "- **Shin splints**: because you tell of pain in the shin.\n"
            "- **Stress fracture**: because you tell of longer walks.",
            **{
                "Shin_splints": '/ask_overview{"condition": "shin_splints"}',
                "When_should_I_worry?": '/ask_when_to_see_someone{"condition": "shin_splints"}',
                "Request_a_visit": "/book_appointment",
            },
        ),
        tells("causes", ranked=[{"topic": "shin_splints", "because": ["shin_pain"]}]),
    ],
]
_BOOKING: List[List[Message]] = [
    [says("What name should the clinic ask for?"), tells("question", slot="name", input="text")],
    [says("Which number can the clinic call?"), tells("question", slot="phone", input="tel")],
    [says("And an e-mail address?"), tells("question", slot="email", input="email")],
    [
        says("When would a visit suit you?"),
        tells("question", slot="preferred_time", input="date"),
    ],
    [
        says("- Name: **Pat Doe**\n- Phone: **(555) 555-0100**\n\nShall I send this?"),
        tells("question", slot="confirm", input="choice", options=_options("Yes, send", "No")),
    ],
    [
        says("Thank you. The clinic will call you to set a time. Nothing is booked yet."),
        tells("lead", status="saved", reference="K7Q-2MD"),
    ],
]
_FIXED: Dict[str, List[Message]] = {
    "self care": [
        says("Rest from long walks for a few days. Ice can ease it.", "Request a visit"),
        tells("explanation", topic="shin_splints", aspect="self_care"),
    ],
    "shin splints": [
        says(
            _EXPLANATION,
            **{
                "What_can_I_do_at_home?": '/ask_self_care{"condition": "shin_splints"}',
                "How_long_does_it_take?": '/ask_recovery{"condition": "shin_splints"}',
                "Request_a_visit": "/book_appointment",
            },
        ),
        tells("explanation", topic="shin_splints", aspect="overview"),
    ],
    "urgent": [
        *_alert("urgent", "+1 555 555 0100", "One warm, swollen calf should be seen **today**."),
        says("I can tell you more about it, too."),
    ],
    "soon": _alert("soon", "clinic", "Please book a visit this week."),
    "hurt myself": _alert(
        "emergency",
        "988",
        "I am sorry that it is this hard. You can call or text [988](tel:988) now, day or night.",
    ),
    "markup": [
        says(MARKUP, "<b>Tap</b>"),
        tells("explanation", topic="x", aspect="<i>x</i>", title="<i>Heading</i>"),
    ],
    "lead failed": [says("I could not save it."), tells("lead", status="failed")],
    "breaks": [says(f"Something broke. Call {CALL_911}."), tells("error", code="turn_failed")],
    "nothing": [],
    "long": [
        says("\n\n".join(f"Paragraph {each}. " + "Walk a little. " * 12 for each in range(6)))
    ],
}


class Dialogue:
    """One conversation's state: an emergency that stands, a list of questions being asked."""

    def __init__(self) -> None:
        self.emergency = False
        self.steps: List[List[Message]] = []

    def answer(self, text: str) -> List[Message]:
        """Return the messages that answer a text or payload."""
        said = text.lower()
        if "safe" in said:
            self.emergency = False
            return [says("I am glad that you are safe.")]
        if "can't breathe" in said:
            self.emergency = True
        if self.emergency and "breaks" not in said:
            return _EMERGENCY
        script = self._script(said)
        if script is not None:
            self.steps = [*script]
        if self.steps:
            return self.steps.pop(0)
        for words, messages in _FIXED.items():
            if words in said or words.replace(" ", "_") in said:
                return messages
        return [says(f"You said: {text}", "Check my pain", "Request a visit")]

    @staticmethod
    def _script(said: str) -> Optional[List[List[Message]]]:
        if "check_my_pain" in said or "check my pain" in said:
            return _PAIN_CHECK
        return _BOOKING if "visit" in said or "book_appointment" in said else None
