"""Loads and checks `data/knowledge`, the single source of what the clinic says.

Every file is read into a pydantic model. Mistakes are collected over all files and
reported together, each with file, field and what was expected.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Literal, Mapping, Optional, Type, TypeVar

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError

ASPECTS = (
    "overview",
    "symptoms",
    "causes",
    "self_care",
    "treatment",
    "recovery",
    "prevention",
    "when_to_see_someone",
)
Level = Literal["emergency", "urgent", "soon"]

# libyaml where it is there: eight times as fast, and as safe.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PROJECT_ROOT = Path(__file__).resolve().parent.parent


class KnowledgeError(ValueError):
    """One or more knowledge files are wrong; the message lists file, field and expectation."""


class KnowledgeModel(BaseModel):
    """A part of a knowledge file: no unknown fields, read-only once loaded."""

    class Config:
        """Pydantic's settings."""

        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True


class Neighbour(KnowledgeModel):
    """Another condition that this one is confused with, and how to tell them apart."""

    condition: str
    ask: str = Field(description="the distinguishing question")


class Condition(KnowledgeModel):
    """One condition that the assistant can explain (clinical source: `sources`)."""

    id: str
    name: str = Field(description="title, as on a button")
    in_sentence: str = Field(description="name with its article: 'a hamstring strain'")
    synonyms: List[str]
    misspellings: List[str]
    hallmark: str = Field(description="one sentence that sets it apart, used to compare")
    aspects: Dict[str, str] = Field(description="aspect -> text; every one of ASPECTS")
    confused_with: List[Neighbour]
    degrees: Optional[str] = Field(
        default=None, description="what sets its own degrees apart, such as strain and tear"
    )
    from_public_sources: List[str] = Field(
        default_factory=list,
        description="aspects with facts that are not the clinic's own words; said so in the reply",
    )
    sources: List[str]
    reviewed: Optional[str] = Field(description="who signed the texts and when; null until then")


class GeneralTopic(KnowledgeModel):
    """A question about walking, shoes, ice and the like that belongs to no condition."""

    id: str
    title: str
    text: str
    related: List[str] = Field(default_factory=list, description="conditions offered next")
    sources: List[str]
    reviewed: Optional[str]


class Article(KnowledgeModel):
    """A related article of the clinic's blog."""

    id: str
    title: str
    gist: str
    synonyms: List[str]


class Clinic(KnowledgeModel):
    """What is known of the clinic. A field that is null is not known, and the bot says so."""

    name: str
    about: str
    phone: Optional[str]
    hours: Optional[str]
    location: Optional[str]
    insurance: Optional[str]
    prices: Optional[str]
    website: Optional[str]
    services: str
    doctors: str
    booking: str
    articles: List[Article]
    sources: List[str]
    reviewed: Optional[str]


class Knowledge(KnowledgeModel):
    """Everything under `data/knowledge` that explains; see also findings and red flags."""

    conditions: Dict[str, Condition]
    general: Dict[str, GeneralTopic]
    clinic: Clinic
    not_covered: Dict[str, List[str]] = Field(
        description="title of a trouble without a text -> the names for it"
    )
    sources: Dict[str, str]

    def condition(self, topic: str) -> Condition:
        """Return the condition with this id.

        Raises:
            KeyError: if there is no such condition.
        """
        return self.conditions[topic]


def knowledge_dir() -> Path:
    """Return the folder of the knowledge files; `LEGPAIN_KNOWLEDGE` overrides the project's."""
    return Path(os.environ.get("LEGPAIN_KNOWLEDGE", _PROJECT_ROOT / "data" / "knowledge"))


def examples_dir() -> Path:
    """Return the folder with the example clauses of findings."""
    return _PROJECT_ROOT / "data" / "findings"


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises:
        KnowledgeError: if the file is missing or is not YAML, with file and line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError as error:
        raise KnowledgeError(f"{path.name}: the file is missing") from error
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{path.name}: not YAML: {error}") from error


ModelT = TypeVar("ModelT", bound=BaseModel)


def parse_model(model: Type[ModelT], content: Any, file: str) -> ModelT:
    """Check `content` against a pydantic model.

    Raises:
        KnowledgeError: one line a mistake: file, field, what was expected.
    """
    try:
        return model.parse_obj(content)
    except ValidationError as error:
        lines = [
            f"{file}: {'.'.join(str(part) for part in item['loc'])}: {_expectation(model, item)}"
            for item in error.errors()
        ]
        raise KnowledgeError("\n".join(lines)) from error


def _expectation(model: Type[BaseModel], item: Mapping[str, Any]) -> str:
    """Return what was expected where pydantic found a mistake."""
    field = model.__fields__.get(str(item["loc"][-1])) if len(item["loc"]) == 1 else None
    what = field.field_info.description if field else None
    kind = item["type"]
    if kind == "value_error.extra":
        known = f": expected one of {', '.join(model.__fields__)}" if len(item["loc"]) == 1 else ""
        return f"there is no such field{known}"
    if kind == "value_error.missing":
        return f"missing: expected {what or 'a value'}"
    if kind == "type_error.none.not_allowed":
        return f"empty: expected {what or 'a value'}"
    return f"{item['msg']}: expected {what}" if what else str(item["msg"])


class _GeneralFile(KnowledgeModel):
    topics: List[GeneralTopic]


class _SourcesFile(KnowledgeModel):
    sources: Dict[str, str]


class _NotCoveredFile(KnowledgeModel):
    conditions: List[List[str]] = Field(description="each: its title, then other names")


def _load_conditions(folder: Path) -> Dict[str, Condition]:
    conditions: Dict[str, Condition] = {}
    mistakes: List[str] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            condition = parse_model(Condition, read_yaml(path), f"conditions/{path.name}")
        except KnowledgeError as error:
            mistakes.append(str(error))
            continue
        if condition.id != path.stem:
            mistakes.append(f"conditions/{path.name}: id: expected '{path.stem}', the file's name")
        conditions[condition.id] = condition
    if mistakes:
        raise KnowledgeError("\n".join(mistakes))
    return conditions


def _load_not_covered(path: Path) -> Dict[str, List[str]]:
    rows = parse_model(_NotCoveredFile, read_yaml(path), path.name).conditions
    if not all(rows):
        raise KnowledgeError(f"{path.name}: conditions: expected at least a title in each list")
    return {names[0]: [name.lower() for name in names] for names in rows}


def _dangling_references(knowledge: Knowledge) -> List[str]:
    """List references to conditions, aspects and sources that do not exist."""
    mistakes = []
    for condition in knowledge.conditions.values():
        file = f"conditions/{condition.id}.yml"
        for missing in [aspect for aspect in ASPECTS if aspect not in condition.aspects]:
            mistakes.append(f"{file}: aspects.{missing}: expected a text")
        for unknown in [aspect for aspect in condition.aspects if aspect not in ASPECTS]:
            mistakes.append(f"{file}: aspects.{unknown}: expected one of {', '.join(ASPECTS)}")
        for neighbour in condition.confused_with:
            if neighbour.condition not in knowledge.conditions:
                mistakes.append(f"{file}: confused_with: no condition '{neighbour.condition}'")
        for source in condition.sources:
            if source not in knowledge.sources:
                mistakes.append(f"{file}: sources: '{source}' is not in sources.yml")
    for topic in knowledge.general.values():
        for related in topic.related:
            if related not in knowledge.conditions:
                mistakes.append(f"general.yml: {topic.id}.related: no condition '{related}'")
        for source in topic.sources:
            if source not in knowledge.sources:
                mistakes.append(f"general.yml: {topic.id}.sources: '{source}' not in sources.yml")
    return mistakes


def load_knowledge(folder: Optional[Path] = None) -> Knowledge:
    """Load and cross-check all explaining texts.

    Args:
        folder: the knowledge folder; the project's own by default.

    Raises:
        KnowledgeError: with one line for every mistake found.
    """
    return _load_knowledge(folder or knowledge_dir())


@lru_cache(maxsize=4)
def _load_knowledge(folder: Path) -> Knowledge:
    general = parse_model(_GeneralFile, read_yaml(folder / "general.yml"), "general.yml")
    knowledge = Knowledge(
        conditions=_load_conditions(folder / "conditions"),
        general={topic.id: topic for topic in general.topics},
        clinic=parse_model(Clinic, read_yaml(folder / "clinic.yml"), "clinic.yml"),
        not_covered=_load_not_covered(folder / "not_covered.yml"),
        sources=parse_model(_SourcesFile, read_yaml(folder / "sources.yml"), "sources.yml").sources,
    )
    mistakes = _dangling_references(knowledge)
    if mistakes:
        raise KnowledgeError("\n".join(mistakes))
    return knowledge


def knowledge_hash(folder: Optional[Path] = None) -> str:
    """Return the SHA-256 (hex) over names and contents of all knowledge files."""
    folder = folder or knowledge_dir()
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
