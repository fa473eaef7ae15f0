"""Keeps out of a process what Rasa would import and this project's configuration does not use.

Rasa imports every component and every channel that it knows, used or not, and with them
TensorFlow, matplotlib and a dozen messengers' clients: half of its start and most of its memory.
`leave_out` puts stand-ins in place of those modules, before Rasa is imported. A class of a
stand-in can be named, compared and subclassed; whoever tries to use it is told what is missing.

What is named in `config.yml`, `endpoints.yml` or `credentials.yml` is never left out. The tables
below were read in Rasa 3.6.21; tests/rasa/test_lean.py holds them to the installed version.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, FrozenSet, Iterable, Optional, Sequence, Set

RASA_VERSION = "3.6.21"

# Modules that need TensorFlow, and the names of their components in `config.yml`.
TENSORFLOW: Dict[str, str] = {
    "rasa.nlu.classifiers.diet_classifier": "DIETClassifier",
    "rasa.nlu.selectors.response_selector": "ResponseSelector",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": "ConveRTFeaturizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": "LanguageModelFeaturizer",
    "rasa.core.policies.ted_policy": "TEDPolicy",
    "rasa.core.policies.unexpected_intent_policy": "UnexpecTEDIntentPolicy",
}
# Needed by the above alone, and imported by all the others.
_TENSORFLOW_HELPERS = ("rasa.utils.tensorflow.callback", "rasa.utils.tensorflow.data_generator")
# Channels with packages of their own, and their names in `credentials.yml`.
CHANNELS: Dict[str, str] = {
    "rasa.core.channels.facebook": "facebook",
    "rasa.core.channels.hangouts": "hangouts",
    "rasa.core.channels.mattermost": "mattermost",
    "rasa.core.channels.rocketchat": "rocketchat",
    "rasa.core.channels.slack": "slack",
    "rasa.core.channels.socketio": "socketio",
    "rasa.core.channels.telegram": "telegram",
    "rasa.core.channels.twilio": "twilio",
    "rasa.core.channels.twilio_voice": "twilio_voice",
    "rasa.core.channels.webexteams": "webexteams",
}
# Tracker stores by their names in `endpoints.yml`, and what Rasa imports for them of packages that
# nothing else here needs.
STORES: Dict[str, Sequence[str]] = {
    "dynamo": (
        "boto3",
        "boto3.dynamodb",
        "boto3.dynamodb.conditions",
        "botocore",
        "botocore.exceptions",
    ),
    "mongod": ("pymongo", "pymongo.collection", "pymongo.errors"),
}
# What scikit-learn, spaCy and Rasa import in passing, and neither server nor training uses.
TOOLS = (
    "h5py",  # spaCy's Thinc, for TensorFlow's files
    "rasa.utils.plotting",  # pictures of `rasa test`: matplotlib
    "scipy.stats",  # scikit-learn's searches and scores
    "sklearn.model_selection",
    "spacy.cli",
    "spacy.cli.info",
)
_SHELL = "rasa.core.channels.console"

_FILES = ("config.yml", "endpoints.yml", "credentials.yml")


class LeftOut(ImportError):
    """Something was used that this process has left out; the message says what."""


def leave_out(root: Path, shell: bool = False) -> FrozenSet[str]:
    """Let stand-ins take the place of modules that the project's files do not name.

    Call it before anything imports `rasa`; modules that are imported already stay.

    Args:
        root: folder with `config.yml`, `endpoints.yml` and `credentials.yml`.
        shell: whether the process talks in a terminal.

    Returns:
        The names of the modules that are left out.
    """
    words = _words(root / name for name in _FILES)
    names = unused(words) - set(sys.modules) - ({_SHELL} if shell else set())
    sys.meta_path.insert(0, _StandIns(names))
    return frozenset(names)


def unused(words: Set[str]) -> Set[str]:
    """Return the modules that a configuration with these words does not need.

    A part of TensorFlow needs all of it, so its modules stay or go together.
    """
    names = {module for module, channel in CHANNELS.items() if channel not in words}
    for store, modules in STORES.items():
        if store not in words:
            names.update(modules)
    if not any(name.lower() in words for name in TENSORFLOW.values()):
        names |= {*TENSORFLOW, *_TENSORFLOW_HELPERS}
    return names | {*TOOLS, _SHELL}


def _words(paths: Iterable[Path]) -> Set[str]:
    """Return all words of the files, lower case; what is in a comment counts as well."""
    texts = (path.read_text(encoding="utf-8") for path in paths if path.exists())
    return {word.lower() for text in texts for word in re.findall(r"\w+", text)}


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and makes the stand-ins."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """Claim the modules that are left out."""
        if name not in self._names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Return a module whose every attribute is a class that can not be used."""
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # An exception, because Rasa names some of them in an `except`.
        made = _Unusable(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


class _Unusable(type):
    """The type of a stand-in's classes."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise LeftOut(_message(cls))

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise LeftOut(_message(cls))

    def name(cls) -> str:
        """Return a channel's name: Rasa makes a table of all its channels."""
        return cls.__module__.rpartition(".")[2]


def _message(cls: type) -> str:
    return (
        f"{cls.__module__}.{cls.__name__} was left out of this process, because none of"
        f" {', '.join(_FILES)} names it (legpain/rasa/lean.py)."
    )
