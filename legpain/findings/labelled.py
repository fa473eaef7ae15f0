"""Texts with the findings that they state: the clauses and messages of `data/findings`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, Iterable, List, Set, Tuple

from legpain.knowledge import KnowledgeError, read_yaml


@dataclass(frozen=True)
class LabelledText:
    """A text to learn from.

    Attributes:
        turns: the text, or the turns of a conversation.
        findings: what it states now.
        named: what it names, but does not state.
        corrects: it takes back something that was said before.
        only_corrects: of all this, only `corrects` is known.
    """

    turns: Tuple[str, ...]
    findings: Tuple[str, ...] = ()
    named: Tuple[str, ...] = ()
    corrects: bool = False
    only_corrects: bool = False


def together(turns: Iterable[str]) -> str:
    """Return turns as one text: so is read what may take back something said before."""
    return "\n".join(turns)


def as_read(messages: Iterable[LabelledText]) -> List[LabelledText]:
    """Return labelled messages in the ways in which they are read, to learn from.

    Turns are read one by one, and together where the last may take something back. Of a
    conversation that ends so, the turns alone do not show what is true.
    """
    read: List[LabelledText] = []
    for each in messages:
        if len(each.turns) == 1 or not each.corrects:
            read.append(each)
        if len(each.turns) > 1:
            read.append(replace(each, turns=(together(each.turns),)))
            last = LabelledText(each.turns[-1:], corrects=each.corrects, only_corrects=True)
            read.append(last)
    return read


def read_examples(folder: Path) -> List[LabelledText]:
    """Read the clauses of `data/findings/*.yml`.

    A file maps a finding to clauses; after ` ## ` a clause names further findings.

    Raises:
        KnowledgeError: if there are no files, or one is wrong.
    """
    examples: Dict[str, Set[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        for finding, listed in read_yaml(path).items():
            for line in listed:
                text, _, others = str(line).partition(" ## ")
                further = {each.strip() for each in others.split(",") if each.strip()}
                examples.setdefault(text, set()).update({finding, *further})
    if not examples:
        raise KnowledgeError(f"{folder.name}: expected files with examples of findings")
    return [LabelledText((text,), tuple(sorted(found))) for text, found in examples.items()]


def read_messages(folder: Path) -> List[LabelledText]:
    """Read the whole messages of the folders in `data/findings/messages`.

    Raises:
        KnowledgeError: as `read_file`.
    """
    return [
        each for path in sorted((folder / "messages").rglob("*.yml")) for each in read_file(path)
    ]


def read_file(path: Path) -> List[LabelledText]:
    """Read a file of whole messages.

    Raises:
        KnowledgeError: if an item has no text, or other keys than `text`, `findings`, `not` and
            `corrects`.
    """
    messages: List[LabelledText] = []
    for number, item in enumerate(read_yaml(path), 1):
        if not item.get("text") or set(item) - {"text", "findings", "not", "corrects"}:
            raise KnowledgeError(
                f"{path.name}: item {number}: expected text, findings, if any not, corrects"
            )
        turns = item["text"] if isinstance(item["text"], list) else [item["text"]]
        messages.append(
            LabelledText(
                tuple(turns),
                tuple(item.get("findings") or ()),
                tuple(item.get("not") or ()),
                bool(item.get("corrects")),
            )
        )
    return messages
