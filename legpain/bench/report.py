"""The bench's report: rows of stock, ours and ratio, as Markdown and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from legpain.bench.figures import medians, ratio
from legpain.bench.rounds import Counts, Measured


@dataclass(frozen=True)
class Promise:
    """What was promised of a measure: a bound on the ratio, or (`of="ours"`) on our own figure."""

    bound: float
    of: str = "ratio"
    at_least: bool = False

    def kept(self, value: float) -> bool:
        """Return whether the value is within the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        words = "at least" if self.at_least else "at most"
        return f"{self.of} {words} {self.bound:g}"


@dataclass(frozen=True)
class Measure:
    """One row of the table: what is measured, in which unit, and what was promised.

    `{clients}` and `{length}` of the title are filled in from the bench's counts.
    """

    key: str
    title: str
    unit: str
    promise: Optional[Promise] = None


MEASURES = (
    Measure("one_median_ms", "a message, one client, median", "ms", Promise(0.5)),
    Measure("one_p99_ms", "a message, one client, p99", "ms", Promise(0.5)),
    Measure("many_median_ms", "a message, {clients} clients, median", "ms", Promise(0.5)),
    Measure("many_p99_ms", "a message, {clients} clients, p99", "ms", Promise(0.5)),
    Measure("processor_ms", "processor time a message, one client", "ms"),
    Measure("one_a_second", "messages a second, one client", "1/s"),
    Measure(
        "many_a_second", "messages a second, {clients} clients", "1/s", Promise(2, at_least=True)
    ),
    Measure("first_ms", "first message of a conversation", "ms"),
    Measure("last_ms", "message {length} of it", "ms"),
    Measure("growth", "message {length} over message 1", "times", Promise(1.2, of="ours")),
    Measure("growth_ten", "the last ten messages over ten early ones", "times"),
    Measure("start_s", "start to first answer", "s", Promise(0.5)),
    Measure("memory_mb", "resident memory, all processes", "MB", Promise(0.6)),
    Measure("rasa_memory_mb", "resident memory, Rasa server alone", "MB"),
    Measure("train_s", "training in a fresh folder", "s", Promise(1.0)),
    Measure("installed_mb", "installed packages", "MB"),
    Measure("failed", "turns without a good answer", "turns", Promise(0, of="ours")),
    Measure("rules_ms", "extraction and rules, median", "ms", Promise(3, of="ours")),
    Measure("rules_p99_ms", "extraction and rules, p99", "ms"),
    Measure("words_ms", "the same by words alone, without meaning, median", "ms"),
    Measure("reading_ms", "the same with a reading of the encoder of its own, median", "ms"),
    Measure("floor_http_ms", "floor: the HTTP server alone", "ms"),
    Measure("floor_encoder_ms", "floor: the encoder's arithmetic", "ms"),
    Measure("floor_write_ms", "floor: one database write", "ms"),
    Measure("floor_ms", "floor: together", "ms"),
    Measure("over_floor", "a message, one client, median, over the floor", "times"),
)


@dataclass(frozen=True)
class Row:
    """A measure with its figures; None where it was not measured."""

    measure: Measure
    stock: Optional[float]
    ours: Optional[float]
    ratio: Optional[float]
    kept: Optional[bool]


def rows(stock: Measured, ours: Measured, counts: Counts) -> List[Row]:
    """Return the row of each measure that was taken of at least one bot."""
    theirs = {**medians(stock.rounds), "failed": stock.failed}
    own = {**medians(ours.rounds), "failed": ours.failed}
    return [
        _row(
            replace(measure, title=measure.title.format_map(asdict(counts))),
            theirs.get(measure.key),
            own.get(measure.key),
        )
        for measure in MEASURES
        if measure.key in theirs or measure.key in own
    ]


def _row(measure: Measure, stock: Optional[float], ours: Optional[float]) -> Row:
    quotient = ratio(ours, stock)
    promise, kept = measure.promise, None
    value = quotient if promise and promise.of == "ratio" else ours
    if promise and value is not None:
        kept = promise.kept(value)
    return Row(measure, stock, ours, quotient, kept)


@dataclass(frozen=True)
class Report:
    """All results of a bench.

    Attributes:
        stock, ours: what was measured of each.
        counts: how much was measured.
        about: the machine, versions and sizes, as plain data.
        notes: what a reader must know, one sentence each.
    """

    stock: Measured
    ours: Measured
    counts: Counts
    about: Mapping[str, Any]
    notes: List[str]

    @property
    def rows(self) -> List[Row]:
        """Return the table's rows."""
        return rows(self.stock, self.ours, self.counts)

    @property
    def broken(self) -> List[str]:
        """Return the titles of the measures whose promise is not kept."""
        return [row.measure.title for row in self.rows if row.kept is False]

    def verdict(self) -> str:
        """Return in one sentence which promises are not kept."""
        promised = sum(row.kept is not None for row in self.rows)
        if self.broken:
            return f"Not kept, of {promised} promises: {'; '.join(self.broken)}."
        return f"All {promised} promises are kept."

    def table(self) -> str:
        """Return the table as Markdown, in columns that a terminal shows well too."""
        head = ["measure", "unit", "stock", "ours", "ours/stock", "promised", "kept"]
        cells = [head, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
        lines = [head, ["-" * width for width in widths], *cells[1:]]
        return "\n".join(
            f"| {' | '.join(cell.ljust(widths[i]) for i, cell in enumerate(line))} |"
            for line in lines
        )

    def markdown(self) -> str:
        """Return the whole report as Markdown."""
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"# Beside the stock Rasa bot\n\n{self.table()}\n\n{self.verdict()}\n\n{notes}\n"

    def data(self) -> Dict[str, Any]:
        """Return the whole report as plain data."""
        return {
            "rows": [
                {
                    "key": row.measure.key,
                    "title": row.measure.title,
                    "unit": row.measure.unit,
                    "stock": row.stock,
                    "ours": row.ours,
                    "ratio": row.ratio,
                    "promised": str(row.measure.promise) if row.measure.promise else None,
                    "kept": row.kept,
                }
                for row in self.rows
            ],
            "stock": asdict(self.stock),
            "ours": asdict(self.ours),
            "counts": asdict(self.counts),
            "about": dict(self.about),
        }

    def write(self, out: Path) -> None:
        """Write `bench.md` and `bench.json` into a folder, which is made if need be."""
        out.mkdir(parents=True, exist_ok=True)
        (out / "bench.md").write_text(self.markdown(), encoding="utf-8")
        text = json.dumps(self.data(), indent=2) + "\n"
        (out / "bench.json").write_text(text, encoding="utf-8")


def _cells(row: Row) -> List[str]:
    kept = {True: "yes", False: "**no**", None: ""}[row.kept]
    return [
        row.measure.title,
        row.measure.unit,
        number(row.stock),
        number(row.ours),
        number(row.ratio, decimals=2),
        str(row.measure.promise or ""),
        kept,
    ]


def number(value: Optional[float], decimals: Optional[int] = None) -> str:
    """Return a figure with three digits that matter, or `decimals`; "" for None."""
    if value is None:
        return ""
    if decimals is None:
        decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{decimals}f}"
