"""Names are found exactly, misspelled, longest first, and never in ordinary words."""

import pytest

from legpain.lookup import Lookup

LOOKUP = Lookup(
    {
        "condition": {
            "it band": "it_band",
            "plantar fasciitis": "plantar_fasciitis",
            "calf strain": "calf_strain",
            "strain": "muscle_pull",
            "baker's cyst": "bakers_cyst",
            "sciatica": "sciatica",
        },
        "side": {"left": "left"},
    },
    fuzzy_kinds=["condition"],
)


def _values(text: str) -> list[str]:
    return [match.value for match in LOOKUP.find(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("What is an IT BAND?", ["it_band"]),
        ("bakers cyst", ["bakers_cyst"]),
        ("Baker’s cyst!", ["bakers_cyst"]),
        ("a calf strain", ["calf_strain"]),
        ("planter fascitis in my left foot", ["plantar_fasciitis", "left"]),
        ("siatica or sciattica", ["sciatica", "sciatica"]),
        ("an it band strain", ["it_band"]),
        ("a strain or sciatica", ["muscle_pull", "sciatica"]),
    ],
)
def test_names_and_misspellings_are_found(text: str, values: list[str]) -> None:
    assert _values(text) == values


@pytest.mark.parametrize("text", ["it bad", "the train", "scintilla", "", "🙂"])
def test_other_words_are_left_alone(text: str) -> None:
    assert _values(text) == []


def test_offsets_point_into_the_text() -> None:
    text = "So: Baker’s cyst, what then?"
    (match,) = LOOKUP.find(text)
    assert text[match.start : match.end] == "Baker’s cyst"
