"""Misspelled copies: slips that a reader still understands, the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legpain.findings.labelled import LabelledText
from legpain.tuning.misspelling import misspelled, misspelled_copies

TEXT = "My left calf is swollen and hot since yesterday"


def _random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(20))
def test_some_long_words_slip_and_keep_their_first_letter(seed: int) -> None:
    before, after = TEXT.split(), misspelled(TEXT, _random(seed)).split()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert 1 <= len(changed) <= 2
    assert all(len(a) >= 4 and a[0] == b[0] for a, b in changed)


@given(st.text(), st.integers(0, 99))
def test_any_text_can_be_misspelled(text: str, seed: int) -> None:
    assert abs(len(misspelled(text, _random(seed))) - len(text)) <= 1 + len(text) // 4


def test_copies_keep_their_labels() -> None:
    texts = [LabelledText((TEXT, "both knees"), ("calf_pain",), corrects=True)] * 400
    copies = misspelled_copies(texts, 0.25, _random())
    assert 60 < len(copies) < 140
    assert {(each.findings, each.corrects) for each in copies} == {(("calf_pain",), True)}
    assert all(len(each.turns) == 2 and each.turns[0] != TEXT for each in copies)
