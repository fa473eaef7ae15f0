"""The knowledge loads, is whole, and mistakes are told with file, field and expectation."""

from pathlib import Path
from shutil import copytree

import pytest
import yaml

from legpain.generate import LOOKUPS_FILE, generated_files, lookup_names
from legpain.knowledge import ASPECTS, KnowledgeError, knowledge_dir, load_knowledge
from legpain.knowledge_check import problems, reading_grade, text_problems
from legpain.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge that a test may break."""
    return Path(copytree(knowledge_dir(), tmp_path / "knowledge"))


def _change(path: Path, **fields: object) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content.update(fields)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def test_all_26_conditions_have_every_aspect() -> None:
    conditions = load_knowledge().conditions
    assert len(conditions) == 26
    assert all(set(each.aspects) == set(ASPECTS) for each in conditions.values())


def test_no_text_is_signed_before_a_clinician_has_signed_it() -> None:
    assert all(each.reviewed is None for each in load_knowledge().conditions.values())


def test_the_missing_hamstring_list_is_marked() -> None:
    assert "causes" in load_knowledge().condition("hamstring_strain").from_public_sources


def test_unknown_facts_of_the_clinic_stay_empty() -> None:
    clinic = load_knowledge().clinic
    assert (clinic.phone, clinic.hours, clinic.location, clinic.prices) == (None,) * 4
    assert len(clinic.articles) == 6


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": None}, "conditions/doms.yml: name: empty: expected title, as on a button"),
        (
            {"nmae": "DOMS"},
            "conditions/doms.yml: nmae: there is no such field: expected one of id, name",
        ),
        ({"aspects": {"overview": "…"}}, "conditions/doms.yml: aspects.recovery: expected a text"),
        ({"sources": ["S999"]}, "'S999' is not in sources.yml"),
        ({"synonyms": "doms"}, "conditions/doms.yml: synonyms: value is not a valid list"),
        ({"confused_with": [{"condition": "x", "ask": "?"}]}, "no condition 'x'"),
        ({"confused_with": [{"condition": "dvt"}]}, "confused_with.0.ask: missing"),
        ({"id": "domes"}, "expected 'doms', the file's name"),
    ],
)
def test_a_mistake_is_told_with_file_and_field(
    folder: Path, fields: dict[str, object], told: str
) -> None:
    _change(folder / "conditions" / "doms.yml", **fields)
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(folder)
    assert told in str(error.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "not_covered.yml").unlink()
    with pytest.raises(KnowledgeError, match=r"not_covered.yml: the file is missing"):
        load_knowledge(folder)


def test_a_general_topic_names_existing_conditions_and_sources(folder: Path) -> None:
    path = folder / "general.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("related: [dvt, pad]", "related: [dtv]"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"when_to_worry.related: no condition 'dtv'"):
        load_knowledge(folder)


def test_one_name_can_not_stand_for_two_conditions(folder: Path) -> None:
    _change(folder / "conditions" / "rls.yml", synonyms=["blood clot"])
    with pytest.raises(KnowledgeError, match=r"'blood clot' stands for both"):
        lookup_names(load_knowledge(folder), load_vocabulary(folder))


def test_the_check_names_what_is_stale(tmp_path: Path) -> None:
    for path in (
        *generated_files(ROOT),
        ROOT / "domain.yml",
        ROOT / "tests/findings/vignettes.yml",
    ):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert problems(tmp_path) == []
    lookups = tmp_path / LOOKUPS_FILE
    lookups.write_text(lookups.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert problems(tmp_path) == [
        "data/nlu/lookups.yml: stale; run `make knowledge` and commit the result"
    ]


@pytest.mark.parametrize(
    ("said", "in_texts"),
    [
        # The article's own statements.
        (["clot", "ER now"], ("dvt", "when_to_see_someone")),
        (["red flag", "clogged artery", "book a visit"], ("pad", "when_to_see_someone")),
        (["whether or not"], ("varicose_veins", "overview")),
        (["12 to 24 hours"], ("doms", "symptoms")),
    ],
)
def test_the_articles_statements_are_in_the_texts(
    said: list[str], in_texts: tuple[str, str]
) -> None:
    topic, aspect = in_texts
    text = " ".join(load_knowledge().condition(topic).aspects[aspect].split())
    assert all(piece.lower() in text.lower() for piece in said)


def test_the_four_top_causes_and_knee_pain_are_named() -> None:
    text = load_knowledge().general["top_causes"].text.lower()
    for name in ("hamstring strain", "achilles", "delayed onset", "it band", "knee pain"):
        assert name in text


def test_every_condition_has_names_neighbours_and_sources() -> None:
    for each in load_knowledge().conditions.values():
        assert each.synonyms
        assert each.misspellings
        assert each.confused_with
        assert each.sources


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    _change(folder / "conditions" / "doms.yml", name=None)
    _change(folder / "conditions" / "rls.yml", hallmark=None)
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(folder)
    assert "doms.yml: name" in str(error.value)
    assert "rls.yml: hallmark" in str(error.value)


def test_a_file_that_is_not_yaml_is_named(folder: Path) -> None:
    (folder / "general.yml").write_text("topics: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"general.yml: not YAML"):
        load_knowledge(folder)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Take 400 mg of it now.", "dose"),
        ("You have a clot.", "diagnosis"),
        ("word " * 130, "characters"),
        (
            "Neurovascular compromise necessitates immediate multidisciplinary evaluation.",
            "reading grade",
        ),
    ],
)
def test_texts_unfit_for_patients_are_found(text: str, problem: str) -> None:
    assert any(problem in each for each in text_problems("here", text))


def test_if_you_have_is_no_diagnosis() -> None:
    assert text_problems("here", "If you have a fever, call us today.") == []


def test_links_do_not_count_as_words() -> None:
    assert reading_grade("Call [911](tel:911) now.") == reading_grade("Call 911 now.")


def test_the_knowledge_is_in_order() -> None:
    assert problems(ROOT) == []
