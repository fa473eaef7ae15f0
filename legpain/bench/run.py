"""The whole bench, from training to report."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List, Optional

from legpain.bench import rules_cost
from legpain.bench.bots import (
    BenchError,
    keep_stock,
    kept_stock,
    make_stock,
    own_bot,
    read_messages,
    stock_bot,
    train_ours,
    train_stock,
)
from legpain.bench.figures import add, percentile
from legpain.bench.report import Report, number
from legpain.bench.rounds import QUICK, Counts, Measured, measure
from legpain.bench.size import environment_mb, installed_mb
from legpain.training import model_path

__all__ = ["BenchError", "bench"]

_BUSY = 0.25  # load average a core, before the first measurement


def bench(
    root: Path,
    out: Path,
    quick: bool = False,
    training: bool = True,
    counts: Optional[Counts] = None,
) -> Report:
    """Measure this bot beside the stock `rasa init` bot and write the report.

    Progress goes to stderr, the table to stdout.

    Args:
        root: the project's folder; its present model must have been trained.
        out: folder for `bench.md` and `bench.json`.
        quick: fewer rounds.
        training: time the training of both bots as well; it takes most of the bench.
        counts: how much is measured, instead of the usual.

    Raises:
        BenchError: if there is no model, or a bot can not be trained, started or talked to.
        KnowledgeError: if the knowledge in the model is wrong.
    """
    counts = counts or (QUICK if quick else Counts())
    model = model_path(root)
    if not model.exists():
        raise BenchError("There is no model for the present inputs: run `make train`.")
    load = os.getloadavg()[0]
    results = {"stock": Measured(), "ours": Measured()}
    _say("Extraction and rules, sizes ...")
    _measure_rules(model, counts, results["ours"])
    sizes = _measure_sizes(results)
    with tempfile.TemporaryDirectory(prefix="legpain-bench-") as name:
        folder = Path(name)
        stock_model = _stock_model(root, folder)
        if training:
            _time_training(root, folder, counts.trainings, results)
        make_stock(folder / "stock")
        bots = [stock_bot(folder / "stock", stock_model), own_bot(root, model)]
        try:
            measure(bots, counts, results, _say)
        except OSError as error:
            raise BenchError(f"A bot broke off: {error}") from error
    about = _about(load, sizes)
    report = Report(
        results["stock"], results["ours"], counts, about, _notes(counts, results, about)
    )
    report.write(out)
    print(f"{report.table()}\n\n{report.verdict()}")
    return report


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _stock_model(root: Path, folder: Path) -> Path:
    """Return a trained stock model; train it if none was kept."""
    if not kept_stock(root).exists():
        _say("Training the stock bot (one to four minutes, the first time only) ...")
        keep_stock(train_stock(folder / "stock-to-keep")[0], root)
    return kept_stock(root)


def _time_training(root: Path, folder: Path, rounds: int, results: Dict[str, Measured]) -> None:
    for turn in range(rounds):
        _say(f"Training both ({turn + 1}/{rounds}) ...")
        _, stock = train_stock(folder / f"stock-{turn}")
        _, ours = train_ours(root, folder / f"ours-{turn}")
        add(results["stock"].rounds, train_s=stock)
        add(results["ours"].rounds, train_s=ours)
        _say(f"train {turn + 1}/{rounds}  stock {stock:6.1f} s  ours {ours:6.1f} s")


def _measure_rules(model: Path, counts: Counts, ours: Measured) -> None:
    said: Dict[str, Any] = read_messages()
    conversations = [said["ours"]["messages"], *([story] for story in said["stories"])]
    parts = rules_cost.read_parts(model)
    rules, repeats = parts.red_flags, counts.rules
    words = rules_cost.measure(parts.words, rules, conversations, repeats)
    reading = rules_cost.measure(parts.whole, rules, conversations, repeats)
    shared = rules_cost.measure(parts.whole, rules, conversations, repeats, read_before=True)
    add(ours.rounds, words_ms=percentile(words, 50), reading_ms=percentile(reading, 50))
    add(ours.rounds, rules_ms=percentile(shared, 50), rules_p99_ms=percentile(shared, 99))


def _measure_sizes(results: Dict[str, Measured]) -> Dict[str, Any]:
    theirs, own = installed_mb("rasa"), installed_mb("legpain")
    add(results["stock"].rounds, installed_mb=sum(theirs.values()))
    add(results["ours"].rounds, installed_mb=sum(own.values()))
    largest = sorted(own, key=lambda each: own[each], reverse=True)[:8]
    return {
        "environment_mb": environment_mb(),
        "packages": {"stock": len(theirs), "ours": len(own)},
        "largest_mb": {name: own[name] for name in largest},
        "only_ours_mb": {name: own[name] for name in sorted(set(own) - set(theirs))},
    }


def _about(load: float, sizes: Dict[str, Any]) -> Dict[str, Any]:
    packages = ("legpain", "rasa", "tensorflow", "onnxruntime", "spacy")
    return {
        "cores": os.cpu_count(),
        "load_before": load,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in packages},
        "sizes": sizes,
    }


def _version(package: str) -> Optional[str]:
    try:
        return version(package)
    except ModuleNotFoundError:
        return None


def _notes(counts: Counts, results: Dict[str, Measured], about: Dict[str, Any]) -> List[str]:
    stock, ours = results["stock"], results["ours"]
    a_round = counts.conversations * 10
    together = counts.clients * counts.each * 10
    sizes = about["sizes"]
    notes = [
        f"{about['cores']} cores, {about['system']}, Python {about['python']}, Rasa"
        f" {about['versions']['rasa']}; one server process and one action server each, loopback.",
        f"Medians of {counts.rounds} rounds, each {a_round} messages of one client and {together}"
        f" of {counts.clients} clients at once; conversations of ten messages, each bot in its own"
        " domain, stock and ours in turn after every conversation; after a warm-up.",
        f"{counts.long} conversations of {counts.length} messages each; first and last message are"
        f" the same text, the first of a new conversation in turn with the last."
        f" {counts.starts} start(s) each, until the first good answer.",
        "Extraction and rules: the encoder has read the message for its intent already.",
        "The floor: Sanic answering JSON with fixed JSON, the encoder reading our ten messages, a"
        " turn's size of row committed to SQLite; each alone, in the same rounds.",
        "Resident memory is taken after all of that (memory shared by two processes counts"
        f" twice): stock {_parts(stock)}; ours {_parts(ours)}.",
        "Installed packages: what `rasa` needs, and what this project needs, without compiled"
        f" caches. Largest: {_list(sizes['largest_mb'])}. The whole environment, with"
        f" developers' tools and caches, has {number(sizes['environment_mb'])} MB.",
    ]
    if stock.failed or ours.failed:
        notes.append(
            "**Some turns had no good answer (nothing, or an error): these are often the quick"
            " ones, so do not trust the times.**"
        )
    if about["load_before"] > _BUSY * (about["cores"] or 1):
        notes.append(
            f"**The machine was busy before the start (load {about['load_before']:.1f}): do not"
            " trust these figures.**"
        )
    return notes


def _parts(measured: Measured) -> str:
    return _list(measured.memory)


def _list(sizes: Dict[str, float]) -> str:
    return ", ".join(f"{name} {number(size)} MB" for name, size in sizes.items())
