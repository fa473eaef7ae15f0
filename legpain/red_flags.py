"""Findings in, alerts out: the red-flag rules of `red_flags.yml` (clinical.md section 3).

No rule can say "not", so one more finding can never lower a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import (
    AbstractSet,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Literal,
    Optional,
    Sequence,
    Tuple,
)

from pydantic import BaseModel, Extra, Field

from legpain.expressions import Expression, parse_expression
from legpain.knowledge import KnowledgeError, Level, knowledge_dir, parse_model, read_yaml

Person = Literal["self", "other"]
Call = Literal["911", "988", "clinic"]
LEVELS: Tuple[Level, ...] = ("emergency", "urgent", "soon")  # most pressing first


class _Model(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True


class Rule(_Model):
    """One red-flag rule, with the words it is told in."""

    id: str
    level: Level
    when: str = Field(description="expression over findings and groups: AND, OR, any2(a, b)")
    suspected: str
    text: str = Field(description="said to the patient")
    text_other: str = Field(description="said to somebody who writes for the patient")
    call: Call
    reason: str = Field(description="why, in plain words")
    sources: List[str]


class _RuleEntry(_Model):
    id: str
    when: str
    suspected: str
    text: Optional[str] = Field(None, description="key of `texts`; an emergency's whole message")
    reason: str
    do: Optional[str] = Field(None, description="key of `do`; what an urgent or soon rule asks")
    call: Call
    sources: List[str]


class _Voices(_Model):
    you: str
    they: str


class _RedFlagsFile(_Model):
    groups: Dict[str, List[str]]
    texts: Dict[str, _Voices]
    do: Dict[str, _Voices]
    closing_line: str
    question_intro: str
    questions: Dict[str, str]
    follow_up: Dict[str, str]
    follow_up_988: Dict[str, str]
    emergency: List[_RuleEntry]
    urgent: List[_RuleEntry]
    soon: List[_RuleEntry]


@dataclass(frozen=True)
class Alert:
    """What is told when rules fire: the most pressing rule's text, and all ids of its level."""

    level: Level
    rules: Tuple[str, ...]
    suspected: str
    call: Call
    text: str


class RedFlags:
    """All red-flag rules, with their texts.

    Args:
        content: the file `red_flags.yml`, checked.
        findings: the findings that exist; None leaves their names unchecked.

    Raises:
        KnowledgeError: if a rule cannot be read, or names a text or finding that does not exist.
    """

    def __init__(self, content: _RedFlagsFile, findings: Optional[AbstractSet[str]]) -> None:
        self.groups = content.groups
        self.closing_line = content.closing_line
        self.question_intro = content.question_intro
        self.questions = content.questions
        self.follow_up = content.follow_up
        self.follow_up_988 = content.follow_up_988
        self.rules: List[Rule] = []
        self._tests: Dict[str, Expression] = {}
        mistakes: List[str] = _unknown_members(content.groups, findings)
        for level in LEVELS:
            for entry in getattr(content, level):
                try:
                    if entry.id in self._tests:
                        raise KnowledgeError(f"red_flags.yml: {entry.id}: found twice")
                    self._tests[entry.id] = parse_expression(
                        entry.id, entry.when, content.groups, findings
                    )
                    self.rules.append(_rule(entry, level, content))
                except KnowledgeError as error:
                    mistakes.append(str(error))
        mistakes += _unknown(content.questions, "questions", findings)
        if mistakes:
            raise KnowledgeError("\n".join(mistakes))

    @classmethod
    def from_folder(cls, folder: Optional[Path] = None) -> RedFlags:
        """Load the rules from a knowledge folder (the project's own by default).

        Raises:
            KnowledgeError: if the files are wrong; every mistake has its line.
        """
        folder = folder or knowledge_dir()
        content = parse_model(_RedFlagsFile, read_yaml(folder / "red_flags.yml"), "red_flags.yml")
        listed = read_yaml(folder / "findings.yml")["findings"]
        return cls(content, frozenset(item["id"] for item in listed))

    def fired(self, present: AbstractSet[str]) -> List[Rule]:
        """Return the rules that fire on these findings, highest level first, in file order."""
        tests = [(rule, self._tests[rule.id]) for rule in self.rules]
        return [
            rule
            for rule, test in tests
            if not test.findings.isdisjoint(present) and test.holds(present)
        ]

    def level(self, present: AbstractSet[str]) -> Optional[Level]:
        """Return the highest level that fires, or None."""
        fired = self.fired(present)
        return fired[0].level if fired else None

    def findings_of(self, rule: str) -> FrozenSet[str]:
        """Return the findings that a rule looks at.

        Raises:
            KeyError: if there is no such rule.
        """
        return self._tests[rule].findings

    def logic(self, level: Level) -> str:
        """Return what decides whether rules of a level fire, as text: no words for patients."""
        groups = [f"{name} = {', '.join(members)}" for name, members in self.groups.items()]
        return "\n".join(groups + [rule.when for rule in self.rules if rule.level == level])

    def alert(self, present: AbstractSet[str], person: Person = "self") -> Optional[Alert]:
        """Return what to say for these findings, or None when no rule fires.

        Args:
            person: "other" when the findings are another person's.
        """
        fired = self.fired(present)
        if not fired:
            return None
        first = fired[0]
        text = first.text if person == "self" else first.text_other
        if first.call == "clinic":  # an emergency or a call to 988 stands alone
            text = f"{text} {self.closing_line}"
        rules = tuple(rule.id for rule in fired if rule.level == first.level)
        return Alert(first.level, rules, first.suspected, first.call, text)

    def doubt(self, present: AbstractSet[str], doubtful: Sequence[str]) -> Optional[str]:
        """Return the first doubtful finding on which an emergency hangs; None if there is none.

        A text that could mean an emergency is worth one closed question (clinical.md §1 rule 6).
        """
        if self.level(present) == "emergency":
            return None
        return next(
            (
                finding
                for finding in doubtful
                if finding in self.questions and self.level({*present, finding}) == "emergency"
            ),
            None,
        )

    def question_text(self, finding: str) -> str:
        """Return the closed question about a finding.

        Raises:
            KeyError: if there is none.
        """
        return f"{self.question_intro} {self.questions[finding]}"

    def follow_up_text(self, key: str, call: str) -> str:
        """Return the text for a turn after an emergency: `repeat`, `are_you_sure`, …

        Args:
            call: whom the emergency said to call; 988 has words of its own.

        Raises:
            KeyError: if there is no such text.
        """
        return (self.follow_up_988 if call == "988" else self.follow_up)[key]

    def texts(self) -> Iterator[Tuple[str, str]]:
        """Yield (place, text) of everything that an alert can say."""
        for rule in self.rules:
            yield f"red_flags.yml: {rule.id} (you)", rule.text
            yield f"red_flags.yml: {rule.id} (they)", rule.text_other
        yield "red_flags.yml: closing_line", self.closing_line
        for finding in self.questions:
            yield f"red_flags.yml: questions.{finding}", self.question_text(finding)
        for name, texts in (("follow_up", self.follow_up), ("follow_up_988", self.follow_up_988)):
            for key, text in texts.items():
                yield f"red_flags.yml: {name}.{key}", text


def load_rule_examples(folder: Optional[Path] = None) -> Dict[str, List[str]]:
    """Return messages that fire each rule, from `red_flag_examples.yml` of a knowledge folder.

    Raises:
        KnowledgeError: if the file is wrong, or a rule has no example.
    """
    folder = folder or knowledge_dir()
    examples: Dict[str, List[str]] = read_yaml(folder / "red_flag_examples.yml")
    missing = {rule.id for rule in RedFlags.from_folder(folder).rules} ^ examples.keys()
    if missing:
        raise KnowledgeError(
            f"red_flag_examples.yml: expected examples of every rule and of no other: "
            f"{', '.join(sorted(missing))}"
        )
    return examples


def _unknown_members(
    groups: Dict[str, List[str]], findings: Optional[AbstractSet[str]]
) -> List[str]:
    return [
        mistake
        for name, members in groups.items()
        for mistake in _unknown(members, f"groups.{name}", findings)
    ]


def _unknown(names: Iterable[str], place: str, findings: Optional[AbstractSet[str]]) -> List[str]:
    return [
        f"red_flags.yml: {place}: no finding '{name}'"
        for name in names
        if findings is not None and name not in findings
    ]


def _rule(entry: _RuleEntry, level: Level, content: _RedFlagsFile) -> Rule:
    """Put the texts of a rule together: fixed for an emergency, else the reason and what to do."""
    table, key = (content.texts, entry.text) if entry.text else (content.do, entry.do)
    if key is None or key not in table:
        raise KnowledgeError(f"red_flags.yml: {entry.id}: expected `text` or `do`, found '{key}'")
    before = "" if entry.text else f"{entry.reason} "
    return Rule(
        id=entry.id,
        level=level,
        when=entry.when,
        suspected=entry.suspected,
        text=before + table[key].you,
        text_other=before + table[key].they,
        call=entry.call,
        reason=entry.reason,
        sources=entry.sources,
    )
