"""The findings extractor as a Rasa graph component: findings become entities.

An entity `finding` has the finding's id as value, its context (present, denied, …) as role,
its side as group, and `person`.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.events import Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_GROUP,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from legpain.findings import LEXICON_FILES, ConversationFindings, Finding, FindingExtractor
from legpain.findings.labelled import read_examples, read_messages
from legpain.findings.reader import FindingReader, Thresholds
from legpain.findings.semantic import SemanticFindings
from legpain.findings.weights import (
    LEARNED_FROM,
    are_kept,
    learned_from,
    learning_code,
    weights_dir,
)
from legpain.knowledge import examples_dir
from legpain.rasa.model_knowledge import copy_into_model, fingerprint, warn_if_changed
from legpain.rasa.parsed_findings import CORRECTION, FINDING, FINDINGS_SLOT, PERSON
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import shared_encoder

logger = logging.getLogger(__name__)

_EARLIER = 3  # messages that a correction is read together with


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class FindingEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Extracts what a patient tells of a leg, with context, as entities."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The fields of `Thresholds`, and:

        `without_findings`: intents whose examples tell no finding, to learn from.
        `foreign`: intents of messages that are hardly understood; some examples tell findings.
        `sure_intent`: confidence from which such intents mean that no finding is expected.
        """
        return {**asdict(Thresholds()), "without_findings": [], "foreign": [], "sure_intent": 1.0}

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        config: Dict[str, Any],
        extractor: Optional[FindingReader] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._extractor = extractor

    @property
    def reader(self) -> Optional[FindingReader]:
        """Return what reads a message's findings; None before training. Threads may share it."""
        return self._extractor

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FindingEntityExtractor:
        """Create the component for training (see parent class)."""
        return cls(model_storage, resource, config)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Return what tells Rasa that what this component learns from has changed."""
        texts, weights = examples_dir().rglob("*.yml"), weights_dir().glob("*")
        return fingerprint(LEXICON_FILES, [*texts, *weights, *learning_code()])

    def train(self, training_data: TrainingData) -> Resource:
        """Take the lexicon into the model, so that the model is whole in itself.

        Raises:
            KnowledgeError: if the lexicon has a mistake.
        """
        lexicon = FindingExtractor.from_folder()
        without = [
            example.get(TEXT)
            for example in training_data.intent_examples
            if example.get(INTENT) in self._config["without_findings"]
        ]
        source, thresholds = learned_from(without), _thresholds(self._config)
        if are_kept(source, weights_dir()):
            self._extractor = FindingReader.load(
                weights_dir(), shared_encoder(), lexicon, thresholds
            )
        else:
            logger.info("The findings are learned anew, from other texts than the kept weights.")
            semantic = SemanticFindings.train(
                shared_encoder(),
                read_examples(examples_dir()),
                read_messages(examples_dir()),
                without,
                RedFlags.from_folder(),
            )
            self._extractor = FindingReader(shared_encoder(), lexicon, semantic, thresholds)
        copy_into_model(self._model_storage, self._resource, LEXICON_FILES)
        with self._model_storage.write_to(self._resource) as folder:
            self._extractor.save(folder)
            (folder / LEARNED_FROM).write_text(source, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training examples alone: nothing downstream learns from findings."""
        return training_data

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FindingEntityExtractor:
        """Build the extractor from the lexicon in the model."""
        with model_storage.read_from(resource) as folder:
            warn_if_changed(folder, LEXICON_FILES)
            lexicon = FindingExtractor.from_folder(folder)
            reader = FindingReader.load(folder, shared_encoder(), lexicon, _thresholds(config))
            return cls(model_storage, resource, config, reader)

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Add the findings of each message to its entities.

        Args:
            messages: what patients wrote.
            tracker: the conversation before; a correction is read together with it.
        """
        earlier = _earlier(tracker) if tracker else []
        for message in messages:
            if self._extractor is None or not message.get(TEXT):
                continue
            text = message.get(TEXT)
            findings, corrects = self._extractor.read(text, self._elsewhere(message), earlier)
            found = [_entity(finding) for finding in findings]
            if corrects:
                message.set(CORRECTION, True, add_to_output=True)
            message.set(
                ENTITIES,
                message.get(ENTITIES, []) + self.add_extractor_name(found),
                add_to_output=True,
            )
        return messages

    def _elsewhere(self, message: Message) -> float:
        """Return how surely the intent is one that tells no finding; 0 if it is not sure."""
        intent = message.get(INTENT) or {}
        name, sure = intent.get(INTENT_NAME_KEY), float(intent.get(PREDICTED_CONFIDENCE_KEY, 0.0))
        least = float(self._config["sure_intent"])
        if sure < least:
            return 0.0
        if name in self._config["foreign"]:
            return least
        return sure if name in self._config["without_findings"] else 0.0


def _thresholds(config: Dict[str, Any]) -> Thresholds:
    return Thresholds(**{each.name: config[each.name] for each in fields(Thresholds)})


def _earlier(tracker: DialogueStateTracker) -> List[str]:
    """Return what the patient wrote in the latest turns, oldest first; no buttons.

    Nothing, if no finding is known: there is nothing to take back, and reading takes time.
    """
    if not ConversationFindings.from_json(tracker.get_slot(FINDINGS_SLOT)).active():
        return []
    texts: List[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, Restarted) or len(texts) == _EARLIER:
            break
        if isinstance(event, UserUttered) and event.text and not event.text.startswith("/"):
            texts.append(event.text)
    return texts[::-1]


def _entity(finding: Finding) -> Dict[str, Any]:
    return {
        ENTITY_ATTRIBUTE_TYPE: FINDING,
        ENTITY_ATTRIBUTE_VALUE: finding.id,
        ENTITY_ATTRIBUTE_ROLE: finding.context,
        ENTITY_ATTRIBUTE_GROUP: finding.side,
        PERSON: finding.person,
        ENTITY_ATTRIBUTE_START: finding.start,
        ENTITY_ATTRIBUTE_END: finding.end,
    }
