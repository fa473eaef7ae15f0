"""`make safety`: what the red flags catch and whom they frighten, on texts that they never saw.

The trained model reads each message as the server does; the rules then see all findings of the
conversation. Goals: clinical.md §1.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Sequence, Tuple

from scipy.stats import beta

from legpain.evaluation.safety_cases import Case, read_sets
from legpain.findings import ConversationFindings
from legpain.progress import counted, say
from legpain.red_flags import RedFlags

if TYPE_CHECKING:
    from rasa.core.agent import Agent

_RANK = {"info": 0, "soon": 1, "urgent": 2, "emergency": 3}
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Result:
    """A case with the level that the program gave it, and the rules that fired.

    Attributes:
        asked: below EMERGENCY, a closed question was asked on which one hangs.
    """

    case: Case
    level: str
    rules: Tuple[str, ...]
    asked: bool = False


@dataclass(frozen=True)
class Rate:
    """`hits` of `total`, with the one-sided 95 % lower bound (Clopper-Pearson)."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        """Return hits over total; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def lower(self) -> float:
        """Return the one-sided 95 % lower bound of the share."""
        if not self.hits:
            return 0.0
        return float(beta.ppf(1 - _CONFIDENCE, self.hits, self.total - self.hits + 1))

    def __str__(self) -> str:
        return f"{self.hits} of {self.total} ({self.share:.1%}, at least {self.lower:.1%})"


@dataclass
class SafetyReport:
    """The figures of one set of cases."""

    name: str
    results: List[Result] = field(repr=False)

    def sensitivity(self, level: str) -> Rate:
        """Return how many cases of a level were given that level or a higher one."""
        cases = [each for each in self.results if each.case.level == level]
        return Rate(sum(_RANK[each.level] >= _RANK[level] for each in cases), len(cases))

    def two_level_under_triage(self) -> Rate:
        """Return how many urgent and emergency cases were put two levels or more too low."""
        cases = [each for each in self.results if _RANK[each.case.level] >= _RANK["urgent"]]
        return Rate(sum(_RANK[c.case.level] - _RANK[c.level] >= 2 for c in cases), len(cases))

    def false_emergencies(self, kind: str) -> Rate:
        """Return how many cases of a kind that are no emergency were sent to one."""
        cases = [
            each
            for each in self.results
            if each.case.kind == kind
            and each.case.level != "emergency"
            and "emergency" not in each.case.also_ok
        ]
        return Rate(sum(each.level == "emergency" for each in cases), len(cases))

    def over_triage(self) -> Rate:
        """Return how many cases were given a higher level than theirs, or one that is as good."""
        cases = [each for each in self.results if each.case.level != "emergency"]
        too_high = [
            each
            for each in cases
            if _RANK[each.level] > max(_RANK[x] for x in (each.case.level, *each.case.also_ok))
        ]
        return Rate(len(too_high), len(cases))

    def found_or_asked(self) -> Rate:
        """Return how many emergencies were given that level, or asked about."""
        cases = [each for each in self.results if each.case.level == "emergency"]
        return Rate(sum(c.level == "emergency" or c.asked for c in cases), len(cases))

    def asked_needlessly(self) -> Rate:
        """Return how many cases that are no emergency got the closed question."""
        cases = [each for each in self.results if each.case.level != "emergency"]
        return Rate(sum(each.asked for each in cases), len(cases))

    def figures(self) -> List[Tuple[str, Rate]]:
        """Return all rates that this set has cases for, by name."""
        kinds = sorted({each.case.kind for each in self.results} - {"emergency"})
        rates = [
            ("EMERGENCY found", self.sensitivity("emergency")),
            ("… or asked about with a closed question", self.found_or_asked()),
            ("URGENT found (or higher)", self.sensitivity("urgent")),
            ("two levels too low", self.two_level_under_triage()),
            *((f"sent to EMERGENCY: {kind}", self.false_emergencies(kind)) for kind in kinds),
            ("any level too high", self.over_triage()),
            ("asked without need", self.asked_needlessly()),
        ]
        return [(name, rate) for name, rate in rates if rate.total]

    def by_rule(self) -> Dict[str, Rate]:
        """Return emergency sensitivity for each rule that a case names."""
        found: Dict[str, List[bool]] = {}
        for each in self.results:
            if each.case.level == "emergency":
                for rule in each.case.rules:
                    found.setdefault(rule, []).append(each.level == "emergency")
        return {rule: Rate(sum(hits), len(hits)) for rule, hits in sorted(found.items())}

    def by_trap(self) -> Dict[str, Rate]:
        """Return false emergencies for each kind of trap."""
        found: Dict[str, List[bool]] = {}
        for each in self.results:
            if each.case.kind == "trap" and each.case.level != "emergency":
                found.setdefault(each.case.trap, []).append(each.level == "emergency")
        return {trap: Rate(sum(hits), len(hits)) for trap, hits in sorted(found.items())}


def triage(model: Path, cases: Sequence[Case]) -> List[Result]:
    """Read the cases with a trained model and evaluate the rules, turn by turn."""
    from rasa.core.agent import Agent

    from legpain.rasa.server import quiet_logging

    quiet_logging()  # Rasa's debug lines hold the messages' texts
    agent = Agent.load(str(model))
    rules = RedFlags.from_folder()

    async def read() -> List[Result]:
        return [await _triage_one(agent, rules, case) for case in counted(cases, "conversations")]

    return asyncio.run(read())


async def _triage_one(agent: Agent, rules: RedFlags, case: Case) -> Result:
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.events import SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    from legpain.rasa.parsed_findings import CORRECTION, FINDINGS_SLOT, findings_of_message
    from legpain.rasa.safety_question import question_for

    assert agent.processor is not None and agent.domain is not None
    tracker = DialogueStateTracker.from_events("case", [], slots=agent.domain.slots)
    memory, level, asked = ConversationFindings(), "info", False
    fired: Tuple[str, ...] = ()
    for text in case.messages:
        parsed = await agent.processor.parse_message(UserMessage(text), tracker)
        corrected = bool(parsed.get(CORRECTION))
        findings = findings_of_message(parsed)
        memory = memory.update(findings, corrected)
        tracker.update(UserUttered(text))
        tracker.update(SlotSet(FINDINGS_SLOT, memory.to_json()))
        asked = asked or question_for(rules, memory, findings) is not None
        alert = rules.alert(memory.active())
        now = alert.level if alert else "info"
        if corrected or _RANK[now] >= _RANK[level]:
            level, fired = now, tuple(alert.rules) if alert else ()
    return Result(case, level, fired, asked and level != "emergency")


def report_lines(report: SafetyReport) -> List[str]:
    """Return one set's figures as Markdown."""
    lines = [f"### {report.name}", "", "| measure | result |", "|---|---|"]
    lines += [f"| {name} | {rate} |" for name, rate in report.figures()]
    for title, table in (("rule", report.by_rule()), ("trap", report.by_trap())):
        if table:
            lines += ["", f"| {title} | result |", "|---|---|"]
            lines += [f"| {name} | {rate.hits} of {rate.total} |" for name, rate in table.items()]
    return [*lines, ""]


def safety(root: Path, out: Path, model: Path) -> List[SafetyReport]:
    """Measure all sets, write `safety.md` and `safety.html`, and return the figures.

    Args:
        root: the project's folder.
        out: folder of the reports.
        model: the trained model.
    """
    from legpain.evaluation.safety_html import safety_page

    sets = read_sets(root)
    reports = []
    for name, cases in sets.items():
        say(name)
        reports.append(SafetyReport(name, triage(model, cases)))
    out.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line for report in reports for line in report_lines(report))
    (out / "safety.md").write_text(text, encoding="utf-8")
    (out / "safety.html").write_text(safety_page(reports), encoding="utf-8")
    return reports
