"""Measures what the assistant says back to a patient: "because you mentioned ...".

For the rules, whatever may have been said counts. What is named to the patient must have been said:
of that the words alone are a poor judge, in messages that speak of much that is not there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import AbstractSet, Dict, List, Sequence, Tuple

from legpain.evaluation.metrics import Share
from legpain.findings import FindingExtractor
from legpain.findings.labelled import LabelledText, read_file
from legpain.findings.reader import SIDES
from legpain.progress import counted

MESSAGES_FILE = Path("tests/evaluation/findings_heldout.yml")


@dataclass(frozen=True)
class NamedFindings:
    """How well a way of choosing what to name does.

    Attributes:
        title: the way.
        right: of what it names, how much the patient has stated.
        complete: of what the patient has stated, how much it names.
    """

    title: str
    right: Share
    complete: Share


def measure_named_findings(root: Path, model: Path) -> List[NamedFindings]:
    """Read the held-out messages with a trained model, as the server does.

    Args:
        root: the project's folder.
        model: the trained model.

    Raises:
        KnowledgeError: if the file of messages has a mistake.
    """
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from legpain.rasa.parsed_findings import findings_of_message

    agent = Agent.load(str(model))
    assert agent.processor is not None
    processor, words = agent.processor, FindingExtractor.from_folder()
    ways: Dict[str, List[AbstractSet[str]]] = {
        "the words alone": [],
        "whatever counts for the rules": [],
        "named to the patient": [],
    }
    messages = [each for each in read_file(root / MESSAGES_FILE) if len(each.turns) == 1]

    async def read() -> None:
        for each in counted(messages, "messages with findings"):
            (text,) = each.turns
            findings = findings_of_message(await processor.parse_message(UserMessage(text)))
            present = {found.id for found in findings if found.context == "present"}
            counting = {found.id for found in findings if found.counts}
            alone = {found.id for found in words.extract(text) if found.counts}
            for way, named in zip(ways, (alone, counting, present), strict=True):
                ways[way].append(named)

    asyncio.run(read())
    return [compare(title, messages, named) for title, named in ways.items()]


def compare(
    title: str, messages: Sequence[LabelledText], named: Sequence[AbstractSet[str]]
) -> NamedFindings:
    """Count what was named beside what was stated; sides, which go with a place, are left out."""
    pairs: List[Tuple[AbstractSet[str], AbstractSet[str]]] = [
        (set(each.findings) - SIDES, chosen - SIDES)
        for each, chosen in zip(messages, named, strict=True)
    ]
    both = sum(len(stated & chosen) for stated, chosen in pairs)
    return NamedFindings(
        title,
        right=Share(both, sum(len(chosen) for _, chosen in pairs)),
        complete=Share(both, sum(len(stated) for stated, _ in pairs)),
    )
