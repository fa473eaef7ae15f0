"""Measures the whole assistant over REST: does a message get a fitting kind of reply?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, FrozenSet, List, Mapping, Optional, Sequence

from legpain.evaluation import nlu
from legpain.evaluation.answers import ASKS_MORE, GENERAL, OTHER, Answer, Listener
from legpain.evaluation.data import HeldOutRow, RealRow, exact_lookup
from legpain.evaluation.metrics import Share, share
from legpain.lookup import Lookup

_WORD = re.compile(r"\w+")
_ANSWERS = frozenset({"explanation", "causes", "alert"})

# What a message with this label may fittingly get. An alert is judged by its level instead.
FITTING: Mapping[str, FrozenSet[str]] = {
    "ask_condition_info": frozenset({"explanation", GENERAL}),
    "ask_cause_of_my_pain": frozenset({"causes", "explanation", "question", ASKS_MORE}),
    "ask_treatment": frozenset({"explanation", GENERAL, "clinic"}),
    "ask_when_to_worry": frozenset({"explanation"}),
    "booking": frozenset({"question", "lead", "clinic"}),
    "other": frozenset({"causes", "explanation", "question", GENERAL, "clinic", ASKS_MORE}),
}
# Small talk: act -> the intents that answer it.
ACTS: Mapping[str, FrozenSet[str]] = {
    "thank": frozenset({"thank", "praise"}),
    "greet": frozenset({"greet", "ask_how_are_you"}),
    "goodbye": frozenset({"goodbye"}),
    "affirm": frozenset({"affirm"}),
    "deny": frozenset({"deny"}),
    "bot_challenge": frozenset({"ask_are_you_human", "ask_who_are_you"}),
    "capabilities": frozenset({"help", "ask_who_are_you"}),
    "cancel": frozenset({"stop", "deny"}),
    "repeat": frozenset({"repeat"}),
    "joke": frozenset({"out_of_scope"}),
}


@dataclass(frozen=True)
class RequestScore:
    """How the messages with one request label were answered."""

    request: str
    fitting: Share
    kinds: Dict[str, int]


@dataclass(frozen=True)
class Missed:
    """A held-out message naming conditions whose reply is not about all of them."""

    text: str
    topics: List[str]
    kinds: List[str]


@dataclass(frozen=True)
class TopicReplies:
    """Messages naming conditions of ours whose reply is about all of them.

    Attributes:
        all: of all such messages.
        unless_emergency: of those whose reply is no emergency's text, which stands alone
            (contract `alert`).
    """

    all: Share
    unless_emergency: Share


@dataclass(frozen=True)
class Replies:
    """How the whole assistant answered.

    Attributes:
        held_out_topics: held-out messages naming conditions.
        missed: those of them whose reply is not about it.
        out_of_scope: out-of-scope messages that got an explanation, causes or an alert.
        out_of_scope_kinds: kind -> how many of them it came to.
        requests: patients' messages by request label.
        real_topics: patients' messages naming a condition of ours.
        real_topics_known: those of them in which the name was at least recognised.
        acts: small talk: act -> messages with a right intent.
    """

    held_out_topics: TopicReplies
    missed: List[Missed]
    out_of_scope: Optional[Share] = None
    out_of_scope_kinds: Optional[Dict[str, int]] = None
    requests: Optional[List[RequestScore]] = None
    real_topics: Optional[TopicReplies] = None
    real_topics_known: Optional[Share] = None
    acts: Optional[Dict[str, Share]] = None


def measure_replies(
    root: Path,
    url: str,
    nlu_model: Path,
    held_out: Sequence[HeldOutRow],
    real: Optional[Sequence[RealRow]],
) -> Replies:
    """Send the messages to the running servers, each in a conversation of its own.

    Args:
        root: the project's folder.
        url: the Rasa server's address.
        nlu_model: the pipeline's model, for the intents of small talk.
        held_out: the held-out set.
        real: real messages, or None where they are not present.

    Raises:
        OSError: if the servers can not be reached.
    """
    listener = Listener(root, url)
    naming = [row for row in held_out if row.topics]
    answers = listener.answers([row.text for row in naming], "held-out messages with a condition")
    about = topic_replies([frozenset(row.topics) for row in naming], answers)
    missed = [
        Missed(row.text, row.topics, sorted(got.kinds))
        for row, got in zip(naming, answers, strict=True)
        if not set(row.topics) <= got.topics
    ]
    if real is None:
        return Replies(about, missed)
    clinc = [row for row in real if row.set == "oos"]
    patients = [row for row in real if row.set == "leg"]
    to_clinc = listener.answers([row.text for row in clinc], "out-of-scope messages")
    to_patients = listener.answers([row.text for row in patients], "patients' messages")
    lookup = exact_lookup("condition")
    named = [our_conditions(row.conditions, row.text, lookup) for row in patients]
    chat = [row for row in real if row.set == "chitchat"]
    readings, _ = nlu.read(nlu_model, [row.text for row in [*chat, *patients]], "small talk")
    return Replies(
        held_out_topics=about,
        missed=missed,
        out_of_scope=share([bool(got.kinds & _ANSWERS) for got in to_clinc]),
        out_of_scope_kinds=dict(Counter(kind for got in to_clinc for kind in got.kinds)),
        requests=request_scores(patients, to_patients),
        real_topics=topic_replies(named, to_patients),
        real_topics_known=share(
            [
                topics <= set(reading.entities.get("condition", ()))
                for topics, reading in zip(named, readings[len(chat) :], strict=True)
                if topics
            ]
        ),
        acts=act_scores(chat, readings[: len(chat)]),
    )


def fits(row: RealRow, answer: Answer) -> bool:
    """Return whether a patient's message got a fitting kind of reply.

    An emergency without an alert fits never; an alert of a level that nobody could defend never
    either (urgency labels: see the README beside the messages).
    """
    levels = {row.urgency, *row.also_ok}
    if levels == {"emergency"} or answer.level == "emergency":
        return answer.level == "emergency" and "emergency" in levels
    if answer.level:
        return answer.level == "soon" or answer.level in levels
    return bool(answer.kinds & FITTING[row.request or "other"])


def request_scores(rows: Sequence[RealRow], answers: Sequence[Answer]) -> List[RequestScore]:
    """Return for each request label how many messages got a fitting kind of reply."""
    scores = []
    for request in sorted({row.request or "other" for row in rows}):
        mine = [
            (row, got)
            for row, got in zip(rows, answers, strict=True)
            if (row.request or "other") == request
        ]
        kinds = Counter(kind for _, got in mine for kind in got.kinds)
        scores.append(RequestScore(request, share([fits(*each) for each in mine]), dict(kinds)))
    return scores


def our_conditions(names: Sequence[str], text: str, lookup: Lookup) -> FrozenSet[str]:
    """Return which of the names, taken whole, are conditions of ours.

    Args:
        names: a label.
        text: what it was given to; a name of which no word stands there does not count.
    """
    words = set(_WORD.findall(text.lower()))
    return frozenset(
        match.value
        for name in names
        if words & set(_WORD.findall(name.lower()))
        for match in lookup.find(name)
        if (match.start, match.end) == (0, len(name))
    )


def topic_replies(named: Sequence[FrozenSet[str]], answers: Sequence[Answer]) -> TopicReplies:
    """Count the replies that are about all conditions named, where any are."""
    pairs = [(topics, got) for topics, got in zip(named, answers, strict=True) if topics]
    return TopicReplies(
        all=share([topics <= got.topics for topics, got in pairs]),
        unless_emergency=share(
            [topics <= got.topics for topics, got in pairs if got.level != "emergency"]
        ),
    )


def act_scores(rows: Sequence[RealRow], readings: Sequence[nlu.Reading]) -> Dict[str, Share]:
    """Return for each act of small talk how many messages were read as such."""
    flags: Dict[str, List[bool]] = {}
    for row, reading in zip(rows, readings, strict=True):
        act = row.act or OTHER
        right = bool(reading.intents) and reading.intents[0] in ACTS.get(act, frozenset())
        flags.setdefault(act, []).append(right)
    return {act: share(hits) for act, hits in sorted(flags.items())}
