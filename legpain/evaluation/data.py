"""The data of the measurements: training examples, the held-out set, real messages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Sequence, Tuple

import yaml

from legpain.generate import lookup_names
from legpain.knowledge import ASPECTS, KnowledgeModel, load_knowledge, parse_model, read_yaml
from legpain.lookup import Lookup
from legpain.vocabulary import load_vocabulary

HELD_OUT_FILE = Path("tests/evaluation/nlu_heldout.yml")
REAL_FILE = Path("../shared/eval/real_dev.jsonl")
LOOKUPS_FILE = Path("data/nlu/lookups.yml")
FOLDS = 5
ASK = "ask_"
# The intents that ask something about a condition.
ASKING = frozenset(f"{ASK}{name}" for name in (*ASPECTS, "compare", "same_about"))
_SEED = 7


@dataclass(frozen=True)
class Example:
    """A text with its intent, and other intents that a careful reader would accept."""

    text: str
    intent: str
    also_ok: FrozenSet[str] = frozenset()


class HeldOutRow(KnowledgeModel):
    """A message of the held-out set, written by someone who did not see the training data."""

    text: str
    intent: str
    also_ok: List[str]
    topics: List[str]
    aspects: List[str]

    def example(self) -> Example:
        """Return the row's text with its intents."""
        return Example(self.text, self.intent, frozenset(self.also_ok))


class _HeldOutFile(KnowledgeModel):
    rows: List[HeldOutRow]


@dataclass(frozen=True)
class RealRow:
    """A message that somebody really wrote (fields as the README beside the file says)."""

    text: str
    set: str
    urgency: str
    also_ok: FrozenSet[str]
    conditions: Tuple[str, ...]
    request: Optional[str]
    act: Optional[str]


def load_held_out(root: Path) -> List[HeldOutRow]:
    """Load the held-out set.

    Raises:
        KnowledgeError: with one line for every mistake in the file.
    """
    path = root / HELD_OUT_FILE
    return parse_model(_HeldOutFile, {"rows": read_yaml(path)}, path.name).rows


def load_real(root: Path) -> Optional[List[RealRow]]:
    """Load the real messages, or return None where that folder is not present."""
    path = root / REAL_FILE
    if not path.exists():
        return None
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        RealRow(
            text=row["text"],
            set=row["set"],
            urgency=row["urgency"],
            also_ok=frozenset(row.get("also_ok") or []),
            conditions=tuple(row.get("conditions") or []),
            request=row.get("request"),
            act=row.get("act"),
        )
        for row in rows
    ]


def load_training(root: Path) -> List[Example]:
    """Load every training example of `data/nlu`."""
    return [
        Example(line[len("- ") :].strip(), item["intent"])
        for path in sorted((root / "data/nlu").glob("*.yml"))
        for item in read_yaml(path)["nlu"]
        if "intent" in item
        for line in item["examples"].splitlines()
        if line.startswith("- ")
    ]


def folds(examples: Sequence[Example]) -> List[Tuple[List[Example], List[Example]]]:
    """Split into (train, test) five times: each example is tested once, every intent in each."""
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=_SEED)
    labels = [example.intent for example in examples]
    return [
        ([examples[place] for place in train], [examples[place] for place in test])
        for train, test in splitter.split(labels, labels)
    ]


def exact_lookup(*kinds: str) -> Lookup:
    """Return a lookup of the listed names of these kinds (condition, aspect), no misspellings."""
    tables = lookup_names(load_knowledge(), load_vocabulary())
    return Lookup(
        {
            kind: {name: value for value, names in tables[kind].items() for name in names}
            for kind in kinds
        }
    )


def annotated(text: str, lookup: Lookup) -> str:
    """Return the text with its names marked as entities, as Rasa's training format has it."""
    marked, end = "", 0
    for match in lookup.find(text):
        if match.start < end:  # a name inside another: the first stands
            continue
        entity = json.dumps({"entity": match.kind, "value": match.value})
        marked += f"{text[end : match.start]}[{text[match.start : match.end]}]{entity}"
        end = match.end
    return marked + text[end:]


def nlu_yaml(examples: Sequence[Example], lookup: Optional[Lookup]) -> str:
    """Return the examples as Rasa training data, with entities marked if a lookup is given."""
    by_intent: Dict[str, List[str]] = {}
    for example in examples:
        text = annotated(example.text, lookup) if lookup else example.text
        by_intent.setdefault(example.intent, []).append(f"- {text}\n")
    items = [{"intent": name, "examples": "".join(lines)} for name, lines in by_intent.items()]
    return yaml.safe_dump(
        {"version": "3.1", "nlu": items}, allow_unicode=True, sort_keys=False, width=10_000
    )
