"""The report's pictures, as PNG files inside data addresses."""

from __future__ import annotations

import base64
import io
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from legpain.evaluation.understanding import Pairs, Understanding

_COLOURS = ("#1b6e8c", "#c98a2b", "#8a8f98", "#b0647a")


def confusion_matrix(pairs: Pairs) -> Tuple[List[str], np.ndarray[Any, Any]]:
    """Return the intents and, for each expected one (row), the share read as each (column)."""
    names = sorted({name for pair in pairs for name in pair if name})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for expected, read_as in pairs:
        if read_as:
            counts[place[expected], place[read_as]] += 1
    totals = counts.sum(axis=1, keepdims=True)
    return names, np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)


def confusion_picture(pairs: Pairs) -> str:
    """Return the confusion matrix as a picture: dark is frequent, a good one is a diagonal."""
    from matplotlib.figure import Figure  # no pyplot: no window system, no global state

    names, shares = confusion_matrix(pairs)
    size = 3.0 + 0.19 * len(names)
    figure = Figure(figsize=(size, size))
    axes = figure.add_subplot()
    # The square root makes single mistakes visible beside a strong diagonal.
    axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1, aspect="equal")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("read as")
    axes.set_ylabel("expected")
    axes.set_xticks(np.arange(-0.5, len(names)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(names)), minor=True)
    axes.grid(which="minor", color="#e8ebee", linewidth=0.4)
    axes.tick_params(which="both", length=0)
    return image_address(figure)


def bar_values(systems: Sequence[Understanding]) -> Dict[str, List[float]]:
    """Return measure -> its value (0 to 1) for each system."""
    values = {
        "accuracy,\nheld-out": [each.held_out.accuracy.value for each in systems],
        "macro F1,\nheld-out": [each.held_out.macro_f1 for each in systems],
        "among its\nfirst three": [each.held_out.top3.value for each in systems],
        "conditions\nfound": [each.topics.found.value for each in systems],
        "two questions,\nboth found": [each.two_questions.value for each in systems],
    }
    if all(each.cross_validated for each in systems):
        values["accuracy,\ncross-validated"] = [
            each.cross_validated.accuracy.value for each in systems if each.cross_validated
        ]
    return values


def bars_picture(systems: Sequence[Understanding]) -> str:
    """Return a bar chart of the systems side by side."""
    from matplotlib.figure import Figure

    values = bar_values(systems)
    figure = Figure(figsize=(10, 4.2))
    axes = figure.add_subplot()
    width = 0.8 / len(systems)
    for number, system in enumerate(systems):
        places = [group + (number - (len(systems) - 1) / 2) * width for group in range(len(values))]
        heights = [100 * each[number] for each in values.values()]
        colour = _COLOURS[number % len(_COLOURS)]
        label = system.title.replace("`", "")
        drawn = axes.bar(places, heights, width * 0.92, color=colour, label=label)
        axes.bar_label(drawn, fmt="%.0f", fontsize=8, padding=1)
    axes.set_xticks(range(len(values)), list(values), fontsize=9)
    axes.set_ylim(0, 108)
    axes.set_ylabel("%")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, ncol=2, loc="upper center", bbox_to_anchor=(0.5, 1.2), fontsize=9)
    return image_address(figure)


def image_address(figure: Any) -> str:
    """Return the figure as a `data:` address."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", facecolor="white")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
