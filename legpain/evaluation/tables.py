"""The report's tables as data, so that HTML and Markdown say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

from legpain.evaluation.data import FOLDS, REAL_FILE
from legpain.evaluation.evaluate import Evaluation
from legpain.evaluation.metrics import Share
from legpain.evaluation.named_findings import NamedFindings
from legpain.evaluation.pain_check import PainCheckResult
from legpain.evaluation.replies import Replies
from legpain.evaluation.understanding import Understanding, by_intent

TOPIC_PROMISE = 0.95  # at least: messages that name a condition get that topic
SCOPE_PROMISE = 0.03  # at most: out-of-scope messages that get an explanation or alert
_MOST_WEAK_INTENTS = 12


@dataclass(frozen=True)
class Table:
    """A table: title, what it shows, header, rows of texts."""

    title: str
    note: str
    header: List[str]
    rows: List[List[str]]


def percent(value: float) -> str:
    """Return a share as "93.4 %"."""
    return f"{100 * value:.1f} %"


def counted_share(share: Share) -> str:
    """Return a share with its counts: "93.4 % (127 of 136)"."""
    return f"{percent(share.value)} ({share.hits} of {share.rows})" if share.rows else "–"


def side_by_side(result: Evaluation) -> Table:
    """Return the systems beside each other."""
    rows = [
        ["intent right, held-out", *(_with_interval(each) for each in result.systems)],
        [
            "… without texts that are also in the training data",
            *(counted_share(each.unseen) for each in result.systems),
        ],
        ["macro F1, held-out", *(f"{each.held_out.macro_f1:.3f}" for each in result.systems)],
        [
            "right one among the first three, held-out",
            *(percent(each.held_out.top3.value) for each in result.systems),
        ],
        # Of our features all but the encoder's tuning is learned anew for each fold.
        [
            f"intent right, {FOLDS}-fold cross-validation (our encoder was tuned on all folds)",
            *map(_folds, result.systems),
        ],
        ["macro F1, cross-validation (the same)", *map(_cross_validated_f1, result.systems)],
        [
            "conditions named are found",
            *(counted_share(each.topics.found) for each in result.systems),
        ],
        [
            "… where the name is in the lists",
            *(counted_share(each.topics.as_listed) for each in result.systems),
        ],
        [
            "… where it is misspelled in an unlisted way",
            *(counted_share(each.topics.misspelled) for each in result.systems),
        ],
        [
            "… and the intent is a question on a condition",
            *(counted_share(each.topics.answered) for each in result.systems),
        ],
        [
            "a condition found that is not named",
            *(counted_share(each.topics.surplus) for each in result.systems),
        ],
        [
            "two questions: both found",
            *(counted_share(each.two_questions) for each in result.systems),
        ],
        [
            "asks back (fallback)",
            *(percent(each.held_out.asked_back.value) for each in result.systems),
        ],
        [
            "milliseconds a message (median, this machine)",
            *(f"{each.milliseconds:.1f}" for each in result.systems),
        ],
        ["model, megabytes", *(f"{each.megabytes:.1f}" for each in result.systems)],
    ]
    note = (
        f"{result.held_out} held-out messages, written by someone who did not see the "
        f"{result.examples} training examples. An intent that a careful reader would accept as "
        "well counts as right. Short phrases that both happened to write stay in, and are left "
        "out in the second row. In brackets: 95 % interval. The fallback is left out of the "
        "intents, so that every system shows its own guess. The baselines learn from the same "
        "examples, with the names marked as entities. DIET is measured on the held-out set only: "
        "one training takes it about an hour on two cores."
    )
    header = ["measure", *(each.title for each in result.systems)]
    return Table("Understanding, side by side", note, header, rows)


def promises(result: Evaluation) -> Table:
    """Return what is promised beside what was measured."""
    ours, replies = result.systems[0], result.replies
    rows = [
        [
            f"held-out intents: ahead of {other.title}",
            percent(other.held_out.accuracy.value),
            percent(ours.held_out.accuracy.value),
            _kept(ours.held_out.accuracy.value > other.held_out.accuracy.value),
        ]
        for other in result.systems[1:]
        if not other.system.startswith("ours")
    ]
    at_least = f"at least {percent(TOPIC_PROMISE)}"
    for what, share in _topic_shares(ours, replies):
        rows.append([what, at_least, counted_share(share), _kept(share.value >= TOPIC_PROMISE)])
    if replies.real_topics is not None:
        what = "… of all of these, with the emergencies"
        rows.append([what, "", counted_share(replies.real_topics.all), ""])
    if replies.out_of_scope is not None:
        share = replies.out_of_scope
        what = "out of scope (CLINC): gets an explanation, causes or an alert"
        kept = _kept(share.value <= SCOPE_PROMISE)
        rows.append([what, f"at most {percent(SCOPE_PROMISE)}", counted_share(share), kept])
    note = "" if result.real else f"`{REAL_FILE}` was not there: the real messages are skipped."
    return Table("Promised and measured", note, ["promise", "bound", "measured", "kept"], rows)


def _topic_shares(ours: Understanding, replies: Replies) -> List[Tuple[str, Share]]:
    """Return what is promised of messages that name a condition."""
    shares = [
        ("held-out: a condition named is found", ours.topics.found),
        ("held-out: the reply is about it", replies.held_out_topics.all),
        ("… where no emergency text stands alone", replies.held_out_topics.unless_emergency),
    ]
    if replies.real_topics is not None and replies.real_topics_known is not None:
        shares += [
            ("real messages: a condition named is found", replies.real_topics_known),
            (
                "real messages: the reply is about it, where no emergency text stands alone",
                replies.real_topics.unless_emergency,
            ),
        ]
    return shares


def worst_confusions(system: Understanding) -> Table:
    """Return the most frequent confusions on the held-out set, with examples."""
    rows = [
        [each.expected, each.read_as, f"{each.count} of {each.of}", " · ".join(each.texts)]
        for each in system.worst
    ]
    header = ["expected", "read as", "messages", "examples"]
    return Table("Worst confusions on the held-out set", "", header, rows)


def weakest_intents(system: Understanding) -> Table:
    """Return the intents that are read right least often."""
    ranked = sorted(by_intent(system.pairs).items(), key=lambda item: (item[1].value, item[0]))
    rows = [[name, counted_share(each)] for name, each in ranked[:_MOST_WEAK_INTENTS]]
    note = "By cross-validation." if system.cross_validated else "On the held-out set."
    return Table("Weakest intents", note, ["intent", "read right"], rows)


def missed_topics(replies: Replies) -> Table:
    """Return the held-out messages whose reply is not about the conditions they name."""
    rows = [[each.text, ", ".join(each.topics), ", ".join(each.kinds)] for each in replies.missed]
    header = ["message", "names", "kinds of the reply"]
    return Table("Held-out messages whose reply misses the condition", "", header, rows)


def real_tables(replies: Replies) -> List[Table]:
    """Return the tables on real messages; none where those were not present."""
    if replies.requests is None or replies.acts is None or replies.out_of_scope_kinds is None:
        return []
    requests = [
        [each.request, counted_share(each.fitting), kinds_text(each.kinds)]
        for each in replies.requests
    ]
    acts = [[act, counted_share(each)] for act, each in replies.acts.items()]
    return [
        Table(
            "Patients' messages: kind of reply",
            "A reply fits when its kind answers the request, or when it is an alert of a level "
            "that the message's urgency allows; an emergency must get an emergency alert.",
            ["request", "fitting kind of reply", "kinds (a reply can have several)"],
            requests,
        ),
        Table(
            "Out-of-scope messages: kind of reply",
            "",
            ["kinds"],
            [[kinds_text(replies.out_of_scope_kinds)]],
        ),
        Table("Small talk", "Read by our pipeline.", ["act", "intent right"], acts),
    ]


def kinds_text(kinds: Dict[str, int]) -> str:
    """Return "explanation 12, causes 3": the most frequent first."""
    ranked: Sequence[str] = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    return ", ".join(f"{kind} {kinds[kind]}" for kind in ranked)


def _with_interval(system: Understanding) -> str:
    low, high = system.held_out.accuracy.interval()
    value = percent(system.held_out.accuracy.value)
    return f"{value} ({100 * low:.1f}–{100 * high:.1f})"


def _folds(system: Understanding) -> str:
    if system.cross_validated is None:
        return "not measured"
    accuracies = system.fold_accuracies
    return (
        f"{percent(system.cross_validated.accuracy.value)} "
        f"(folds {100 * min(accuracies):.1f}–{100 * max(accuracies):.1f})"
    )


def _cross_validated_f1(system: Understanding) -> str:
    scores = system.cross_validated
    return "not measured" if scores is None else f"{scores.macro_f1:.3f}"


def _kept(kept: bool) -> str:
    return "yes" if kept else "**no**"


def pain_check_table(results: Sequence[PainCheckResult]) -> Table:
    """Return how often the pain check shows the expected explanation, beside the baselines."""
    rows = [
        [
            f"{result.title}: {each.title}",
            counted_share(each.first),
            counted_share(each.among),
            f"{result.questions:.1f}" if each is result.agreements[0] else "",
        ]
        for result in results
        for each in result.agreements
    ]
    ended = "; ".join(f"{each.title}: {each.ended.hits} of {each.ended.rows}" for each in results)
    return Table(
        "The pain check",
        "How often the expected explanation comes first, or is among the first three, and how many "
        f"questions it takes (ten at most). Ended by an emergency, and left out: {ended}. "
        "The keyword match is told all that is true at once; the most frequent causes are those of "
        "the set itself.",
        ["set and system", "first", "first three", "questions"],
        rows,
    )


def named_findings_table(results: Sequence[NamedFindings]) -> Table:
    """Return how much of what is named to the patient was stated, beside other ways to choose."""
    return Table(
        "Reasons that are given",
        "Findings in held-out messages, half of which name findings that are not there: what is "
        'named to the patient ("because you mentioned ...") beside all that the words say, and all '
        "that the rules take into account.",
        ["way", "of what it names, stated", "of what is stated, named"],
        [[each.title, counted_share(each.right), counted_share(each.complete)] for each in results],
    )
