"""Medical words that patients pick up are read as the plain words that they mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from legpain.knowledge import KnowledgeError
from legpain.medical_words import in_plain_words, medical_words_file, read_medical_words
from legpain.sentence_encoder import shared_encoder


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("I have Dyspnoea since noon", "I have shortness of breath since noon"),
        ("s/p TKR, oedema b/l", "after knee replacement, swelling both sides"),
        ("a near syncope", "a nearly fainting"),
        ("breathing trouble", "breathing trouble"),
        ("the thread of a mythra", "the thread of a mythra"),  # "thr" inside of other words
        ("it’s my left leg…", "it's my left leg."),
        ("", ""),
    ],
)
def test_medical_words_become_plain_ones(message: str, plain: str) -> None:
    assert in_plain_words(message).text == plain


def test_each_character_knows_the_word_that_it_stands_for() -> None:
    message = "no dyspnoea but pain"
    plain = in_plain_words(message)
    at = plain.text.index("of breath")
    assert message[plain.starts[at] : plain.ends[at]] == "dyspnoea"
    at = plain.text.index("pain")
    assert message[plain.starts[at] : plain.ends[at + 3]] == "pain"


def test_the_encoder_reads_both_words_alike_and_finds_the_place_of_the_medical_one() -> None:
    message = "sore calf, haemoptysis, tired"
    medical, plain = shared_encoder().encode([message, "sore calf, coughing up blood, tired"])
    np.testing.assert_array_equal(medical, plain)
    (states,) = shared_encoder().token_states([message])
    start = message.index("haemoptysis")
    words = states.inside(start, start + len("haemoptysis"))
    assert words.sum() == 3  # coughing, up, blood


@pytest.mark.parametrize("content", ["fever: pyrexia, pyrexia", "fever: pyrexia,\nhot: pyrexia"])
def test_a_word_that_is_listed_twice_or_missing_is_a_mistake(tmp_path: Path, content: str) -> None:
    path = tmp_path / "medical_words.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"medical_words\.yml: \w+: '(pyrexia)?' is"):
        read_medical_words(path)


def test_no_plain_word_needs_to_be_explained_again() -> None:
    meanings = read_medical_words(medical_words_file())
    for plain in meanings.values():
        assert in_plain_words(plain).text == plain
