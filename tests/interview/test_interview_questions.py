"""`interview.yml`: what is asked, and what the loader says of mistakes in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Callable, Dict

import pytest
import yaml

from legpain.interview.questions import Interview, load_interview
from legpain.knowledge import KnowledgeError, knowledge_dir, load_knowledge


def test_seven_questions_in_the_order_of_the_clinical_design(interview: Interview) -> None:
    assert [(each.slot, each.step) for each in interview.questions] == [
        ("danger", 1),
        ("clot_signs", 2),
        ("clot_risks", 2),
        ("place", 3),
        ("side", 3),
        ("timing", 4),
        ("modifiers", 5),
        ("function", 6),
        ("course", 7),
        ("about_you", 7),
    ]
    assert interview.steps == 7


def test_it_ranks_conditions_that_can_be_explained(interview: Interview) -> None:
    assert interview.ranking.topics() <= load_knowledge().conditions.keys()


def _set_finding(content: Dict[str, Any]) -> None:
    content["questions"][3]["options"][0]["findings"] = ["thigh_ache"]


def _set_step(content: Dict[str, Any]) -> None:
    content["questions"][0]["step"] = "first"


def _set_words(content: Dict[str, Any]) -> None:
    content["questions"][4]["options"][0]["words"].append("both")


def _set_weight(content: Dict[str, Any]) -> None:
    content["ranking"]["likelihood"]["knee_ache"] = {"doms": 1}


def _set_extra(content: Dict[str, Any]) -> None:
    content["questions"][0]["color"] = "red"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_set_finding, "place.options.Back of the thigh: no finding 'thigh_ache'"),
        (_set_step, "questions.0.step: value is not a valid integer"),
        (_set_words, "side.options: 'both' stands for both 'One leg' and 'Both legs'"),
        (_set_weight, "ranking: no finding or group 'knee_ache'"),
        (_set_extra, "questions.0.color: there is no such field"),
    ],
)
def test_a_mistake_is_told_with_file_and_field(
    tmp_path: Path, spoil: Callable[[Dict[str, Any]], None], expected: str
) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(knowledge_dir(), folder)
    path = folder / "interview.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    spoil(content)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_interview(folder)
    assert f"interview.yml: {expected}" in str(caught.value)
