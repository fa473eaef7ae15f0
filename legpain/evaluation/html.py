"""The report in HTML: one file, pictures and style inside."""

from __future__ import annotations

import re
from html import escape
from typing import List

from legpain.evaluation.evaluate import Evaluation
from legpain.evaluation.pictures import bars_picture, confusion_picture
from legpain.evaluation.tables import (
    Table,
    missed_topics,
    named_findings_table,
    pain_check_table,
    promises,
    real_tables,
    side_by_side,
    weakest_intents,
    worst_confusions,
)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 75rem;
       margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
p.note { color: #56616e; max-width: 50rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0;
         border-bottom: 1px solid #dfe4e9; }
th { border-bottom-width: 2px; }
img { max-width: 100%; height: auto; }
"""
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`(.+?)`")


def html_report(result: Evaluation) -> str:
    """Return the whole report as one HTML page that loads nothing."""
    ours = result.systems[0]
    parts = [html_table(promises(result))]
    parts.append(html_table(side_by_side(result)))
    parts.append(picture("The systems side by side, in percent", bars_picture(result.systems)))
    parts += [html_table(worst_confusions(ours)), html_table(weakest_intents(ours))]
    how = "by cross-validation" if ours.cross_validated else "on the held-out set"
    parts.append(f"<h2>Confusion matrix, {how}</h2>")
    parts.append(picture("Rows: expected; columns: read as", confusion_picture(ours.pairs)))
    for other in result.systems[1:]:
        table = worst_confusions(other)
        title = f"{table.title}: {other.title}"
        parts.append(html_table(Table(title, table.note, table.header, table.rows)))
    parts.append(html_table(pain_check_table(result.pain_check)))
    parts.append(html_table(named_findings_table(result.named)))
    parts.append(html_table(missed_topics(result.replies)))
    parts += map(html_table, real_tables(result.replies))
    return html_page("Leg Pain Assistant: what it understands", parts)


def html_table(table: Table) -> str:
    """Return one table with its title and note."""
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return f'<h2>{_text(table.title)}</h2>{note}<div class="wide"><table>{body}</table></div>'


def _text(text: str) -> str:
    """Escape a text; `**bold**` and backquotes become HTML."""
    return _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<strong>\1</strong>", escape(text)))


def picture(caption: str, address: str) -> str:
    """Return a figure with a picture at a `data:` address."""
    caption = escape(caption)
    return (
        f'<figure><img alt="{caption}" src="{address}"><figcaption>{caption}</figcaption></figure>'
    )


def html_page(title: str, parts: List[str]) -> str:
    """Return one page that loads nothing."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )
