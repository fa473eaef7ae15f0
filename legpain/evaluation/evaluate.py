"""`legpain evaluate`: measure understanding and replies, write one report."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

from legpain.evaluation import nlu, systems
from legpain.evaluation.data import REAL_FILE, load_held_out, load_real, load_training
from legpain.evaluation.named_findings import NamedFindings, measure_named_findings
from legpain.evaluation.pain_check import PainCheckResult, measure_pain_check
from legpain.evaluation.replies import Replies, measure_replies
from legpain.evaluation.understanding import Understanding, measure
from legpain.processes import Servers
from legpain.progress import say
from legpain.training import model_path
from legpain.training import train as train_whole


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured.

    Attributes:
        examples: how many training examples there are.
        held_out: how many held-out messages there are.
        real: how many real messages there are; None where they are not present.
        systems: what each pipeline understood, ours first.
        replies: how the whole assistant answered.
        pain_check: how the pain check ranked, for each set of stories.
        named: what is named to the patient as told, by several ways.
    """

    examples: int
    held_out: int
    real: Optional[int]
    systems: List[Understanding]
    replies: Replies
    pain_check: List[PainCheckResult]
    named: List[NamedFindings]


def run_evaluation(root: Path, baselines: bool) -> Evaluation:
    """Measure our pipeline, if wanted the baselines, and the whole assistant over REST.

    Args:
        root: the project's folder.
        baselines: measure the baselines too; the first time that takes some two hours.

    Raises:
        KnowledgeError: if the held-out set or the knowledge has mistakes.
        RuntimeError: if a training gave no model, or the servers did not start (StartError).
        OSError: if a server stopped answering.
    """
    from legpain.rasa.server import quiet_logging

    quiet_logging()
    examples, held_out, real = load_training(root), load_held_out(root), load_real(root)
    if real is None:
        say(f"{REAL_FILE} is not here: what needs the real messages is skipped.")
    ours = systems.our_system(root)
    measured = [measure(root, ours, examples, held_out)]
    for system in systems.baselines(root) if baselines else []:
        measured.append(measure(root, system, examples, held_out))
    say("Measuring the whole assistant")
    train_whole(root)
    with Servers(root, _free_port(), _free_port()) as servers:
        servers.start_actions()
        servers.start_rasa(model_path(root))
        servers.wait_until_answering()
        our_model = nlu.train(root, ours, "all", examples)
        replies = measure_replies(root, servers.url, our_model, held_out, real)
    return Evaluation(
        examples=len(examples),
        held_out=len(held_out),
        real=None if real is None else len(real),
        systems=measured,
        replies=replies,
        pain_check=measure_pain_check(root),
        named=measure_named_findings(root, model_path(root)),
    )


def evaluate(root: Path, out: Path, baselines: bool) -> None:
    """Measure and write `evaluate.html` and `evaluate.md` into the folder `out`.

    Args:
        root: the project's folder.
        out: where the report goes; made if missing.
        baselines: measure the baselines too.

    Raises:
        KnowledgeError, RuntimeError, OSError: see `run_evaluation`.
    """
    from legpain.evaluation.html import html_report
    from legpain.evaluation.markdown import markdown_report

    result = run_evaluation(root, baselines)
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluate.md").write_text(markdown_report(result), encoding="utf-8")
    (out / "evaluate.html").write_text(html_report(result), encoding="utf-8")
    say(f"Wrote {out / 'evaluate.html'} and {out / 'evaluate.md'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
