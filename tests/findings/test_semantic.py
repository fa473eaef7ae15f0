"""Findings by meaning: clauses, training, persisting, and what is left to the lexicon."""

from pathlib import Path

import pytest

from legpain.findings import Finding
from legpain.findings.semantic import SemanticFindings, clauses, read_examples
from legpain.knowledge import KnowledgeError
from legpain.sentence_encoder import shared_encoder

EXAMPLES = {
    "my foot is like a block of ice": ["cold_foot"],
    "the toes feel frozen stiff": ["cold_foot"],
    "foot cold as a stone in winter": ["cold_foot"],
    "my leg blew up like a balloon": ["swelling"],
    "the calf is twice as thick as before": ["swelling"],
    "ankle to knee all puffed up": ["swelling"],
}
WITHOUT = ["what time do you open", "thank you very much", "tell me about shoes", "hello there"]


@pytest.fixture(scope="module")
def semantic() -> SemanticFindings:
    return SemanticFindings.train(shared_encoder(), EXAMPLES, WITHOUT, threshold=0.5)


def _ids(found: list[Finding]) -> set[str]:
    return {finding.id for finding in found}


def test_meaning_beyond_the_words(semantic: SemanticFindings) -> None:
    assert "cold_foot" in _ids(semantic.extract("one of my feet is icy like a frozen fish", []))
    assert _ids(semantic.extract("what a lovely morning it is", [])) == set()


def test_what_the_lexicon_read_is_not_read_again(semantic: SemanticFindings) -> None:
    denied = Finding("cold_foot", "denied", "self", None, 0, 5)
    assert "cold_foot" not in _ids(semantic.extract("my foot is like ice", [denied]))


def test_it_survives_persisting(semantic: SemanticFindings, tmp_path: Path) -> None:
    path = tmp_path / "semantic.npz"
    semantic.save(path)
    loaded = SemanticFindings.load(path, shared_encoder(), 0.5)
    text = "my whole leg is thick like a balloon"
    assert loaded.extract(text, []) == semantic.extract(text, [])


@pytest.mark.parametrize(
    "text", ["is my foot cold like ice?", "my foot is not cold at all", "if it gets cold", "no", ""]
)
def test_clauses_with_context_are_left_to_the_lexicon(text: str) -> None:
    assert clauses(text) == []


def test_clauses_keep_their_place() -> None:
    text = "I walked home and my foot went cold. It hurts a lot"
    assert {text[c.start : c.end].strip() for c in clauses(text)} >= {
        "my foot went cold",
        "It hurts a lot",
    }


def test_examples_may_state_more_than_one_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text('cold_foot:\n- "icy and numb ## numbness, unilateral"\n')
    assert read_examples(tmp_path) == {"icy and numb": ["cold_foot", "numbness"]}
    with pytest.raises(KnowledgeError):
        read_examples(tmp_path / "nothing")
