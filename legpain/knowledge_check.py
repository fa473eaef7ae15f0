"""`legpain knowledge check`: what the loader can not see in a single file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, Iterator, List

import textstat
import yaml

from legpain.booking.texts import load_booking
from legpain.generate import stale_files
from legpain.interview.questions import load_interview
from legpain.knowledge import Knowledge, KnowledgeError, load_knowledge
from legpain.medical_words import medical_words_file, read_medical_words
from legpain.red_flags import RedFlags

MOST_CHARACTERS = 600
MOST_GRADE = 8.0
_DOSE = re.compile(r"\b\d+(?:\.\d+)?\s?(?:mg|mcg|ml|g|iu|milligrams?|tablets?|pills?)\b", re.I)
# A claim about this patient; "if you have …" is none.
_CONDITIONAL = ("if", "before", "until", "whether", "when", "unless", "or", "may", "and", "case")
_DIAGNOSIS = re.compile(
    "".join(rf"(?<!{word} )" for word in _CONDITIONAL)
    + r"\byou (?:have|'ve got) (?:a |an |the )?(?!any|been|ever|questions|time|no |one of)\w",
    re.I,
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def reading_grade(text: str) -> float:
    """Return the US school grade needed to read `text` (Flesch-Kincaid)."""
    plain = _LINK.sub(r"\1", text).replace("**", "").replace("\n", " ")
    return float(textstat.flesch_kincaid_grade(plain))


def text_problems(where: str, text: str) -> List[str]:
    """Return what is wrong with one text for patients: length, grade, dose, diagnosis."""
    problems = []
    if len(text) >= MOST_CHARACTERS:
        problems.append(f"{where}: {len(text)} characters, expected under {MOST_CHARACTERS}")
    if reading_grade(text) > MOST_GRADE:
        problems.append(f"{where}: reading grade {reading_grade(text)}, expected {MOST_GRADE:g}")
    if found := _DOSE.search(text):
        problems.append(f"{where}: '{found.group()}' reads like a dose")
    if found := _DIAGNOSIS.search(text):
        problems.append(f"{where}: '{found.group()}' reads like a diagnosis")
    return problems


def patient_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of everything that the assistant can say."""
    yield from _explaining_texts(load_knowledge())
    yield from RedFlags.from_folder().texts()
    yield from load_interview().patient_texts()
    yield from load_booking().patient_texts()
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    for name, variations in domain["responses"].items():
        for variation in variations:
            if "text" in variation:
                yield f"domain.yml: {name}", variation["text"]


def _explaining_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for condition in knowledge.conditions.values():
        file = f"conditions/{condition.id}.yml"
        yield f"{file}: hallmark", condition.hallmark
        for aspect, text in condition.aspects.items():
            yield f"{file}: aspects.{aspect}", text
        for neighbour in condition.confused_with:
            yield f"{file}: confused_with.{neighbour.condition}", neighbour.ask
    for topic in knowledge.general.values():
        yield f"general.yml: {topic.id}", topic.text
    clinic: Dict[str, object] = knowledge.clinic.dict()
    for field in ("about", "services", "doctors", "booking"):
        yield f"clinic.yml: {field}", str(clinic[field])
    for article in knowledge.clinic.articles:
        yield f"clinic.yml: articles.{article.id}", article.gist


def problems(root: Path) -> List[str]:
    """Return everything that is wrong with the knowledge, one line a problem."""
    try:
        found = [line for where, text in patient_texts(root) for line in text_problems(where, text)]
        stale = stale_files(root)
        read_medical_words(medical_words_file())
    except KnowledgeError as error:
        return str(error).splitlines()
    return found + [
        f"{path.relative_to(root)}: stale; run `make knowledge` and commit the result"
        for path in stale
    ]
