"""The rounds of the bench: stock and ours in turn, conversation by conversation.

Whatever else the machine does then slows both alike, and the ratio stands.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Callable, Dict, List, Optional, Sequence

from legpain.bench.bots import Bot, free_ports, start
from legpain.bench.client import Client, Load, talk, talk_together
from legpain.bench.figures import Rounds, add, percentile
from legpain.bench.floor import Floor
from legpain.bench.memory import processor_seconds, resident_mb
from legpain.processes import Servers

Say = Callable[[str], None]
_TEN = 10
_ENDS = 3  # first messages, and last messages of a long conversation, that are compared


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
        length: messages of a long one, at least 24.
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


@dataclass
class _Running:
    """A bot at work, and what is measured of it."""

    bot: Bot
    servers: Servers
    result: Measured
    one: Load = field(default_factory=Load)
    many: Load = field(default_factory=Load)

    def processor_seconds(self) -> Optional[float]:
        return processor_seconds(each.pid for each in self.servers.processes.values())


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
        floor = stack.enter_context(Floor(free_ports()[0]))
        running: List[_Running] = []
        for bot in bots:
            servers, seconds = start(bot)
            stack.callback(servers.stop)
            running.append(_Running(bot, servers, results[bot.name]))
            _started(bot, counts.starts - 1, counts, seconds, results, say)
        floor.wait()
        for each in running:
            talk(each.servers.url, each.bot.messages, counts.warm_up)
        for number in range(counts.rounds):
            _load_round(running, floor, number, counts, say)
        for number in range(counts.long):
            for each in running:
                _long_conversation(each, number, counts, say)
        for each in running:
            _weigh(each)


def _started(
    bot: Bot, number: int, counts: Counts, seconds: float, results: Dict[str, Measured], say: Say
) -> None:
    add(results[bot.name].rounds, start_s=seconds)
    say(f"start {number + 1}/{counts.starts}  {bot.name:5}  {seconds:6.1f} s to the first answer")


def _load_round(
    running: Sequence[_Running], floor: Floor, number: int, counts: Counts, say: Say
) -> None:
    costs: Dict[str, List[float]] = {}
    spent = {each.bot.name: 0.0 for each in running}
    for each in running:
        each.one, each.many = Load(), Load()
    for _ in range(counts.conversations):
        for each in running:
            before = each.processor_seconds()
            each.one.add(talk(each.servers.url, each.bot.messages, 1))
            spent[each.bot.name] += (each.processor_seconds() or 0.0) - (before or 0.0)
        for part, figures in floor.measure(running[-1].bot.messages).items():
            costs.setdefault(part, []).extend(figures)
    for _ in range(counts.each):
        for each in running:
            each.many.add(talk_together(each.servers.url, each.bot.messages, 1, counts.clients))
    add_floor(running[-1].result.rounds, costs)
    for each in running:
        each.result.failed += each.one.failed + each.many.failed
        add_load(each.result.rounds, each.one, each.many)
        if spent[each.bot.name]:
            cost = 1000 * spent[each.bot.name] / len(each.one.milliseconds)
            add(each.result.rounds, processor_ms=cost)
        say(
            f"round {number + 1}/{counts.rounds}  {each.bot.name:5}"
            f"  {percentile(each.one.milliseconds, 50):6.1f} ms one client"
            f"  {percentile(each.many.milliseconds, 50):6.1f} ms {counts.clients} clients"
            f"  {each.many.messages_a_second:6.1f} messages/s"
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


def add_floor(rounds: Rounds, costs: Dict[str, List[float]]) -> None:
    """Add the medians of the floor's parts (see `Floor.measure`), and their sum."""
    parts = {f"floor_{part}_ms": percentile(costs[part], 50) for part in costs}
    add(rounds, **parts, floor_ms=sum(parts.values()))


def long_conversation(bot: Bot, length: int) -> List[str]:
    """Return the texts of a long conversation: the bot's probe first and last, its own between."""
    between = [bot.messages[i % len(bot.messages)] for i in range(length - 1 - _ENDS)]
    return [bot.probe, *between, *[bot.probe] * _ENDS]


def _long_conversation(each: _Running, number: int, counts: Counts, say: Say) -> None:
    """Hold one; its last messages in turn with first messages of new conversations."""
    texts = long_conversation(each.bot, counts.length)
    sender, firsts = uuid.uuid4().hex, Load()
    with Client(each.servers.url) as client:
        load = client.converse(texts[:-_ENDS], sender)
        for text in texts[-_ENDS:]:
            firsts.add(client.converse([text]))
            load.add(client.converse([text], sender))
    each.result.failed += load.failed + firsts.failed
    add_long(each.result.rounds, firsts.milliseconds, load.milliseconds)
    say(
        f"long {number + 1}/{counts.long}  {each.bot.name:5}"
        f"  message 1 {median(firsts.milliseconds):6.1f} ms,"
        f" message {counts.length} {median(load.milliseconds[-_ENDS:]):6.1f} ms"
    )


def add_long(rounds: Rounds, firsts: Sequence[float], milliseconds: Sequence[float]) -> None:
    """Add what one long conversation comes to.

    Args:
        rounds: takes the figures.
        firsts: first messages of other conversations, in turn with this one's last.
        milliseconds: of the long conversation. The ten messages after the first and the ten before
            the last ones are the same ten texts.
    """
    add(
        rounds,
        first_ms=median(firsts),
        last_ms=median(milliseconds[-_ENDS:]),
        early_ten_ms=mean(milliseconds[1 : 1 + _TEN]),
        late_ten_ms=mean(milliseconds[-_ENDS - _TEN : -_ENDS]),
    )


def _weigh(each: _Running) -> None:
    each.servers.check()
    processes = each.servers.processes
    each.result.memory = {name: resident_mb(process.pid) for name, process in processes.items()}
    add(
        each.result.rounds,
        memory_mb=sum(each.result.memory.values()),
        rasa_memory_mb=each.result.memory["Rasa server"],
    )
