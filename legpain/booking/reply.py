"""What comes of a message, and the steps that every answer ends in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Optional, Sequence, Tuple

from legpain.booking.form import Form
from legpain.booking.texts import FIELDS, load_booking
from legpain.leads.validation import clean_text

CONFIRMED = "confirmed"  # the form's end that saves the request; the others: ENDS in texts.py
MOST_TRIES = 2  # failed answers, then the way out is shown

# Intents whose messages may be an answer; those of all others are left to the rules, unless the
# message holds what was asked for.
ANSWERS = frozenset(
    [
        "inform",
        "affirm",
        "deny",
        "unsure",
        "skip",
        "correct_fact",
        "nlu_fallback",
        "describe_pain",
        "previous_question",
        "out_of_scope",
        "bot_wrong",
        "empty_message",
        "emergency_not_with_patient",
        "emergency_safe",
        "emergency_getting_help",
        "emergency_cannot_go",
        "emergency_are_you_sure",
    ]
)
# Said by the way: the question is asked again, and it is no failed answer.
NODS = frozenset(["greet", "thank", "praise", "repeat", "book_appointment"])
REFUSALS = frozenset({"deny", "skip"})


@dataclass(frozen=True)
class Reply:
    """What comes of a message.

    Attributes:
        form: as it is now; it has ended if `form.end_reason` is set.
        said: what is said before the next question.
        aside: the message is no answer; the ordinary rules answer it.
    """

    form: Form
    said: Tuple[str, ...] = ()
    aside: bool = False


def ask(form: Form, said: Sequence[str] = (), field: Optional[str] = None) -> Reply:
    """Go on with this field, or with what is missing next."""
    asked = field or form.next_field()
    tries = form.tries if asked == form.asked and not said else 0
    return Reply(replace(form, asked=asked, tries=tries), tuple(said))


def failed(form: Form, field: str, problem: Optional[str]) -> Reply:
    """Say why an answer can not be used, and after two of them the way out.

    Args:
        form: before the answer.
        field: that was asked for.
        problem: a code; None says what the field is needed for.
    """
    texts = load_booking()
    about = texts.fields[field]
    form = replace(form, asked=field, tries=form.tries + 1)
    said = [texts.say(about.problems[problem] if problem else about.why)]
    if form.tries >= MOST_TRIES:
        said.append(texts.say(about.way_out))
    return Reply(form, tuple(said))


def filled(form: Form, name: str, value: Any) -> Form:
    """Return the form with a parsed value."""
    if name == "preferred_time":
        form = replace(
            form,
            start=value.start.isoformat() if value.start else None,
            end=value.end.isoformat() if value.end else None,
        )
        value = clean_text(value.raw).strip(" ,;")
    if name == "name" and form.patient == value:
        form = replace(form, patient=None)  # the patient speaks of themselves by name
    return form.with_value(name, str(value))


def stepped_back(form: Form, field: str) -> Reply:
    """Ask the question before this one again; its answer stays until there is another."""
    known = [name for name in FIELDS if name in form.values or name in form.declined]
    if field == "confirm":
        return Reply(replace(form, asked="consent", consent=False, tries=0))
    before = [name for name in known if FIELDS.index(name) < FIELDS.index(field)]
    return Reply(replace(form, asked=before[-1] if before else field, tries=0))
