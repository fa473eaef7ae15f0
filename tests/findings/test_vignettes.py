"""The worked vignettes of the clinical design, and what context makes of findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from legpain.findings import ConversationFindings, FindingExtractor
from legpain.red_flags import RedFlags

HERE = Path(__file__).parent
VIGNETTES: List[Dict[str, Any]] = yaml.safe_load((HERE / "vignettes.yml").read_text())["vignettes"]
CONTEXTS: List[Dict[str, Any]] = yaml.safe_load((HERE / "contexts.yml").read_text())["cases"]


def active(extractor: FindingExtractor, text: str) -> frozenset[str]:
    return ConversationFindings().update(extractor.extract(text), correction=False).active()


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: str(v["id"]))
def test_text_gives_the_level_and_top_rules(
    vignette: Dict[str, Any], extractor: FindingExtractor, red_flags: RedFlags
) -> None:
    alert = red_flags.alert(active(extractor, vignette["text"]))
    assert (alert.level if alert else "info") == vignette["level"]
    assert sorted(alert.rules if alert else ()) == sorted(vignette["rules"])


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: str(v["id"]))
def test_listed_findings_give_the_level_and_top_rules(
    vignette: Dict[str, Any], red_flags: RedFlags
) -> None:
    alert = red_flags.alert(frozenset(vignette["findings"]))
    assert (alert.level if alert else "info") == vignette["level"]
    assert sorted(alert.rules if alert else ()) == sorted(vignette["rules"])


@pytest.mark.parametrize("case", CONTEXTS, ids=lambda c: c["text"][:40])
def test_context(case: Dict[str, Any], extractor: FindingExtractor, red_flags: RedFlags) -> None:
    found = active(extractor, case["text"])
    assert set(case.get("present", ())) <= found
    assert not set(case.get("not_present", ())) & found
    if "level" in case:
        assert (red_flags.level(found) or "info") == case["level"]
