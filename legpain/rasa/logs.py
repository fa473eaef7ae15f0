"""Quiet logs for both servers; imports nothing, so that the action server stays small."""

from __future__ import annotations

import logging
import warnings

_TALKATIVE = ("rasa", "apscheduler", "sanic.root", "sanic.error", "sanic.access", "matplotlib")


def log_quietly(level: int = logging.WARNING) -> None:
    """Log warnings and errors only, and no Python warnings."""
    warnings.simplefilter("ignore")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(level)
