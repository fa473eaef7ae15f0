"""The report in Markdown: short enough for the README."""

from __future__ import annotations

from legpain.evaluation.evaluate import Evaluation
from legpain.evaluation.tables import (
    Table,
    named_findings_table,
    pain_check_table,
    promises,
    side_by_side,
)

_ROWS_FOR_README = 9


def markdown_report(result: Evaluation) -> str:
    """Return the side-by-side table, the promises and the pain check, in Markdown."""
    compared = side_by_side(result)
    short = Table(compared.title, compared.note, compared.header, compared.rows[:_ROWS_FOR_README])
    tables = [short, promises(result), pain_check_table(result.pain_check)]
    tables.append(named_findings_table(result.named))
    return "\n".join(map(markdown_table, tables))


def markdown_table(table: Table) -> str:
    """Return one table with its title and note."""
    lines = [f"### {table.title}", ""]
    if table.note:
        lines += [table.note, ""]
    lines += [_line(table.header), _line(["---"] * len(table.header)), *map(_line, table.rows)]
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
