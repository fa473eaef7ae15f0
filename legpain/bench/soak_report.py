"""What a soak comes to: figures, a page, a picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Dict, List, Sequence

from legpain.bench.figures import percentile

if TYPE_CHECKING:
    from legpain.bench.load import Sent
    from legpain.bench.soak import Plan, Soaked

Found = Dict[str, Any]


def summary(soaked: Soaked, steps: int) -> Found:
    """Return the soak's figures as plain data; `latency` and `memory` have at most `steps` rows."""
    return {
        "capacity": soaked.capacity,
        "soak": _run(soaked.soak.sent),
        "escalations": {"told": soaked.escalations[0], "recorded": soaked.escalations[1]},
        "latency": [
            {
                "at": part[0].at,
                "median_ms": percentile([each.milliseconds for each in part], 50),
                "p99_ms": percentile([each.milliseconds for each in part], 99),
            }
            for part in _parts(soaked.soak.sent, steps)
        ],
        "memory": [
            {"at": at, **megabytes} for part in _parts(soaked.memory, steps)
            for at, megabytes in part[-1:]
        ],
    }  # fmt: skip


def _run(sent: Sequence[Sent]) -> Found:
    times = [each.milliseconds for each in sent]
    flags = [each for each in sent if each.red_flag]
    return {
        "messages": len(sent),
        "lost": sum(not each.good for each in sent),
        "median_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
        "slowest_ms": max(times),
        "red_flags": len(flags),
        "red_flags_answered": sum(each.good for each in flags),
    }


def _parts(items: Sequence[Any], steps: int) -> List[Sequence[Any]]:
    """Cut a sequence into at most `steps` parts of like length."""
    size = max(1, -(-len(items) // steps))
    return [items[start : start + size] for start in range(0, len(items), size)]


def growth_mb(found: Found) -> float:
    """Return how much the memory of all processes grew over the second half of the soak."""
    totals = [sum(v for k, v in row.items() if k != "at") for row in found["memory"]]
    return float(totals[-1] - totals[len(totals) // 2])


def markdown(found: Found, plan: Plan) -> str:
    """Return the page."""
    run, flags = found["soak"], found["escalations"]
    rows = [
        ("messages", f"{run['messages']}"),
        ("median / p99 / slowest", f"{run['median_ms']:.1f} / {run['p99_ms']:.0f} /"
         f" {run['slowest_ms']:.0f} ms"),
        ("without a good answer", f"{run['lost']}"),
        ("red flags answered", f"{run['red_flags_answered']} of {run['red_flags']}"),
        ("red flags told, then recorded", f"{flags['recorded']} of {flags['told']}"),
        ("growth of memory over the second half", f"{growth_mb(found):+.1f} MB"),
    ]  # fmt: skip
    return "\n".join(
        [
            f"# {plan.minutes:g} minutes at half the capacity",
            "",
            f"Capacity: {found['capacity']:.0f} messages a second (eight clients, one server"
            " process and one action server).",
            "",
            "| | |",
            "| - | - |",
            *(f"| {name} | {value} |" for name, value in rows),
            "",
            "![Memory and latency over time](soak.png)",
            "",
        ]
    )


def picture(found: Found) -> bytes:
    """Return memory and latency over time as PNG."""
    from matplotlib.figure import Figure  # no pyplot: no window system, no global state

    figure = Figure(figsize=(8, 5), layout="constrained")
    memory, latency = figure.subplots(2, sharex=True)
    names = [name for name in found["memory"][0] if name != "at"]
    minutes = [row["at"] / 60 for row in found["memory"]]
    for name in names:
        memory.plot(minutes, [row[name] for row in found["memory"]], label=name)
    memory.set_ylabel("resident MB")
    minutes = [row["at"] / 60 for row in found["latency"]]
    latency.plot(minutes, [row["median_ms"] for row in found["latency"]], label="median")
    latency.plot(minutes, [row["p99_ms"] for row in found["latency"]], label="p99")
    latency.set_ylabel("ms a message")
    latency.set_xlabel("minutes at half the capacity")
    for axes in (memory, latency):
        axes.set_ylim(bottom=0)
        axes.legend(loc="lower right", frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    return content.getvalue()
