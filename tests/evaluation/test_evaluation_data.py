"""Loading, splitting and writing the evaluation's data."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from legpain.evaluation.data import (
    ASKING,
    FOLDS,
    Example,
    annotated,
    exact_lookup,
    folds,
    load_held_out,
    load_real,
    load_training,
    nlu_yaml,
)
from legpain.evaluation.systems import (
    baselines,
    our_pipeline,
    our_pipeline_with_diet,
    stock_pipeline,
)
from legpain.knowledge import KnowledgeError, load_knowledge
from legpain.lookup import Lookup

ROOT = Path(__file__).resolve().parent.parent.parent


def test_held_out_labels_exist() -> None:
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    rows = load_held_out(ROOT)
    for row in rows:
        assert {row.intent, *row.also_ok, *row.aspects} <= intents, row.text
        assert set(row.topics) <= set(load_knowledge().conditions), row.text
        assert not row.topics or row.intent in ASKING, row.text
    assert len({row.text for row in rows}) == len(rows)


def test_a_mistake_in_the_held_out_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tests/evaluation/nlu_heldout.yml"
    path.parent.mkdir(parents=True)
    path.write_text("- {text: hi, intent: greet, also_ok: [], topics: []}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"nlu_heldout.yml: rows.0.aspects: missing"):
        load_held_out(tmp_path)


def test_folds_test_every_example_once_and_know_every_intent() -> None:
    examples = [Example(f"{intent} {number}", intent) for intent in "abc" for number in range(7)]
    split = folds(examples)
    assert len(split) == FOLDS
    assert Counter(each.text for _, test in split for each in test) == Counter(
        each.text for each in examples
    )
    for train, test in split:
        assert not {each.text for each in train} & {each.text for each in test}
        assert {each.intent for each in train} == set("abc")
    assert split == folds(examples)


def test_names_are_annotated_without_overlap() -> None:
    lookup = Lookup({"condition": {"calf strain": "strain"}, "aspect": {"strain": "x", "why": "y"}})
    entity = json.dumps({"entity": "condition", "value": "strain"})
    why = json.dumps({"entity": "aspect", "value": "y"})
    assert annotated("why a calf strain?", lookup) == f"[why]{why} a [calf strain]{entity}?"
    assert annotated("nothing", lookup) == "nothing"


def test_training_data_is_written_as_rasa_reads_it() -> None:
    text = nlu_yaml([Example("Hi: there #1", "greet"), Example("me duele", "not_english")], None)
    content = yaml.safe_load(text)
    assert content["nlu"][0] == {"intent": "greet", "examples": "- Hi: there #1\n"}


def test_training_examples_survive_writing() -> None:
    examples = load_training(ROOT)
    content = yaml.safe_load(nlu_yaml(examples, None))
    again = [
        Example(line[2:], item["intent"])
        for item in content["nlu"]
        for line in item["examples"].splitlines()
    ]
    assert Counter(again) == Counter(examples)


def test_exact_lookup_takes_no_misspelling() -> None:
    lookup = exact_lookup("condition")
    assert [each.value for each in lookup.find("is it sciatica")] == ["sciatica"]
    assert not lookup.find("is it sciyatticca")


def test_real_messages_are_optional(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    assert load_real(tmp_path / "project") is None
    folder = tmp_path / "shared/eval"
    folder.mkdir(parents=True)
    row = {"text": "thanks", "set": "chitchat", "urgency": "none", "act": "thank"}
    (folder / "real_dev.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    rows = load_real(tmp_path / "project")
    assert rows is not None
    assert (rows[0].act, rows[0].conditions, rows[0].request) == ("thank", (), None)


def test_pipelines_are_what_they_are_called() -> None:
    stock = [each["name"] for each in stock_pipeline()]
    assert "DIETClassifier" in stock and not any("legpain" in name for name in stock)
    ours = [each["name"] for each in our_pipeline(ROOT)]
    diet = [each["name"] for each in our_pipeline_with_diet(ROOT)]
    changed = [(one, other) for one, other in zip(ours, diet, strict=True) if one != other]
    assert changed == [("legpain.rasa.intent_classifier.IntentClassifier", "DIETClassifier")]
    assert [each.id for each in baselines(ROOT)] == ["stock", "sparse", "ours-diet"]
