"""Trains the model when its inputs have changed; the model's name holds their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterator, Optional

# What a model is made of. Python files count as well: a component's code is part of it.
_INPUTS = (
    "config.yml",
    "domain.yml",
    "requirements.lock",
    "data/knowledge/**/*.yml",
    "data/findings/**/*.yml",
    "data/findings/weights/*",
    "data/encoder/*",
    "data/nlu/*.yml",
    "data/rules/*.yml",
    "legpain/findings/**/*.py",
    "legpain/rasa/*_featurizer.py",
    "legpain/rasa/*_classifier.py",
    "legpain/rasa/*_extractor.py",
    "legpain/rasa/*_policy.py",
    "legpain/expressions.py",
    "legpain/lookup.py",
    "legpain/interview/*.py",
    "legpain/medical_words.py",
    "legpain/red_flags.py",
    "legpain/sentence_encoder.py",
)


def input_files(root: Path) -> Iterator[Path]:
    """Yield the files that a model is made of, in a fixed order."""
    for pattern in _INPUTS:
        yield from sorted(root.glob(pattern))


def inputs_hash(root: Path) -> str:
    """Return a hash (16 hex digits) over names and contents of the model's inputs."""
    digest = hashlib.sha256()
    for path in input_files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def model_path(root: Path) -> Path:
    """Return where the model for the present inputs lies or will lie."""
    return root / "models" / f"legpain-{inputs_hash(root)}.tar.gz"


def train(root: Path, force: bool = False) -> Optional[Path]:
    """Train a model if there is none for the present inputs.

    Returns:
        The new model, or None if the present one serves.

    Raises:
        RuntimeError: if the training gave no model.
    """
    path = model_path(root)
    if path.exists() and not force:
        return None
    from legpain.rasa.server import quiet_logging

    quiet_logging()  # before what warns when it is imported
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain=str(root / "domain.yml"),
        config=str(root / "config.yml"),
        training_files=[str(root / "data/nlu"), str(root / "data/rules")],
        output=str(path.parent),
        fixed_model_name=path.name[: -len(".tar.gz")],
        force_training=force,
    )
    if result.code != 0 or not path.exists():
        raise RuntimeError("The training did not give a model; the lines above say why.")
    for old in path.parent.glob("legpain-*.tar.gz"):
        if old != path:
            old.unlink()
    return path
