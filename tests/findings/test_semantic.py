"""Findings by meaning: clauses, training, persisting, and what is left to the lexicon."""

from pathlib import Path
from typing import Sequence

import pytest

from legpain.findings import Finding
from legpain.findings.labelled import LabelledText
from legpain.findings.reader import beyond_words
from legpain.findings.semantic import (
    Meaning,
    SemanticFindings,
    labels_of,
    stretches,
)
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import shared_encoder

EXAMPLES = [
    LabelledText(("my foot is like a block of ice",), ("cold_foot",)),
    LabelledText(("the toes feel frozen stiff",), ("cold_foot",)),
    LabelledText(("foot cold as a stone in winter",), ("cold_foot",)),
    LabelledText(("my leg blew up like a balloon",), ("swelling",)),
    LabelledText(("the calf is twice as thick as before",), ("swelling",)),
    LabelledText(("I was at the lake.", "ankle to knee all puffed up"), ("swelling", "unilateral")),
    LabelledText(("my mother had a foot like ice once",), (), ("cold_foot",)),
]
RED_FLAGS = RedFlags.from_folder()
WITHOUT = ["what time do you open", "thank you very much", "tell me about shoes", "hello there"]


@pytest.fixture(scope="module")
def semantic() -> SemanticFindings:
    return SemanticFindings.train(shared_encoder(), EXAMPLES, [], WITHOUT, RED_FLAGS)


def _extract(semantic: SemanticFindings, text: str, known: Sequence[Finding] = ()) -> list[Finding]:
    return beyond_words(semantic.read(text), known, 0.5)


def _ids(found: list[Finding]) -> set[str]:
    return {finding.id for finding in found}


def test_meaning_beyond_the_words(semantic: SemanticFindings) -> None:
    assert "cold_foot" in _ids(_extract(semantic, "one of my feet is icy like a frozen fish"))
    assert _ids(_extract(semantic, "what a lovely morning it is")) == set()


def test_it_survives_persisting(semantic: SemanticFindings, tmp_path: Path) -> None:
    path = tmp_path / "semantic.npz"
    semantic.save(path)
    loaded = SemanticFindings.load(path, shared_encoder())
    text = "my whole leg is thick like a balloon"
    assert _extract(loaded, text) == _extract(semantic, text)


def test_what_the_lexicon_read_as_denied_comes_back_only_if_it_is_clear() -> None:
    denied = [Finding("cold_foot", "denied", "self", None, 0, 5)]
    for likely, comes_back in ((0.2, False), (0.8, True)):
        meaning = Meaning({"cold_foot": (likely, (0, 5))}, {})
        assert _ids(beyond_words(meaning, [], 0.1)) == {"cold_foot"}
        assert bool(beyond_words(meaning, denied, 0.1)) is comes_back


def test_sides_must_be_clear() -> None:
    """Grammar tells nearly all of them."""
    for likely, told in ((0.2, False), (0.8, True)):
        meaning = Meaning({"unilateral": (likely, (0, 5))}, {})
        assert bool(beyond_words(meaning, [], 0.1)) is told


def test_in_what_seems_an_emergency_the_likeliest_findings_are_doubtful() -> None:
    meaning = Meaning({"numbness": (1e-3, (0, 5)), "saddle_numbness": (1e-2, (0, 5))}, {})
    assert beyond_words(meaning, [], 0.5) == []
    denied = [Finding("numbness", "denied", "self", None, 0, 5)]
    found = beyond_words(meaning, denied, 0.5, emergency=True)
    assert [(each.id, each.context) for each in found] == [
        ("saddle_numbness", "doubtful"),
        ("numbness", "doubtful"),
    ]


def test_a_message_is_looked_at_whole_by_sentence_and_by_clause() -> None:
    text = "I walked home and my foot went cold. It hurts a lot"
    assert {text[start:end].strip() for start, end in stretches(text)} == {
        "I walked home and my foot went cold.",
        "I walked home",
        "my foot went cold",
        "It hurts a lot",
        text,
    }
    assert (0, len("My foot")) in stretches("My foot… it is cold")
    assert stretches("") == []


@pytest.mark.parametrize("text", ["", "  ", "👍", "\ud800", "a" * 3000])
def test_any_text_can_be_read(semantic: SemanticFindings, text: str) -> None:
    assert isinstance(_extract(semantic, text), list)


def test_a_finding_is_placed_where_it_is_told(semantic: SemanticFindings) -> None:
    text = "We walked to the shop. My leg blew up like a balloon."
    (found,) = [f for f in _extract(semantic, text) if f.id == "swelling"]
    assert "balloon" in text[found.start : found.end]
    assert found.context == "uncertain"


def test_of_a_turn_read_alone_only_the_correction_is_learned() -> None:
    told = LabelledText(("hot and shivery",), ("fever",))
    last = LabelledText(("no, the heating was on",), corrects=True, only_corrects=True)
    goal = labels_of([told, last], RED_FLAGS)
    assert goal.findings == ["fever"]
    assert goal.labels[:, -2].tolist() == [0, 1]
    assert goal.emphasis[0].all()
    assert goal.emphasis[1].nonzero()[0].tolist() == [goal.labels.shape[1] - 2]


def test_whether_it_is_an_emergency_is_learned_by_the_rules() -> None:
    texts = [
        LabelledText(("no feeling where I sit",), ("saddle_numbness",)),
        LabelledText(("my toes tingle",), ("tingling",)),
        LabelledText(("I had none of it", "the chest hurts"), ("chest_pain",)),
    ]
    goal = labels_of(texts, RED_FLAGS)
    assert goal.labels[:2, -1].tolist() == [1, 0]
    assert goal.emphasis[2, -1] == 0, "what turns tell together, no turn tells alone"
