from __future__ import annotations

import pytest

from legpain.findings import FindingExtractor
from legpain.red_flags import RedFlags


@pytest.fixture(scope="session")
def extractor() -> FindingExtractor:
    return FindingExtractor.from_folder()


@pytest.fixture(scope="session")
def red_flags() -> RedFlags:
    return RedFlags.from_folder()
