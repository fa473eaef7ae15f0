"""Each graph component by itself: train, persist, load, process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from legpain.rasa.intent_classifier import EMPTY_MESSAGE, TOO_LONG, IntentClassifier
from legpain.rasa.lookup_extractor import MASKED_TEXT, LookupEntityExtractor
from legpain.rasa.parsed_findings import CORRECTION, findings_of_message
from legpain.rasa.sentence_featurizer import SentenceFeaturizer
from legpain.sentence_encoder import (
    DIMENSION,
    EncoderUnavailable,
    SentenceEncoder,
    TokenStates,
    shared_encoder,
    verified_weights,
)

CONTEXT = ExecutionContext(GraphSchema({}), node_name="node")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


def _lookup(storage: LocalModelStorage) -> LookupEntityExtractor:
    config = {
        **LookupEntityExtractor.get_default_config(),
        "fuzzy": ["condition"],
        "mask": "condition",
    }
    extractor = LookupEntityExtractor.create(config, storage, Resource("lookup"), CONTEXT)
    extractor.train(
        TrainingData(
            lookup_tables=[{"name": "condition", "elements": ["plantar fasciitis", "it band"]}],
            entity_synonyms={"plantar fasciitis": "plantar_fasciitis", "it band": "it_band"},
            regex_features=[{"name": "duration", "pattern": r"\b\d+ weeks\b"}],
        )
    )
    return LookupEntityExtractor.load(config, storage, Resource("lookup"), CONTEXT)


def test_lookup_finds_misspelled_names_and_durations_after_loading(
    storage: LocalModelStorage,
) -> None:
    message = Message({"text": "planter fascitis for 3 weeks"})
    _lookup(storage).process([message])
    found = {entity["entity"]: entity["value"] for entity in message.get("entities")}
    assert found == {"condition": "plantar_fasciitis", "duration": "3 weeks"}
    assert message.get(MASKED_TEXT) == "this condition for 3 weeks"


def test_the_featurizer_adds_one_unit_vector(storage: LocalModelStorage) -> None:
    config = SentenceFeaturizer.get_default_config()
    featurizer = SentenceFeaturizer.create(config, storage, Resource("encoder"), CONTEXT)
    message = Message({"text": "my heel hurts"})
    featurizer.process([message, Message({"text": ""})])
    _, sentence = message.get_dense_features("text")
    assert sentence is not None
    assert sentence.features.shape == (1, DIMENSION)
    assert np.linalg.norm(sentence.features) == pytest.approx(1.0, abs=1e-5)


def test_near_in_meaning_is_near_in_cosine() -> None:
    heel, sole, code = SentenceEncoder().encode(
        ["my heel hurts in the morning", "pain under my foot when I get up", "write me some code"]
    )
    assert heel @ sole > heel @ code


def test_words_that_do_not_exist_are_not_known() -> None:
    text = "My calf is sore: blorfing quorvish, 38"
    (states,) = shared_encoder().token_states([text])
    assert states.known_words(text) == len(["My", "calf", "is", "sore"])


def test_marks_of_a_phone_are_read_as_typed_ones() -> None:
    phone, typed = "can\u2019t walk \u2013 it\u2019s numb\u2026", "can't walk - it's numb."
    read, expected = (shared_encoder().token_states([each])[0] for each in (phone, typed))
    np.testing.assert_array_equal(read.states, expected.states)
    assert read.ends.tolist() == expected.ends.tolist()


def test_threads_may_share_the_encoder() -> None:
    texts = [f"my calf has hurt for {n} days" for n in range(8)]
    alone = [shared_encoder().encode([text]) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            together = list(pool.map(lambda text: shared_encoder().encode([text]), texts))
            assert all((a == b).all() for a, b in zip(alone, together, strict=True))


def test_a_masked_message_is_read_unmasked_at_the_same_time(
    storage: LocalModelStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = shared_encoder()
    read: List[str] = []
    original = encoder._read

    def count(text: str) -> TokenStates:
        read.append(text)
        return original(text)

    monkeypatch.setattr(encoder, "_read", count)
    config = SentenceFeaturizer.get_default_config()
    featurizer = SentenceFeaturizer.create(config, storage, Resource("encoder"), CONTEXT)
    text, masked = "does jumper's knee go away", "does a condition go away"
    featurizer.process([Message({"text": text, MASKED_TEXT: masked})])
    encoder.token_states([text])
    assert sorted(read) == [masked, text]


def test_weights_that_are_not_the_expected_ones_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(b"something else")
    with pytest.raises(EncoderUnavailable, match="not the expected ones"):
        verified_weights(file)
    with pytest.raises(EncoderUnavailable, match="missing"):
        verified_weights(tmp_path / "nothing.onnx")


def _featurized(storage: LocalModelStorage, rows: List[tuple[str, str]]) -> List[Message]:
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
        CountVectorsFeaturizer,
    )

    messages = [Message({"text": text, "intent": intent}) for text, intent in rows]
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    tokenizer.process(messages)
    config: Dict[str, Any] = {**CountVectorsFeaturizer.get_default_config(), "alias": "words"}
    counts = CountVectorsFeaturizer.create(config, storage, Resource("counts"), CONTEXT)
    counts.train(TrainingData(messages))
    counts.process(messages)
    dense = SentenceFeaturizer.get_default_config()
    SentenceFeaturizer.create(dense, storage, Resource("encoder"), CONTEXT).process(messages)
    return messages


def test_the_classifier_survives_persisting(storage: LocalModelStorage) -> None:
    rows = [("hello there", "greet"), ("hi", "greet"), ("good morning", "greet")]
    rows += [("what is sciatica", "ask"), ("explain it to me", "ask"), ("what does it mean", "ask")]
    messages = _featurized(storage, rows)
    config = IntentClassifier.get_default_config()
    classifier = IntentClassifier.create(config, storage, Resource("intents"), CONTEXT)
    classifier.train(TrainingData(messages))
    loaded = IntentClassifier.load(config, storage, Resource("intents"), CONTEXT)
    loaded.process(messages)
    assert [message.get("intent")["name"] for message in messages] == [name for _, name in rows]
    assert sum(each["confidence"] for each in messages[0].get("intent_ranking")) <= 1.001
    expected = classifier.clf.predict_proba(classifier._create_X(messages))
    assert np.allclose(loaded.clf.predict_proba(loaded._create_X(messages)), expected)
    assert {type(each["name"]) for each in messages[0].get("intent_ranking")} == {str}


def test_a_message_of_unknown_words_is_guessed_less_surely(storage: LocalModelStorage) -> None:
    rows = [("hello there", "greet"), ("hi", "greet"), ("what is sciatica", "ask"), ("why", "ask")]
    messages = _featurized(storage, rows)
    config = {**IntentClassifier.get_default_config(), "unknown_words": 1.0}
    classifier = IntentClassifier.create(config, storage, Resource("intents"), CONTEXT)
    classifier.train(TrainingData(messages))
    unknown = messages[-1]
    for feature in unknown.features:
        if feature.is_sparse():
            feature.features = feature.features * 0
            feature.features.eliminate_zeros()
    confidences = []
    for factor in (1.0, 0.5):
        classifier.config["unknown_words"] = factor
        classifier.process(messages)
        confidences.append([message.get("intent")["confidence"] for message in messages])
    assert confidences[1][:-1] == confidences[0][:-1]
    assert confidences[1][-1] == pytest.approx(confidences[0][-1] / 2)
    assert unknown.get("intent") == unknown.get("intent_ranking")[0]


def test_a_model_without_a_classifier_says_so(
    storage: LocalModelStorage, caplog: pytest.LogCaptureFixture
) -> None:
    config = IntentClassifier.get_default_config()
    IntentClassifier.load(config, storage, Resource("nothing"), CONTEXT)
    assert "no intent classifier" in caplog.text


@pytest.mark.parametrize(
    ("text", "intent"), [("", EMPTY_MESSAGE), ("🦵?!", EMPTY_MESSAGE), ("a " * 1000, TOO_LONG)]
)
def test_messages_that_no_example_teaches(
    storage: LocalModelStorage, text: str, intent: str
) -> None:
    config = IntentClassifier.get_default_config()
    classifier = IntentClassifier.create(config, storage, Resource("intents"), CONTEXT)
    message = Message({"text": text})
    classifier.process([message])
    assert message.get("intent") == {"name": intent, "confidence": 1.0}


def test_findings_travel_as_entities() -> None:
    parsed = {
        "entities": [
            {
                "entity": "finding",
                "value": "swelling",
                "role": "denied",
                "person": "other",
                "group": "left",
                "start": 3,
                "end": 8,
            },
            {"entity": "finding", "value": "calf_pain"},
            {"entity": "side", "value": "left"},
        ],
        CORRECTION: True,
    }
    first, second = findings_of_message(parsed)
    assert (first.id, first.context, first.person, first.side) == (
        "swelling",
        "denied",
        "other",
        "left",
    )
    assert (second.id, second.context, second.person) == ("calf_pain", "present", "self")
