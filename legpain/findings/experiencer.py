"""Who has the finding: the writer, somebody whom the writer asks for, or a story of somebody."""

from __future__ import annotations

from typing import Dict, List, Literal

from legpain.findings.message import Match, Message, Span

Person = Literal["self", "other"]
Cued = Dict[str, List[Span]]


class Experiencer:
    """Follows through a message whom its sentences are about."""

    def __init__(self, message: Message, cues: Cued) -> None:
        self._message = message
        self._cues = cues
        self._animal: List[bool] = []
        self._stories = self._read_stories()
        self._fresh = {message.sentence[s.start] for s in cues.get("present_marks", [])}
        self._person: List[Person] = self._follow()

    def person(self, match: Match) -> Person:
        """Return who has the finding."""
        return self._person[match.span.start]

    def _starts(self, name: str) -> Dict[int, Span]:
        return {span.start: span for span in self._cues.get(name, [])}

    def _follow(self) -> List[Person]:
        message = self._message
        persons, animals = self._starts("persons"), self._starts("animals")
        others, selves = self._starts("other_pronouns"), self._starts("self_pronouns")
        reporters, onlooker = self._starts("reporters"), self._starts("onlooker")
        now: Person = "self"
        animal = False
        told: List[Person] = []
        for index in range(len(message.tokens)):
            if index in animals:
                animal = True
            if index in persons:
                after = persons[index].end
                if not any(i in reporters for i in range(after, after + 2)):
                    now = "other"
            elif index in others and not self._is_reporter(index):
                now = "other"
            elif (
                index in selves
                and index not in animals
                and not self._points_away(index, persons, onlooker)
            ):
                now, animal = "self", False
            told.append(now)
            self._animal.append(animal)
        return told

    def _is_reporter(self, index: int) -> bool:
        """Say whether "he" only says something: "he thinks my calf is swollen"."""
        return any(s.start in (index + 1, index + 2) for s in self._cues.get("reporters", []))

    def _points_away(self, index: int, persons: Dict[int, Span], onlooker: Dict[int, Span]) -> bool:
        """Say whether "my" belongs to a person ("my poor mom") or "I" only looks on ("I think")."""
        word = self._message.word(index)
        if word == "my":
            return any(i in persons for i in range(index + 1, index + 5))
        if word in {"i", "we"}:
            return any(i in onlooker for i in range(index + 1, index + 4))
        return word == "me"

    def is_family(self, match: Match) -> bool:
        """Say whether this is a closed story of another person, or an animal's trouble."""
        index = match.span.start
        if self._animal[index]:
            return True
        sentence = self._message.sentence[index]
        if sentence not in self._stories:
            return False
        in_family = self._stories[sentence]
        fresh = sentence in self._fresh
        return (self._person[index] == "other" or in_family) and not fresh

    def _read_stories(self) -> Dict[int, bool]:
        """Return the sentences that tell a closed story, and whether it "runs in the family"."""
        stories: Dict[int, bool] = {}
        for name in ("closed_story", "historical"):
            for cue in self._cues.get(name, []):
                words = {self._message.word(i) for i in range(cue.start, cue.end)}
                number = self._message.sentence[cue.start]
                in_family = bool(words & {"runs", "run", "family"})
                stories[number] = stories.get(number, False) or in_family
        return stories
