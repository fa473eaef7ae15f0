"""Alembic migrations of the store; they run at start, from inside the package."""
