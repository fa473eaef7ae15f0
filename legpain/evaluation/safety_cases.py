"""The conversations that `make safety` measures on, each with the level that a careful nurse gives.

None of them is learned from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Tuple

from legpain.knowledge import read_yaml
from legpain.progress import say
from legpain.red_flags import RedFlags, load_rule_examples

# Nobody has looked at a message of these.
_HELD_OUT = {"Held-out set (the fourteenth)": "fourteenth"}
# These were held out once; what was missed in them has shown since what to write and to mend.
_DEVELOPMENT = {
    "Development set 1": "heldout",
    "Development set 2, five for every rule": "acceptance",
    "Development set 3": "third",
    "Development set 4": "fourth",
    "Development set 5": "fifth",
    "Development set 6": "sixth",
    "Development set 7": "seventh",
    "Development set 8": "eighth",
    "Development set 9": "ninth",
    "Development set 10": "tenth",
    "Development set 11": "eleventh",
    "Development set 12": "twelfth",
    "Development set 13, half of it of several turns": "thirteenth",
    "Development set of emergencies in the plainest words": "plainest",
    "Messages that tell nothing (nonsense, names, other languages, everyday life)": "nothing_told",
}


@dataclass(frozen=True)
class Case:
    """A conversation with the level that a careful nurse gives it."""

    messages: Tuple[str, ...]
    level: str
    also_ok: Tuple[str, ...] = ()
    kind: str = ""
    rules: Tuple[str, ...] = ()
    trap: str = ""


def load_cases(path: Path) -> List[Case]:
    """Read a set of conversations."""
    return [
        Case(
            messages=tuple(item["messages"]),
            level=item["level"],
            also_ok=tuple(item.get("also_ok") or ()),
            kind=item["kind"],
            rules=tuple(item.get("rules") or ()),
            trap=str(item.get("trap") or ""),
        )
        for item in read_yaml(path)
    ]


def load_vignettes(path: Path) -> List[Case]:
    """Read the 44 vignettes of clinical.md §6."""
    return [
        Case((item["text"],), item["level"].lower(), kind="vignette", rules=tuple(item["rules"]))
        for item in read_yaml(path)["vignettes"]
    ]


def load_real(path: Path) -> List[Case]:
    """Read the labelled real messages; their texts go nowhere else."""
    levels = {"emergency": "emergency", "urgent": "urgent", "routine": "info"}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Case(
            (row["text"],),
            levels[row["urgency"]],
            tuple(levels[other] for other in row["also_ok"]),
            kind=f"{'' if row['also_ok'] else 'strict '}{row['urgency']}",
        )
        for row in rows
        if row["set"] in ("leg", "other_medical")
    ]


def load_contexts(path: Path) -> List[Case]:
    """Read the contexts of clinical.md §4a, and our own, of which a level is known."""
    return [
        Case(
            (item["text"],),
            item["level"],
            kind="emergency" if item["level"] == "emergency" else "trap",
            trap="context",
        )
        for item in read_yaml(path)["cases"]
        if "level" in item
    ]


def load_examples() -> List[Case]:
    """Read the examples of every red-flag rule."""
    levels = {rule.id: rule.level for rule in RedFlags.from_folder().rules}
    return [
        Case((text,), levels[rule], kind=levels[rule], rules=(rule,))
        for rule, texts in load_rule_examples().items()
        for text in texts
    ]


def read_sets(root: Path) -> Dict[str, List[Case]]:
    """Return all sets, by title; says so if the real messages are not there.

    Args:
        root: the project's folder.
    """
    tests = root / "tests"
    sets = {
        "44 vignettes (the rules were written with them)": load_vignettes(
            tests / "findings" / "vignettes.yml"
        ),
        "Contexts of the clinical design, and ours": load_contexts(
            tests / "findings" / "contexts.yml"
        ),
        "Examples of every rule": load_examples(),
    }
    for title, name in {**_HELD_OUT, **_DEVELOPMENT}.items():
        sets[title] = load_cases(tests / "evaluation" / f"safety_{name}.yml")
    real = root.parent / "shared" / "eval" / "real_dev.jsonl"
    if real.exists():
        sets["Real messages, development half"] = load_real(real)
    else:
        say("Skipped: the real messages (../shared/eval/real_dev.jsonl is not here).")
    return sets
