"""What an answer means: a tap, titles as the website sends them, a bare word, free text."""

from __future__ import annotations

from typing import Optional, Set

import pytest

from legpain.findings import FindingExtractor
from legpain.interview.questions import Interview
from legpain.interview.reading import Answer, read_answer


@pytest.fixture
def read(interview: Interview, extractor: FindingExtractor):  # type: ignore[no-untyped-def]
    def read(slot: str, text: str, intent: str = "inform", unclear: bool = False) -> Answer:
        question = interview.question(slot)
        assert question is not None
        answer = read_answer(interview, question, text, intent, extractor.extract(text), unclear)
        return answer or Answer(frozenset({"no answer"}), frozenset())

    return read


@pytest.mark.parametrize(
    ("slot", "text", "present", "denied"),
    [
        # taps
        ("place", '/inform{"finding": ["calf_pain"]}', {"calf_pain"}, set()),
        ("side", '/inform{"finding": ["bilateral"]}', {"bilateral"}, {"unilateral"}),
        ("modifiers", '/inform{"finding": ["relief_sit_bend"]}', {"relief_sit_bend"}, None),
        ("place", '/inform{"finding": ["chest_pain"]}', {"no answer"}, set()),
        # titles, one or several, also those with a comma
        ("clot_signs", "Swollen, Warmer", {"swelling", "unilateral", "warmth"}, set()),
        ("clot_signs", "A hard, sore vein, An open sore", {"tender_cord", "skin_sore"}, set()),
        ("timing", "The next day, After long sitting", {"delayed_soreness", "worse_sitting"}, None),
        ("function", "My urine is dark, like cola", {"dark_urine"}, set()),
        # bare words, with words around them
        ("place", "my calf and shin I think", {"calf_pain", "shin_pain"}, set()),
        ("place", "not my calf, it's the shin", {"shin_pain"}, {"calf_pain"}),
        ("place", "the inside of my ankle", {"inner_ankle_pain"}, set()),
        ("clot_risks", "pregnant? no lol", set(), {"pregnancy_postpartum"}),
        ("side", "just the left", {"unilateral"}, {"bilateral"}),
        ("side", "both", {"bilateral"}, {"unilateral"}),
        ("side", "both legs... well, just the left", {"unilateral"}, {"bilateral"}),
        ("modifiers", "stairs", {"worse_downhill_stairs"}, set()),
        ("course", "about 3 weeks and getting worse", {"persistent_weeks", "worsening"}, set()),
        ("course", "since monday", set(), {"persistent_weeks", "worsening"}),
        ("about_you", "I'm 67 and diabetic", {"age_55_plus", "diabetes"}, None),
        ("about_you", "i'm 40", set(), {"age_55_plus"}),
        # free text, read by the findings extractor
        ("clot_signs", "a bit puffy on the left", {"swelling", "unilateral"}, set()),
        ("clot_signs", "no swelling", set(), {"swelling"}),
        ("function", "i did a lot more than usual", {"unusual_exertion"}, set()),
        # no answers
        ("side", "neither", {"no answer"}, set()),
        ("place", "what is the IT band?", {"no answer"}, set()),
        ("timing", "purple", {"no answer"}, set()),
    ],
)
def test_an_answer(  # type: ignore[no-untyped-def]
    read, slot: str, text: str, present: Set[str], denied: Optional[Set[str]]
) -> None:
    answer = read(slot, text)
    assert answer.present == present
    assert denied is None or answer.denied == denied


@pytest.mark.parametrize("text", ["no", "None of these", "neither", "/deny", "nope", "No, nothing"])
def test_none_denies_all_that_was_asked(read, text: str) -> None:  # type: ignore[no-untyped-def]
    answer = read("danger", text)
    assert not answer.present
    assert {"chest_pain", "dyspnoea", "fainting", "cold_foot", "bleeding_vein"} <= answer.denied
    # An option's side meaning is not denied with it: the pain may well have come suddenly.
    assert "sudden_onset" not in answer.denied


def test_a_question_back_is_no_answer(read) -> None:  # type: ignore[no-untyped-def]
    text = "what does swelling have to do with it?"
    assert read("clot_signs", text, "ask_why_asked").present == {"no answer"}


@pytest.mark.parametrize("intent", ["affirm", "unsure"])
def test_an_unclear_answer_to_the_closed_question_counts(read, intent: str) -> None:  # type: ignore[no-untyped-def]
    assert read("danger", "hm", intent, unclear=True).present == {"emergency_words"}
    assert read("clot_signs", "hm", intent, unclear=True).present == {"swelling", "unilateral"}
    assert read("danger", "hm", intent).present == {"no answer"}


def test_only_words_that_are_all_choice_are_whole(read) -> None:  # type: ignore[no-untyped-def]
    assert read("timing", "On the walk and gone within 10 minutes of standing still").whole
    assert not read("place", "my calf and I also have chest pain").whole
