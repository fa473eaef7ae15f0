"""Sentences of made-up words."""

from __future__ import annotations

import pytest

from legpain.findings.labelled import LabelledText
from legpain.findings.made_up import made_up_texts

TEXTS = [
    LabelledText((f"my left calf was sore after {number} hills and the other was not",))
    for number in ("seven", "eleven", "twenty", "several", "countless")
] * 40


@pytest.fixture(name="words")
def made_up_words() -> set[str]:
    return {word for each in made_up_texts(TEXTS) for turn in each.turns for word in turn.split()}


def test_they_tell_nothing() -> None:
    assert made_up_texts(TEXTS)
    assert all(not each.findings and not each.named for each in made_up_texts(TEXTS))


def test_no_word_of_the_texts_is_in_them_but_the_smallest(words: set[str]) -> None:
    real = {word for each in TEXTS for turn in each.turns for word in turn.split()}
    assert words & real <= {"my", "was", "and", "the", "not"}
    assert {"my", "was"} <= words


def test_they_are_the_same_for_the_same_texts() -> None:
    assert made_up_texts(TEXTS) == made_up_texts(TEXTS)


def test_few_texts_give_none() -> None:
    assert made_up_texts(TEXTS[:3]) == []


def test_a_single_spelling_is_no_endless_search() -> None:
    assert made_up_texts([LabelledText(("abcd",))] * 20)[0].turns[0] not in ("", "abcd")
