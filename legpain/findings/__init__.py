"""Findings in patients' words: what is said, of whom, of which side, and whether it holds.

What extracts them is imported when it is first named: it needs spaCy, and the action server, which
only remembers what was found, does not.
"""

from typing import TYPE_CHECKING, Any

from legpain.findings.context import Context
from legpain.findings.finding import Finding
from legpain.findings.lexicon import LEXICON_FILES, Lexicon, load_lexicon
from legpain.findings.memory import ConversationFindings

if TYPE_CHECKING:
    from legpain.findings.extractor import FindingExtractor

__all__ = [
    "LEXICON_FILES",
    "Context",
    "ConversationFindings",
    "Finding",
    "FindingExtractor",
    "Lexicon",
    "load_lexicon",
]


def __getattr__(name: str) -> Any:
    if name != "FindingExtractor":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from legpain.findings.extractor import FindingExtractor

    return FindingExtractor
