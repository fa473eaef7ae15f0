"""What an answer to a question of the pain check means: a tap, a title, a word, or free text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple, Union

from legpain.findings import Finding
from legpain.findings.context import Context
from legpain.findings.experiencer import Person
from legpain.interview.questions import Interview, NoneOption, Option, Question

UNCLEAR = "unclear"  # value of a slot whose closed question waits
MISSED = "missed"  # value of a slot whose question was answered with something else once
NONE_PAYLOAD, UNSURE_PAYLOAD, YES_PAYLOAD = "/deny", "/unsure", "/affirm"

_Words = Tuple[str, ...]
_ARTICLES = frozenset({"the", "a", "an", "my", "her", "his", "their"})
_NOT = frozenset({"not", "no", "isnt", "arent"})


@dataclass(frozen=True)
class Answer:
    """What an answer tells.

    Attributes:
        present: findings that are present.
        denied: findings that are denied.
        whole: the message was choices and nothing else: there is no more to read in it.
    """

    present: FrozenSet[str]
    denied: FrozenSet[str]
    whole: bool = False


def as_findings(answer: Answer, person: Person) -> List[Finding]:
    """Return an answer as the findings of a message.

    Args:
        person: whom the pain check is about.
    """
    told: List[Tuple[str, Context]] = [(each, "present") for each in answer.present]
    told += [(each, "denied") for each in answer.denied]
    return [Finding(each, context, person, None, 0, 0) for each, context in sorted(told)]


def read_answer(
    interview: Interview,
    question: Question,
    text: str,
    intent: str,
    findings: Iterable[Finding],
    unclear_before: bool = False,
) -> Optional[Answer]:
    """Read a message as the answer to a question; None if it is none.

    Args:
        interview: the pain check.
        question: the question that waits.
        text: what was written or tapped.
        intent: the message's intent.
        findings: the message's findings, as the extractor read them.
        unclear_before: the closed question waits, after an unclear answer.
    """
    if intent == "ask_why_asked":
        return None
    if unclear_before and question.closed and intent in ("affirm", "unsure"):
        return _answer(question, question.closed.present, ())
    picked = _picked(interview, question, text)
    told = _told(interview, question, text, intent, list(findings))
    if picked and told and question.each and told.present and re.search(r"\d", text):
        return Answer(picked.present | told.present, picked.denied)  # "67 and diabetic"
    return replace(picked, whole=True) if picked else told


def _picked(interview: Interview, question: Question, text: str) -> Optional[Answer]:
    """Return what a tap, or words that are nothing but choices, say."""
    if text.startswith("/"):
        chosen = [option for option in question.options if option.payload == text.strip()]
        if chosen:
            return _chosen(question, chosen, ())
        return _none(question) if text.strip() == NONE_PAYLOAD else None
    words = _words(text)
    if question.none and words in _all_of(interview.words.none):
        return _none(question)
    if words in _all_of(interview.words.all) and question.multiple:
        return _chosen(question, question.options, ())
    rest, names, negated = _take_phrases(interview, question, words)
    if not (names or negated) or not all(w.isdigit() or w in interview.words.around for w in rest):
        return None
    if question.exclusive:
        names = names[-1:]  # "both legs … well, just the left": what is said last holds
    sides = _sides(interview) if "both" in words and not question.exclusive else ()
    options = [option for option in question.options if option.title in names]
    more = [finding for finding in question.more_words if finding in names]
    ruled_out = [f for option in question.options if option.title in negated for f in option.key]
    if not options and not more and not ruled_out:
        return _none(question)
    answer = _chosen(question, options, more)
    return Answer(
        answer.present - {*sides}, answer.denied | {*ruled_out, *negated} & question.findings
    )


def _told(
    interview: Interview, question: Question, text: str, intent: str, findings: List[Finding]
) -> Optional[Answer]:
    """Return what free text says to the question."""
    findings = [*findings, *_numbers(question, text)]
    asked = [each for each in findings if each.id in question.findings]
    present = [each for each in asked if each.counts]
    denied = [each.id for each in asked if each.context == "denied"]
    if question.exclusive and present:
        last = max(present, key=lambda each: each.start)
        return _answer(question, [last.id], ())
    if present:
        told = frozenset(each.id for each in findings if each.counts)
        if "both" in _words(text):
            told |= {"bilateral"}
        return _answer(question, _with_options(interview, question, told), denied)
    no = _words(text)[:1] in _all_of(interview.words.none)
    if question.none and (intent == "deny" or no) and not denied:
        return _none(question)
    return _answer(question, (), denied) if denied else None


def _numbers(question: Question, text: str) -> Iterator[Finding]:
    """Yield what a number says: "I'm 40" to "55 or older"."""
    numbers = [int(each) for each in re.findall(r"\b\d{2,3}\b", text)]
    for option in question.options:
        if option.at_least and len(numbers) == 1:
            context: Context = "present" if numbers[0] >= option.at_least else "denied"
            yield from (Finding(each, context, "self", None, 0, 0) for each in option.key)


def _with_options(interview: Interview, question: Question, told: FrozenSet[str]) -> Iterator[str]:
    """Yield what was told of the question, and what the options that it means stand for."""
    yield from told & question.findings
    sides = _sides(interview)
    for option in question.options:
        if told.issuperset(option.key):
            yield from (f for f in option.findings if not (f in sides and told & sides))


def _sides(interview: Interview) -> FrozenSet[str]:
    """Return the findings of which only one can be true: one leg, both legs."""
    return frozenset(f for each in interview.questions if each.exclusive for f in each.findings)


def _none(question: Question) -> Answer:
    asked = [f for each in question.options for f in [*each.key, *each.denied_with_none]]
    return _answer(question, (), asked if question.none else ())


def _chosen(question: Question, options: Iterable[Option], more: Iterable[str]) -> Answer:
    options = list(options)
    present = [finding for option in options for finding in option.findings]
    denied = [finding for option in options for finding in option.denied]
    return _answer(question, [*present, *more], denied)


def _answer(question: Question, present: Iterable[str], denied: Iterable[str]) -> Answer:
    present = frozenset(present)
    ruled_out = set(denied)
    if question.exclusive and present:
        ruled_out |= question.findings
    return Answer(present, frozenset(ruled_out) - present)


def _words(text: str) -> _Words:
    found = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))
    return tuple(word for word in found if word not in _ARTICLES)


def _all_of(phrases: Iterable[str]) -> FrozenSet[_Words]:
    return frozenset(_words(phrase) for phrase in phrases)


def _phrases(choice: Union[Option, NoneOption]) -> FrozenSet[_Words]:
    return _all_of((choice.title, *choice.words))


def _take_phrases(
    interview: Interview, question: Question, words: _Words
) -> Tuple[List[str], List[str], List[str]]:
    """Take the choices out of the words, the longest first.

    Returns:
        The words left, the names of the choices in order, and those denied ("not my calf").
    """
    names: Dict[_Words, str] = {}
    for option in question.options:
        names.update({phrase: option.title for phrase in _phrases(option)})
    if question.none:
        names.update({phrase: question.none.title for phrase in _phrases(question.none)})
    for finding, listed in question.more_words.items():
        names.update({phrase: finding for phrase in _all_of(listed)})
    longest = max(len(phrase) for phrase in names)
    rest: List[str] = []
    chosen: List[str] = []
    negated: List[str] = []
    at = 0
    while at < len(words):
        lengths = range(min(longest, len(words) - at), 0, -1)
        length = next((each for each in lengths if words[at : at + each] in names), 0)
        if not length:
            rest.append(words[at])
        elif rest and rest[-1] in _NOT:
            rest.pop()
            negated.append(names[words[at : at + length]])
        elif words[at + length : at + length + 1] == ("no",):  # "pregnant? no"
            negated.append(names[words[at : at + length]])
            length += 1
        else:
            chosen.append(names[words[at : at + length]])
        at += length or 1
    return rest, chosen, negated
