"""`legpain knowledge`: check data/knowledge, and write what is generated from it."""

from __future__ import annotations

from pathlib import Path

import typer

from legpain.knowledge import KnowledgeError
from legpain.progress import say

ROOT = Path(__file__).resolve().parent.parent

app = typer.Typer(no_args_is_help=True, help="Check and use data/knowledge.")


@app.command()
def check() -> None:
    """Check every file of data/knowledge, and that the generated files are up to date."""
    from legpain.knowledge_check import problems

    found = problems(ROOT)
    for problem in found:
        say(problem)
    if found:
        say(f"legpain: {len(found)} problem(s) in the knowledge.")
        raise typer.Exit(1)
    say("The knowledge is in order.")


@app.command()
def generate() -> None:
    """Rewrite the files that are generated from data/knowledge."""
    from legpain.generate import generated_files

    try:
        for path, content in generated_files(ROOT).items():
            path.write_text(content, encoding="utf-8")
            say(f"Wrote {path.relative_to(ROOT)}")
    except KnowledgeError as error:
        say(f"legpain: {error}")
        raise typer.Exit(1) from error
