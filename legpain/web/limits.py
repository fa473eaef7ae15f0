"""Rate limits: token buckets, a burst of one minute's share each."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from typing import Callable, Dict, Optional, Sequence, Tuple, Union

_MOST_BUCKETS = 50_000


class Limits:
    """Counts what is asked for, by kind and by who asks.

    Args:
        per_minute: how many of each kind are free.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self, per_minute: Dict[str, int], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute, self._now = per_minute, now
        self._buckets: OrderedDict[Tuple[str, str], Tuple[float, float]] = OrderedDict()

    def take(self, *wanted: Tuple[str, str]) -> float:
        """Take one from each (kind, who), or nothing at all.

        Returns:
            0 if they were free, else the seconds until they are.
        """
        now = self._now()
        left = [(each, *self._left(each, now)) for each in wanted]
        wait = max((1 - tokens) / rate for _, tokens, rate in left)
        if wait > 0:
            return wait
        for each, tokens, _ in left:
            self._buckets[each] = (tokens - 1, now)
            self._buckets.move_to_end(each)
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return 0.0

    def _left(self, each: Tuple[str, str], now: float) -> Tuple[float, float]:
        """Return the tokens that are left, and how many come back in a second."""
        full = float(self._per_minute[each[0]])
        tokens, at = self._buckets.get(each, (full, now))
        return min(full, tokens + (now - at) * full / 60), full / 60


def address_of(peer: str, forwarded: Sequence[str], proxies: int) -> str:
    """Return who asks: the peer, or what our own reverse proxies say of it.

    Args:
        peer: address at the other end of the connection.
        forwarded: values of the `X-Forwarded-For` headers, in order.
        proxies: how many proxies of ours are in front; what stands before theirs is not believed.
    """
    parts = [part.strip() for value in forwarded for part in value.split(",")]
    said = parts[-proxies] if proxies and len(parts) >= proxies else peer
    address = _parsed(said) or _parsed(peer)
    if isinstance(address, ipaddress.IPv6Address):
        # One customer has a whole /64.
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _parsed(text: str) -> Optional[Union[ipaddress.IPv4Address, ipaddress.IPv6Address]]:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
