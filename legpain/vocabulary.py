"""The words of `data/knowledge/vocabulary.yml`: aspects, body parts, sides, durations."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional

from legpain.knowledge import KnowledgeModel, knowledge_dir, parse_model, read_yaml


class AspectWords(KnowledgeModel):
    """How an aspect of a condition is titled on a button, and asked for in words."""

    title: str
    cues: List[str]


class Vocabulary(KnowledgeModel):
    """Words that the dialogue needs beside the names of conditions."""

    aspects: Dict[str, AspectWords]
    body_parts: Dict[str, List[str]]
    sides: Dict[str, List[str]]
    clinic_fields: Dict[str, List[str]]
    durations: List[str]


@lru_cache(maxsize=4)
def load_vocabulary(folder: Optional[Path] = None) -> Vocabulary:
    """Load `vocabulary.yml`.

    Raises:
        KnowledgeError: with one line for every mistake in the file.
    """
    path = (folder or knowledge_dir()) / "vocabulary.yml"
    return parse_model(Vocabulary, read_yaml(path), path.name)
