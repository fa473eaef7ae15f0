"""The rounds of the bench: each measures the stock bot, then ours, then the stock bot again …"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import mean
from typing import Callable, Dict, List, Sequence

from legpain.bench.bots import Bot, start
from legpain.bench.client import Load, talk, talk_together
from legpain.bench.figures import Rounds, add, percentile
from legpain.bench.memory import resident_mb
from legpain.processes import Servers

Say = Callable[[str], None]
_TEN = 10


@dataclass(frozen=True)
class Counts:
    """How much is measured. A conversation of the load rounds has ten messages.

    Attributes:
        starts: how often each bot is started and timed.
        rounds: rounds of load.
        warm_up: conversations before the first round, not counted.
        conversations: conversations a round, one client.
        clients: clients at once.
        each: conversations a round of each of these clients.
        long: long conversations.
        length: messages of a long one, at least 22.
        trainings: how often each bot is trained in a fresh folder, where that is timed.
        rules: repeats of the measurement of extraction and rules.
    """

    starts: int = 3
    rounds: int = 5
    warm_up: int = 5
    conversations: int = 30
    clients: int = 8
    each: int = 5
    long: int = 5
    length: int = 200
    trainings: int = 3
    rules: int = 50


QUICK = Counts(starts=1, rounds=3, warm_up=2, conversations=10, each=2, long=2, trainings=1,
               rules=10)  # fmt: skip


@dataclass
class Measured:
    """What was measured of one bot: figures of each round, memory by process, lost answers."""

    rounds: Rounds = field(default_factory=dict)
    memory: Dict[str, float] = field(default_factory=dict)
    failed: int = 0


def measure(bots: Sequence[Bot], counts: Counts, results: Dict[str, Measured], say: Say) -> None:
    """Start the bots, talk to them in rounds, stop them; the figures go to `results`.

    Raises:
        BenchError: if a bot does not start.
        OSError: if a bot breaks off in the middle.
    """
    for number in range(counts.starts - 1):
        for bot in bots:
            servers, seconds = start(bot)
            servers.stop()
            _started(bot, number, counts, seconds, results, say)
    with ExitStack() as stack:
        running: Dict[str, Servers] = {}
        for bot in bots:
            running[bot.name], seconds = start(bot)
            stack.callback(running[bot.name].stop)
            _started(bot, counts.starts - 1, counts, seconds, results, say)
        for bot in bots:
            talk(running[bot.name].url, bot.messages, counts.warm_up)
        _load_rounds(bots, running, counts, results, say)
        _long_conversations(bots, running, counts, results, say)
        for bot in bots:
            _weigh(running[bot.name], results[bot.name])


def _started(
    bot: Bot, number: int, counts: Counts, seconds: float, results: Dict[str, Measured], say: Say
) -> None:
    add(results[bot.name].rounds, start_s=seconds)
    say(f"start {number + 1}/{counts.starts}  {bot.name:5}  {seconds:6.1f} s to the first answer")


def _load_rounds(
    bots: Sequence[Bot],
    running: Dict[str, Servers],
    counts: Counts,
    results: Dict[str, Measured],
    say: Say,
) -> None:
    for number in range(counts.rounds):
        for bot in bots:
            result, url = results[bot.name], running[bot.name].url
            one = talk(url, bot.messages, counts.conversations)
            many = talk_together(url, bot.messages, counts.each, counts.clients)
            result.failed += one.failed + many.failed
            add_load(result.rounds, one, many)
            say(
                f"round {number + 1}/{counts.rounds}  {bot.name:5}"
                f"  {percentile(one.milliseconds, 50):6.1f} ms one client"
                f"  {percentile(many.milliseconds, 50):6.1f} ms {counts.clients} clients"
                f"  {many.messages_a_second:6.1f} messages/s"
            )


def add_load(rounds: Rounds, one: Load, many: Load) -> None:
    """Add what one round's load of one client, and of several, comes to."""
    add(
        rounds,
        one_median_ms=percentile(one.milliseconds, 50),
        one_p99_ms=percentile(one.milliseconds, 99),
        one_a_second=one.messages_a_second,
        many_median_ms=percentile(many.milliseconds, 50),
        many_p99_ms=percentile(many.milliseconds, 99),
        many_a_second=many.messages_a_second,
    )


def long_conversation(bot: Bot, length: int) -> List[str]:
    """Return the texts of a long conversation: the bot's probe first and last, its own between."""
    between = [bot.messages[i % len(bot.messages)] for i in range(length - 2)]
    return [bot.probe, *between, bot.probe]


def add_long(rounds: Rounds, milliseconds: Sequence[float]) -> None:
    """Add what one long conversation comes to.

    The ten messages after the first and the ten before the last are the same ten texts.
    """
    add(
        rounds,
        first_ms=milliseconds[0],
        last_ms=milliseconds[-1],
        early_ten_ms=mean(milliseconds[1 : 1 + _TEN]),
        late_ten_ms=mean(milliseconds[-1 - _TEN : -1]),
    )


def _long_conversations(
    bots: Sequence[Bot],
    running: Dict[str, Servers],
    counts: Counts,
    results: Dict[str, Measured],
    say: Say,
) -> None:
    for number in range(counts.long):
        for bot in bots:
            load = talk(running[bot.name].url, long_conversation(bot, counts.length), 1)
            results[bot.name].failed += load.failed
            add_long(results[bot.name].rounds, load.milliseconds)
            say(
                f"long {number + 1}/{counts.long}  {bot.name:5}"
                f"  message 1 {load.milliseconds[0]:6.1f} ms,"
                f" message {counts.length} {load.milliseconds[-1]:6.1f} ms"
            )


def _weigh(servers: Servers, result: Measured) -> None:
    servers.check()
    result.memory = {name: resident_mb(process.pid) for name, process in servers.processes.items()}
    add(
        result.rounds,
        memory_mb=sum(result.memory.values()),
        rasa_memory_mb=result.memory["Rasa server"],
    )
