"""Logistic regression over all sentence features, for every message that has words."""

from __future__ import annotations

import logging
import re
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from sklearn.preprocessing import normalize

logger = logging.getLogger(__name__)

_COEFFICIENTS = "coefficients.npz"
_WORD = re.compile(r"[^\W\d_]{1,}|\d")

EMPTY_MESSAGE = "empty_message"
TOO_LONG = "too_long"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(LogisticRegressionClassifier):
    """Rasa's logistic regression, and two intents that no example teaches.

    `empty_message` is a message without a letter or digit (the stock classifier fails on it);
    `too_long` is one with more characters than `max_characters`. If no word of a message is among
    the training examples' frequent ones, its sound alone speaks ("hmpf"): the confidence shrinks by
    the factor `unknown_words`.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The component's default config (see parent class)."""
        return {
            **LogisticRegressionClassifier.get_default_config(),
            "max_characters": 1500,
            "dense_weight": 6.0,
            "sparse_weight": 2.0,
            "unknown_words": 0.7,
        }

    def _create_X(self, messages: List[Message]) -> np.ndarray:
        """Return the features, each kind of one length, so that neither drowns the other.

        Dense, shape (messages, sparse + dense features): a third of the sparse one's time to fit.
        """
        sparse = np.vstack(
            [each.get_sparse_features(TEXT)[1].features.toarray() for each in messages]
        )
        dense = np.vstack([each.get_dense_features(TEXT)[1].features for each in messages])
        return np.hstack(
            [
                normalize(sparse) * self.config["sparse_weight"],
                dense * self.config["dense_weight"],
            ]
        ).astype(np.float32)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent and the ranking of each message."""
        readable = []
        for message in messages:
            text = message.get(TEXT) or ""
            if not _WORD.search(text):
                _set_intent(message, EMPTY_MESSAGE)
            elif len(text) > self.config["max_characters"]:
                _set_intent(message, TOO_LONG)
            else:
                readable.append(message)
        if readable:
            super().process(readable)
        for message in readable:
            if not message.get_sparse_features(TEXT)[1].features.nnz:
                _doubt(message, self.config["unknown_words"])
        return messages

    def persist(self) -> None:
        """Write the coefficients into the model.

        Rasa writes the whole scikit-learn object with `skops`, which imports all of scikit-learn
        to read it: two seconds and 60 MB more for each server.
        """
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(
                folder / _COEFFICIENTS,
                coefficients=self.clf.coef_,
                intercepts=self.clf.intercept_,
                intents=np.array(self.clf.classes_, dtype=np.str_),
            )

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Read the coefficients from the model; there are none if nothing was trained."""
        classifier = cls.create(config, model_storage, resource, execution_context)
        try:
            with model_storage.read_from(resource) as folder:
                content = np.load(folder / _COEFFICIENTS)
                classifier.clf.coef_ = content["coefficients"]
                classifier.clf.intercept_ = content["intercepts"]
                classifier.clf.classes_ = np.array(content["intents"].tolist(), dtype=object)
        except ValueError:  # the storage has no such resource
            logger.warning("The model has no intent classifier.")
        return classifier


def _set_intent(message: Message, name: str) -> None:
    intent = {"name": name, "confidence": 1.0}
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)


def _doubt(message: Message, factor: float) -> None:
    ranking = [
        {**each, PREDICTED_CONFIDENCE_KEY: each[PREDICTED_CONFIDENCE_KEY] * factor}
        for each in message.get(INTENT_RANKING_KEY)
    ]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
