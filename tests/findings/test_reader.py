"""Words and meaning together: the lexicon's findings that are stated, and what it missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from legpain.findings import ConversationFindings, FindingExtractor
from legpain.findings.context import COUNTED
from legpain.findings.labelled import LabelledText
from legpain.findings.reader import FindingReader, Thresholds
from legpain.findings.semantic import SemanticFindings
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import shared_encoder

THRESHOLDS = Thresholds(certain=0.0, meaning=0.5, clear=1.0, few=2, possible=0.1)
CLAUSES = [
    LabelledText(("my foot is like a block of ice",), ("cold_foot",)),
    LabelledText(("the toes feel frozen stiff",), ("cold_foot",)),
    LabelledText(("foot cold as a stone",), ("cold_foot",)),
]
MESSAGES = [
    LabelledText(("My calf is swollen and sore.",), ("swelling", "calf_pain")),
    LabelledText(("I have chest pain now.",), ("chest_pain",)),
    LabelledText(("My left calf hurts when I walk.",), ("calf_pain",)),
    LabelledText(("My calf is swollen since Monday.",), ("swelling",)),
    LabelledText(("The leaflet on the wall lists chest pain.",), (), ("chest_pain",)),
    LabelledText(("The leaflet on the wall lists a swollen calf.",), (), ("swelling",)),
    LabelledText(("The leaflet on the wall lists a cold foot.",), (), ("cold_foot",)),
]
CORRECTIONS = [
    LabelledText(("false alarm, it was the draught, the foot is warm",), (), ("cold_foot",), True),
    LabelledText(("never mind, the toes are warm, it was the tiles",), (), ("cold_foot",), True),
    LabelledText(("false alarm, warm as toast in my slippers",), (), ("cold_foot",), True),
]
ICY = "icy like a stone, the lot of it down there"  # a cold foot; the lexicon does not see it
RED_FLAGS = RedFlags.from_folder()
WITHOUT = ["what time do you open", "thank you very much", "tell me about shoes", "hello there"]


@pytest.fixture(scope="module")
def lexicon() -> FindingExtractor:
    return FindingExtractor.from_folder()


def _learned(
    lexicon: FindingExtractor, messages: list[LabelledText], thresholds: Thresholds
) -> FindingReader:
    semantic = SemanticFindings.train(shared_encoder(), CLAUSES, messages, WITHOUT, RED_FLAGS)
    return FindingReader(shared_encoder(), lexicon, semantic, thresholds)


def _reread(
    reader: FindingReader, lexicon: FindingExtractor, folder: Path, **others: float
) -> FindingReader:
    """Return a reader that has learned the same, with other thresholds."""
    reader.save(folder)
    thresholds = replace(THRESHOLDS, **others)  # type: ignore[arg-type]
    return FindingReader.load(folder, shared_encoder(), lexicon, thresholds)


@pytest.fixture(scope="module")
def reader(lexicon: FindingExtractor) -> FindingReader:
    return _learned(lexicon, MESSAGES, THRESHOLDS)


def _contexts(reader: FindingReader, text: str, finding: str, elsewhere: float = 0.0) -> set[str]:
    return {each.context for each in reader.read(text, elsewhere).findings if each.id == finding}


def test_what_is_only_named_does_not_count(
    reader: FindingReader, lexicon: FindingExtractor
) -> None:
    text = "The leaflet on the wall lists chest pain and a cold foot."
    assert {f.context for f in lexicon.extract(text) if f.id == "chest_pain"} == {"present"}
    assert _contexts(reader, text, "chest_pain") == {"hypothetical"}


def test_what_is_stated_counts(reader: FindingReader) -> None:
    assert _contexts(reader, "I have chest pain and a sore calf.", "chest_pain") == {"present"}


def test_meaning_adds_what_the_words_lack(reader: FindingReader) -> None:
    assert _contexts(reader, ICY, "cold_foot") == {"present"}


def test_in_what_seems_no_emergency_a_finding_has_to_be_likelier(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    calm = _reread(reader, lexicon, tmp_path, meaning=0.0, calm=1.0, emergency=1.1)
    assert _contexts(calm, ICY, "cold_foot") == set()
    alert = _reread(reader, lexicon, tmp_path, meaning=0.0, calm=1.0, emergency=0.0)
    assert _contexts(alert, ICY, "cold_foot") == {"present"}


def test_what_is_not_surely_stated_is_uncertain_whoever_saw_it(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    wary = _reread(reader, lexicon, tmp_path, certain=1.1)
    assert _contexts(wary, "I have chest pain and a sore calf.", "chest_pain") == {"uncertain"}
    assert _contexts(wary, ICY, "cold_foot") == {"uncertain"}


def test_where_no_finding_is_expected_only_a_clear_meaning_counts(reader: FindingReader) -> None:
    assert _contexts(reader, ICY, "cold_foot", elsewhere=0.9) == set()


def test_few_words_mean_little(reader: FindingReader) -> None:
    assert _contexts(reader, "feels frozen", "cold_foot") == set()


def test_few_words_are_taken_at_their_word_and_raise_no_doubt(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    """ "Calf" is an answer, and a name is no emergency."""
    strict = _reread(reader, lexicon, tmp_path, possible=1.1, emergency=0.0, meaning=1.1)
    assert _contexts(strict, "chest pain", "chest_pain") == {"present"}
    assert "present" not in _contexts(strict, "I have chest pain now", "chest_pain")
    assert strict.read("Ada Lovelace").findings == []


def test_words_that_do_not_exist_are_few(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    wary = _reread(reader, lexicon, tmp_path, meaning=0.0, emergency=0.0)
    assert wary.read("quorvish tindlework fropsy glabben zorrow").findings == []
    assert wary.read("the moon over the sea is always bright").findings


def test_a_correction_takes_back_what_it_names_in_other_words(lexicon: FindingExtractor) -> None:
    thresholds = replace(THRESHOLDS, corrects=0.5)
    messages = [*MESSAGES, *CORRECTIONS]
    reader = _learned(lexicon, messages, thresholds)
    told = ConversationFindings().update(*reader.read("my foot is like a block of ice"))
    assert "cold_foot" in told.active()
    told = told.update(*reader.read("false alarm, toasty warm, it was the tiles"))
    assert "cold_foot" not in told.active()
    again = told.update(*reader.read("my foot is like a block of ice"))
    assert "cold_foot" in again.active()


def test_a_correction_is_read_with_what_it_corrects(lexicon: FindingExtractor) -> None:
    """ "It was flour" names no finding; what was said before does."""
    thresholds = replace(THRESHOLDS, corrects=0.5)
    white, cold = "my foot is white", "my foot is like a block of ice"
    explained = [
        LabelledText((white, "false alarm, that was flour"), (), ("pale_blue_foot",), True),
        LabelledText((white, "ah no, only paint, it came off"), (), ("pale_blue_foot",), True),
        LabelledText((cold, "false alarm, that was the tiles"), (), ("cold_foot",), True),
        LabelledText((white, "sorry for my spelling"), ("pale_blue_foot",)),
        LabelledText((cold, "sorry for my spelling"), ("cold_foot",)),
    ]
    messages = [*MESSAGES, *explained]
    reader = _learned(lexicon, messages, thresholds)
    told = ConversationFindings().update(*reader.read(white))
    assert "pale_blue_foot" in told.active()
    flour = "false alarm, that was flour"
    assert "pale_blue_foot" not in told.update(*reader.read(flour, earlier=[white])).active()
    assert "pale_blue_foot" in told.update(*reader.read("sorry for my spelling")).active()


@pytest.mark.parametrize("last", ["false alarm, that was flour", "sorry for my spelling"])
def test_a_sure_correction_takes_back_what_is_hardly_stated_any_more(
    lexicon: FindingExtractor, last: str
) -> None:
    white = "my foot is white"
    flour = ["false alarm, that was flour", "ah no, only paint, it came off", "false alarm, soap"]
    explained = [LabelledText((white, each), (), ("pale_blue_foot",), True) for each in flour]
    stands = LabelledText((white, "sorry for my spelling"), ("pale_blue_foot",))
    limits = replace(THRESHOLDS, corrects=0.5, taken_back=1.1, surely_corrects=0.5, hardly=0.4)
    reader = _learned(lexicon, [*MESSAGES, *explained, stands], limits)
    told = ConversationFindings().update(*reader.read(white))
    told = told.update(*reader.read(last, earlier=[white]))
    assert ("pale_blue_foot" in told.active()) == (last == "sorry for my spelling")


def test_what_seems_an_emergency_raises_doubts_even_where_none_is_expected(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    alert = _reread(reader, lexicon, tmp_path, meaning=1.0, emergency=0.0)
    assert _contexts(alert, "thank you very much", "chest_pain", elsewhere=0.9) == {"doubtful"}


def test_what_is_named_but_hardly_meant_does_not_count(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    text = "I have chest pain and a sore calf."
    strict = _reread(reader, lexicon, tmp_path, meaning=1.0, calm=1.0, possible=1.1)
    assert "present" not in _contexts(strict, text, "chest_pain")


def test_what_is_rather_named_than_stated_is_asked_about(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    asking = _reread(reader, lexicon, tmp_path, possible=0.0, only_named=0.2)
    leaflet = "The leaflet on the wall lists chest pain and a cold foot."
    assert _contexts(asking, leaflet, "chest_pain") == {"doubtful"}
    assert _contexts(asking, "I have chest pain and a sore calf.", "chest_pain") == {"present"}


def test_in_what_is_surely_an_emergency_hints_count(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    alert = _reread(reader, lexicon, tmp_path, meaning=1.0, surely_emergency=0.0, hinted=0.5)
    assert _contexts(alert, ICY, "cold_foot") == {"present"}
    assert _contexts(alert, ICY, "cold_foot", elsewhere=0.9) == set()


def test_a_crisis_has_to_be_likelier(lexicon: FindingExtractor) -> None:
    crisis = LabelledText(
        ("I will not make it to Friday, I want it over.",), ("suicidal_statement",)
    )
    text = "nobody should count on me making it to Friday, I want it over"
    told = _learned(lexicon, [*MESSAGES, crisis], replace(THRESHOLDS, calm=0.02))
    assert _contexts(told, text, "suicidal_statement") == {"present"}
    wary = _learned(lexicon, [*MESSAGES, crisis], replace(THRESHOLDS, calm=0.02, crisis=1.1))
    assert _contexts(wary, text, "suicidal_statement") == set()


def test_it_survives_persisting(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    reader.save(tmp_path)
    loaded = FindingReader.load(tmp_path, shared_encoder(), lexicon, THRESHOLDS)
    for message in MESSAGES:
        text = message.turns[0]
        assert loaded.read(text) == reader.read(text)


def test_of_what_the_meaning_has_not_learned_the_words_are_believed(
    lexicon: FindingExtractor,
) -> None:
    reader = _learned(lexicon, [], THRESHOLDS)
    assert _contexts(reader, "I have chest pain.", "chest_pain") == {"present"}


@pytest.mark.parametrize("text", ["", "  ", "\U0001f44d", "\ud800", "chest pain " * 300])
def test_any_text_can_be_read(reader: FindingReader, text: str) -> None:
    assert isinstance(reader.read(text).findings, list)


def test_what_is_named_outright_is_believed_whatever_the_meaning(
    reader: FindingReader, lexicon: FindingExtractor, tmp_path: Path
) -> None:
    doubter = _reread(reader, lexicon, tmp_path, possible=1.1)  # believes no words
    assert "hypothetical" in _contexts(doubter, "there is a pain in my chest again", "chest_pain")
    assert _contexts(doubter, "tell me, am I having a heart attack?", "chest_pain") & COUNTED
    assert _contexts(doubter, "please come, my dad is not breathing", "dyspnoea") & COUNTED
    for text in (
        "how do I know if I am having a heart attack?",
        "he stopped breathing for a moment ten years ago",
    ):
        findings = doubter.read(text).findings
        assert not {each.id for each in findings if each.counts} & {"chest_pain", "dyspnoea"}
