"""Fixtures that several test folders share."""

from __future__ import annotations

import os
import socket
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from legpain.processes import Servers
from legpain.training import model_path

ROOT = Path(__file__).resolve().parent.parent


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a lane that did not run is a failure; on a user's machine it says why it did not."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LEGPAIN_ALL_LANES") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("A lane was skipped, and LEGPAIN_ALL_LANES asks for all of them.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def free_port() -> int:
    """Return a TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_store(folder: Path) -> Dict[str, str]:
    """Return an environment in which the servers keep database and keys in `folder`."""
    return {
        "LEGPAIN_DATABASE_URL": f"sqlite:///{folder / 'legpain.db'}",
        "LEGPAIN_KEY_FILE": str(folder / "legpain.key"),
        "LEGPAIN_WEB_KEY_FILE": str(folder / "web.key"),
    }


@contextmanager
def new_postgres() -> Iterator[str]:
    """Give the URL of a new, empty PostgreSQL database; skip the test where there is no server."""
    server = os.environ.get("LEGPAIN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEGPAIN_TEST_POSTGRES_URL names no PostgreSQL, so its tests are left out.")
    name = f"legpain_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model for the present inputs (`make test` trains it)."""
    path = model_path(ROOT)
    assert path.exists(), "there is no model for the present inputs: run `make train`"
    return path


@pytest.fixture(scope="session")
def servers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Action server and Rasa server, running and answering, shared by the tests that only talk."""
    with Servers(
        ROOT, free_port(), free_port(), environment=own_store(tmp_path_factory.mktemp("var"))
    ) as running:
        running.start_actions()
        running.start_rasa(model)
        running.wait_until_answering()
        yield running
