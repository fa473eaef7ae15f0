"""The kept weights: taken while their texts are the same, and those of the tested model."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from legpain.findings.reader import WEIGHTS
from legpain.findings.weights import LEARNED_FROM, are_kept, keep, learned_from, weights_dir


def _model(folder: Path, source: str, *names: str) -> Path:
    """Return a model's archive whose weights were learned from `source`."""
    model = folder / f"{source}.tar.gz"
    (folder / LEARNED_FROM).write_text(source)
    with tarfile.open(model, "w:gz") as archive:
        for name in names:
            if name != LEARNED_FROM:
                (folder / name).write_text(f"{name} of {source}")
            archive.add(folder / name, f"components/train_one/{name}")
    return model


def test_what_they_are_learned_from_has_a_hash_whatever_its_order() -> None:
    assert learned_from(["hello", "thanks"]) == learned_from(["thanks", "hello", "hello"])
    assert learned_from(["hello"]) != learned_from(["hello", "thanks"])


def test_a_models_weights_are_kept_until_others_come(tmp_path: Path) -> None:
    kept = tmp_path / "weights"
    assert not are_kept("first", kept)
    assert keep(_model(tmp_path, "first", LEARNED_FROM, WEIGHTS), kept)
    assert are_kept("first", kept)
    assert not keep(_model(tmp_path, "first", LEARNED_FROM, WEIGHTS), kept)
    assert keep(_model(tmp_path, "second", LEARNED_FROM, WEIGHTS), kept)
    assert (kept / WEIGHTS).read_text() == f"{WEIGHTS} of second"


def test_a_model_without_weights_leaves_the_kept_ones_alone(tmp_path: Path) -> None:
    kept = tmp_path / "weights"
    keep(_model(tmp_path, "first", LEARNED_FROM, WEIGHTS), kept)
    with pytest.raises(FileNotFoundError, match=WEIGHTS):
        keep(_model(tmp_path, "second", LEARNED_FROM), kept)
    assert are_kept("first", kept)


def test_the_kept_weights_are_those_of_the_model(model: Path, tmp_path: Path) -> None:
    """If this fails, run `make weights`, measure with `make safety`, and commit."""
    keep(model, tmp_path)
    for name in (LEARNED_FROM, WEIGHTS):
        assert (tmp_path / name).read_bytes() == (weights_dir() / name).read_bytes(), name
