"""Writes what is derived from the knowledge: Rasa's lookup tables and the README's table.

`legpain knowledge generate` writes, `legpain knowledge check` fails when a file is stale.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List

from legpain.knowledge import Knowledge, KnowledgeError, load_knowledge
from legpain.red_flags import RedFlags, load_rule_examples
from legpain.vocabulary import Vocabulary, load_vocabulary

LOOKUPS_FILE = Path("data/nlu/lookups.yml")
README_FILE = Path("README.md")
RED_FLAGS_FILE = Path("docs/red-flags.md")
_TABLE = re.compile(r"(<!-- conditions:begin -->\n).*?(<!-- conditions:end -->)", re.DOTALL)


def lookup_names(knowledge: Knowledge, vocabulary: Vocabulary) -> Dict[str, Dict[str, List[str]]]:
    """Return entity -> value -> the names that stand for it.

    Raises:
        KnowledgeError: if one name stands for two values.
    """
    tables: Dict[str, Dict[str, List[str]]] = {
        "condition": {
            each.id: [each.name.lower(), *each.synonyms, *each.misspellings]
            for each in knowledge.conditions.values()
        },
        "not_covered": knowledge.not_covered,
        "article": {each.id: each.synonyms for each in knowledge.clinic.articles},
        "aspect": {aspect: words.cues for aspect, words in vocabulary.aspects.items()},
        "body_part": vocabulary.body_parts,
        "side": vocabulary.sides,
        "clinic_field": vocabulary.clinic_fields,
    }
    owner: Dict[str, str] = {}
    for table in tables.values():
        for value, names in table.items():
            for name in names:
                if owner.setdefault(name, value) != value:
                    raise KnowledgeError(
                        f"'{name}' stands for both '{owner[name]}' and '{value}': expected one"
                    )
    return tables


def lookups_yaml(knowledge: Knowledge, vocabulary: Vocabulary) -> str:
    """Return the training data with all lookup tables, synonyms and regular expressions."""
    lines = [
        "# Generated from data/knowledge by `legpain knowledge generate`. Do not edit.",
        'version: "3.1"',
        "nlu:",
    ]
    for entity, values in lookup_names(knowledge, vocabulary).items():
        names = dict.fromkeys(name for names in values.values() for name in names)
        lines += [f"- lookup: {entity}", "  examples: |", *(f"    - {name}" for name in names)]
        for value, synonyms in values.items():
            lines += [f"- synonym: {value}", "  examples: |"]
            lines += [f"    - {name}" for name in dict.fromkeys(synonyms)]
    lines += ["- regex: duration", "  examples: |"]
    lines += [f"    - {pattern}" for pattern in vocabulary.durations]
    return "\n".join(lines) + "\n"


def conditions_table(knowledge: Knowledge) -> str:
    """Return the README's table of conditions in Markdown."""
    rows = [
        f"| {each.name} | {', '.join(each.synonyms[:4])} |"
        for each in knowledge.conditions.values()
    ]
    return "\n".join(["| condition | patients also say |", "|---|---|", *rows]) + "\n"


def red_flags_table(rules: RedFlags, examples: Dict[str, List[str]]) -> str:
    """Return the table of rules and texts that a reviewing clinician signs, in Markdown.

    Args:
        examples: rule -> messages that fire it.
    """
    lines = [
        "# Red flags",
        "",
        "Generated from `data/knowledge/red_flags.yml` by `legpain knowledge generate`, for the",
        "clinician who reviews it. No clinician has signed it yet.",
        "",
        "| rule | level | findings | what is said | sources | examples |",
        "|---|---|---|---|---|---|",
    ]
    for rule in rules.rules:
        cells = [
            rule.id,
            rule.level,
            f"`{rule.when}`",
            rule.text,
            ", ".join(rule.sources),
            "<br>".join(examples[rule.id]),
        ]
        lines.append("| " + " | ".join(" ".join(str(cell).split()) for cell in cells) + " |")
    lines += ["", f"After every urgent or soon text: {rules.closing_line}", ""]
    lines += [
        "Where an emergency hangs on a finding that a message only may mean, this is asked:",
        "",
    ]
    lines += [f"- `{finding}`: {text}" for finding, text in rules.questions.items()]
    lines += ["", "What is said while an emergency stands, and when it is over:", ""]
    lines += [f"- `{key}`: {text}" for key, text in rules.follow_up.items()]
    lines += [f"- `{key}`, after 988: {text}" for key, text in rules.follow_up_988.items()]
    return "\n".join([*lines, ""])


def generated_files(root: Path) -> Dict[Path, str]:
    """Return path -> content of every generated file below the project's root."""
    knowledge, vocabulary = load_knowledge(), load_vocabulary()
    readme = (root / README_FILE).read_text(encoding="utf-8")
    table = conditions_table(knowledge)
    return {
        root / RED_FLAGS_FILE: red_flags_table(RedFlags.from_folder(), load_rule_examples()),
        root / LOOKUPS_FILE: lookups_yaml(knowledge, vocabulary),
        root / README_FILE: _TABLE.sub(lambda found: found[1] + table + found[2], readme),
    }


def stale_files(root: Path) -> List[Path]:
    """Return the generated files whose content is not what the knowledge says now."""
    return [
        path
        for path, content in generated_files(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
