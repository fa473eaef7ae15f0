"""Tuning: batches of texts with their stretches, and layers that learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from legpain.findings.labelled import LabelledText, as_read, read_file
from legpain.knowledge import KnowledgeError, examples_dir
from legpain.sentence_encoder import SentenceEncoder
from legpain.tuning.batches import Turn, of_like_length, padded, stretches_of
from legpain.tuning.package_file import PackageFile
from legpain.tuning.texts import TuningTexts, read_texts
from legpain.tuning.transformer import EncoderLayers
from legpain.tuning.tune import _Pace, learn

PROJECT = Path(__file__).resolve().parents[2]


def _turn(tokens: int, stretches: int) -> Turn:
    return Turn(
        np.full((tokens, 4), tokens, dtype=np.float16), np.ones((stretches, tokens), dtype=bool)
    )


def test_shorter_turns_are_padded() -> None:
    batch = padded([_turn(2, 1), _turn(3, 1)])
    assert batch.states.shape == (2, 3, 4)
    assert batch.mask.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert not batch.states[0, 2].any()


def test_a_stretch_knows_its_turn_and_its_text() -> None:
    conversation, message = [_turn(2, 1), _turn(3, 2)], [_turn(2, 2)]
    stretches = stretches_of([conversation, message])
    assert stretches.turn.tolist() == [0, 1, 1, 2, 2]
    assert stretches.text.tolist() == [0, 0, 0, 1, 1]
    assert stretches.mask.sum(axis=1).tolist() == [2, 3, 3, 2, 2]


def test_every_text_is_in_one_batch() -> None:
    lengths = np.arange(1, 24)
    batches = of_like_length(np.random.default_rng(1), lengths, 5)
    assert sorted(place for batch in batches for place in batch) == list(range(23))


def test_the_project_s_texts_are_read_with_conditions_masked() -> None:
    texts = read_texts(PROJECT)
    assert any("this condition" in text for text, _ in texts.intents)
    assert any(each.corrects for each in texts.findings)
    assert any(not each.findings and not each.named for each in texts.findings)


def test_new_texts_are_read_with_some_of_the_others() -> None:
    new = "turns/facts_replaced.yml"
    fresh = as_read(read_file(examples_dir() / "messages" / new))
    everything, some = read_texts(PROJECT).findings, read_texts(PROJECT, [new]).findings
    assert set(fresh) <= set(some) <= set(everything)
    assert 0.1 < (len(some) - len(fresh)) / len(everything) < 0.3
    with pytest.raises(KnowledgeError, match=r"none\.yml"):
        read_texts(PROJECT, ["none.yml"])


def test_layers_learn(capsys: pytest.CaptureFixture[str]) -> None:
    """The same few texts again and again: the loss falls, and the layers change."""
    findings = [
        LabelledText(("my foot is like ice", "for an hour now"), ("cold_foot",)),
        LabelledText(("my foot is not like ice",), (), ("cold_foot",)),
        LabelledText(("the calf is thick and tight",), ("swelling",)),
    ]
    texts = TuningTexts(findings, [("hello there", "greet"), ("see you", "goodbye")])
    file = PackageFile()
    layers = EncoderLayers(file.arrays(), dropout=0.1)
    losses = learn(layers, SentenceEncoder(file.with_layers({})), texts, epochs=20)
    assert losses[-1] < 0.9 * losses[0]
    assert not np.array_equal(layers.arrays()["5.qkv"], file.arrays()["5.qkv"])


def test_tuned_layers_wait_for_the_heads() -> None:
    """Heads that know nothing would undo what the layers learned before."""
    first = [float(_Pace(1.0, 1000, waits)(0)) for waits in (0, 100)]
    assert first[0] > 0 and first[1] == 0
    assert float(_Pace(1.0, 1000, 100)(300)) > 0.5
