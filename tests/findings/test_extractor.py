from __future__ import annotations

from pathlib import Path

import pytest

from legpain.findings import ConversationFindings, Finding, FindingExtractor, load_lexicon
from legpain.knowledge import KnowledgeError, knowledge_dir


def ids(extractor: FindingExtractor, text: str) -> set[str]:
    return {f.id for f in extractor.extract(text) if f.context in ("present", "uncertain")}


def test_there_are_111_findings_with_label_and_meaning() -> None:
    lexicon = load_lexicon()
    assert len(lexicon.findings) == 111
    assert all(spec.label and spec.meaning for spec in lexicon.findings)


def test_a_wrong_lexicon_says_where_and_what(tmp_path: Path) -> None:
    for name in ("findings.yml", "context.yml"):
        text = (knowledge_dir() / name).read_text()
        (tmp_path / name).write_text(text.replace("calf: calf_pain\n", "calf: calf_pane\n", 1))
    with pytest.raises(KnowledgeError, match=r"qualities.painful.calf: no 'calf_pane'"):
        load_lexicon(tmp_path)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("my calf is swolen", "swelling"),
        ("i cant breth", "dyspnoea"),
        ("akilles hurts", "heel_achilles_pain"),
        ("my hampstring is sore", "back_thigh_pain"),
        ("soooo swolllen", "swelling"),
        ("MY CALF IS HOT TO TOUCH", "warmth"),
        ("on elliquis", "anticoagulant"),
        ("im 67", "age_55_plus"),
        ("67yo male", "age_55_plus"),
        ("my 9 year old limps", "age_under_16"),
        ("temp of 101.5", "fever"),
        ("38.5 C fever", "fever"),
        ("hurts for three weeks", "persistent_weeks"),
        ("flew 9 hours, 9 hour flight", "long_travel"),
        ("pain is 9/10", "severe_pain"),
        ("hip replaced 3 weeks ago", "recent_surgery"),
        ("my sock leaves a trench on one ankle", "swelling"),
        ("paler than its brother", "pale_blue_foot"),
        ("winded from tying my shoes", "dyspnoea"),
        ("the leg feels like it could burst", "tight_hard_muscle"),
    ],
)
def test_finds(text: str, finding: str, extractor: FindingExtractor) -> None:
    assert finding in ids(extractor, text)


@pytest.mark.parametrize(
    "text",
    [
        "cloth",
        "number one",
        "what's the score",
        "hip hop",
        "my skin is dry",
        "chest of drawers",
        "break a leg!",
        "I was born in 1967",
        "call me at 555 867 5309",
        "two weeks ago I booked",
        "10/10 would come again",
        "the phone is dead",
        "hi",
        "thanks a lot",
        "what time do you open",
    ],
)
def test_false_friends(text: str, extractor: FindingExtractor) -> None:
    assert ids(extractor, text) == set()


def test_offsets_point_at_the_words(extractor: FindingExtractor) -> None:
    text = "Well — my LEFT calf is swollen."
    swelling = next(f for f in extractor.extract(text) if f.id == "swelling")
    assert text[swelling.start : swelling.end] == "swollen"
    assert swelling.side == "left"


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        ("my right calf hurts", True, False),
        ("my calf hurts", True, False),
        ("both calves hurt", False, True),
        ("my legs ache", False, True),
        ("both legs ache but the left is bigger", True, True),
        ("calf pain", False, False),
        ("it is swollen", True, False),
        ("ankles are swollen", False, True),
    ],
)
def test_sides(text: str, one: bool, two: bool, extractor: FindingExtractor) -> None:
    found = ids(extractor, text)
    assert ("unilateral" in found, "bilateral" in found) == (one, two)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my mom's right leg is swollen", "other"),
        ("hubby has a swollen leg", "other"),
        ("patient is a 70 yo male with a swollen leg", "other"),
        ("asking for a friend, her leg is swollen", "other"),
        ("my husband says my leg is swollen", "self"),
        ("my leg is swollen", "self"),
    ],
)
def test_person(text: str, person: str, extractor: FindingExtractor) -> None:
    swelling = [f for f in extractor.extract(text) if f.id == "swelling"]
    assert {(f.person, f.context) for f in swelling} == {(person, "present")}


def test_a_relatives_illness_is_not_the_writers(extractor: FindingExtractor) -> None:
    found = extractor.extract("My mom has diabetes. My foot is red and swollen.")
    assert {f.context for f in found if f.id == "diabetes"} == {"family"}


def test_a_correction_takes_a_finding_back(extractor: FindingExtractor) -> None:
    talk = ConversationFindings().update(extractor.extract("my calf is swollen"), False)
    assert "swelling" in talk.active()
    text = "sorry, I meant my knee is swollen, not my calf"
    reading = extractor.read(text)
    assert reading.corrects
    talk = talk.update(*reading)
    assert "knee_swelling" in talk.active()
    assert not {"swelling", "calf_pain"} & talk.active()
    assert extractor.read("no wait it's the left").corrects
    assert not extractor.read("my calf hurts").corrects


def test_a_later_denial_takes_nothing_back(extractor: FindingExtractor) -> None:
    talk = ConversationFindings().update(extractor.extract("my chest hurts"), False)
    talk = talk.update(extractor.extract("no chest pain, it's probably nothing"), False)
    assert "chest_pain" in talk.active()


def test_memory_survives_json() -> None:
    finding = Finding("swelling", "present", "other", "left", 0, 3)
    talk = ConversationFindings().update([finding], False)
    assert ConversationFindings.from_json(talk.to_json()) == talk
    assert ConversationFindings.from_json(None) == ConversationFindings()


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("actually make it wednesday afternoon", True),
        ("I'd rather go on Monday, at 3:30 pm", True),
        ("next week please", True),
        ("actually make it quick", False),  # no time in it
        ("I won't make it to Wednesday", False),
        ("my calf has hurt since Monday", False),
    ],
)
def test_a_message_of_words_of_times_tells_a_time(
    text: str, is_time: bool, extractor: FindingExtractor
) -> None:
    assert extractor.tells_a_time(text) is is_time
