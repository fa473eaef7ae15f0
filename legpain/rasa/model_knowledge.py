"""Knowledge files inside a trained model: a model is whole in itself, a mismatch is seen."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Sequence

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from legpain.knowledge import knowledge_dir

logger = logging.getLogger(__name__)


def copy_into_model(storage: ModelStorage, resource: Resource, files: Sequence[str]) -> None:
    """Copy knowledge files into the model's resource."""
    with storage.write_to(resource) as folder:
        for name in files:
            (folder / name).write_bytes((knowledge_dir() / name).read_bytes())


def warn_if_changed(folder: Path, files: Sequence[str]) -> None:
    """Log a warning for each file whose copy in the model is not what the project holds now."""
    for name in files:
        current = knowledge_dir() / name
        if current.exists() and current.read_bytes() != (folder / name).read_bytes():
            logger.warning(
                "The model was trained with another %s than the one in %s: run `make train`.",
                name,
                current.parent.name,
            )
