"""Measures speed and size of this bot beside the stock `rasa init` bot, on the same machine."""

from legpain.bench.run import BenchError, bench

__all__ = ["BenchError", "bench"]
