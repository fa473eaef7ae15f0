"""Reading the clauses and messages of `data/findings`."""

from __future__ import annotations

from pathlib import Path

import pytest

from legpain.findings.labelled import LabelledText, as_read, read_examples, read_messages
from legpain.findings.lexicon import load_lexicon
from legpain.knowledge import KnowledgeError, examples_dir


def test_examples_may_state_more_than_one_finding(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text('cold_foot:\n- "icy and numb ## numbness, unilateral"\n')
    assert read_examples(tmp_path) == [
        LabelledText(("icy and numb",), ("cold_foot", "numbness", "unilateral"))
    ]
    with pytest.raises(KnowledgeError):
        read_examples(tmp_path / "nothing")


def test_messages_name_what_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    path = tmp_path / "messages" / "a.yml"
    path.write_text("- {text: [hi, foot is icy], findings: [cold_foot], not: [fever]}\n")
    assert read_messages(tmp_path) == [
        LabelledText(("hi", "foot is icy"), ("cold_foot",), ("fever",))
    ]
    path.write_text("- {text: I meant cold, findings: [cold_foot], not: [fever], corrects: true}\n")
    assert [each.corrects for each in read_messages(tmp_path)] == [True]
    path.write_text("- {text: foot is icy, finding: [cold_foot]}\n")
    with pytest.raises(KnowledgeError, match=r"a\.yml: item 1: expected"):
        read_messages(tmp_path)


def test_what_a_later_turn_takes_back_is_learned_from_all_turns_together() -> None:
    flour = LabelledText(("foot is white", "it was flour"), (), ("pale_blue_foot",), True)
    together, last = as_read([flour])
    assert together.turns == ("foot is white\nit was flour",)
    assert together.named == ("pale_blue_foot",)
    assert (last.turns, last.corrects, last.only_corrects) == (("it was flour",), True, True)


def test_what_stands_is_learned_from_each_turn_and_from_all() -> None:
    stands = LabelledText(("foot is white", "sorry for the spelling"), ("pale_blue_foot",))
    each, together, last = as_read([stands])
    assert each == stands
    assert together.findings == ("pale_blue_foot",)
    assert last.only_corrects and not last.corrects


def test_every_message_names_findings_that_exist() -> None:
    known = {spec.id for spec in load_lexicon(None).findings}
    for message in read_messages(examples_dir()):
        assert known >= {*message.findings, *message.named}, message.turns
        assert not set(message.findings) & set(message.named), message.turns
