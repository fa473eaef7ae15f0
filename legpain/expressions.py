"""The small language of red-flag rules: `AND`, `OR`, brackets, `any2(a, b)`, groups in capitals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AbstractSet, Callable, Dict, FrozenSet, List, Optional

from legpain.knowledge import KnowledgeError

_TOKEN = re.compile(r"\s*(any\d+|AND\b|OR\b|[A-Za-z][A-Za-z0-9_]*|[(),])")


@dataclass(frozen=True)
class Expression:
    """A rule's condition: whether it holds for a set of findings, and which ones it looks at.

    There is no "not": a condition never holds where none of its findings is.
    """

    holds: Callable[[AbstractSet[str]], bool]
    findings: FrozenSet[str]


def parse_expression(
    rule: str,
    source: str,
    groups: Dict[str, List[str]],
    findings: Optional[AbstractSet[str]] = None,
) -> Expression:
    """Read a rule's condition.

    Args:
        rule: the rule's id, for messages.
        source: the condition as written.
        groups: name of a group -> its findings.
        findings: the findings that exist; None leaves names unchecked.

    Raises:
        KnowledgeError: naming the rule, what was expected and what was found.
    """
    return _Parser(rule, source, groups, findings).parse()


class _Parser:
    """Reads one rule expression; `AND` binds tighter than `OR`."""

    def __init__(
        self,
        rule: str,
        source: str,
        groups: Dict[str, List[str]],
        findings: Optional[AbstractSet[str]],
    ) -> None:
        self._rule, self._source = rule, source
        self._groups, self._findings = groups, findings
        self._tokens = self._split()
        self._next = 0

    def _fail(self, expected: str) -> KnowledgeError:
        found = self._tokens[self._next] if self._next < len(self._tokens) else "the end"
        return KnowledgeError(
            f"red_flags.yml: {self._rule}: when: expected {expected}, found '{found}'"
            f" in '{self._source}'"
        )

    def _split(self) -> List[str]:
        tokens, position = [], 0
        while position < len(self._source.rstrip()):
            match = _TOKEN.match(self._source, position)
            if not match:
                raise KnowledgeError(
                    f"red_flags.yml: {self._rule}: when: expected a word or a bracket,"
                    f" found '{self._source[position:]}'"
                )
            tokens.append(match.group(1))
            position = match.end()
        return tokens

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self, expected: str) -> None:
        if self._peek() != expected:
            raise self._fail(f"'{expected}'")
        self._next += 1

    def parse(self) -> Expression:
        """Return the test and the findings that it looks at.

        Raises:
            KnowledgeError: naming the rule and what was expected.
        """
        parsed = self._either()
        if self._peek():
            raise self._fail("'AND', 'OR' or the end")
        return parsed

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._peek() == "OR":
            self._next += 1
            parts.append(self._both())
        return _joined(parts, 1)

    def _both(self) -> Expression:
        parts = [self._term()]
        while self._peek() == "AND":
            self._next += 1
            parts.append(self._term())
        return _joined(parts, len(parts))

    def _term(self) -> Expression:
        word = self._peek()
        if word == "(":
            self._next += 1
            inner = self._either()
            self._take(")")
            return inner
        if re.fullmatch(r"any\d+", word):
            self._next += 1
            return self._any_of(int(word[3:]))
        return _joined([_one(finding) for finding in self._members()], 1)

    def _any_of(self, needed: int) -> Expression:
        """Read `(a, GROUP, b)` after `any2`; each member of a group counts."""
        self._take("(")
        findings = self._members()
        while self._peek() == ",":
            self._next += 1
            findings += self._members()
        self._take(")")
        if not 1 <= needed <= len(set(findings)):
            raise KnowledgeError(
                f"red_flags.yml: {self._rule}: when: any{needed} of {len(set(findings))} findings"
            )
        return _joined([_one(finding) for finding in dict.fromkeys(findings)], needed)

    def _members(self) -> List[str]:
        """Read a finding, or a group as the findings in it."""
        word = self._peek()
        known = word in self._groups or (
            word in self._findings if self._findings is not None else word.islower()
        )
        if not known:
            raise self._fail("a finding or a group")
        self._next += 1
        return list(self._groups.get(word, [word]))


def _one(finding: str) -> Expression:
    return Expression(lambda present: finding in present, frozenset({finding}))


def _joined(parts: List[Expression], needed: int) -> Expression:
    """Return the condition that at least `needed` of the parts hold."""
    if len(parts) == 1:
        return parts[0]
    findings: FrozenSet[str] = frozenset().union(*(part.findings for part in parts))
    return Expression(
        lambda present: sum(part.holds(present) for part in parts) >= needed, findings
    )
