"""Starting and stopping: ports in use, a server that dies, a machine without Python 3.10."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from legpain.leads import LeadStore
from legpain.processes import Servers, StartError
from tests.conftest import ROOT, free_port, own_store

_NEEDED = ("bash", "cat", "cut", "dirname", "sha256sum")  # what scripts/setup.sh uses before Python


@pytest.fixture
def used_port() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_in_use_is_told_with_the_option_that_changes_it(used_port: int) -> None:
    with pytest.raises(StartError, match=rf"Port {used_port} is in use.* PORT={used_port + 1}"):
        Servers(ROOT, used_port, free_port()).need_ports()
    with pytest.raises(StartError, match=rf"ACTIONS_PORT={used_port + 1}"):
        Servers(ROOT, free_port(), used_port).need_ports()


def test_run_ends_with_one_sentence_when_a_port_is_in_use(used_port: int) -> None:
    command = [sys.executable, "-m", "legpain", "run", "--port", str(used_port)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"legpain: Port {used_port} is in use.")
    assert len(ended.stderr.splitlines()) == 1


def test_run_refuses_a_database_whose_key_is_not_at_hand(tmp_path: Path) -> None:
    store = own_store(tmp_path)
    LeadStore.open(store["LEGPAIN_DATABASE_URL"], tmp_path / "legpain.key").close()
    (tmp_path / "legpain.key").unlink()
    command = [sys.executable, "-m", "legpain", "run", "--port", str(free_port())]
    command += ["--actions-port", str(free_port())]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **store},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("legpain: This database is encrypted with the key")
    assert not (tmp_path / "legpain.key").exists()


@pytest.mark.servers
def test_a_server_that_dies_is_named_and_the_other_stopped(tmp_path: Path) -> None:
    with (
        pytest.raises(StartError, match=r"The action server has stopped \(exit code -9\)"),
        Servers(ROOT, free_port(), free_port(), environment=own_store(tmp_path)) as servers,
    ):
        servers.start_actions()
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        servers.processes["Rasa server"] = other
        servers.check()
        servers.processes["action server"].kill()
        servers.processes["action server"].wait()
        servers.check()
    assert other.poll() is not None


def _setup(path: Path, lock: str = "requirements.lock") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(path / "scripts/setup.sh"), lock],
        cwd=path,
        env={"PATH": str(path / "bin"), "HOME": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of what the set-up reads, and a PATH without Python and uv."""
    for name in (
        "scripts/setup.sh",
        "requirements.lock",
        "requirements-dev.lock",
        "pyproject.toml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for name in (*_NEEDED, "env"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


@pytest.mark.skipif(
    any(
        Path(each).exists()
        for each in ("/usr/local/bin/python3.10", "/opt/homebrew/bin/python3.10")
    ),
    reason="the set-up finds a Python 3.10 that PATH does not hide",
)
def test_without_python_3_10_the_set_up_says_so(bare: Path) -> None:
    ended = _setup(bare)
    assert ended.returncode == 1
    assert ended.stderr.startswith("legpain: Python 3.10 was not found.")
    assert len(ended.stderr.splitlines()) == 1


def test_a_shim_that_does_not_run_is_passed_over(bare: Path) -> None:
    shim = bare / "bin/python3.10"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    versions = bare / ".pyenv/versions/3.10.99/bin"
    versions.mkdir(parents=True)
    real = versions / "python"
    # It runs, and stops at the virtual environment: nothing is installed here.
    real.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] && exit 1\nexec {sys.executable} "$@"\n', encoding="utf-8"
    )
    real.chmod(0o755)
    ended = _setup(bare)
    assert f"Could not make a virtual environment with {real}" in ended.stderr


def test_a_second_set_up_does_nothing(bare: Path) -> None:
    lock, project = bare / "requirements.lock", bare / "pyproject.toml"
    digest = subprocess.run(
        ["sha256sum"], input=lock.read_bytes() + project.read_bytes(), capture_output=True
    ).stdout.split()[0]
    (bare / ".venv").mkdir()
    (bare / ".venv/installed.sha256").write_bytes(digest + b"\n")
    ended = _setup(bare)
    assert (ended.returncode, ended.stderr) == (0, "")
