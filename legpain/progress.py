"""Says on stderr how far a long measurement has come."""

from __future__ import annotations

import sys
from typing import Iterator, Sequence, TypeVar

T = TypeVar("T")


def say(text: str) -> None:
    """Print one line of progress to stderr."""
    print(text, file=sys.stderr, flush=True)


def counted(items: Sequence[T], what: str, every: int = 200) -> Iterator[T]:
    """Yield the items, saying after each `every` of them how many are done."""
    for number, item in enumerate(items, 1):
        yield item
        if number % every == 0 or (number == len(items) and number > every):
            say(f"    {what}: {number} of {len(items)}")
