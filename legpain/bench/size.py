"""Installed size of a package with everything that it needs."""

from __future__ import annotations

import os
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Dict, List, Set, Tuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def installed_mb(package: str) -> Dict[str, float]:
    """Return the size, in MB (10^6 bytes), of a package and of each that it needs, by name.

    Only what an installer puts there counts: no compiled caches. Packages that are needed on
    other systems only, and so are not installed, are left out.

    Raises:
        PackageNotFoundError: if the package itself is not installed.
    """
    distribution(package)
    sizes: Dict[str, float] = {}
    seen: Set[Tuple[str, str]] = set()
    left: List[Tuple[str, str]] = [(package, "")]
    while left:
        wanted = left.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        name, extra = wanted
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        sizes[str(canonicalize_name(name))] = _megabytes(found)
        for line in found.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                left += [(needed.name, each) for each in ("", *needed.extras)]
    return sizes


def environment_mb() -> float:
    """Return the size of the whole environment on disk in MB, tools and compiled caches too."""
    total = 0
    for folder, _, files in os.walk(sys.prefix):
        paths = (Path(folder) / name for name in files)
        total += sum(path.stat().st_size for path in paths if not path.is_symlink())
    return total / 1e6


def _megabytes(found: Distribution) -> float:
    total = 0
    for file in found.files or []:
        path = Path(str(found.locate_file(file)))
        if path.suffix != ".pyc" and path.is_file():
            total += path.stat().st_size
    return total / 1e6
