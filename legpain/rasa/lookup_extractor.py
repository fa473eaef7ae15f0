"""Entities by lookup tables, tolerant of misspellings, as a Rasa graph component.

Rasa's RegexEntityExtractor finds the names of a lookup table only as they are spelled there.
Patients write "plantar fascitus" and "sciattica". This component reads the same training data
(`lookup:`, `regex:` and `synonym:`) and also accepts near-misspellings.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from legpain.lookup import Lookup

MASKED_TEXT = "masked_text"
MASK = "this condition"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LookupEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Extracts the entities that lookup tables and regular expressions name."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`fuzzy`: entities whose names may be misspelled; `mask`: the entities to mask."""
        return {"fuzzy": [], "ordinary_words": [], "mask": []}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        tables: Dict[str, Dict[str, str]],
        patterns: Dict[str, List[str]],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._set_up(tables, patterns)

    def _set_up(self, tables: Dict[str, Dict[str, str]], patterns: Dict[str, List[str]]) -> None:
        self._tables = tables
        self._patterns = patterns
        self._lookup = Lookup(tables, self._config["fuzzy"], self._config["ordinary_words"])
        self._compiled = {
            name: re.compile("|".join(f"(?:{each})" for each in expressions), re.IGNORECASE)
            for name, expressions in patterns.items()
        }

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LookupEntityExtractor:
        """Create an untrained component (see parent class)."""
        return cls(config, model_storage, resource, {}, {})

    def train(self, training_data: TrainingData) -> Resource:
        """Take lookup tables, synonyms and regular expressions from the training data."""
        synonyms = training_data.entity_synonyms
        tables: Dict[str, Dict[str, str]] = {}
        for table in training_data.lookup_tables:
            names = tables.setdefault(table["name"], {})
            names.update({name: synonyms.get(name, name) for name in table["elements"]})
        patterns: Dict[str, List[str]] = {}
        for feature in training_data.regex_features:
            patterns.setdefault(feature["name"], []).append(feature["pattern"])
        self._set_up(tables, patterns)
        self.persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities found to each message's own."""
        for message in messages:
            found = self.add_extractor_name(self._extract(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
            self._mask(message, found)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mask the training examples; nothing downstream learns from their entities."""
        for message in training_data.training_examples:
            self._mask(message, self._extract(message.get(TEXT) or ""))
        return training_data

    def _mask(self, message: Message, entities: List[Dict[str, Any]]) -> None:
        """Set the text in which each entity of the kind to mask is one and the same phrase."""
        text, masked, end = message.get(TEXT) or "", "", 0
        for entity in sorted(entities, key=lambda each: each[ENTITY_ATTRIBUTE_START]):
            within = entity[ENTITY_ATTRIBUTE_START] < end  # a name inside a longer one
            if entity[ENTITY_ATTRIBUTE_TYPE] in self._config["mask"] and not within:
                masked += text[end : entity[ENTITY_ATTRIBUTE_START]] + MASK
                end = entity[ENTITY_ATTRIBUTE_END]
        message.set(MASKED_TEXT, masked + text[end:])

    def _extract(self, text: str) -> List[Dict[str, Any]]:
        entities = [
            _entity(match.kind, match.value, match.start, match.end)
            for match in self._lookup.find(text)
        ]
        for name, pattern in self._compiled.items():
            entities.extend(
                _entity(name, found.group(), found.start(), found.end())
                for found in pattern.finditer(text)
            )
        return entities

    def persist(self) -> None:
        """Write tables and patterns into the model."""
        with self._model_storage.write_to(self._resource) as folder:
            content = {"tables": self._tables, "patterns": self._patterns}
            (folder / "lookup.json").write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LookupEntityExtractor:
        """Read tables and patterns from the model."""
        with model_storage.read_from(resource) as folder:
            content = json.loads((folder / "lookup.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, content["tables"], content["patterns"])


def _entity(kind: str, value: str, start: int, end: int) -> Dict[str, Any]:
    return {
        ENTITY_ATTRIBUTE_TYPE: kind,
        ENTITY_ATTRIBUTE_VALUE: value,
        ENTITY_ATTRIBUTE_START: start,
        ENTITY_ATTRIBUTE_END: end,
    }
