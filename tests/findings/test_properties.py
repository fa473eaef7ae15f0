"""Properties that hold for whatever anybody writes."""

from __future__ import annotations

from typing import FrozenSet, List

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legpain.findings import ConversationFindings, Finding, FindingExtractor, load_lexicon
from legpain.red_flags import LEVELS, RedFlags

IDS = sorted(spec.id for spec in load_lexicon().findings)
RED_FLAGS = RedFlags.from_folder()
EXTRACTOR = FindingExtractor.from_folder()
PIECES = [
    "my calf is swollen",
    "no chest pain",
    "what if my foot turns white",
    "had a DVT last year",
    "my dad had a stroke once",
    "it hurts when I walk",
    "both legs",
    "I can't feel my foot",
    "not sure if it's warm",
    "I'm 67",
    "fever of 102",
    ".",
    ",",
    "but",
    "and",
    "\n",
    "?",
]
findings = st.sampled_from(IDS)
unsaid = st.sampled_from(["denied", "past", "hypothetical", "family"])


def rank(present: FrozenSet[str]) -> int:
    level = RED_FLAGS.level(present)
    return LEVELS.index(level) if level else len(LEVELS)


@given(st.frozensets(findings, max_size=8), findings)
def test_one_more_finding_never_lowers_the_level(present: FrozenSet[str], more: str) -> None:
    assert rank(present | {more}) <= rank(present)


@given(
    st.lists(
        st.builds(
            Finding,
            findings,
            unsaid,
            st.sampled_from(["self", "other"]),
            st.none(),
            st.just(0),
            st.just(1),
        )
    )
)
def test_what_is_not_present_never_fires(said: List[Finding]) -> None:
    talk = ConversationFindings().update(said, correction=False)
    assert RED_FLAGS.fired(talk.active()) == []


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.randoms())
def test_the_order_of_messages_does_not_matter(messages: List[str], random: object) -> None:
    def talk(texts: List[str]) -> FrozenSet[str]:
        memory = ConversationFindings()
        for text in texts:
            memory = memory.update(EXTRACTOR.extract(text), correction=False)
        return memory.active()

    assert talk(messages) == talk(sorted(messages, reverse=True))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=2000))
def test_no_text_makes_it_raise(text: str) -> None:
    for finding in EXTRACTOR.extract(text):
        assert finding.id in IDS
        assert 0 <= finding.start < finding.end <= len(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "😀", "مرحبا", "\u200f", "İ", "’", "\x00"]), max_size=60))
def test_no_mix_of_words_makes_it_raise(pieces: List[str]) -> None:
    text = " ".join(pieces)[:2000]
    assert all(0 <= f.start < f.end <= len(text) for f in EXTRACTOR.extract(text))


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(PIECES), st.integers(2, 40))
def test_the_findings_grow_with_the_text_only(piece: str, times: int) -> None:
    """Saying a thing n times gives n times its findings at most: nothing multiplies."""
    once = len(EXTRACTOR.extract(piece + "."))
    assert len(EXTRACTOR.extract((piece + ". ") * times)) <= max(1, once) * times * 2
