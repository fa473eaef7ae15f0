"""Loads and checks the two files of words: `findings.yml` and `context.yml`.

A list of words is written in the files as text with commas, so that a clinician can read and
change it. A name with `@` stands for all words of that region, quality or group.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Literal, Optional, Tuple

from pydantic import BaseModel, Extra, Field, validator

from legpain.knowledge import KnowledgeError, knowledge_dir, parse_model, read_yaml

# Tags that `numbers.py` finds in digits and number words; patterns name them like groups.
NUMBER_TAGS = (
    "num_age_55_plus",
    "num_age_under_16",
    "num_age_adult",
    "num_fever",
    "num_over_two_weeks",
    "num_within_12_weeks",
    "num_long_ago",
    "num_long_hours",
    "num_days_3_plus",
    "num_pain_8_plus",
    "num_fast_pulse",
    "num_low_oxygen",
)


def _split(value: Any) -> Any:
    """Turn text with commas into a list of words; leave everything else to pydantic."""
    if isinstance(value, str):
        return [item for item in (part.strip() for part in value.split(",")) if item]
    return value


class _Model(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True


class Quality(_Model):
    """What a body part can be (swollen, cold), and which finding that is, region by region."""

    words: List[str]
    at: Dict[str, List[str]] = Field(
        description="regions, separated by spaces ('none': no body part named) -> findings;"
        " one with '?' is only implied"
    )
    _words = validator("words", pre=True, allow_reuse=True)(_split)

    @validator("at", pre=True)
    def _findings(cls, value: Dict[str, Any]) -> Dict[str, Any]:
        return {
            region: _split(findings)
            for regions, findings in value.items()
            for region in regions.split()
        }


class FindingSpec(_Model):
    """One of the findings of clinical.md section 4, and how patients say it."""

    id: str
    group: str
    meaning: str
    label: str = Field(description="short plain words for a list")
    past: Literal["drops", "stays"] = Field(
        "drops", description="'stays': it still counts when it was long ago (an earlier clot)"
    )
    resolved: Literal["drops", "stays"] = Field(
        "drops", description="'stays': it still counts when it has gone again (chest pain)"
    )
    phrases: List[str] = []
    patterns: List[str] = []
    exact: List[str] = Field([], description="phrases in which every word counts ('I'm dying')")
    outright: List[str] = Field(
        [], description="exact phrases that name it so plainly that no meaning takes it back"
    )
    _words = validator("phrases", "patterns", "exact", "outright", pre=True, allow_reuse=True)(
        _split
    )


class _FindingsFile(_Model):
    forms: Dict[str, List[str]]
    fillers: List[str]
    repairable: List[str]
    look_alikes: List[str]
    regions: Dict[str, List[str]]
    compounds: List[str]
    qualities: Dict[str, Quality]
    groups: Dict[str, List[str]]
    findings: List[FindingSpec]
    _words = validator(
        "fillers", "repairable", "look_alikes", "compounds", pre=True, allow_reuse=True
    )(_split)
    _tables = validator("forms", "regions", "groups", pre=True, each_item=True, allow_reuse=True)(
        _split
    )


class Cues(_Model):
    """Words that change what a finding means (ConText, clinical.md section 4a)."""

    contractions: Dict[str, str]
    times: List[str]
    around_times: List[str]
    idioms: List[str]
    negation: List[str]
    negation_after: List[str]
    pseudo_negation: List[str]
    superlatives: List[str]
    negation_stops: List[str]
    nouns: List[str]
    clause_words: List[str]
    subjects: List[str]
    verbs: List[str]
    prepositions: List[str]
    thinking: List[str]
    historical: List[str]
    not_long_ago: List[str]
    began: List[str]
    present_marks: List[str]
    resolved: List[str]
    resolved_unless: List[str]
    returned: List[str]
    conditional: List[str]
    habitual: List[str]
    hypothetical: List[str]
    hypothetical_stops: List[str]
    question_words: List[str]
    question_marks_needed: List[str]
    question_exempt: List[str]
    generic: List[str]
    now_marks: List[str]
    uncertain: List[str]
    persons: List[str]
    animals: List[str]
    other_pronouns: List[str]
    self_pronouns: List[str]
    reporters: List[str]
    onlooker: List[str]
    closed_story: List[str]
    corrections: List[str]
    left: List[str]
    right: List[str]
    both: List[str]
    _words = validator("*", pre=True, allow_reuse=True)(
        lambda value: value if isinstance(value, dict) else _split(value)
    )


class Lexicon(_FindingsFile):
    """All words that the finding extractor knows."""

    cues: Cues

    def spec(self, finding: str) -> FindingSpec:
        """Return what the lexicon says about a finding.

        Raises:
            KeyError: if there is no such finding.
        """
        for item in self.findings:
            if item.id == finding:
                return item
        raise KeyError(finding)

    def named_lists(self) -> Dict[str, List[str]]:
        """Return the word list of every name that a pattern may use after `@`."""
        lists = {**self.regions, **self.groups}
        lists.update((name, quality.words) for name, quality in self.qualities.items())
        return lists

    def expand(self, name: str) -> Iterator[str]:
        """Yield the words of a named list, with the lists that it names in turn."""
        for word in self.named_lists()[name]:
            if word.startswith("@"):
                yield from self.expand(word[1:])
            else:
                yield word


def _references(lexicon: Lexicon) -> Iterator[Tuple[str, str]]:
    """Yield each place that names a list with `@`, and the name."""
    for name, words in lexicon.named_lists().items():
        for word in words:
            if word.startswith("@"):
                yield name, word[1:]
    for spec in lexicon.findings:
        for pattern in spec.patterns:
            for element in pattern.replace("|", " ").split():
                if element.startswith("@"):
                    yield f"findings.{spec.id}", element[1:]


def _mistakes(lexicon: Lexicon) -> List[str]:
    """List findings and names that are used but do not exist, and ids that come twice."""
    ids = [spec.id for spec in lexicon.findings]
    known = set(lexicon.named_lists()) | set(NUMBER_TAGS)
    regions = set(lexicon.regions) | {"none"}
    mistakes = [f"findings.yml: {i}: expected once, found twice" for i in ids if ids.count(i) > 1]
    for where, name in _references(lexicon):
        if name not in known:
            mistakes.append(f"findings.yml: {where}: '@{name}' is no region, quality or group")
    for name, quality in lexicon.qualities.items():
        for region, findings in quality.at.items():
            if region not in regions:
                mistakes.append(f"findings.yml: qualities.{name}.at: no region '{region}'")
            for finding in findings:
                if finding.rstrip("?") not in ids:
                    mistakes.append(f"findings.yml: qualities.{name}.{region}: no '{finding}'")
    for spec in lexicon.findings:
        reached = any(
            spec.id in found for q in lexicon.qualities.values() for found in q.at.values()
        )
        if not (spec.phrases or spec.patterns or spec.exact or reached):
            mistakes.append(f"findings.yml: {spec.id}: expected phrases or patterns")
    return mistakes


LEXICON_FILES = ("findings.yml", "context.yml")


def load_lexicon(folder: Optional[Path] = None) -> Lexicon:
    """Load and check `findings.yml` and `context.yml`.

    Args:
        folder: the knowledge folder; the project's own by default.

    Raises:
        KnowledgeError: with one line for every mistake found.
    """
    folder = folder or knowledge_dir()
    content = read_yaml(folder / "findings.yml")
    if not isinstance(content, dict):
        raise KnowledgeError("findings.yml: expected a table of lists")
    parse_model(_FindingsFile, content, "findings.yml")
    cues = parse_model(Cues, read_yaml(folder / "context.yml"), "context.yml")
    lexicon = Lexicon.parse_obj({**content, "cues": cues})
    mistakes = _mistakes(lexicon)
    if mistakes:
        raise KnowledgeError("\n".join(mistakes))
    return lexicon
