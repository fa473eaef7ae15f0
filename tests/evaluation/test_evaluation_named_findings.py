"""The measure of what is said back to the patient."""

from __future__ import annotations

from legpain.evaluation.metrics import Share
from legpain.evaluation.named_findings import MESSAGES_FILE, compare
from legpain.findings.labelled import LabelledText, read_file, read_messages
from legpain.knowledge import examples_dir
from tests.conftest import ROOT


def test_what_is_named_is_counted_beside_what_is_stated() -> None:
    messages = [
        LabelledText(("my left knee and my calf hurt",), ("knee_pain", "calf_pain", "unilateral")),
        LabelledText(("no fever, thank you",), (), ("fever",)),
    ]
    result = compare("a way", messages, [{"knee_pain", "unilateral"}, {"fever"}])
    assert result.right == Share(1, 2)
    assert result.complete == Share(1, 2)


def test_nothing_is_learned_from_the_held_out_messages() -> None:
    learned = {turn for each in read_messages(examples_dir()) for turn in each.turns}
    held_out = read_file(ROOT / MESSAGES_FILE)
    assert len(held_out) >= 150
    assert not learned & {turn for each in held_out for turn in each.turns}
