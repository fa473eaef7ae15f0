"""The cost of extraction and red-flag rules alone, without Rasa and without a server."""

from __future__ import annotations

import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Dict, List, Protocol, Sequence, Tuple

from threadpoolctl import threadpool_limits

from legpain.escalation import Told, decide
from legpain.findings import LEXICON_FILES, ConversationFindings, FindingExtractor
from legpain.findings.finding import Reading
from legpain.findings.reader import WEIGHTS, FindingReader, Thresholds
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import shared_encoder

_FILES = (*LEXICON_FILES, "red_flags.yml", WEIGHTS)
_ANOTHER = "another message"  # the encoder remembers the latest one


class Reader(Protocol):
    """What turns a text into findings."""

    def read(self, text: str) -> Reading:
        """Find all findings of a message, and whether it is a correction."""


@dataclass(frozen=True)
class Parts:
    """The parts of a trained model that are timed.

    Attributes:
        words: the lexicon alone.
        whole: words and meaning together, as the server uses them.
        red_flags: the rules.
    """

    words: Reader
    whole: Reader
    red_flags: RedFlags


def read_parts(model: Path) -> Parts:
    """Take lexicon, weights and rules out of a trained model.

    Raises:
        KeyError: if the model does not hold one of the files.
        KnowledgeError: if one is wrong.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _unpack(model, folder)
        lexicon = FindingExtractor.from_folder(folder)
        reader = FindingReader.load(folder, shared_encoder(), lexicon, Thresholds())
        return Parts(lexicon, reader, RedFlags.from_folder(folder))


def _unpack(model: Path, folder: Path) -> None:
    with tarfile.open(model) as archive:
        members = {PurePosixPath(each.name).name: each for each in archive if each.isfile()}
        for wanted in _FILES:
            content = archive.extractfile(members[wanted])
            assert content is not None  # it is a file
            (folder / wanted).write_bytes(content.read())


def measure(
    reader: Reader,
    red_flags: RedFlags,
    conversations: Sequence[Sequence[str]],
    repeats: int,
    read_before: bool = False,
) -> List[float]:
    """Return the milliseconds of every message of all conversations, after one warm-up.

    Args:
        reader: the extractor.
        red_flags: the rules.
        conversations: the texts of each.
        repeats: how often all of it is done.
        read_before: the encoder has read the message for its intent already, as in the server.
    """
    with threadpool_limits(1):  # as in the server
        for texts in conversations:
            _time_conversation(reader, red_flags, texts, read_before)
        return [
            spent
            for _ in range(repeats)
            for texts in conversations
            for spent in _time_conversation(reader, red_flags, texts, read_before)
        ]


def _time_conversation(
    reader: Reader, rules: RedFlags, texts: Sequence[str], read_before: bool
) -> List[float]:
    slot, told = ConversationFindings().to_json(), Told()
    spent: List[float] = []
    for text in texts:
        shared_encoder().token_states([text] if read_before else [_ANOTHER])
        started = time.perf_counter()
        slot, told = _turn(reader, rules, text, slot, told)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _turn(
    reader: Reader, rules: RedFlags, text: str, slot: Dict[str, Any], told: Told
) -> Tuple[Dict[str, Any], Told]:
    """Do what the server does between a patient's words and the decision."""
    findings, corrected = reader.read(text)
    memory = ConversationFindings.from_json(slot).update(findings, corrected)
    latest = frozenset(each.id for each in findings if each.counts)
    decision = decide(rules, told, memory.active(), latest, "self", None, corrected)
    return memory.to_json(), decision.told
