"""Trains the measured pipelines through Rasa, once for the same input, and reads texts."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

import yaml

from legpain.evaluation.data import LOOKUPS_FILE, Example, exact_lookup, nlu_yaml
from legpain.evaluation.systems import System
from legpain.explain import aspect_cues
from legpain.progress import counted, say

MODELS = Path("models/evaluation")
_FALLBACK = "nlu_fallback"
# The code of our own components is part of their models, and so is the tuned encoder.
_CODE = (
    "legpain/rasa/*_featurizer.py",
    "legpain/rasa/*_classifier.py",
    "legpain/rasa/lookup_extractor.py",
    "legpain/lookup.py",
    "legpain/sentence_encoder.py",
    "data/encoder/*",
)


@dataclass(frozen=True)
class Reading:
    """What a pipeline made of a text.

    Attributes:
        intents: best first; the fallback left out, so that every system shows its own guess.
        asked_back: whether the fallback would have asked instead of answering.
        entities: entity -> its values, in the order of the text.
    """

    intents: Tuple[str, ...]
    asked_back: bool
    entities: Mapping[str, Tuple[str, ...]]


def train(root: Path, system: System, part: str, examples: Sequence[Example]) -> Path:
    """Train a system on the examples, unless a model of the same input is there.

    Args:
        root: the project's folder.
        system: the pipeline.
        part: which part of the data this is ("all", "fold1", …); a part keeps one model.
        examples: what to learn from.

    Returns:
        The model's archive under `models/evaluation/`.

    Raises:
        RuntimeError: if the training gave no model.
    """
    lookup = exact_lookup("condition", "aspect") if system.annotated else None
    data = nlu_yaml(examples, lookup)
    path = root / MODELS / f"{system.id}-{part}-{_hash(root, system, data)}.tar.gz"
    if path.exists():
        return path
    say(f"  training {system.id} on {part} ({len(examples)} examples) ...")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        _train(root, system, data, Path(folder), path)
    if not path.exists():
        raise RuntimeError(f"The training of {system.id} gave no model; the lines above say why.")
    say(f"  trained {system.id} on {part} in {time.monotonic() - started:.0f} s")
    for old in path.parent.glob(f"{system.id}-{part}-*.tar.gz"):
        if old != path:
            old.unlink()
    return path


def _train(root: Path, system: System, data: str, folder: Path, path: Path) -> None:
    from rasa.model_training import train_nlu

    nlu, config = folder / "nlu", folder / "config.yml"
    nlu.mkdir()
    (nlu / "examples.yml").write_text(data, encoding="utf-8")
    (nlu / LOOKUPS_FILE.name).write_bytes((root / LOOKUPS_FILE).read_bytes())
    content = {
        "recipe": "default.v1",
        "assistant_id": f"evaluation-{system.id}",
        "language": "en",
        "pipeline": system.pipeline,
    }
    config.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _without_rasa_cache():
        train_nlu(
            config=str(config),
            nlu_data=str(nlu),
            output=str(path.parent),
            fixed_model_name=path.name[: -len(".tar.gz")],
        )


def _hash(root: Path, system: System, data: str) -> str:
    """Return a hash (12 hex digits) over all that a model depends on."""
    digest = hashlib.sha256(f"{version('rasa')}\n{data}".encode())
    digest.update(json.dumps(system.pipeline).encode())
    digest.update((root / LOOKUPS_FILE).read_bytes())
    if any(component["name"].startswith("legpain.") for component in system.pipeline):
        for pattern in _CODE:
            for path in sorted(root.glob(pattern)):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _without_rasa_cache() -> Iterator[None]:
    """Keep the models of the folds out of Rasa's cache, where they would push out the real one."""
    name = "RASA_MAX_CACHE_SIZE"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def read(model: Path, texts: Sequence[str], what: str) -> Tuple[List[Reading], float]:
    """Let a model read the texts.

    Returns:
        What it made of each, and the median time for one (milliseconds).
    """
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    times: List[float] = []

    async def _read_all() -> List[Reading]:
        readings = []
        for text in counted(texts, what, every=500):
            started = time.perf_counter()
            readings.append(reading(await agent.parse_message(text)))
            times.append(time.perf_counter() - started)
        return readings

    readings = asyncio.run(_read_all())
    return readings, 1000 * sorted(times)[len(times) // 2]


def reading(parsed: Dict[str, Any]) -> Reading:
    """Take from Rasa's parse data what is measured."""
    top = (parsed.get("intent") or {}).get("name")
    ranking = [each["name"] for each in parsed.get("intent_ranking") or []] or [top]
    entities: Dict[str, List[str]] = {}
    found = sorted(parsed.get("entities") or [], key=lambda each: int(each["start"]))
    for entity in found:
        entities.setdefault(entity["entity"], []).append(entity["value"])
    if "aspect" in entities:
        entities["aspect"] = aspect_cues(found)  # as the assistant itself reads them
    return Reading(
        intents=tuple(name for name in ranking if name and name != _FALLBACK),
        asked_back=top == _FALLBACK,
        entities={kind: tuple(dict.fromkeys(values)) for kind, values in entities.items()},
    )
