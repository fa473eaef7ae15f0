"""Where Rasa can not be configured or subclassed: changes to its code at run time.

Each is made for Rasa 3.6.21 and for no other version; tests/rasa/test_patches.py says what it
keeps. With another version nothing is changed, and a warning says so.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Dict

import rasa
import rasa.core.processor
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

from legpain.rasa.graph_runner import InOrderGraphRunner

RASA_VERSION = "3.6.21"

logger = logging.getLogger(__name__)


def apply() -> None:
    """Change what must be changed; calling it again does no harm."""
    if rasa.__version__ != RASA_VERSION:
        logger.warning("Rasa is not %s: its slow parts stay as they are.", RASA_VERSION)
        return
    RemoteAction._validate_action_result = _validate_action_result
    rasa.core.processor.DaskGraphRunner = InOrderGraphRunner


@lru_cache(maxsize=1)
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Validate an action server's answer against Rasa's schema.

    Rasa builds the schema and checks the schema itself at each call: 15 ms of a 20 ms turn.

    Raises:
        jsonschema.ValidationError: if the answer does not fit.
    """
    error = best_match(_validator().iter_errors(result))
    if error is not None:
        raise error
    return True
