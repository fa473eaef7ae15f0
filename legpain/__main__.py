"""`python -m legpain` is the `legpain` command."""

from legpain.cli import app

app()
