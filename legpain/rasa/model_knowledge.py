"""Knowledge files inside a trained model: a model is whole in itself, a mismatch is seen."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Iterable, Sequence

from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from legpain.knowledge import knowledge_dir

logger = logging.getLogger(__name__)


def copy_into_model(storage: ModelStorage, resource: Resource, files: Sequence[str]) -> None:
    """Copy knowledge files into the model's resource."""
    with storage.write_to(resource) as folder:
        for name in files:
            (folder / name).write_bytes((knowledge_dir() / name).read_bytes())


def fingerprint(files: Sequence[str], others: Iterable[Path] = ()) -> str:
    """Return a hash of knowledge files, and of other files, that a component is made of.

    Rasa takes a component from its cache unless this changes: it knows nothing of our files.
    """
    digest = hashlib.sha256()
    for path in [*(knowledge_dir() / name for name in files), *sorted(others)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


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
