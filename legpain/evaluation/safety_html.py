"""The safety report as one HTML page, with its pictures inside."""

from __future__ import annotations

from collections import Counter
from typing import Any, List, Sequence

from legpain.evaluation.html import html_page, html_table, picture
from legpain.evaluation.pictures import image_address
from legpain.evaluation.safety import SafetyReport
from legpain.evaluation.tables import Table

_LEVELS = ("info", "soon", "urgent", "emergency")


def safety_page(reports: Sequence[SafetyReport]) -> str:
    """Return the whole report; it loads nothing."""
    parts: List[str] = []
    for report in reports:
        parts.append(html_table(_figures(report)))
        parts.append(picture("Rows: level by the reader; columns: level given", _matrix(report)))
        rules = report.by_rule()
        if rules:
            rows = [[rule, str(rate)] for rule, rate in rules.items()]
            parts.append(
                html_table(Table("Emergencies found, by rule", "", ["rule", "found"], rows))
            )
        traps = report.by_trap()
        if traps:
            rows = [[trap, str(rate)] for trap, rate in traps.items()]
            parts.append(
                html_table(Table("Traps sent to EMERGENCY", "", ["kind of trap", "sent"], rows))
            )
    return html_page("Leg Pain Assistant: red flags", parts)


def _figures(report: SafetyReport) -> Table:
    rows = [[name, str(rate)] for name, rate in report.figures()]
    return Table(report.name, "", ["measure", "result"], rows)


def _matrix(report: SafetyReport) -> str:
    """Return a picture of true against given levels."""
    from matplotlib.figure import Figure

    counts = Counter((each.case.level, each.level) for each in report.results)
    grid = [[counts[true, given] for given in _LEVELS] for true in _LEVELS]
    figure = Figure(figsize=(4.4, 3.6))
    axes: Any = figure.add_subplot()
    axes.imshow([[value / max(1, sum(row)) for value in row] for row in grid], cmap="Blues", vmax=1)
    for y, row in enumerate(grid):
        for x, value in enumerate(row):
            colour = "white" if value > sum(row) / 2 else "black"
            axes.text(x, y, str(value), ha="center", va="center", color=colour)
    axes.set_xticks(range(4), _LEVELS, fontsize=8)
    axes.set_yticks(range(4), _LEVELS, fontsize=8)
    return image_address(figure)
