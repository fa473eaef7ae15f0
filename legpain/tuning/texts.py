"""What the encoder is tuned on: labelled texts of findings, and the examples of intents."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.utils.io import read_yaml_file

from legpain.findings.labelled import LabelledText, as_read, read_examples, read_file, read_messages
from legpain.findings.made_up import made_up_texts
from legpain.knowledge import examples_dir
from legpain.rasa.finding_extractor import FindingEntityExtractor
from legpain.rasa.lookup_extractor import MASKED_TEXT, LookupEntityExtractor

_SEED = 7
_READ_AGAIN = 0.2  # share of the texts that are not new


class TuningTexts(NamedTuple):
    """All texts to learn from.

    Attributes:
        findings: texts with their findings, or with none.
        intents: texts, conditions masked as the classifier sees them, and their intents.
    """

    findings: List[LabelledText]
    intents: List[Tuple[str, str]]


def read_texts(root: Path, new: Sequence[str] = ()) -> TuningTexts:
    """Read the texts of the project.

    Args:
        root: the project's folder.
        new: names of files of messages; if given, all of these are read, and of all other texts
            with findings a fifth, so that what was learned from them is not forgotten.

    Raises:
        KnowledgeError: if a file of findings is wrong, or one of the new ones is not there.
    """
    pipeline = read_yaml_file(root / "config.yml")["pipeline"]
    without = _config_of(pipeline, FindingEntityExtractor)["without_findings"]
    data = load_data(str(root / "data" / "nlu"))
    with tempfile.TemporaryDirectory() as folder:
        masker = LookupEntityExtractor.create(
            _config_of(pipeline, LookupEntityExtractor),
            LocalModelStorage(Path(folder)),
            Resource("lookup"),
            ExecutionContext(GraphSchema({})),
        )
        masker.train(data)
        masker.process_training_data(data)
    examples = data.intent_examples
    labelled = [*read_examples(examples_dir()), *as_read(read_messages(examples_dir()))]
    findings = [
        *labelled,
        *made_up_texts(labelled),
        *(LabelledText((each.get(TEXT),)) for each in examples if each.get(INTENT) in without),
    ]
    return TuningTexts(
        _chosen(findings, new) if new else findings,
        [(each.get(MASKED_TEXT), each.get(INTENT)) for each in examples],
    )


def _chosen(texts: Sequence[LabelledText], new: Sequence[str]) -> List[LabelledText]:
    """Return the texts of the new files, and some of the others."""
    folder = examples_dir() / "messages"
    fresh = [each for name in new for each in as_read(read_file(folder / name))]
    known = set(fresh)
    others = [each for each in texts if each not in known]
    kept = np.random.default_rng(_SEED).random(len(others)) < _READ_AGAIN
    return [*fresh, *(each for each, stays in zip(others, kept, strict=True) if stays)]


def _config_of(pipeline: List[Dict[str, Any]], component: Any) -> Dict[str, Any]:
    name = f"{component.__module__}.{component.__name__}"
    (found,) = (each for each in pipeline if each["name"] == name)
    return {**component.get_default_config(), **found}
