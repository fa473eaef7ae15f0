"""The bench's arithmetic: percentiles, medians of rounds, ratios."""

from __future__ import annotations

from statistics import median
from typing import Dict, List, Optional, Sequence

Rounds = Dict[str, List[float]]  # measure -> one figure a round


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least `percent` of all values do not exceed.

    Args:
        values: at least one figure, in any order.
        percent: 1 to 100.

    Raises:
        ValueError: if there is no value, or `percent` is out of its range.
    """
    if not values or not 1 <= percent <= 100:
        raise ValueError("a percentile needs values and a percent from 1 to 100")
    return sorted(values)[-(-len(values) * percent // 100) - 1]  # the place, rounded up


def add(rounds: Rounds, **figures: float) -> None:
    """Append one round's figures."""
    for name, figure in figures.items():
        rounds.setdefault(name, []).append(figure)


def medians(rounds: Rounds) -> Dict[str, float]:
    """Return the median over the rounds of each measure, and of what follows in each round.

    `growth` is message 200 over message 1 of the same conversation; `growth_ten` the last ten
    messages over ten early ones; `over_floor` a message over what its parts cost alone. Each is of
    one round, whose minutes were as busy for the one as for the other.
    """
    found = {name: median(figures) for name, figures in rounds.items() if figures}
    for name, late, early in (
        ("growth", "last_ms", "first_ms"),
        ("growth_ten", "late_ten_ms", "early_ten_ms"),
        ("over_floor", "one_median_ms", "floor_ms"),
    ):
        pairs = zip(rounds.get(late, ()), rounds.get(early, ()), strict=False)
        ratios = [part / whole for part, whole in pairs if whole]
        if ratios:
            found[name] = median(ratios)
    return found


def ratio(part: Optional[float], whole: Optional[float]) -> Optional[float]:
    """Return part / whole, or None where one is missing or the whole is 0."""
    return None if part is None or not whole else part / whole
