"""Words and meaning together: everything that a message says of findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import AbstractSet, Dict, List, Sequence

from legpain.findings.experiencer import Person
from legpain.findings.extractor import FindingExtractor
from legpain.findings.finding import Finding, Reading
from legpain.findings.labelled import together
from legpain.findings.semantic import Meaning, SemanticFindings
from legpain.sentence_encoder import SentenceEncoder

WEIGHTS = "semantic.npz"
_AT_ONCE = 900  # characters that the encoder surely reads whole
# Sides come from grammar ("my calf") and hold with what they are the side of.
SIDES = frozenset({"unilateral", "bilateral"})
# What is named, but read as denied or past, comes back only if the meaning is this clear.
_CLEAR = 0.4
_LIKELIEST = 20  # findings on which an emergency may hang


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which findings count.

    Attributes:
        meaning: a finding seen by meaning alone, in what may be an emergency as a whole.
        calm: the same, in what seems to be none.
        certain: any finding that counts is surely stated, and not only "uncertain": it is no
            longer asked for, and named to the patient ("because you mentioned").
        crisis: as `meaning` at least, for despair and calls for help: "make it Wednesday" is
            near to "I will not make it to Wednesday".
        clear: as `meaning` at least, where none is expected, or the words are few.
        few: number of known words that are few: "what for?" means nothing alone, "calf" is an
            answer, and in another language or in nonsense hardly a word is known.
        possible: a finding named in words is meant at all.
        only_named: by so much a finding is likelier to be named without being stated than to be
            stated; then it is only worth a question, whoever saw it.
        emergency: the message seems to be an emergency as a whole; if what it says is none, a
            question is asked. Few words raise no doubt: a name is none.
        surely_emergency: as `emergency`, so surely that `hinted` is enough for a finding.
        hinted: in place of `meaning`, where the message is surely an emergency.
        corrects: the message takes back something said before.
        taken_back: a finding is what it takes back.
        surely_corrects: as `corrects`, so surely that what is hardly stated any more falls.
        hardly: up to here a finding is hardly stated.
    """

    meaning: float = 0.5
    calm: float = 0.5
    certain: float = 0.5
    crisis: float = 0.0
    clear: float = 0.5
    few: int = 0
    possible: float = 0.0
    only_named: float = 1.0
    emergency: float = 1.0
    surely_emergency: float = 1.0
    hinted: float = 0.5
    corrects: float = 1.0
    taken_back: float = 0.5
    surely_corrects: float = 1.0
    hardly: float = 0.0


class FindingReader:
    """Reads the findings of a message: the lexicon's that are stated, and what it missed."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        lexicon: FindingExtractor,
        semantic: SemanticFindings,
        thresholds: Thresholds,
    ) -> None:
        self._encoder, self._lexicon = encoder, lexicon
        self._semantic, self._thresholds = semantic, thresholds

    def read(self, text: str, elsewhere: float = 0.0, earlier: Sequence[str] = ()) -> Reading:
        """Find all findings of a message, and whether it is a correction.

        Args:
            elsewhere: how likely it is that what the message is for tells no finding, from 0
                (as far as is known, it may) to 1; above 0, no less likely findings are added.
            earlier: the messages before, oldest first: what a correction is about.
        """
        if not text.strip():
            return Reading([], False)
        limits = self._thresholds
        meaning = self._semantic.read(text)
        states = self._encoder.token_states([text])[0]
        words = self._lexicon.read(text)
        is_short = states.known_words(text) <= limits.few
        known = list(words.findings)
        sure = {each for each in known if self._lexicon.is_outright(each, text)}
        if not is_short:
            known = [each if each in sure else self._judged(each, meaning) for each in known]
        corrects = words.corrects or meaning.corrects >= limits.corrects
        is_sure = meaning.corrects >= limits.surely_corrects
        back = self._taken_back(text, meaning, is_sure, earlier) if corrects else {}
        fallen = {finding for finding, stated in back.items() if stated <= limits.hardly}
        known = [replace(f, context="denied") if f.counts and f.id in fallen else f for f in known]
        read = {each.id for each in known}
        known += [Finding(each, "denied", "self", None, 0, 0) for each in back if each not in read]
        emergency = not is_short and meaning.emergency >= limits.emergency
        threshold = self._enough(meaning, elsewhere, is_short)
        # "I meant under my heel": a sure correction tells facts, and need not say that it hurts.
        plain = self._lexicon.background if is_sure else self._lexicon.plainly_told
        if not self._lexicon.tells_a_time(text):
            more = beyond_words(meaning, known, threshold, plain, emergency)
            known += [f for f in more if f.id not in fallen and self._is_due(f, meaning)]
        known = [f if f in sure else self._unless_only_named(f, meaning) for f in known]
        if not is_short:
            certain = limits.meaning if is_sure else limits.certain
            known = [self._weighed(each, meaning, certain) for each in known]
        return Reading(known, corrects)

    def _enough(self, meaning: Meaning, elsewhere: float, is_short: bool) -> float:
        """Return from which probability a finding counts by meaning alone."""
        limits = self._thresholds
        if elsewhere or is_short:
            return max(limits.clear, elsewhere)
        if meaning.emergency >= limits.surely_emergency:
            return limits.hinted
        return limits.meaning if meaning.emergency >= limits.emergency else limits.calm

    def _is_due(self, finding: Finding, meaning: Meaning) -> bool:
        """Say whether the meaning alone is enough for this finding."""
        is_crisis = finding.id in self._lexicon.crisis
        return not is_crisis or meaning.stated[finding.id][0] >= self._thresholds.crisis

    def _unless_only_named(self, finding: Finding, meaning: Meaning) -> Finding:
        """Return a finding; it is doubtful if the text names it and hardly states it."""
        named = meaning.named.get(finding.id, 0.0)
        stated, _ = meaning.stated.get(finding.id, (1.0, None))
        if finding.counts and named - stated >= self._thresholds.only_named:
            return replace(finding, context="doubtful")
        return finding

    @staticmethod
    def _weighed(finding: Finding, meaning: Meaning, certain: float) -> Finding:
        """Return a finding; whoever saw it, it is "present" only if it is certainly stated."""
        if not _is_judged(finding) or finding.id not in meaning.stated:
            return finding
        is_certain = meaning.stated[finding.id][0] >= certain
        return replace(finding, context="present" if is_certain else "uncertain")

    def _judged(self, finding: Finding, meaning: Meaning) -> Finding:
        """Return a finding of the words; it does not count ("hypothetical") if it is not meant."""
        likely, _ = meaning.stated.get(finding.id, (1.0, None))
        if _is_judged(finding) and likely < self._thresholds.possible:
            return replace(finding, context="hypothetical")
        return finding

    def _taken_back(
        self, text: str, alone: Meaning, is_sure: bool, earlier: Sequence[str]
    ) -> Dict[str, float]:
        """Return what a correction takes back, read after the messages before it.

        Args:
            is_sure: it surely is one: what is hardly stated any more falls as well.

        Returns:
            finding -> how likely it is stated all the same.
        """
        limits = self._thresholds
        room = _AT_ONCE - len(text)
        before = together(earlier)[-room:] if room > 0 else ""
        was, whole = alone, alone
        if before:
            was = self._semantic.read(before)
            whole = self._semantic.read(together((before, text)))
        back: Dict[str, float] = {}
        for finding, named in whole.named.items():
            stated, _ = whole.stated[finding]
            # Answers to our questions may read as a denial together: "no", "swollen".
            was_stated = was.stated[finding][0] >= limits.meaning
            is_gone = named >= max(limits.taken_back, stated) or (
                is_sure and stated <= limits.hardly
            )
            denied = alone.named[finding] >= max(limits.taken_back, alone.stated[finding][0])
            if denied or (was_stated and is_gone):
                back[finding] = stated
        return back

    def save(self, folder: Path) -> None:
        """Write what was learned."""
        self._semantic.save(folder / WEIGHTS)

    @classmethod
    def load(
        cls,
        folder: Path,
        encoder: SentenceEncoder,
        lexicon: FindingExtractor,
        thresholds: Thresholds,
    ) -> FindingReader:
        """Read what `save` wrote."""
        return cls(encoder, lexicon, SemanticFindings.load(folder / WEIGHTS, encoder), thresholds)


def _is_judged(finding: Finding) -> bool:
    """Say whether the finding counts, as the words are read, and meaning may tell otherwise."""
    return finding.counts and finding.id not in SIDES


def beyond_words(
    meaning: Meaning,
    known: Sequence[Finding],
    threshold: float,
    clear: AbstractSet[str] = frozenset(),
    emergency: bool = False,
) -> List[Finding]:
    """Return findings beyond those `known`, as "uncertain": seen in meaning, not in words.

    In what seems an emergency less likely ones are "doubtful", likeliest first: they do not count.

    A finding among the `known` that is denied, past or another's needs to be clear, and so do
    sides and those of `clear`.

    Args:
        threshold: probability from which a finding counts.
        clear: what is told plainly or not at all: who had surgery says so.
        emergency: the whole seems to be one.
    """
    stated = {f.id for f in known if f.counts}
    read = {finding.id for finding in known}
    strict = read | clear | SIDES
    person: Person = "other" if known and all(each.person == "other" for each in known) else "self"
    likeliest = sorted(meaning.stated.items(), key=lambda item: -item[1][0])
    found: List[Finding] = []
    for rank, (finding, (likely, place)) in enumerate(likeliest):
        if finding in stated:
            continue
        if likely >= (max(threshold, _CLEAR) if finding in strict else threshold):
            found.append(Finding(finding, "uncertain", person, None, *place))
        elif emergency and rank < _LIKELIEST:
            found.append(Finding(finding, "doubtful", person, None, *place))
    return found
