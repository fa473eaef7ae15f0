"""Findings in patients' words: what is said, of whom, of which side, and whether it holds."""

from legpain.findings.context import Context
from legpain.findings.extractor import Finding, FindingExtractor
from legpain.findings.lexicon import Lexicon, load_lexicon
from legpain.findings.memory import ConversationFindings

__all__ = [
    "Context",
    "ConversationFindings",
    "Finding",
    "FindingExtractor",
    "Lexicon",
    "load_lexicon",
]
