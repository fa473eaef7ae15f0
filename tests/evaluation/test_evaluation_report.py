"""The report, from numbers given; and one small training through Rasa."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from legpain.evaluation import Evaluation, nlu
from legpain.evaluation.data import LOOKUPS_FILE, Example
from legpain.evaluation.html import html_report
from legpain.evaluation.markdown import markdown_report
from legpain.evaluation.metrics import Confusion, IntentScores, Share, TopicScores
from legpain.evaluation.named_findings import NamedFindings
from legpain.evaluation.pain_check import Agreement, PainCheckResult
from legpain.evaluation.pictures import confusion_matrix
from legpain.evaluation.replies import Missed, Replies, RequestScore, TopicReplies
from legpain.evaluation.systems import System, sparse_pipeline
from legpain.evaluation.tables import promises
from legpain.evaluation.understanding import Understanding, by_intent

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS = [("greet", "greet"), ("greet", "thank"), ("thank", "thank")]


def understood(system: str, right: int) -> Understanding:
    scores = IntentScores(Share(right, 100), Share(98, 100), Share(1, 100), 0.9)
    few = Share(9, 10)
    return Understanding(
        system=system,
        title=f"the `{system}` one",
        held_out=scores,
        unseen=Share(right - 10, 90),
        cross_validated=scores,
        fold_accuracies=[0.8, 0.9],
        topics=TopicScores(Share(96, 100), few, few, few, Share(0, 10)),
        two_questions=Share(20, 25),
        worst=[Confusion("greet", "thank", 1, 2, ["a <b> & | c"])],
        milliseconds=5.0,
        megabytes=1.5,
        pairs=PAIRS,
    )


REPLIES = Replies(
    held_out_topics=TopicReplies(Share(90, 100), Share(90, 92)),
    missed=[Missed("what is my <thing>", ["doms"], ["fallback"])],
    out_of_scope=Share(3, 300),
    out_of_scope_kinds={"fallback": 297, "causes": 3},
    requests=[RequestScore("other", Share(8, 10), {"causes": 8, "fallback": 2})],
    real_topics=TopicReplies(Share(10, 10), Share(8, 8)),
    real_topics_known=Share(10, 10),
    acts={"thank": Share(12, 12)},
)
PAIN_CHECK = PainCheckResult(
    "stories", [Agreement("pain check", Share(7, 10), Share(9, 10))], 6.5, Share(1, 11)
)
RESULT = Evaluation(
    5000,
    702,
    516,
    [understood("ours", 92), understood("stock", 85)],
    REPLIES,
    [PAIN_CHECK],
    [NamedFindings("named to the patient", Share(19, 20), Share(18, 24))],
)


def test_promises_are_judged() -> None:
    kept = {row[0]: row[3] for row in promises(RESULT).rows}
    assert kept["held-out intents: ahead of the `stock` one"] == "yes"
    assert kept["held-out: a condition named is found"] == "yes"
    assert kept["held-out: the reply is about it"] == "**no**"
    assert kept["out of scope (CLINC): gets an explanation, causes or an alert"] == "yes"


def test_a_tie_is_not_ahead() -> None:
    tied = replace(RESULT, systems=[understood("ours", 92), understood("stock", 92)])
    assert promises(tied).rows[0][3] == "**no**"


def test_markdown_is_a_table_for_the_readme() -> None:
    text = markdown_report(RESULT)
    assert "| intent right, held-out | 92.0 % (85.0–95.9) | 85.0 %" in text
    assert "| named to the patient | 95.0 % (19 of 20) | 75.0 % (18 of 24) |" in text
    assert len(text.splitlines()) < 48
    assert "skipped" not in text


def test_what_is_skipped_is_said() -> None:
    text = markdown_report(replace(RESULT, real=None, replies=Replies(REPLIES.held_out_topics, [])))
    assert "real_dev.jsonl` was not there: the real messages are skipped" in text
    assert "CLINC" not in text


def test_html_is_one_file_with_pictures() -> None:
    text = html_report(RESULT)
    assert text.count("data:image/png;base64,") == 2
    assert "a &lt;b&gt; &amp; | c" in text
    assert "http://" not in text and "https://" not in text and "<script" not in text
    assert "causes 8, fallback 2" in text
    assert "what is my &lt;thing&gt;" in text


def test_confusion_matrix_has_shares_by_row() -> None:
    names, shares = confusion_matrix(PAIRS)
    assert names == ["greet", "thank"]
    assert shares.tolist() == [[0.5, 0.5], [0.0, 1.0]]
    assert by_intent(PAIRS) == {"greet": Share(1, 2), "thank": Share(1, 1)}


@pytest.fixture()
def project(tmp_path: Path) -> Path:
    (tmp_path / LOOKUPS_FILE).parent.mkdir(parents=True)
    shutil.copy(ROOT / LOOKUPS_FILE, tmp_path / LOOKUPS_FILE)
    return tmp_path


def test_a_model_is_trained_once_and_reads(project: Path) -> None:
    """Rasa's own training and reading; the second call takes the model that is there."""
    examples = [
        *(Example(f"what is {name}", "ask_overview") for name in ("sciatica", "dvt", "pad")),
        *(Example(text, "greet") for text in ("hello", "hi there", "good morning")),
    ]
    system = System("sparse", "sparse", sparse_pipeline())
    model = nlu.train(project, system, "all", examples)
    assert nlu.train(project, system, "all", examples) == model
    readings, milliseconds = nlu.read(model, ["hello hi", "what is sciatica"], "test")
    assert [each.intents[0] for each in readings] == ["greet", "ask_overview"]
    assert readings[1].entities["condition"] == ("sciatica",)
    assert milliseconds > 0
    other = nlu.train(project, system, "all", examples[:-1])
    assert other != model and not model.exists()


def test_the_pain_check_is_in_both_reports() -> None:
    row = "stories: pain check"
    assert row in html_report(RESULT)
    assert f"| {row} | 70.0 % (7 of 10) | 90.0 % (9 of 10) | 6.5 |" in markdown_report(RESULT)
