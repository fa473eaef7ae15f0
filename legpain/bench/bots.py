"""The two bots that are measured: how each is trained, started, asked."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple

import yaml

from legpain.bench.client import Client
from legpain.processes import Servers, StartError
from legpain.training import model_path

_START_LIMIT = 300.0  # seconds; a busy machine
_POLL = 0.1  # seconds; the start-up time is known to this
# Loopback for both bots: the stock action server binds every address unless SANIC_HOST says not.
_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SANIC_HOST": "127.0.0.1",
}
# What our bot is trained and run from.
_OWN_FILES = ("legpain", "actions", "data", "config.yml", "domain.yml", "endpoints.yml",
              "credentials.yml", "requirements.lock")  # fmt: skip


class BenchError(RuntimeError):
    """A bot could not be trained or started; the message says which and why."""


@dataclass(frozen=True)
class Bot:
    """One bot, ready to be started.

    Attributes:
        name: `stock` or `ours`.
        messages: ten messages of its domain.
        probe: the message that is asked first and last in a long conversation.
        model: its trained model.
        servers: makes its two processes, not yet started.
    """

    name: str
    messages: List[str]
    probe: str
    model: Path
    servers: Callable[[], Servers]


class StockServers(Servers):
    """The stock bot's Rasa server and action server, started by Rasa's own commands."""

    def start_actions(self) -> None:
        """Start the action server."""
        self._rasa("action server", "run", "actions", "--port", str(self.actions_port))

    def start_rasa(self, model: Path) -> None:
        """Start the Rasa server with a trained model."""
        port = str(self.port)
        self._rasa(
            "Rasa server", "run", "--model", str(model), "--interface", self.host, "--port", port
        )

    def check(self) -> None:
        """Raise StartError, with the end of the logs, if one of the servers has ended."""
        try:
            super().check()
        except StartError as error:
            raise StartError(
                "\n".join([str(error), *map(_tail, self.root.glob("*.log"))])
            ) from error

    def _rasa(self, name: str, *command: str) -> None:
        with open(self.root / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "rasa", *command],
                cwd=self.root,
                env={**os.environ, **_ENVIRONMENT},
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us only; we stop them in order
            )


def read_messages() -> Dict[str, Dict[str, List[str]]]:
    """Return the content of `messages.yml`: what each bot is asked."""
    path = Path(__file__).with_name("messages.yml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def stock_bot(root: Path, model: Path) -> Bot:
    """Return the stock bot with a trained model; `make_stock` made its folder."""
    said = read_messages()["stock"]
    return Bot(
        "stock", said["messages"], str(said["probe"]), model,
        lambda: StockServers(root, *free_ports()),
    )  # fmt: skip


def own_bot(root: Path, model: Path) -> Bot:
    """Return this project's bot with a trained model."""
    said = read_messages()["ours"]
    return Bot(
        "ours", said["messages"], str(said["probe"]), model,
        lambda: Servers(root, *free_ports()),
    )  # fmt: skip


def free_ports() -> Tuple[int, int]:
    """Return two TCP ports that nothing listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def make_stock(folder: Path) -> None:
    """Make the project of `rasa init` in a new folder."""
    shutil.copytree(Path(str(distribution("rasa").locate_file("rasa/cli/initial_project"))), folder)


def train_stock(folder: Path) -> Tuple[Path, float]:
    """Make the stock project in a new folder and train it; return model and seconds."""
    make_stock(folder)
    return _train("stock", folder, "rasa", "train", "--fixed-model-name", "stock")


def keep_stock(model: Path, root: Path) -> Path:
    """Keep a trained stock model for the next bench; return where it is."""
    kept = kept_stock(root)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    shutil.copy(model, part)
    part.replace(kept)
    return kept


def kept_stock(root: Path) -> Path:
    """Return where the trained stock model lies or will lie: the stock project is Rasa's own."""
    return root / "models" / "bench" / f"stock-{distribution('rasa').version}.tar.gz"


def train_ours(root: Path, folder: Path) -> Tuple[Path, float]:
    """Copy our project to a new folder and train it there; return model and seconds."""
    folder.mkdir(parents=True)
    for name in _OWN_FILES:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return _train("ours", folder, "legpain", "train")


def _train(name: str, folder: Path, module: str, *command: str) -> Tuple[Path, float]:
    """Run a training command in a folder without models or cache."""
    log = folder / "train.log"
    started = time.perf_counter()
    with log.open("wb") as output:
        code = subprocess.call(
            # Python takes modules of the folder first, so it is the copy that is trained.
            [sys.executable, "-m", module, *command],
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT},
            stdout=output,
            stderr=output,
        )
    seconds = time.perf_counter() - started
    models = list((folder / "models").glob("*.tar.gz"))
    if code or len(models) != 1:
        raise BenchError(f"The bot '{name}' could not be trained (exit code {code}):\n{_tail(log)}")
    return models[0], seconds


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


def start(bot: Bot) -> Tuple[Servers, float]:
    """Start a bot's processes; return them, and the seconds until the first good answer.

    Raises:
        BenchError: if it dies or says nothing for five minutes; its processes are stopped then.
    """
    servers = bot.servers()
    started = time.perf_counter()
    try:
        servers.start_actions()
        servers.start_rasa(bot.model)
        while not _answers(servers, bot.probe):
            servers.check()
            if time.perf_counter() - started > _START_LIMIT:
                raise StartError(f"It did not answer within {_START_LIMIT:.0f} seconds.")
            time.sleep(_POLL)
    except BaseException as error:
        servers.stop()
        if isinstance(error, StartError):
            raise BenchError(f"The bot '{bot.name}' did not start: {error}") from error
        raise
    return servers, time.perf_counter() - started


def _answers(servers: Servers, text: str) -> bool:
    try:
        with Client(servers.url) as client:
            return client.converse([text]).failed == 0
    except (OSError, ValueError):
        return False


@contextmanager
def running_servers(root: Path) -> Iterator[Tuple[Servers, Path]]:
    """Run our two servers on the present model, with a database and keys of their own.

    Yields:
        The servers, which answer, and the database's file.

    Raises:
        BenchError: if there is no model or the servers do not start.
    """
    model = model_path(root)
    if not model.exists():
        raise BenchError("There is no model for the present inputs: run `make train`.")
    with tempfile.TemporaryDirectory(prefix="legpain-bench-") as name:
        database = Path(name) / "bench.db"
        environment = {
            "LEGPAIN_DATABASE_URL": f"sqlite:///{database}",
            "LEGPAIN_KEY_FILE": str(Path(name) / "bench.key"),
            "LEGPAIN_WEB_KEY_FILE": str(Path(name) / "web.key"),
        }
        try:
            with Servers(root, *free_ports(), environment=environment) as servers:
                servers.start_actions()
                servers.start_rasa(model)
                servers.wait_until_answering()
                yield servers, database
        except StartError as error:
            raise BenchError(str(error)) from error
