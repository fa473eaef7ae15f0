"""The pipelines that are measured beside each other, all through Rasa's own training."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, List

from legpain.knowledge import read_yaml

Pipeline = List[Dict[str, Any]]

_SEED = 1  # DIET's results drift without one
_DIET_EPOCHS = 30  # on ready-made sentence vectors; more take half an hour on two cores
_FINDINGS = "legpain.rasa.finding_extractor.FindingEntityExtractor"
_CLASSIFIER = "legpain.rasa.intent_classifier.IntentClassifier"


@dataclass(frozen=True)
class System:
    """A pipeline to measure.

    Attributes:
        id: short name, part of the cached models' file names.
        title: what the report calls it.
        pipeline: Rasa's configuration of it.
        annotated: whether its training data has the names marked as entities. Ours needs none
            (its lookup finds them); Rasa's own extractors do nothing without.
        cross_validated: whether it is also measured by cross-validation.
    """

    id: str
    title: str
    pipeline: Pipeline
    annotated: bool = True
    cross_validated: bool = True


def our_system(root: Path) -> System:
    """Return the project's own pipeline, as `config.yml` has it."""
    return System("ours", "Leg Pain Assistant", our_pipeline(root), annotated=False)


def baselines(root: Path) -> List[System]:
    """Return the pipelines to compare ours with."""
    return [
        System(
            "stock",
            "stock `rasa init` pipeline (DIET)",
            stock_pipeline(),
            cross_validated=False,  # one training takes about an hour on two cores
        ),
        System("sparse", "sparse logistic regression", sparse_pipeline()),
        System(
            "ours-diet",
            "our features, DIET as classifier",
            our_pipeline_with_diet(root),
            annotated=False,
            cross_validated=False,  # it only has to support the choice of the classifier
        ),
    ]


def our_pipeline(root: Path) -> Pipeline:
    """Return `config.yml`'s pipeline without the findings, which the safety report measures."""
    pipeline: Pipeline = read_yaml(root / "config.yml")["pipeline"]
    return [component for component in pipeline if component["name"] != _FINDINGS]


def stock_pipeline() -> Pipeline:
    """Return the pipeline that Rasa takes when a `rasa init` project names none."""
    spec = find_spec("rasa")
    assert spec is not None and spec.origin is not None
    path = Path(spec.origin).parent / "engine/recipes/config_files/default_config.yml"
    pipeline: Pipeline = read_yaml(path)["pipeline"]
    return [
        {**component, "random_seed": _SEED} if "epochs" in component else component
        for component in pipeline
    ]


def sparse_pipeline() -> Pipeline:
    """Return a logistic regression on words and character n-grams; no spaCy, no TensorFlow."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "LogisticRegressionClassifier", "max_iter": 200},
        {"name": "RegexEntityExtractor", "use_regexes": False},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.2, "ambiguity_threshold": 0.0},
    ]


def our_pipeline_with_diet(root: Path) -> Pipeline:
    """Return our pipeline with DIET in place of our classifier."""
    diet = {
        "name": "DIETClassifier",
        "epochs": _DIET_EPOCHS,
        "entity_recognition": False,
        "constrain_similarities": True,
        "random_seed": _SEED,
    }
    return [
        diet if component["name"] == _CLASSIFIER else component for component in our_pipeline(root)
    ]
