"""Every red-flag rule fires on its examples, as the trained model reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest

from legpain.evaluation.safety import Result, triage
from legpain.evaluation.safety_cases import Case
from legpain.red_flags import RedFlags, load_rule_examples

LEVELS = {rule.id: rule.level for rule in RedFlags.from_folder().rules}
EXAMPLES = [(rule, text) for rule, texts in load_rule_examples().items() for text in texts]


@pytest.fixture(scope="module")
def read(model: Path) -> Dict[str, Result]:
    """Return what the model makes of each example."""
    cases = [Case((text,), LEVELS[rule]) for rule, text in EXAMPLES]
    return {result.case.messages[0]: result for result in triage(model, cases)}


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_the_rule_fires_at_its_level(rule: str, text: str, read: Dict[str, Result]) -> None:
    assert rule in read[text].rules
    assert read[text].level == LEVELS[rule]
