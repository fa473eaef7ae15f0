"""Which websites may use the channel, and the HTTP headers that tell browsers so."""

from __future__ import annotations

from typing import Dict, Iterable, Optional

API_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CORS_HEADERS = {
    "Access-Control-Allow-Methods": "DELETE, GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}


class Origins:
    """The server's own pages and the websites of the settings.

    Args:
        allowed: origins in lower case, such as `https://www.example.com`.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)

    def allows(self, origin: Optional[str], host: Optional[str]) -> bool:
        """Return whether a request may be answered.

        A request without an origin comes from no other website's page: browsers always name it
        on what is sent across sites with a body, a bearer token or another method than GET.
        """
        if origin is None:
            return True
        origin = origin.lower()
        own = {f"http://{host}".lower(), f"https://{host}".lower()} if host else set()
        return origin in self._allowed or origin in own

    def headers(self, origin: Optional[str], host: Optional[str]) -> Dict[str, str]:
        """Return the headers of every answer of the channel."""
        headers = {**API_HEADERS, "Vary": "Origin"}
        if origin and self.allows(origin, host):
            headers.update(_CORS_HEADERS)
            headers["Access-Control-Allow-Origin"] = origin
        return headers
