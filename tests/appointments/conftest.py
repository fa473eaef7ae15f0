"""Servers of this folder's own: it breaks their database, and reads all that they write."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest
from sqlalchemy.engine import make_url

from legpain.leads import LeadStore
from legpain.processes import Servers
from tests.appointments.patient import Network, Patient
from tests.conftest import ROOT, free_port, new_postgres, own_store


@dataclass
class Site:
    """Both servers.

    Attributes:
        servers: running.
        folder: where they keep everything, and their output.
        database: URL of the store in use.
    """

    servers: Servers
    folder: Path
    database: str

    def use(self, database: str) -> None:
        """Start the action server anew, on another database."""
        self.database = database
        self.servers.environment["LEGPAIN_DATABASE_URL"] = database
        self.restart_actions()

    def restart_actions(self) -> None:
        """Kill the action server, start it again and wait until it answers through Rasa."""
        self.kill_actions()
        self.servers.start_actions()
        deadline = time.monotonic() + 120
        while "explanation" not in Patient(self.servers.url).say("what are shin splints?"):
            assert time.monotonic() < deadline, "the action server did not come back"
            time.sleep(0.5)

    def kill_actions(self) -> None:
        """Kill the action server."""
        process = self.servers.processes["action server"]
        process.kill()
        process.wait()

    def store(self) -> LeadStore:
        """Open the store beside the servers."""
        return LeadStore.open(self.database, Path(self.servers.environment["LEGPAIN_KEY_FILE"]))

    def stored(self, patient: Patient) -> list[str]:
        """Return the references that the store holds of a patient's conversation."""
        store = self.store()
        try:
            found = store.list(actor="test")
        finally:
            store.close()
        return [lead.reference for lead in found if lead.conversation_id == patient.conversation]


@pytest.fixture(scope="package")
def site(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both servers on a new SQLite file, their output in a file."""
    folder = tmp_path_factory.mktemp("site")
    environment = own_store(folder)
    (folder / "tmp").mkdir()
    environment.update(HOME=str(folder), TMPDIR=str(folder / "tmp"))
    with Servers(
        ROOT, free_port(), free_port(), environment=environment, log=folder / "output.txt"
    ) as servers:
        servers.start_actions()
        servers.start_rasa(model)
        servers.wait_until_answering()
        yield Site(servers, folder, environment["LEGPAIN_DATABASE_URL"])


@pytest.fixture
def on_sqlite(site: Site) -> Iterator[Site]:
    """The site on a SQLite file in a folder of its own, which a test may take away."""
    before = site.database
    folder = site.folder / "sqlite"
    folder.mkdir(exist_ok=True)
    site.use(f"sqlite:///{folder / 'legpain.db'}")
    yield site
    site.use(before)


@pytest.fixture
def network(site: Site) -> Iterator[Network]:
    """The way from the site to a new PostgreSQL database."""
    before = site.database
    with new_postgres() as url:
        server = make_url(url)
        network = Network(server.host or "127.0.0.1", server.port or 5432)
        site.use(
            server.set(host="127.0.0.1", port=network.port).render_as_string(hide_password=False)
        )
        yield network
        network.restore()
        site.use(before)
        network.close()
