"""The `legpain` command: run, talk, train, check, measure."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import List, Optional

import typer

from legpain.knowledge import KnowledgeError
from legpain.knowledge_cli import app as knowledge_app
from legpain.leads.cli import app as leads_app
from legpain.progress import say

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")  # Rasa's code is of SQLAlchemy 1.4
os.environ.setdefault("TQDM_DISABLE", "1")

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(leads_app, name="leads")

_PORT = typer.Option(5005, help="TCP port of the Rasa server.")
_ACTIONS_PORT = typer.Option(5055, help="TCP port of the action server.")
_MODEL = typer.Option(..., help="The trained model's archive.")
_NEW = typer.Option(
    [], help="New messages, as turns/FILE.yml; a fifth of all else is read again; implies --go-on."
)
_HOST = typer.Option("127.0.0.1", help="Address to bind; loopback unless told otherwise.")


def _fail(text: str) -> typer.Exit:
    say(f"legpain: {text}")
    return typer.Exit(1)


def _train_if_needed(force: bool = False, lean: bool = True) -> Path:
    from legpain.rasa.lean import leave_out
    from legpain.training import model_path, train

    path = model_path(ROOT)
    if path.exists() and not force:
        return path
    if lean:
        leave_out(ROOT)
    say("Training the model (about a minute the first time) ...")
    started = time.monotonic()
    try:
        train(ROOT, force)
    except (KnowledgeError, RuntimeError) as error:
        raise _fail(str(error)) from error
    say(f"Trained {path.name} in {time.monotonic() - started:.0f} s.")
    return path


def _interrupt(_number: int, _frame: Optional[FrameType]) -> None:
    raise KeyboardInterrupt


@app.command()
def train(force: bool = typer.Option(False, help="Train even if nothing has changed.")) -> None:
    """Train the model, if its inputs have changed."""
    path = _train_if_needed(force)
    say(f"The model is models/{path.name}")


@app.command()
def weights() -> None:
    """Keep the findings' weights of the model in data/findings/weights, if they are new."""
    from legpain.findings.weights import keep, weights_dir

    if keep(_train_if_needed(), weights_dir()):
        _train_if_needed()  # the kept weights are one of its inputs
        say("New weights are kept: measure them (`make safety`) before you commit them.")
    else:
        say("The weights that are kept are those of the model.")


@app.command()
def encoder(
    epochs: int = typer.Option(3, min=1, help="How often every text is seen."),
    go_on: bool = typer.Option(False, help="Begin with the layers that are kept."),
    new: List[str] = _NEW,
) -> None:
    """Tune the encoder anew on the project's texts (an hour)."""
    from legpain.sentence_encoder import TUNED_LAYERS, EncoderUnavailable
    from legpain.tuning.tune import tune

    try:
        tune(ROOT, TUNED_LAYERS, epochs, go_on or bool(new), new)
    except (EncoderUnavailable, KnowledgeError) as error:
        raise _fail(str(error)) from error
    say("The encoder is tuned. Now `make weights`, then measure: `make safety`, `make evaluate`.")


@app.command()
def run(port: int = _PORT, actions_port: int = _ACTIONS_PORT, host: str = _HOST) -> None:
    """Start action server and Rasa server, wait until they answer, say where."""
    from legpain.processes import Servers, StartError

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Servers(ROOT, port, actions_port, host) as servers:
            servers.need_ports()  # told before the training, which takes a minute
            _open_store()
            model = _train_if_needed()
            say("Starting the servers (15 to 40 seconds) ...")
            servers.start_actions()
            servers.start_rasa(model)
            servers.wait_until_answering()
            say(_WELCOME.format(url=servers.url))
            while True:
                servers.check()
                time.sleep(1)
    except StartError as error:
        raise _fail(str(error)) from error
    except KeyboardInterrupt:
        say("Stopped.")


def _open_store() -> None:
    """Migrate the store and find its key; with the wrong key, or none, nothing starts."""
    from legpain.leads import LeadError, LeadStore, StoreUnavailable

    try:
        LeadStore.open().close()
    except StoreUnavailable as error:  # red flags and explanations need no database
        say(f"legpain: {error} Until it can, no appointment request is taken.")
    except LeadError as error:
        raise _fail(str(error)) from error


_WELCOME = """
The Leg Pain Assistant is ready.

  In a browser: {url}/

  Over REST:  curl -s {url}/webhooks/rest/webhook -H 'Content-Type: application/json' \\
                -d '{{"sender": "me", "message": "why does my calf hurt when I walk?"}}'
  In a shell: make shell   (in another terminal)

Ctrl-C stops it."""


@app.command()
def shell(actions_port: int = _ACTIONS_PORT) -> None:
    """Talk to the assistant in this terminal."""
    import uuid

    from legpain.processes import Servers, StartError, port_is_free
    from legpain.rasa.server import serve

    model = _train_if_needed()
    try:
        with Servers(ROOT, 0, actions_port) as servers:
            if port_is_free("127.0.0.1", actions_port):
                servers.start_actions()
            say("Starting (10 to 30 seconds); then type your message. /stop ends it.")
            serve(
                model,
                ROOT,
                _free_port(),
                f"http://127.0.0.1:{actions_port}/webhook",
                shell=True,
                conversation_id=uuid.uuid4().hex,
            )
    except StartError as error:
        raise _fail(str(error)) from error


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@app.command(hidden=True)
def serve(
    model: Path = _MODEL,
    port: int = _PORT,
    actions_port: int = _ACTIONS_PORT,
    host: str = _HOST,
) -> None:
    """Run the Rasa server alone (`run` starts it)."""
    from legpain.rasa.server import serve as serve_model

    serve_model(model, ROOT, port, f"http://127.0.0.1:{actions_port}/webhook", host)


@app.command(hidden=True)
def actions(port: int = _ACTIONS_PORT, host: str = _HOST) -> None:
    """Run the action server alone (`run` starts it)."""
    from legpain.rasa.action_server import serve_actions

    serve_actions(port, host)


@app.command()
def evaluate(
    baselines: bool = typer.Option(True, help="Train and measure the baselines too (slow)."),
    pain_check: bool = typer.Option(False, help="The pain check alone; prints its figures."),
) -> None:
    """Measure understanding, beside two baselines; writes reports/evaluate.html and .md."""
    from legpain.evaluation.evaluate import evaluate as run_evaluation
    from legpain.evaluation.markdown import markdown_table
    from legpain.evaluation.pain_check import measure_pain_check
    from legpain.evaluation.tables import pain_check_table

    typer.echo(markdown_table(pain_check_table(measure_pain_check(ROOT))))
    if pain_check:
        return
    _train_if_needed(lean=False)  # a baseline needs TensorFlow
    run_evaluation(ROOT, ROOT / "reports", baselines)


@app.command()
def safety() -> None:
    """Measure red flags; writes reports/safety.html and .md."""
    from legpain.evaluation.safety import report_lines
    from legpain.evaluation.safety import safety as run_safety

    for report in run_safety(ROOT, ROOT / "reports", _train_if_needed()):
        typer.echo("\n".join(report_lines(report)))


@app.command()
def bench(
    quick: bool = typer.Option(False, help="Few messages: a look, not a measure."),
    training: bool = typer.Option(True, help="Time the training of both bots too."),
) -> None:
    """Measure speed and size beside the stock Rasa bot; writes reports/bench.md and .json."""
    from legpain.bench import BenchError
    from legpain.bench import bench as run_bench

    signal.signal(signal.SIGTERM, _interrupt)
    _train_if_needed()
    try:
        run_bench(ROOT, ROOT / "reports", quick, training)
    except BenchError as error:
        raise _fail(str(error)) from error


@app.command()
def soak(minutes: float = typer.Option(30.0, help="At half the capacity.")) -> None:
    """Run under load for long; writes reports/soak.md, .json and .png."""
    from legpain.bench import BenchError
    from legpain.bench.soak import Plan
    from legpain.bench.soak import soak as run_soak

    signal.signal(signal.SIGTERM, _interrupt)
    _train_if_needed()
    try:
        run_soak(ROOT, ROOT / "reports", Plan(minutes=minutes))
    except BenchError as error:
        raise _fail(str(error)) from error
    typer.echo((ROOT / "reports" / "soak.md").read_text(encoding="utf-8"))


@app.command()
def overload(seconds: float = typer.Option(30.0, help="At twice the capacity.")) -> None:
    """Send twice what the servers can bear; writes reports/overload.md and .json."""
    from legpain.bench import BenchError
    from legpain.bench.overload import OverloadPlan
    from legpain.bench.overload import overload as run_overload

    signal.signal(signal.SIGTERM, _interrupt)
    _train_if_needed()
    try:
        run_overload(ROOT, ROOT / "reports", OverloadPlan(seconds=seconds))
    except BenchError as error:
        raise _fail(str(error)) from error
    typer.echo((ROOT / "reports" / "overload.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(app())
