"""The pain check's own data, for all its tests."""

from __future__ import annotations

import pytest

from legpain.findings import FindingExtractor
from legpain.interview.questions import Interview, load_interview


@pytest.fixture(scope="session")
def interview() -> Interview:
    return load_interview()


@pytest.fixture(scope="session")
def extractor() -> FindingExtractor:
    return FindingExtractor.from_folder()
