"""Findings in patients' words: what is said, of whom, of which side, and whether it holds.

What extracts them is imported when it is first named: it needs spaCy, and the action server, which
only remembers what was found, does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from legpain.findings.memory import ConversationFindings

if TYPE_CHECKING:
    from legpain.findings.context import Context
    from legpain.findings.extractor import Finding, FindingExtractor
    from legpain.findings.lexicon import Lexicon, load_lexicon

__all__ = [
    "Context",
    "ConversationFindings",
    "Finding",
    "FindingExtractor",
    "Lexicon",
    "load_lexicon",
]

_HOMES = {
    "Context": "context",
    "Finding": "extractor",
    "FindingExtractor": "extractor",
    "Lexicon": "lexicon",
    "load_lexicon": "lexicon",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
